//! What has changed of late in `connection`, for those who hold copies of it.

use jiff::Timestamp;
use uuid::Uuid;

use super::{Result, Tx, from_row, on, query_as};

/// A connection that has changed.
#[derive(Debug)]
pub struct ChangedRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Its version now; none if it has been deleted or is dead.
    pub token_version: Option<i64>,
    /// When; milliseconds since the epoch, by the clock of who changed it.
    pub changed_at: i64,
}

from_row!(ChangedRow {
    connection_id,
    token_version,
    changed_at
});

/// The connections that have changed at `since` or later.
pub async fn since(tx: &mut Tx, since: Timestamp) -> Result<Vec<ChangedRow>> {
    // The casts change nothing but what cannot be read, which must not hide the changes of the others.
    const SINCE: &str = "SELECT connection_id, \
            CASE WHEN invalid_refresh_token = FALSE THEN CAST(token_version AS BIGINT) END AS token_version, \
            CAST(last_updated AS BIGINT) AS changed_at FROM connection WHERE last_updated >= $1 \
        UNION ALL SELECT connection_id, NULL, deleted_at FROM deleted_connection WHERE deleted_at >= $1";
    on!(tx, |db| query_as(SINCE)
        .bind(since.as_millisecond())
        .fetch_all(db))
}

/// How many connections a provider has in one state.
#[derive(Debug)]
pub struct CountRow {
    /// The provider.
    pub provider: String,
    /// Whether the provider has refused the refresh token for good.
    pub is_invalid: bool,
    /// Whether the grant has reached its longest lifetime.
    pub is_expired: bool,
    /// How many.
    pub connections: i64,
}

from_row!(CountRow {
    provider,
    is_invalid,
    is_expired,
    connections
});

/// How many connections there are, by provider and state.
pub async fn count(tx: &mut Tx, now: Timestamp) -> Result<Vec<CountRow>> {
    const COUNT: &str = "SELECT provider, invalid_refresh_token = TRUE AS is_invalid, expires_at <= $1 AS is_expired, \
            COUNT(*) AS connections FROM connection JOIN connection_external_map USING (connection_id) \
        GROUP BY provider, invalid_refresh_token = TRUE, expires_at <= $1";
    on!(tx, |db| query_as(COUNT)
        .bind(now.as_millisecond())
        .fetch_all(db))
}
