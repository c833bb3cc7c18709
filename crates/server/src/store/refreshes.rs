//! The columns of `connection` that say who refreshes its tokens, and how that has gone.
//!
//! `token_version` fences every change: what is about older tokens changes nothing.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::connections::{ConnectionRow, SealedTokens};
use super::{Result, Tx, change, from_row, on, query, query_as, query_scalar};

/// The longest lease that is ever taken: the token request, and time to commit.
pub const LONGEST_LEASE: SignedDuration = SignedDuration::from_secs(15);

/// The longest that a try is ever put off.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// How far the clocks of two processes may differ.
pub const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(10);

/// Whether a wait until `until` stands: it is not over, and no longer than the longest of its kind.
/// What lies further ahead was written by a clock that was ahead itself, and holds nobody up.
#[must_use]
pub fn stands(until: Timestamp, longest: SignedDuration, now: Timestamp) -> bool {
    until > now && !is_beyond(until, longest, now)
}

/// Whether `until` lies further ahead than any wait of its kind.
#[must_use]
pub fn is_beyond(until: Timestamp, longest: SignedDuration, now: Timestamp) -> bool {
    until.duration_since(now) > longest + CLOCKS_APART
}

/// [`stands`], of neither the lease nor the back-off, in SQL. `$1`, `$2` and `$3` are those of [`Due`].
macro_rules! due {
    () => {
        "(refresh_lease_until <= $1 OR refresh_lease_until > $2) \
            AND (refresh_not_before <= $1 OR refresh_not_before > $3)"
    };
}

/// Whether a connection can be refreshed at all, in SQL. `$1` is now.
macro_rules! alive {
    () => {
        "refresh_token IS NOT NULL AND invalid_refresh_token = FALSE \
            AND (expires_at IS NULL OR expires_at > $1)"
    };
}

/// What `due!` compares with, in milliseconds since the epoch.
struct Due {
    now: i64,
    longest_lease: i64,
    longest_pause: i64,
}

impl Due {
    fn at(now: Timestamp) -> Self {
        let now = now.as_millisecond();
        let beyond = |longest: SignedDuration| {
            now + i64::try_from((longest + CLOCKS_APART).as_millis()).expect("it is minutes")
        };
        Self {
            now,
            longest_lease: beyond(LONGEST_LEASE),
            longest_pause: beyond(LONGEST_PAUSE),
        }
    }
}

/// Takes the lease of the tokens of `version` and records that a refresh is begun; none if they are
/// newer or dead by now, or if the lease or a back-off stands.
pub async fn claim(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    owner: Uuid,
    lease_until: Timestamp,
    now: Timestamp,
) -> Result<Option<ConnectionRow>> {
    const CLAIM: &str = concat!(
        "UPDATE connection SET refresh_owner = $4, refresh_lease_until = $5, \
            refresh_started_at = COALESCE(refresh_started_at, $1) \
        WHERE connection_id = $6 AND token_version = $7 AND invalid_refresh_token = FALSE AND ",
        due!(),
        " RETURNING *"
    );
    let due = Due::at(now);
    on!(tx, |db| query_as(CLAIM)
        .bind(due.now)
        .bind(due.longest_lease)
        .bind(due.longest_pause)
        .bind(owner)
        .bind(lease_until.as_millisecond())
        .bind(id)
        .bind(version)
        .fetch_optional(db))
}

/// Replaces the tokens of `version`; false if they had already been replaced.
pub async fn rotate(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    tokens: &SealedTokens,
    now: Timestamp,
) -> Result<bool> {
    const ROTATE: &str = "UPDATE connection SET refresh_token = $1, access_token = $2, access_token_expires_at = $3, \
            invalid_refresh_token = FALSE, token_version = token_version + 1, refreshed_at = $4, \
            refresh_owner = NULL, refresh_lease_until = 0, refresh_started_at = NULL, \
            refresh_not_before = 0, refresh_failures = 0, refresh_failure = NULL, \
            refresh_refused_since = NULL, error_code = NULL, error_at = NULL, last_updated = $4, \
            granted_scopes = COALESCE($7, granted_scopes), kept = COALESCE($8, kept) \
        WHERE connection_id = $5 AND token_version = $6";
    let rotated = change!(
        tx,
        query(ROTATE)
            .bind(&tokens.refresh_token)
            .bind(&tokens.access_token)
            .bind(
                tokens
                    .access_token_expires_at
                    .map(Timestamp::as_millisecond)
            )
            .bind(now.as_millisecond())
            .bind(id)
            .bind(version)
            .bind(&tokens.granted_scopes)
            .bind(&tokens.kept)
    )?;
    Ok(rotated == 1)
}

/// How a try ended that brought no tokens.
#[derive(Debug)]
pub struct Release {
    /// When the next one is due.
    pub not_before: Timestamp,
    /// Failures in a row, with this one.
    pub failures: i64,
    /// This one, in a word.
    pub failure: &'static str,
    /// … as a code of the API.
    pub code: &'static str,
    /// When it happened.
    pub at: Timestamp,
    /// Whether the provider may have acted.
    pub is_outcome_unknown: bool,
    /// Since when it has been refused without a reason.
    pub refused_since: Option<Timestamp>,
}

