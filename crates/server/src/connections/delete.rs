//! The end of a connection: its tokens, whose it was and what the provider kept of it are forgotten, and the
//! grant is given back where the dialect says how.
//!
//! Where it does not, the customer ends the grant at the provider. A grant that waits for a choice is a new
//! consent and stays.

use secrecy::SecretString;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::connection::{Connection, Customer, ExternalId};
use crate::events::connection::{Change, record_change};
use crate::project::ProjectId;
use crate::provider::{Provider, ProviderName};
use crate::store::{self, Tx, connections, deleted_connections, listed};
use crate::tokens::Tokens;

/// Deletes the connection of a customer, and tells every process so; false where there is none. A
/// refresh that is under way finds no row to write to, so it cannot bring the connection back.
pub async fn forget(
    tokens: &Tokens,
    customer: &Customer,
    provider: &dyn Provider,
) -> store::Result<bool> {
    let tx = tokens.store.begin_write().await?;
    forget_in(tx, tokens, customer, provider).await
}

/// The same of the connection with this id, if it is the project's.
pub async fn forget_by_id(tokens: &Tokens, project: ProjectId, id: Uuid) -> store::Result<bool> {
    let mut tx = tokens.store.begin_write().await?;
    let Some(row) = listed::find(&mut tx, project, id).await? else {
        return Ok(false);
    };
    let provider = tokens.providers.get(&row.provider);
    if let (Some(provider), Ok(external_id)) = (provider, ExternalId::parse(&row.external_id)) {
        let customer = Customer {
            project,
            external_id,
        };
        return forget_in(tx, tokens, &customer, provider).await;
    }
    // Of a provider that this server no longer has.
    if !delete(&mut tx, tokens, project, id).await? {
        return Ok(false);
    }
    tx.commit().await?;
    tokens.held.forget(id);
    tracing::info!(connection_id = %id, provider = row.provider, "deleted");
    Ok(true)
}

async fn forget_in(
    mut tx: Tx,
    tokens: &Tokens,
    customer: &Customer,
    provider: &dyn Provider,
) -> store::Result<bool> {
    let name = provider.name();
    let grant = grant_to_give_back(tokens, &mut tx, customer, provider).await;
    let (project, external_id) = (customer.project, customer.external_id.as_str());
    let found = connections::find_id(&mut tx, project, external_id, name.as_str()).await?;
    let deleted = match found {
        Some(id) => delete(&mut tx, tokens, project, id).await?.then_some(id),
        None => None,
    };
    let Some(id) = deleted else {
        tokens.held.forget_named(customer, name);
        return Ok(false);
    };
    tx.commit().await?;
    tokens.held.forget_named(customer, name);
    tokens.held.forget(id);
    tracing::info!(connection_id = %id, provider = %name, "deleted");
    if let Some(grant) = grant {
        let giving_back = give_back(tokens.clone(), id, name, project, grant);
        tokens.tasks.spawn(giving_back.in_current_span());
    }
    Ok(true)
}

/// Deletes a connection, and tells of it; false if somebody else has.
async fn delete(tx: &mut Tx, tokens: &Tokens, project: ProjectId, id: Uuid) -> store::Result<bool> {
    let now = tokens.clock.now();
    // While its row is there, which numbers its events; and it makes others wait who would delete it.
    record_change(tx, &tokens.sealer, id, Change::Deleted, now, now).await?;
    let is_deleted = connections::delete_by_id(tx, project, id).await?;
    if is_deleted {
        deleted_connections::insert(tx, id, now).await?;
    }
    Ok(is_deleted)
}

/// What is left of a deleted connection until its grant is given back.
struct Grant {
    oauth_app: Option<Uuid>,
    access_token: SecretString,
    refresh_token: Option<SecretString>,
}

/// The grant of a connection, if the dialect says how it is given back and it can be read: that it cannot
/// keeps nobody from deleting it.
async fn grant_to_give_back(
    tokens: &Tokens,
    tx: &mut Tx,
    customer: &Customer,
    provider: &dyn Provider,
) -> Option<Grant> {
    provider.profile().revocation.as_ref()?;
    let found = Connection::find(tx, customer, provider.name()).await;
    let connection = found.ok().flatten()?;
    Some(Grant {
        oauth_app: connection.oauth_app,
        access_token: connection.access_token(&tokens.sealer).ok()?,
        refresh_token: connection.refresh_token(&tokens.sealer).ok()?,
    })
}

/// Gives a grant back. It is tried once: a grant of which nobody has the tokens does no harm.
async fn give_back(tokens: Tokens, id: Uuid, name: ProviderName, project: ProjectId, grant: Grant) {
    let Some(provider) = tokens.providers.get(name.as_str()) else {
        return;
    };
    let profile = provider.profile();
    let Some(revocation) = &profile.revocation else {
        return;
    };
    let app = tokens
        .app_of_grant(project, grant.oauth_app, provider)
        .await;
    let app = match app {
        Ok(app) => app,
        Err(error) => {
            tracing::warn!(connection_id = %id, provider = %name, %error, "the grant is not given back");
            return;
        }
    };
    let Grant {
        access_token,
        refresh_token,
        ..
    } = grant;
    let given_back = tokens
        .client
        .revoke(
            profile,
            &app,
            revocation,
            &access_token,
            refresh_token.as_ref(),
        )
        .await;
    match given_back {
        Ok(()) => tracing::info!(connection_id = %id, provider = %name, "the grant is given back"),
        Err(error) => {
            tracing::warn!(
                connection_id = %id, provider = %name, error = &error as &dyn std::error::Error,
                "the grant is not given back; the customer can end it at the provider"
            );
        }
    }
}
