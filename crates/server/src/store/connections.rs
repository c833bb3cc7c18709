//! `connection` and `connection_external_map`: the grants, and whose they are.

use jiff::Timestamp;
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, change, from_row, on, query, query_as, query_scalar};
use crate::project::ProjectId;
use crate::seal::Sealed;

/// The greatest version of tokens that is one: as many as a double holds exactly.
pub const GREATEST_VERSION: i64 = 9_007_199_254_740_991;

/// A row of `connection`.
#[derive(Debug)]
pub struct ConnectionRow {
    /// The connection's id, kept for as long as it is reconnected.
    pub connection_id: Uuid,
    /// The OAuth app that its grant is of; none if that is the environment's.
    pub oauth_app_id: Option<Uuid>,
    /// Sealed; none where the provider gives none.
    pub refresh_token: Option<Sealed>,
    /// Whether the provider refused the refresh token for good.
    pub invalid_refresh_token: Stored<bool>,
    /// Sealed; an empty text until the first refresh of an imported connection.
    pub access_token: Sealed,
    /// Milliseconds since the epoch; none where it does not end by itself.
    pub access_token_expires_at: Option<Stored<i64>>,
    /// Grows with every new pair of tokens.
    pub token_version: Stored<i64>,
    /// The end of the grant, if there is one; milliseconds since the epoch.
    pub expires_at: Option<Stored<i64>>,
    /// When the refresh token was issued; milliseconds since the epoch.
    pub refreshed_at: Stored<i64>,
    /// Who holds the lease of the refresh.
    pub refresh_owner: Option<Stored<Uuid>>,
    /// Until when; milliseconds since the epoch.
    pub refresh_lease_until: Stored<i64>,
    /// Set while nobody knows how a refresh ended; milliseconds since the epoch.
    pub refresh_started_at: Option<Stored<i64>>,
    /// When the next try is due; milliseconds since the epoch.
    pub refresh_not_before: Stored<i64>,
    /// Failures in a row.
    pub refresh_failures: Stored<i64>,
    /// The last of them, in a word.
    pub refresh_failure: Option<Stored<String>>,
    /// Since when it has been refused without a reason; milliseconds since the epoch.
    pub refresh_refused_since: Option<Stored<i64>>,
    /// The scopes that were granted, by spaces.
    pub granted_scopes: Option<Stored<String>>,
    /// Who has consented: what the provider calls them.
    pub account_id: Option<Stored<String>>,
    /// … what people call them.
    pub account_name: Option<Stored<String>>,
    /// … their e-mail address.
    pub account_email: Option<Stored<String>>,
    /// What was picked after the consent: what the provider calls it.
    pub choice_id: Option<Stored<String>>,
    /// … what people call it.
    pub choice_name: Option<Stored<String>>,
    /// … where people find it.
    pub choice_url: Option<Stored<String>>,
    /// Sealed.
    pub kept: Option<Sealed>,
    /// Whether it was told that only connecting again can help.
    pub told_dead: Stored<bool>,
    /// Which scopes were told to be missing, by spaces.
    pub told_missing_scopes: Option<Stored<String>>,
}

from_row!(ConnectionRow {
    connection_id,
    oauth_app_id,
    refresh_token,
    invalid_refresh_token,
    access_token,
    access_token_expires_at,
    token_version,
    expires_at,
    refreshed_at,
    refresh_owner,
    refresh_lease_until,
    refresh_started_at,
    refresh_not_before,
    refresh_failures,
    refresh_failure,
    refresh_refused_since,
    granted_scopes,
    account_id,
    account_name,
    account_email,
    choice_id,
    choice_name,
    choice_url,
    kept,
    told_dead,
    told_missing_scopes,
});

/// A connection and whose it is.
#[derive(Debug)]
pub struct OwnedRow {
    /// The connection.
    pub connection: ConnectionRow,
    /// The project.
    pub owner_project: ProjectId,
    /// The caller's own id of the customer.
    pub external_id: String,
}

from_row!(OwnedRow { ..connection, owner_project, external_id });

/// A new pair of tokens, sealed for its row.
#[derive(Debug)]
pub struct SealedTokens {
    /// The refresh token that the provider will accept next, if there is one.
    pub refresh_token: Option<Sealed>,
    /// The access token that came with it.
    pub access_token: Sealed,
    /// Until when it works; none if it does not end by itself.
    pub access_token_expires_at: Option<Timestamp>,
    /// The scopes that were granted, by spaces, if it was told.
    pub granted_scopes: Option<String>,
    /// What was told with them and is kept, if there is anything.
    pub kept: Option<Sealed>,
}

/// A grant fresh from consent, as its row will read.
#[derive(Debug)]
pub struct GrantRow<'a> {
    /// Its tokens.
    pub tokens: SealedTokens,
    /// The OAuth app that it is of; none if that is the environment's.
    pub oauth_app_id: Option<Uuid>,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When the next is due that is told of that, if anything is.
    pub end_due_at: Option<Timestamp>,
    /// What was picked, if there was anything to pick.
    pub choice: Option<ChoiceRow<'a>>,
    /// Who has consented, if it is known.
    pub account: Option<AccountRow<'a>>,
}

