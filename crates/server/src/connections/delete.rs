//! The end of a connection: its tokens, whose it was and what the provider kept of it are forgotten.
//!
//! Forgotten, not revoked: Atlassian documents no endpoint that revokes a grant. The customer ends
//! the grant itself at id.atlassian.com, under "Connected apps". A grant that waits for the choice
//! of a site is a new consent and stays.

use crate::connection::Customer;
use crate::provider::ProviderName;
use crate::store::{self, connections, deleted_connections};
use crate::tokens::Tokens;

/// Deletes the connection of a customer, and tells every process so; false where there is none. A
/// refresh that is under way finds no row to write to, so it cannot bring the connection back.
pub async fn forget(
    tokens: &Tokens,
    customer: &Customer,
    provider: ProviderName,
) -> store::Result<bool> {
    let mut tx = tokens.store.begin_write().await?;
    let (project, external_id) = (customer.project, customer.external_id.as_str());
    let deleted = connections::delete(&mut tx, project, external_id, provider.as_str()).await?;
    let Some(id) = deleted else {
        tokens.held.forget_named(customer, provider);
        return Ok(false);
    };
    deleted_connections::insert(&mut tx, id, tokens.clock.now()).await?;
    tx.commit().await?;
    tokens.held.forget_named(customer, provider);
    tokens.held.forget(id);
    tracing::info!(connection_id = %id, %provider, "deleted");
    Ok(true)
}
