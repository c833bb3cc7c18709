//! Connections as things: what there is to tell of one without its tokens, which are large and nobody's.

use jiff::Timestamp;
use sqlx::{Database, Encode, QueryBuilder, Type};
use uuid::Uuid;

use super::stored::Stored;
use super::{Result, Tx, from_row, on};
use crate::project::ProjectId;

const TABLE: &str = "connection";

/// What is told of a connection.
#[derive(Debug)]
pub struct ListedRow {
    /// Its id.
    pub connection_id: Uuid,
    /// Of which provider.
    pub provider: String,
    /// The project's own id of the customer.
    pub external_id: String,
    /// Whether the provider refused the refresh token for good.
    pub invalid_refresh_token: Stored<bool>,
    /// The end of the grant; milliseconds since the epoch.
    pub expires_at: Option<Stored<i64>>,
    /// Who has consented.
    pub account_id: Option<String>,
    /// What people call them.
    pub account_name: Option<String>,
    /// Their address.
    pub account_email: Option<String>,
    /// Words between spaces, as the provider has told them.
    pub granted_scopes: Option<String>,
    /// What was picked after the consent.
    pub choice_id: Option<String>,
    /// What people call it.
    pub choice_name: Option<String>,
    /// Where people find it.
    pub choice_url: Option<String>,
    /// When the refresh token was issued; milliseconds since the epoch.
    pub refreshed_at: Stored<i64>,
    /// Milliseconds since the epoch.
    pub created_at: Stored<i64>,
    /// To the minute; milliseconds since the epoch.
    pub last_used_at: Option<Stored<i64>>,
    /// Why the last refresh failed.
    pub error_code: Option<String>,
    /// When; milliseconds since the epoch.
    pub error_at: Option<Stored<i64>>,
    /// What a call has shown last that is wrong with it.
    pub call_error_code: Option<String>,
    /// When; milliseconds since the epoch.
    pub call_error_at: Option<Stored<i64>>,
}

from_row!(ListedRow {
    connection_id,
    provider,
    external_id,
    invalid_refresh_token,
    expires_at,
    account_id,
    account_name,
    account_email,
    granted_scopes,
    choice_id,
    choice_name,
    choice_url,
    refreshed_at,
    created_at,
    last_used_at,
    error_code,
    error_at,
    call_error_code,
    call_error_at,
});

/// How a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It works, as far as is known.
    Active,
    /// The provider has refused its refresh token for good.
    Invalid,
    /// The grant has reached its end.
    Expired,
}

impl State {
    /// The state in a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Active, Self::Invalid, Self::Expired];
        all.into_iter().find(|state| state.as_str() == word)
    }
}

impl ListedRow {
    /// How it stands at a time.
    pub fn state(&self, now: Timestamp) -> Result<State> {
        let id = self.connection_id;
        let is_invalid = (self.invalid_refresh_token).read(TABLE, "invalid_refresh_token", id)?;
        let end = self.ends_at()?;
        Ok(match end {
            _ if is_invalid => State::Invalid,
            Some(end) if end <= now => State::Expired,
            _ => State::Active,
        })
    }

    /// The end of the grant, where there is one.
    pub fn ends_at(&self) -> Result<Option<Timestamp>> {
        let end = self.expires_at;
        end.map(|end| end.time(TABLE, "expires_at", self.connection_id))
            .transpose()
    }

    /// When its tokens were last issued.
    pub fn issued_at(&self) -> Result<Timestamp> {
        (self.refreshed_at).time(TABLE, "refreshed_at", self.connection_id)
    }

    /// When it was last used, to the minute. For show: what cannot be read is not told.
    #[must_use]
    pub fn used_at(&self) -> Option<Timestamp> {
        time_of(self.last_used_at)
    }