/// Gives the lease back after a failure; false if `owner` no longer holds it.
pub async fn release(tx: &mut Tx, id: Uuid, owner: Uuid, release: &Release) -> Result<bool> {
    const RELEASE: &str = "UPDATE connection SET refresh_owner = NULL, refresh_lease_until = 0, \
            refresh_started_at = CASE WHEN $1 THEN refresh_started_at END, \
            refresh_not_before = $2, refresh_failures = $3, refresh_failure = $4, refresh_refused_since = $5, \
            error_code = $8, error_at = $9 \
        WHERE connection_id = $6 AND refresh_owner = $7";
    let released = change!(
        tx,
        query(RELEASE)
            .bind(release.is_outcome_unknown)
            .bind(release.not_before.as_millisecond())
            .bind(release.failures)
            .bind(release.failure)
            .bind(release.refused_since.map(Timestamp::as_millisecond))
            .bind(id)
            .bind(owner)
            .bind(release.code)
            .bind(release.at.as_millisecond())
    )?;
    Ok(released == 1)
}

/// Marks the grant dead, if its tokens are still those of `version`; false if they are newer, or it
/// was marked before.
pub async fn invalidate(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    code: &'static str,
    now: Timestamp,
) -> Result<bool> {
    const INVALIDATE: &str = "UPDATE connection SET invalid_refresh_token = TRUE, refresh_owner = NULL, \
            refresh_lease_until = 0, refresh_started_at = NULL, last_updated = $1, \
            error_code = $4, error_at = $1 \
        WHERE connection_id = $2 AND token_version = $3 AND invalid_refresh_token = FALSE";
    let invalidated = change!(
        tx,
        query(INVALIDATE)
            .bind(now.as_millisecond())
            .bind(id)
            .bind(version)
            .bind(code)
    )?;
    Ok(invalidated == 1)
}

/// When another connection of the same OAuth app at `provider` than `id` last got tokens here, up to `until`;
/// milliseconds since the epoch.
pub async fn last_elsewhere(
    tx: &mut Tx,
    id: Uuid,
    provider: &str,
    until: Timestamp,
) -> Result<Option<i64>> {
    // What an import brought was refreshed elsewhere, and has no access token.
    const LAST: &str = "SELECT refreshed_at FROM connection \
        WHERE provider = $1 AND connection_id <> $2 AND access_token_expires_at > 0 AND refreshed_at <= $3 \
            AND oauth_app_id IS NOT DISTINCT FROM (SELECT oauth_app_id FROM connection WHERE connection_id = $2) \
        ORDER BY refreshed_at DESC LIMIT 1";
    on!(tx, |db| query_scalar(LAST)
        .bind(provider)
        .bind(id)
        .bind(until.as_millisecond())
        .fetch_optional(db))
}

/// A connection that somebody should see to.
#[derive(Debug)]
pub struct DueRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Of which provider.
    pub provider: String,
}

from_row!(DueRow {
    connection_id,
    provider
});

/// Connections whose refresh was begun and has no known end, where nobody is at it; oldest first.
pub async fn interrupted_of_any_project(
    tx: &mut Tx,
    now: Timestamp,
    most: i64,
) -> Result<Vec<DueRow>> {
    const INTERRUPTED: &str = concat!(
        "SELECT connection_id, provider FROM connection \
        WHERE refresh_started_at IS NOT NULL AND ",
        alive!(),
        " AND ",
        due!(),
        " ORDER BY refresh_started_at LIMIT $4"
    );
    let due = Due::at(now);
    on!(tx, |db| query_as(INTERRUPTED)
        .bind(due.now)
        .bind(due.longest_lease)
        .bind(due.longest_pause)
        .bind(most)
        .fetch_all(db))
}

/// Connections of `provider` whose refresh token was issued at `issued` or before, where nobody is at
/// it; oldest first.
pub async fn idle_of_any_project(
    tx: &mut Tx,
    provider: &str,
    issued: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<Vec<DueRow>> {
    const IDLE: &str = concat!(
        "SELECT connection_id, provider FROM connection \
        WHERE refreshed_at <= $4 AND provider = $5 AND ",
        alive!(),
        " AND ",
        due!(),
        " ORDER BY refreshed_at LIMIT $6"
    );
    let due = Due::at(now);
    on!(tx, |db| query_as(IDLE)
        .bind(due.now)
        .bind(due.longest_lease)
        .bind(due.longest_pause)
        .bind(issued.as_millisecond())
        .bind(provider)
        .bind(most)
        .fetch_all(db))
}

/// Connections whose tokens were issued in the future, so by a clock that was ahead, and seem to work;
/// where nobody is at it. What an import brought and nobody has refreshed here does not seem to work.
pub async fn ahead_of_any_project(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<DueRow>> {
    const AHEAD: &str = concat!(
        "SELECT connection_id, provider FROM connection \
        WHERE refreshed_at > $4 AND access_token_expires_at > $1 AND ",
        alive!(),
        " AND ",
        due!(),
        " ORDER BY refreshed_at LIMIT $5"
    );
    let due = Due::at(now);
    on!(tx, |db| query_as(AHEAD)
        .bind(due.now)
        .bind(due.longest_lease)
        .bind(due.longest_pause)
        .bind((now + CLOCKS_APART).as_millisecond())
        .bind(most)
        .fetch_all(db))
}