/// Who has consented.
#[derive(Debug, Clone, Copy)]
pub struct AccountRow<'a> {
    /// What the provider calls them.
    pub id: &'a str,
    /// What people call them.
    pub name: Option<&'a str>,
    /// Their e-mail address.
    pub email: Option<&'a str>,
}

/// What was picked after the consent.
#[derive(Debug, Clone, Copy)]
pub struct ChoiceRow<'a> {
    /// What the provider calls it.
    pub id: &'a str,
    /// What people call it.
    pub name: &'a str,
    /// Where people find it.
    pub url: Option<&'a str>,
}

/// The connection of an external id of a project.
pub async fn find(
    tx: &mut Tx,
    project: ProjectId,
    external_id: &str,
    provider: &str,
) -> Result<Option<ConnectionRow>> {
    const FIND: &str = "SELECT connection.* FROM connection_external_map AS map JOIN connection USING (connection_id) \
        WHERE map.project_id = $1 AND map.provider = $2 AND map.external_id = $3";
    on!(tx, |db| query_as(FIND)
        .bind(project)
        .bind(provider)
        .bind(external_id)
        .fetch_optional(db))
}

/// The connection with this id, if it is of this provider.
pub async fn find_by_id_of_any_project(
    tx: &mut Tx,
    id: Uuid,
    provider: &str,
) -> Result<Option<OwnedRow>> {
    const FIND: &str = "SELECT connection.*, map.project_id AS owner_project, map.external_id FROM connection \
        JOIN connection_external_map AS map USING (connection_id) WHERE connection_id = $1 AND map.provider = $2";
    on!(tx, |db| query_as(FIND)
        .bind(id)
        .bind(provider)
        .fetch_optional(db))
}

/// The id under which `external_id` is connected.
pub async fn find_id(
    tx: &mut Tx,
    project: ProjectId,
    external_id: &str,
    provider: &str,
) -> Result<Option<Uuid>> {
    const FIND: &str = "SELECT connection_id FROM connection_external_map \
        WHERE project_id = $1 AND provider = $2 AND external_id = $3";
    on!(tx, |db| query_scalar(FIND)
        .bind(project)
        .bind(provider)
        .bind(external_id)
        .fetch_optional(db))
}

/// Binds `$1` to `$16` of a statement on a connection whose grant is fresh.
macro_rules! grant {
    ($statement:expr, $id:expr, $grant:expr, $now:expr) => {{
        let GrantRow {
            tokens,
            oauth_app_id,
            expires_at,
            end_due_at,
            choice,
            account,
        } = $grant;
        $statement
            .bind($id)
            .bind(&tokens.refresh_token)
            .bind(&tokens.access_token)
            .bind(
                tokens
                    .access_token_expires_at
                    .map(Timestamp::as_millisecond),
            )
            .bind(expires_at.map(Timestamp::as_millisecond))
            .bind(choice.map(|choice| choice.id))
            .bind(choice.map(|choice| choice.name))
            .bind(choice.and_then(|choice| choice.url))
            .bind($now.as_millisecond())
            .bind(&tokens.granted_scopes)
            .bind(&tokens.kept)
            .bind(account.map(|account| account.id))
            .bind(account.and_then(|account| account.name))
            .bind(account.and_then(|account| account.email))
            .bind(oauth_app_id)
            .bind(end_due_at.map(Timestamp::as_millisecond))
    }};
}

/// Saves a grant fresh from consent as a new connection of a project.
pub async fn insert(
    tx: &mut Tx,
    project: ProjectId,
    provider: &str,
    id: Uuid,
    grant: &GrantRow<'_>,
    now: Timestamp,
) -> Result<()> {
    const INSERT: &str = "INSERT INTO connection (connection_id, refresh_token, invalid_refresh_token, \
            access_token, access_token_expires_at, token_version, expires_at, \
            choice_id, choice_name, choice_url, refreshed_at, created_at, last_updated, granted_scopes, kept, \
            account_id, account_name, account_email, oauth_app_id, end_due_at, project_id, provider) \
        VALUES ($1, $2, FALSE, $3, $4, 1, $5, $6, $7, $8, $9, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
    change!(
        tx,
        grant!(query(INSERT), id, grant, now)
            .bind(project)
            .bind(provider)
    )?;
    Ok(())
}

