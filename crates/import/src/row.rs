//! One connection as the original has it. What cannot be read becomes a [`Reason`], not a failure.

use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use secrecy::SecretString;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, Row as _, Type};
use uuid::Uuid;

use super::reason::Reason;
use juncture_server::connection::ExternalId;

const MAP: &str = "connection_external_map";

/// A connection of the original.
#[derive(Debug)]
pub(super) struct OriginalConnection {
    pub(super) id: Uuid,
    /// How many rows map to it.
    mappings: i64,
    external_id: Result<Option<String>, Reason>,
    provider: Result<Option<String>, Reason>,
    pub(super) grant: Result<Grant, Reason>,
}

/// What a row of `connection` grants.
#[derive(Debug)]
pub(super) struct Grant {
    pub(super) refresh_token: SecretString,
    pub(super) is_invalid: bool,
    pub(super) expires_at: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) last_updated: Timestamp,
}

/// A row of `connection_external_map` whose connection is not there.
#[derive(Debug)]
pub(super) struct Stray {
    pub(super) id: Option<Uuid>,
    pub(super) external_id: Option<String>,
    pub(super) provider: Option<String>,
}

impl OriginalConnection {
    /// Fails where the row has no id, by which it could be reported.
    pub(super) fn of_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("connection_id")?,
            mappings: row.try_get("mappings")?,
            external_id: optional(row, "external_id"),
            provider: optional(row, "provider"),
            grant: Grant::of_row(row),
        })
    }

    /// Whose it is: the external id, and the name of the provider.
    pub(super) fn subject(&self) -> Result<(&str, &str), Reason> {
        match self.mappings {
            0 => return Err(Reason::NoRow(MAP)),
            1 => {}
            _ => return Err(Reason::SeveralRows(MAP)),
        }
        let external_id = required(&self.external_id, "external_id")?;
        if let Some(problem) = ExternalId::problem(external_id) {
            return Err(Reason::ExternalId(problem));
        }
        Ok((external_id, required(&self.provider, "provider")?))
    }

    /// The external id as it stands there, fit or not.
    pub(super) fn external_id(&self) -> Option<&str> {
        self.external_id.as_ref().ok()?.as_deref()
    }

    /// The name of the provider as it stands there, known or not.
    pub(super) fn provider(&self) -> Option<&str> {
        self.provider.as_ref().ok()?.as_deref()
    }
}

impl Grant {
    fn of_row(row: &PgRow) -> Result<Self, Reason> {
        let time = |column| filled(row, column).map(SqlTimestamp::to_jiff);
        let refresh_token: String = filled(row, "refresh_token")?;
        if refresh_token.trim().is_empty() {
            return Err(Reason::Empty("refresh_token"));
        }
        Ok(Self {
            refresh_token: refresh_token.into(),
            is_invalid: filled(row, "invalid_refresh_token")?,
            expires_at: time("expires_at")?,
            created_at: time("created_at")?,
            last_updated: time("last_updated")?,
        })
    }
}

impl Stray {
    pub(super) fn of_row(row: &PgRow) -> Self {
        Self {
            id: row.try_get("connection_id").ok(),
            external_id: row.try_get("external_id").ok(),
            provider: row.try_get("provider").ok(),
        }
    }
}

/// The value of a column that may be null.
pub(crate) fn optional<'r, T>(row: &'r PgRow, column: &'static str) -> Result<Option<T>, Reason>
where
    T: sqlx::Decode<'r, Postgres> + Type<Postgres>,
{
    row.try_get(column).map_err(|_| Reason::Unreadable(column))
}

/// The value of a column that must have one.
pub(crate) fn filled<'r, T>(row: &'r PgRow, column: &'static str) -> Result<T, Reason>
where
    T: sqlx::Decode<'r, Postgres> + Type<Postgres>,
{
    optional(row, column)?.ok_or(Reason::Null(column))
}

fn required<'r>(
    read: &'r Result<Option<String>, Reason>,
    column: &'static str,
) -> Result<&'r str, Reason> {
    match read {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(Reason::Null(column)),
        Err(reason) => Err(reason.clone()),
    }
}