    /// The last error that stands: of a refresh, or of a call since a time. Likewise for show.
    #[must_use]
    pub fn last_error(&self, calls_since: Timestamp) -> Option<(&str, Timestamp)> {
        let of_refresh = self.error_code.as_deref().zip(time_of(self.error_at));
        let of_call = self.call_error_code.as_deref();
        let of_call = of_call.zip(time_of(self.call_error_at));
        let of_call = of_call.filter(|(_, at)| *at >= calls_since);
        of_refresh
            .into_iter()
            .chain(of_call)
            .max_by_key(|(_, at)| *at)
    }

    /// When it was made.
    pub fn made_at(&self) -> Result<Timestamp> {
        (self.created_at).time(TABLE, "created_at", self.connection_id)
    }
}

fn time_of(stored: Option<Stored<i64>>) -> Option<Timestamp> {
    Timestamp::from_millisecond(stored?.value()?).ok()
}

/// Which connections of a project.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    /// Those of this provider.
    pub provider: Option<&'a str>,
    /// Those in this state.
    pub state: Option<State>,
    /// Those whose external id begins like this.
    pub external_id_prefix: Option<&'a str>,
}

/// The columns, and those of a project.
const LIST: &str = "SELECT connection_id, map.provider, map.external_id, invalid_refresh_token, expires_at, \
        account_id, account_name, account_email, granted_scopes, choice_id, choice_name, choice_url, \
        refreshed_at, created_at, used.last_used_at, connection.error_code, connection.error_at, \
        used.error_code AS call_error_code, used.error_at AS call_error_at \
    FROM connection JOIN connection_external_map AS map USING (connection_id) \
    LEFT JOIN connection_use AS used USING (connection_id) WHERE map.project_id = ";

/// The next connections of a project, in the order of their ids.
pub async fn page(
    tx: &mut Tx,
    project: ProjectId,
    filter: &Filter<'_>,
    after: Option<Uuid>,
    limit: u16,
    now: Timestamp,
) -> Result<Vec<ListedRow>> {
    on!(tx, |db| async {
        let mut page = QueryBuilder::new(LIST);
        page.push_bind(project);
        narrow(&mut page, filter, now.as_millisecond());
        if let Some(after) = after {
            page.push(" AND connection_id > ").push_bind(after);
        }
        page.push(" ORDER BY connection_id LIMIT ")
            .push_bind(i64::from(limit));
        let page = page.build_query_as().persistent(false);
        page.fetch_all(db).await
    })
}

/// Adds the conditions of a filter.
fn narrow<'a, DB>(query: &mut QueryBuilder<DB>, filter: &Filter<'a>, now: i64)
where
    DB: Database,
    &'a str: Encode<'a, DB> + Type<DB>,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
{
    if let Some(provider) = filter.provider {
        query.push(" AND map.provider = ").push_bind(provider);
    }
    if let Some(prefix) = filter.external_id_prefix {
        // Character by character, whatever a collation takes for equal; `LIKE` has patterns.
        let length = i64::try_from(prefix.chars().count()).expect("a text is short");
        query.push(" AND substr(map.external_id, 1, CAST(");
        query.push_bind(length).push(" AS INTEGER)) = ");
        query.push_bind(prefix);
    }
    match filter.state {
        None => {}
        Some(State::Invalid) => drop(query.push(" AND invalid_refresh_token = TRUE")),
        Some(State::Expired) => {
            query.push(" AND NOT invalid_refresh_token = TRUE AND expires_at <= ");
            query.push_bind(now);
        }
        Some(State::Active) => {
            query.push(
                " AND NOT invalid_refresh_token = TRUE AND (expires_at IS NULL OR expires_at > ",
            );
            query.push_bind(now).push(")");
        }
    }
}

/// One connection of a project.
pub async fn find(tx: &mut Tx, project: ProjectId, id: Uuid) -> Result<Option<ListedRow>> {
    on!(tx, |db| async {
        let mut find = QueryBuilder::new(LIST);
        find.push_bind(project);
        find.push(" AND connection_id = ").push_bind(id);
        let find = find.build_query_as().persistent(false);
        find.fetch_optional(db).await
    })
}
