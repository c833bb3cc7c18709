//! The end of a connection: its tokens, whose it was and what the provider kept of it are forgotten.
//!
//! Forgotten, not revoked: Atlassian documents no endpoint that revokes a grant. The customer ends
//! the grant itself at id.atlassian.com, under "Connected apps". A grant that waits for the choice
//! of a site is a new consent and stays.

use super::ExternalId;
use crate::app::App;
use crate::error::Error;
use crate::providers::ProviderName;
use crate::store::{connections, deleted_connections};

/// Deletes the connection of an external id, and tells every process so. A refresh that is under way
/// finds no row to write to, so it cannot bring the connection back.
pub async fn forget(
    app: &App,
    external_id: &ExternalId,
    provider: ProviderName,
) -> Result<(), Error> {
    let mut tx = app.store.begin_write().await?;
    let deleted = connections::delete(&mut tx, external_id.as_str(), provider.as_str()).await?;
    let Some(id) = deleted else {
        app.held.forget_named(external_id.as_str(), provider);
        return Err(Error::connection_not_found());
    };
    deleted_connections::insert(&mut tx, id, app.clock.now()).await?;
    tx.commit().await?;
    app.held.forget_named(external_id.as_str(), provider);
    app.held.forget(id);
    tracing::info!(connection_id = %id, %provider, "deleted");
    Ok(())
}
