//! What is known of a connection: from memory where this process holds its token, and then no older than
//! the token itself may be (see [`held`](crate::tokens::held)).

use std::sync::Arc;

use jiff::Timestamp;

use crate::connection::{Connection, Customer};
use crate::provider::Provider;
use crate::store;
use crate::tokens::Tokens;
use crate::tokens::held::Held;

/// What is known of a connection that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validity {
    /// The end of the grant, if there is one.
    pub expires_at: Option<Timestamp>,
    /// Whether the provider refused its refresh token for good.
    pub is_invalid: bool,
    /// Whether calls have shown that what was chosen is no longer open to the grant.
    pub is_choice_lost: bool,
    /// What the configuration asks for and the grant has not, where that is known.
    pub missing_scopes: Option<Vec<String>>,
}

impl Validity {
    /// Whether the grant has reached its end.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// What is known of the connection of a customer, if there is one.
pub async fn look(
    tokens: &Tokens,
    provider: &dyn Provider,
    customer: &Customer,
) -> store::Result<Option<Validity>> {
    let held = tokens.held.find(customer, provider.name());
    // While the store is out of reach nobody tells of changes: no longer than the token works.
    let held = held.filter(|held| held.token.works(&*tokens.clock));
    if let Some(held) = &held
        && let Some(is_choice_lost) = held.choice.is_lost()
    {
        return Ok(Some(Validity {
            expires_at: held.grant_expires_at,
            is_invalid: false,
            is_choice_lost,
            missing_scopes: missing_of(tokens, provider, customer, held).await,
        }));
    }
    // Boxed: it is large, and who is answered from memory must not carry it.
    Box::pin(load(tokens, provider, customer, held)).await
}

/// What a held grant has not: nothing, where nothing has changed since it was looked at.
async fn missing_of(
    tokens: &Tokens,
    provider: &dyn Provider,
    customer: &Customer,
    held: &Held,
) -> Option<Vec<String>> {
    let generation = tokens.projects.generation();
    if held.is_complete_by(generation) {
        return Some(Vec::new());
    }
    let granted = held.granted_scopes.as_deref()?;
    let missing = Box::pin(missing_scopes(tokens, provider, customer, granted)).await?;
    if missing.is_empty() {
        held.note_complete(generation);
    }
    Some(missing)
}

/// What is asked for and was not granted. For good measure: where it cannot be told, it is not.
async fn missing_scopes(
    tokens: &Tokens,
    provider: &dyn Provider,
    customer: &Customer,
    granted: &str,
) -> Option<Vec<String>> {
    tokens
        .missing_scopes_if_known(customer.project, provider, granted)
        .await
}

/// Asks the store, and holds what it says: at `held`, if that is still what the store has.
async fn load(
    tokens: &Tokens,
    provider: &dyn Provider,
    customer: &Customer,
    held: Option<Arc<Held>>,
) -> store::Result<Option<Validity>> {
    let choice_loaded = held.map(|held| (held.choice.begin_load(), held));
    let loaded = tokens.held.begin_load();
    let mut tx = tokens.store.begin_read().await?;
    let found = Connection::find(&mut tx, customer, provider.name()).await?;
    let Some(connection) = found else {
        tokens.held.forget_named(customer, provider.name());
        return Ok(None);
    };
    let is_choice_lost = provider.is_choice_lost(&mut tx, connection.id).await?;
    drop(tx);
    if connection.is_invalid {
        tokens.held.forget(connection.id);
    } else if let Some((loaded, held)) = choice_loaded
        && held.is_of(&connection)
    {
        held.choice.keep(is_choice_lost, loaded);
    } else if !connection.is_expired(tokens.clock.now()) {
        match tokens.hold_with_choice(&connection, is_choice_lost, loaded) {
            Ok(()) => tokens.held.name(connection.owner(), connection.id),
            // Whoever asks for the token is told.
            Err(error) => {
                tracing::debug!(connection_id = %connection.id, %error, "not held");
            }
        }
    }
    let missing_scopes = match &connection.granted_scopes {
        Some(granted) => missing_scopes(tokens, provider, customer, granted).await,
        None => None,
    };
    Ok(Some(Validity {
        expires_at: connection.expires_at,
        is_invalid: connection.is_invalid,
        is_choice_lost,
        missing_scopes,
    }))
}
