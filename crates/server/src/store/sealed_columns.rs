//! Every column that holds sealed values, in one list.
//!
//! Only they name a [`Place`] of the store ([`SealedColumn::place`]), so nothing is sealed there that
//! a rotation of the key would not find. A new sealed column is a line here.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::{Result, Tx, change, on, query, query_as};
use crate::project::ProjectId;
use crate::seal::{Owner, Place, Sealed};

/// A column of sealed values (or NULL), and the statements with which a rotation walks it.
#[derive(Debug)]
pub struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
    first_key: fn() -> RowKey,
    page: &'static str,
    replace: &'static str,
}

/// The primary key of a row that has a sealed column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKey {
    /// A UUID.
    Id(Uuid),
    /// A SHA-256.
    Hash(Vec<u8>),
}

impl RowKey {
    /// No row comes before it.
    const FIRST_ID: fn() -> Self = || Self::Id(Uuid::nil());
    /// Likewise.
    const FIRST_HASH: fn() -> Self = || Self::Hash(Vec::new());
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Hash(hash) => f.write_str(&STANDARD.encode(hash)),
        }
    }
}

macro_rules! sealed_columns {
    ($($name:ident: $table:literal, $column:literal, by $key:literal, $first:ident, of $owner:literal in $from:literal;)*) => {
        $(
            #[doc = concat!("`", $table, ".", $column, "`.")]
            pub const $name: SealedColumn = SealedColumn {
                table: $table,
                column: $column,
                first_key: RowKey::$first,
                page: concat!(
                    "SELECT ", $key, ", CASE WHEN substr(", $column, ", 1, $1) <> $2 THEN ", $column, " END, ",
                    $owner, " FROM ", $from, " WHERE ", $key, " >= $3 ORDER BY ", $key, " LIMIT $4"
                ),
                replace: concat!(
                    "UPDATE ", $table, " SET ", $column, " = $1 WHERE ", $key, " = $2 AND ", $column, " = $3"
                ),
            };
        )*

        /// All of them.
        pub const ALL: &[SealedColumn] = &[$($name),*];
    };
}

sealed_columns! {
    REFRESH_TOKEN: "connection", "refresh_token", by "connection_id", FIRST_ID,
        of "map.project_id, map.provider, map.external_id"
        in "connection LEFT JOIN connection_external_map AS map USING (connection_id)";
    ACCESS_TOKEN: "connection", "access_token", by "connection_id", FIRST_ID,
        of "map.project_id, map.provider, map.external_id"
        in "connection LEFT JOIN connection_external_map AS map USING (connection_id)";
    KEPT: "connection", "kept", by "connection_id", FIRST_ID,
        of "map.project_id, map.provider, map.external_id"
        in "connection LEFT JOIN connection_external_map AS map USING (connection_id)";
    PENDING_REFRESH_TOKEN: "pending_connection", "refresh_token", by "code_hash", FIRST_HASH,
        of "project_id, provider, external_id" in "pending_connection";
    PENDING_ACCESS_TOKEN: "pending_connection", "access_token", by "code_hash", FIRST_HASH,
        of "project_id, provider, external_id" in "pending_connection";
    PENDING_KEPT: "pending_connection", "kept", by "code_hash", FIRST_HASH,
        of "project_id, provider, external_id" in "pending_connection";
    CLIENT_SECRET: "oauth_app", "client_secret", by "oauth_app_id", FIRST_ID,
        of "project_id, provider, ''" in "oauth_app";
    EVENT_DATA: "event", "data", by "event_id", FIRST_ID,
        of "project_id, provider, external_id" in "event";
    ENDPOINT_URL: "event_endpoint", "url", by "endpoint_id", FIRST_ID,
        of "project_id, '', ''" in "event_endpoint";
    ENDPOINT_SECRET: "event_endpoint", "secret", by "endpoint_id", FIRST_ID,
        of "project_id, '', ''" in "event_endpoint";
    ENDPOINT_OLD_SECRET: "event_endpoint", "old_secret", by "endpoint_id", FIRST_ID,
        of "project_id, '', ''" in "event_endpoint";
    ATTEMPT_EXCERPT: "event_attempt", "excerpt", by "attempt_id", FIRST_ID,
        of "project_id, '', ''" in "event_attempt JOIN event_endpoint USING (endpoint_id)";
    KEY_CHECK: "key_check", "sealed", by "id", FIRST_ID,
        of "CAST(NULL AS UUID), CAST(NULL AS TEXT), CAST(NULL AS TEXT)" in "key_check";
    // Its key is a hash of its owner too.
    IDEMPOTENT_ANSWER: "idempotency_key", "answer", by "key_hash", FIRST_HASH,
        of "CAST(NULL AS UUID), CAST(NULL AS TEXT), CAST(NULL AS TEXT)" in "idempotency_key";
}

