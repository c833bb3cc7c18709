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
pub async fn since_of_any_project(tx: &mut Tx, since: Timestamp) -> Result<Vec<ChangedRow>> {
    // The casts change nothing but what cannot be read, which must not hide the changes of the others.
    const SINCE: &str = "SELECT connection_id, \
            CASE WHEN invalid_refresh_token = FALSE THEN CAST(token_version AS BIGINT) END AS token_version, \
            CAST(last_updated AS BIGINT) AS changed_at FROM connection WHERE last_updated >= $1 \
        UNION ALL SELECT connection_id, NULL, deleted_at FROM deleted_connection WHERE deleted_at >= $1";
    on!(tx, |db| query_as(SINCE)
        .bind(since.as_millisecond())
        .fetch_all(db))
}

/// How many connections a provider has.
#[derive(Debug)]
pub struct CountRow {
    /// The provider.
    pub provider: String,
    /// All of them.
    pub in_all: i64,
    /// Those whose refresh token the provider has refused for good.
    pub invalid: i64,
    /// Of the others those whose grant has reached its longest lifetime.
    pub expired: i64,
}

from_row!(CountRow {
    provider,
    in_all,
    invalid,
    expired
});

/// How many connections there are, by provider. The rows with the tokens in them, which are large, are
/// not read: of these only the dead are counted, by their indexes.
pub async fn count_of_any_project(tx: &mut Tx, now: Timestamp) -> Result<Vec<CountRow>> {
    const COUNT: &str = "SELECT provider, CAST(SUM(found) AS BIGINT) AS in_all, CAST(SUM(dead) AS BIGINT) AS invalid, \
            CAST(SUM(ended) AS BIGINT) AS expired FROM ( \
        SELECT provider, COUNT(*) AS found, 0 AS dead, 0 AS ended FROM connection_external_map GROUP BY provider \
        UNION ALL SELECT provider, 0, COUNT(*), 0 FROM connection \
            WHERE invalid_refresh_token = TRUE GROUP BY provider \
        UNION ALL SELECT provider, 0, 0, COUNT(*) FROM connection \
            WHERE expires_at <= $1 AND NOT invalid_refresh_token = TRUE GROUP BY provider \
    ) AS counted GROUP BY provider";
    on!(tx, |db| query_as(COUNT)
        .bind(now.as_millisecond())
        .fetch_all(db))
}