/// Gives a connection new life by a grant fresh from consent; false if it is no more.
pub async fn renew(tx: &mut Tx, id: Uuid, grant: &GrantRow<'_>, now: Timestamp) -> Result<bool> {
    // Whatever stands in the row is replaced, so this heals a row that cannot be read.
    const RENEW: &str = "UPDATE connection SET refresh_token = $2, invalid_refresh_token = FALSE, \
            access_token = $3, access_token_expires_at = $4, token_version = \
                CASE WHEN token_version BETWEEN 1 AND 9007199254740991 THEN token_version + 1 ELSE 1 END, \
            expires_at = $5, choice_id = $6, choice_name = $7, choice_url = $8, refreshed_at = $9, \
            refresh_owner = NULL, refresh_lease_until = 0, refresh_started_at = NULL, \
            refresh_not_before = 0, refresh_failures = 0, refresh_failure = NULL, \
            refresh_refused_since = NULL, error_code = NULL, error_at = NULL, last_updated = $9, granted_scopes = $10, kept = $11, \
            account_id = $12, account_name = $13, account_email = $14, oauth_app_id = $15, end_due_at = $16 \
        WHERE connection_id = $1";
    let renewed = change!(tx, grant!(query(RENEW), id, grant, now))?;
    Ok(renewed == 1)
}

/// Adds to a connection what was learnt by its tokens of `version`, as far as it was not known.
pub async fn learn(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    account: Option<AccountRow<'_>>,
    choice: Option<ChoiceRow<'_>>,
) -> Result<()> {
    const ACCOUNT: &str = "UPDATE connection SET account_id = $3, account_name = $4, account_email = $5 \
        WHERE connection_id = $1 AND token_version = $2 AND account_id IS NULL";
    const CHOICE: &str = "UPDATE connection SET choice_name = $4, choice_url = $5 \
        WHERE connection_id = $1 AND token_version = $2 AND choice_id = $3 AND choice_name IS NULL";
    if let Some(AccountRow {
        id: account_id,
        name,
        email,
    }) = account
    {
        change!(
            &mut *tx,
            query(ACCOUNT)
                .bind(id)
                .bind(version)
                .bind(account_id)
                .bind(name)
                .bind(email)
        )?;
    }
    if let Some(ChoiceRow {
        id: choice_id,
        name,
        url,
    }) = choice
    {
        change!(
            &mut *tx,
            query(CHOICE)
                .bind(id)
                .bind(version)
                .bind(choice_id)
                .bind(name)
                .bind(url)
        )?;
    }
    Ok(())
}

/// Says whose connection `id` is, unless another id has been said by then; tells the id that it is.
pub async fn map(
    tx: &mut Tx,
    project: ProjectId,
    external_id: &str,
    provider: &str,
    id: Uuid,
) -> Result<Uuid> {
    // The update changes nothing: it makes the statement wait for whoever is saying so just now, and
    // return the row that stands.
    const MAP: &str = "INSERT INTO connection_external_map (project_id, provider, external_id, connection_id) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (project_id, provider, external_id) \
        DO UPDATE SET provider = excluded.provider RETURNING connection_id";
    on!(tx, |db| query_scalar(MAP)
        .bind(project)
        .bind(provider)
        .bind(external_id)
        .bind(id)
        .fetch_one(db))
}

/// Takes a connection back that nobody has been told of.
pub async fn discard(tx: &mut Tx, id: Uuid) -> Result<()> {
    const DISCARD: &str = "DELETE FROM connection WHERE connection_id = $1";
    change!(tx, query(DISCARD).bind(id))?;
    Ok(())
}

/// Deletes the connection with this id, with whose it was and the provider's row, if it is of this project;
/// false if it is not.
pub async fn delete_by_id(tx: &mut Tx, project: ProjectId, id: Uuid) -> Result<bool> {
    const DELETE: &str = "DELETE FROM connection WHERE connection_id IN (SELECT connection_id \
        FROM connection_external_map WHERE project_id = $1 AND connection_id = $2)";
    Ok(change!(tx, query(DELETE).bind(project).bind(id))? == 1)
}

/// What must be known of a connection to see whether the keys open it.
#[derive(Debug)]
pub struct SampleRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Of which project.
    pub project_id: ProjectId,
    /// Of which provider.
    pub provider: String,
    /// Whose it is.
    pub external_id: String,
    /// Sealed.
    pub refresh_token: Sealed,
}

from_row!(SampleRow {
    connection_id,
    project_id,
    provider,
    external_id,
    refresh_token
});

/// Tells all who hold a copy of a connection that something of it has changed.
pub async fn touch(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    const TOUCH: &str = "UPDATE connection SET last_updated = $1 WHERE connection_id = $2";
    change!(tx, query(TOUCH).bind(now.as_millisecond()).bind(id))?;
    Ok(())
}

/// A few connections, to see at start whether the keys open them.
pub async fn sample_of_any_project(tx: &mut Tx) -> Result<Vec<SampleRow>> {
    const SAMPLE: &str = "SELECT connection_id, map.project_id, map.provider, map.external_id, refresh_token \
        FROM connection JOIN connection_external_map AS map USING (connection_id) \
        WHERE refresh_token IS NOT NULL LIMIT 32";
    on!(tx, |db| query_as(SAMPLE).fetch_all(db))
}