/// A row of a column.
#[derive(Debug)]
pub struct SealedRow {
    /// Its key.
    pub key: RowKey,
    /// Where its value belongs, and to whom.
    pub place: Place,
    /// Its value, if there is one that does not begin as asked.
    pub value: Option<Sealed>,
}

/// A row as the database gives it: key, value, project, provider, external id.
type RawRow<Key> = (
    Key,
    Option<Sealed>,
    Option<ProjectId>,
    Option<String>,
    Option<String>,
);

impl SealedColumn {
    /// Where the value of one row belongs.
    #[must_use]
    pub fn place(&self, row: &RowKey, owner: Option<Owner<'_>>) -> Place {
        Place::stored(format!("{}.{}/{row}", self.table, self.column), owner)
    }

    /// The next rows in the order of their keys, at most `limit`: with their values where these do not
    /// begin like this. Every statement looks at so many rows and no more, however few it finds.
    pub async fn page(
        &self,
        tx: &mut Tx,
        beginning: &[u8],
        after: Option<&RowKey>,
        limit: u16,
    ) -> Result<Vec<SealedRow>> {
        // The row before the page comes with it, and goes.
        let from = after.cloned().unwrap_or_else(self.first_key);
        let mut page: Vec<SealedRow> = match from {
            RowKey::Id(id) => {
                let rows: Vec<RawRow<Uuid>> = on!(tx, |db| query_as(self.page)
                    .bind(length_of(beginning))
                    .bind(beginning)
                    .bind(id)
                    .bind(i64::from(limit) + 1)
                    .fetch_all(db))?;
                rows.into_iter()
                    .map(|row| self.read(row, RowKey::Id))
                    .collect()
            }
            RowKey::Hash(hash) => {
                let rows: Vec<RawRow<Vec<u8>>> = on!(tx, |db| query_as(self.page)
                    .bind(length_of(beginning))
                    .bind(beginning)
                    .bind(&hash)
                    .bind(i64::from(limit) + 1)
                    .fetch_all(db))?;
                rows.into_iter()
                    .map(|row| self.read(row, RowKey::Hash))
                    .collect()
            }
        };
        page.retain(|row| Some(&row.key) != after);
        page.truncate(limit.into());
        Ok(page)
    }

    fn read<Key>(&self, row: RawRow<Key>, key: fn(Key) -> RowKey) -> SealedRow {
        let (raw, value, project, provider, external_id) = row;
        let key = key(raw);
        let customer = provider.as_deref().zip(external_id.as_deref());
        let owner = project
            .zip(customer)
            .map(|(project, (provider, external_id))| Owner {
                project,
                provider,
                external_id,
            });
        SealedRow {
            place: self.place(&key, owner),
            key,
            value,
        }
    }

    /// Replaces a value; false if it is another one meanwhile, or gone. No two sealed values are
    /// equal, so the value itself tells whether it has changed.
    pub async fn replace(
        &self,
        tx: &mut Tx,
        key: &RowKey,
        old: &Sealed,
        new: &Sealed,
    ) -> Result<bool> {
        let replaced = match key {
            RowKey::Id(id) => change!(tx, query(self.replace).bind(new).bind(id).bind(old)),
            RowKey::Hash(hash) => change!(tx, query(self.replace).bind(new).bind(hash).bind(old)),
        }?;
        Ok(replaced == 1)
    }
}

fn length_of(beginning: &[u8]) -> i32 {
    i32::try_from(beginning.len()).expect("a beginning is at most 34 bytes long")
}
