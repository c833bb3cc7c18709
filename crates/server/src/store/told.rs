//! The columns of `connection` that say what was told of it by events: each statement changes them and takes
//! the next number of the connection at once, so that whatever happens is told once, whoever sees it.

use jiff::Timestamp;
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as};
use crate::project::ProjectId;

/// A connection whose next event has a number.
#[derive(Debug)]
pub struct NumberedRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Of which project.
    pub project_id: ProjectId,
    /// Of which provider.
    pub provider: String,
    /// Whose it is; none while it is being made.
    pub external_id: Option<String>,
    /// The number.
    pub event_sequence: i64,
    /// The end of the grant, if there is one; milliseconds since the epoch.
    pub expires_at: Option<Stored<i64>>,
    /// Who has consented: what the provider calls them.
    pub account_id: Option<Stored<String>>,
    /// … what people call them.
    pub account_name: Option<Stored<String>>,
    /// What was picked after the consent: what the provider calls it.
    pub choice_id: Option<Stored<String>>,
    /// … what people call it.
    pub choice_name: Option<Stored<String>>,
    /// … where people find it.
    pub choice_url: Option<Stored<String>>,
}

from_row!(NumberedRow {
    connection_id,
    project_id,
    provider,
    external_id,
    event_sequence,
    expires_at,
    account_id,
    account_name,
    choice_id,
    choice_name,
    choice_url,
});

/// A statement that takes the next number where a condition holds, and sets what makes it hold no more.
macro_rules! number {
    ($set:literal, $where:literal) => {
        concat!(
            "UPDATE connection SET event_sequence = event_sequence + 1",
            $set,
            " WHERE connection_id = $1",
            $where,
            " RETURNING connection_id, project_id, provider, event_sequence, expires_at, account_id, account_name, \
                choice_id, choice_name, choice_url, (SELECT external_id FROM connection_external_map AS map \
                WHERE map.connection_id = connection.connection_id) AS external_id"
        )
    };
}

/// What is to be told of a connection; it is not where it was told already, or there is no such connection.
#[derive(Debug, Clone, Copy)]
pub enum Telling<'a> {
    /// Whatever was told before.
    Always,
    /// That only connecting again can help.
    Dead,
    /// That it works again.
    Alive,
    /// That its grant lacks these scopes, words between spaces.
    MissingScopes(&'a str),
    /// That its grant ends.
    End {
        /// When that was due; milliseconds since the epoch.
        due: i64,
        /// When the next is that is told of the end, if anything is.
        next: Option<Timestamp>,
        /// Whether it has ended.
        is_over: bool,
    },
}

/// Takes the number of the event that tells this of a connection. From here on the row is this transaction's.
pub async fn number(tx: &mut Tx, id: Uuid, telling: Telling<'_>) -> Result<Option<NumberedRow>> {
    const ALWAYS: &str = number!("", "");
    const DEAD: &str = number!(", told_dead = TRUE", " AND told_dead = FALSE");
    const ALIVE: &str = number!(", told_dead = FALSE", " AND told_dead = TRUE");
    const MISSING: &str = number!(
        ", told_missing_scopes = $2",
        " AND told_missing_scopes IS DISTINCT FROM $2"
    );
    const END: &str = number!(
        ", end_due_at = $2, told_dead = $3",
        " AND end_due_at = $4 AND told_dead = FALSE"
    );
    match telling {
        Telling::Always => on!(tx, |db| query_as(ALWAYS).bind(id).fetch_optional(db)),
        Telling::Dead => on!(tx, |db| query_as(DEAD).bind(id).fetch_optional(db)),
        Telling::Alive => on!(tx, |db| query_as(ALIVE).bind(id).fetch_optional(db)),
        Telling::MissingScopes(scopes) => {
            on!(tx, |db| query_as(MISSING)
                .bind(id)
                .bind(scopes)
                .fetch_optional(db))
        }
        Telling::End { due, next, is_over } => {
            on!(tx, |db| query_as(END)
                .bind(id)
                .bind(next.map(Timestamp::as_millisecond))
                .bind(is_over)
                .bind(due)
                .fetch_optional(db))
        }
    }
}

/// Gives the last number of a connection back, which this transaction has taken and not used.
pub async fn give_back(tx: &mut Tx, id: Uuid) -> Result<()> {
    const GIVE_BACK: &str =
        "UPDATE connection SET event_sequence = event_sequence - 1 WHERE connection_id = $1";
    change!(tx, query(GIVE_BACK).bind(id))?;
    Ok(())
}

/// Notes that no scope of a connection is missing any more.
pub async fn no_missing_scopes(tx: &mut Tx, id: Uuid) -> Result<()> {
    const NONE: &str = "UPDATE connection SET told_missing_scopes = NULL \
        WHERE connection_id = $1 AND told_missing_scopes IS NOT NULL";
    change!(tx, query(NONE).bind(id))?;
    Ok(())
}

/// Notes that no more is to be told of the end of a connection's grant, where this was due.
pub async fn no_end(tx: &mut Tx, id: Uuid, due: i64) -> Result<()> {
    const NONE: &str =
        "UPDATE connection SET end_due_at = NULL WHERE connection_id = $1 AND end_due_at = $2";
    change!(tx, query(NONE).bind(id).bind(due))?;
    Ok(())
}

/// A connection of whose grant's end something is to be told.
#[derive(Debug)]
pub struct EndRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Since when; milliseconds since the epoch.
    pub end_due_at: i64,
    /// The end; milliseconds since the epoch.
    pub expires_at: Option<Stored<i64>>,
    /// Whether it was told already that only connecting again can help.
    pub told_dead: Stored<bool>,
}

from_row!(EndRow {
    connection_id,
    end_due_at,
    expires_at,
    told_dead
});

/// Connections of whose grants' ends something is to be told by `now`, those that have waited the longest first.
pub async fn ends_of_any_project(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<EndRow>> {
    const ENDS: &str = "SELECT connection_id, end_due_at, expires_at, told_dead FROM connection \
        WHERE end_due_at <= $1 ORDER BY end_due_at LIMIT $2";
    on!(tx, |db| query_as(ENDS)
        .bind(now.as_millisecond())
        .bind(most)
        .fetch_all(db))
}
