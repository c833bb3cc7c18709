//! The tables of an original deployment that belong to one provider each.

use async_trait::async_trait;
use sqlx::PgConnection;
use uuid::Uuid;

use super::jira;
use super::reason::Reason;
use juncture_server::store::{self, Tx};

/// Rows of a provider's own table in the original, on their way into its table here.
#[async_trait]
pub(super) trait ProviderRows: Send + Sync {
    /// Whether the row of a connection can be taken, or why not.
    fn check(&self, id: Uuid) -> Result<(), Reason>;

    /// What the customer of a connection has picked, by the provider's id of it.
    fn choice(&self, id: Uuid) -> Option<&str>;

    /// Saves the rows of these connections, all of which passed [`check`](Self::check).
    async fn save(&self, tx: &mut Tx, ids: &[Uuid]) -> store::Result<()>;
}

/// The providers that an original deployment may have.
pub(super) const PROVIDERS: [&str; 1] = ["jira"];

/// What the table of `provider` says of these connections; none where the original, as we know it,
/// had no such provider.
pub(super) async fn read(
    provider: &str,
    original: &mut PgConnection,
    ids: &[Uuid],
) -> sqlx::Result<Option<Box<dyn ProviderRows>>> {
    Ok(match provider {
        "jira" => Some(Box::new(jira::read(original, ids).await?)),
        _ => None,
    })
}
