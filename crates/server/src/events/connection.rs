//! What is told of connections: each change once, by what the connection's own row says was told before.

use jiff::{SignedDuration, Timestamp};
use juncture_views::connection::{Account, Site};
use juncture_views::events::Data;
use serde_json::value::to_raw_value;
use uuid::Uuid;

use super::{Event, Kind, New, Of, record};
use crate::project::ProjectId;
use crate::seal::Sealer;
use crate::store::imports::ImportRow;
use crate::store::stored::Stored;
use crate::store::told::{self, NumberedRow, Telling};
use crate::store::{self, Tx, events};

/// Where connections come from.
const CONSENT: &str = "consent";
const IMPORT: &str = "import";

/// What has happened to a connection.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// Its customer has connected.
    Created,
    /// Only connecting again can help; not told where it was told before.
    NeedsReauthorization(Reason),
    /// Its customer has connected again; told where it was told that they need to.
    Recovered,
    /// It is about to be deleted, in this transaction.
    Deleted,
    /// Its grant lacks these scopes, in any order; not told where the same were told last.
    MissingScopes(&'a [String]),
    /// Something is to be told of its grant's end.
    End(End),
}

/// Why only connecting again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The provider has refused the refresh token.
    Refused,
    /// It has refused it for hours without saying why.
    RefusedForHours,
    /// It has refused an access token that cannot be refreshed.
    AccessTokenRefused,
    /// The grant has reached its end.
    Expired,
    /// It was imported so.
    Imported,
}

impl Reason {
    /// The reason in a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::RefusedForHours => "refused_for_hours",
            Self::AccessTokenRefused => "access_token_refused",
            Self::Expired => "expired",
            Self::Imported => "imported",
        }
    }
}

/// How many days before its end a grant's end is told, the earliest first.
pub const WARNINGS: [i64; 2] = [14, 3];

/// What is due to be told of the end of a grant.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// When it was due; milliseconds since the epoch.
    due: i64,
    /// How many days before the end; none at the end itself.
    days_before: Option<i64>,
    /// When the next is due.
    next: Option<Timestamp>,
}

impl End {
    /// What is to be told of an end by now that was due then. Of several that are due the last is told alone.
    #[must_use]
    pub fn of(due: i64, expires_at: Timestamp, now: Timestamp) -> Self {
        let next = next_of_end(expires_at, now);
        let days_before = (expires_at > now).then(|| {
            let passed = WARNINGS.into_iter().rev();
            let mut passed = passed.filter(|days| before(expires_at, *days) <= now);
            passed.next().unwrap_or(WARNINGS[0])
        });
        Self {
            due,
            days_before,
            next,
        }
    }
}

/// When, after `now`, something is to be told next of the end of a grant.
#[must_use]
pub fn next_of_end(expires_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let warnings = WARNINGS.map(|days| before(expires_at, days));
    let mut all = warnings.into_iter().chain([expires_at]);
    all.find(|at| *at > now)
}

/// When the first is to be told of the end of a grant of which nobody was told yet.
#[must_use]
pub fn first_of_end(expires_at: Timestamp) -> Timestamp {
    before(expires_at, WARNINGS[0])
}

fn before(end: Timestamp, days: i64) -> Timestamp {
    let earlier = end.checked_sub(SignedDuration::from_hours(24 * days));
    earlier.unwrap_or(Timestamp::MIN)
}

impl Change<'_> {
    const fn kind(&self) -> Kind {
        match self {
            Self::Created => Kind::ConnectionCreated,
            Self::NeedsReauthorization(_)
            | Self::End(End {
                days_before: None, ..
            }) => Kind::ConnectionNeedsReauthorization,
            Self::Recovered => Kind::ConnectionRecovered,
            Self::Deleted => Kind::ConnectionDeleted,
            Self::MissingScopes(_) => Kind::ConnectionMissingScope,
            Self::End(_) => Kind::ConnectionExpiring,
        }
    }

    /// Adds what there is to tell besides.
    fn tell(&self, data: &mut Data, connection: &NumberedRow) {
        let end = connection.expires_at.and_then(Stored::value);
        let end = end.and_then(|end| Timestamp::from_millisecond(end).ok());
        match self {
            Self::Created | Self::Recovered => {
                data.account = account(connection);
                data.site = site(connection);
                data.expires_at = end;
            }
            Self::NeedsReauthorization(reason) => {
                data.reason = Some(reason.as_str().to_owned());
                data.expires_at = end;
            }
            Self::End(End { days_before, .. }) => {
                data.expires_at = end;
                match days_before {
                    Some(days) => data.days_before = u16::try_from(*days).ok(),
                    None => data.reason = Some(Reason::Expired.as_str().to_owned()),
                }
            }
            Self::MissingScopes(scopes) => {
                data.missing_scopes = Some(scopes.to_vec());
                data.expires_at = end;
            }
            Self::Deleted => {}
        }
        if let Self::Created = self {
            data.source = Some(CONSENT.to_owned());
        }
    }

    /// What of it must not be told twice, whatever the row says.
    fn dedupe_key(&self, connection: &NumberedRow) -> Option<String> {
        let Self::End(End {
            days_before: Some(days),
            ..
        }) = self
        else {
            return None;
        };
        let end = connection.expires_at.and_then(Stored::value)?;
        Some(format!("expiring/{days}/{end}"))
    }
}

/// Records what happened to a connection, as the last thing before the commit; none where it was told before,
/// or there is no such connection.
pub async fn record_change(
    tx: &mut Tx,
    sealer: &Sealer,
    connection: Uuid,
    change: Change<'_>,
    at: Timestamp,
    now: Timestamp,
) -> store::Result<Option<Event>> {
    let Some((project, new)) = number(tx, connection, change, at).await? else {
        return Ok(None);
    };
    let event = record(tx, sealer, project, new, now).await?;
    Ok(Some(event))
}

/// Gives what happened to a connection its number, for [`record_all`](super::record_all): who records changes of
/// several connections numbers all of them first, so that nobody holds the feed who waits for a connection.
pub async fn number(
    tx: &mut Tx,
    connection: Uuid,
    change: Change<'_>,
    at: Timestamp,
) -> store::Result<Option<(ProjectId, New)>> {
    let missing = match change {
        Change::MissingScopes(scopes) => sorted(scopes),
        _ => String::new(),
    };
    let telling = match change {
        Change::Created | Change::Deleted => Telling::Always,
        Change::NeedsReauthorization(_) => Telling::Dead,
        Change::Recovered => Telling::Alive,
        Change::MissingScopes([]) => {
            told::no_missing_scopes(tx, connection).await?;
            return Ok(None);
        }
        Change::MissingScopes(_) => Telling::MissingScopes(&missing),
        Change::End(End {
            due,
            next,
            days_before,
        }) => Telling::End {
            due,
            next,
            is_over: days_before.is_none(),
        },
    };
    let Some(row) = told::number(tx, connection, telling).await? else {
        return Ok(None);
    };
    // It is being made, or was made by a hand: there is nobody to tell of it.
    let Some(external_id) = row.external_id.clone() else {
        told::give_back(tx, connection).await?;
        return Ok(None);
    };
    let dedupe_key = change.dedupe_key(&row);
    if let Some(key) = &dedupe_key
        && events::is_known(tx, connection, key).await?
    {
        told::give_back(tx, connection).await?;
        return Ok(None);
    }
    let mut data = Data::default();
    change.tell(&mut data, &row);
    let account = row.account_id.clone().and_then(Stored::value);
    let new = new(
        change.kind(),
        Of {
            connection,
            provider: row.provider,
            external_id,
            sequence: row.event_sequence,
            dedupe_key,
            account,
        },
        data,
        at,
    );
    Ok(Some((row.project_id, new)))
}

/// What is told of connections that an import has just brought, whose rows say that it was told.
#[must_use]
pub fn imported(row: &ImportRow<'_>, now: Timestamp) -> Vec<New> {
    let of = |sequence| Of {
        connection: row.connection_id,
        provider: row.provider.to_owned(),
        external_id: row.external_id.to_owned(),
        sequence,
        dedupe_key: None,
        account: None,
    };
    let site = row.choice_id.map(|id| Site {
        id: id.to_owned(),
        name: None,
        url: None,
    });
    let created = Data {
        source: Some(IMPORT.to_owned()),
        site,
        expires_at: Some(row.expires_at),
        ..Data::default()
    };
    let mut all = vec![new(Kind::ConnectionCreated, of(1), created, now)];
    if row.is_dead(now) {
        let dead = Data {
            reason: Some(Reason::Imported.as_str().to_owned()),
            expires_at: Some(row.expires_at),
            ..Data::default()
        };
        let kind = Kind::ConnectionNeedsReauthorization;
        all.push(new(kind, of(2), dead, now));
    }
    all
}

/// An event of a connection whose number is known.
fn new(kind: Kind, of: Of, data: Data, at: Timestamp) -> New {
    let data = Data {
        connection_id: Some(of.connection.to_string()),
        external_id: Some(of.external_id.clone()),
        provider: Some(of.provider.clone()),
        sequence: Some(of.sequence),
        ..data
    };
    New {
        kind,
        subject: of.connection.to_string(),
        of: Some(of),
        occurred_at: at,
        data: to_raw_value(&data).expect("it is plain data"),
    }
}

/// Whether it is news that these scopes are missing, where those were told last, by spaces.
#[must_use]
pub fn missing_is_news(missing: &[String], told: Option<&str>) -> bool {
    sorted(missing) != told.unwrap_or_default()
}

/// Scopes as the row has them, so that the same are the same.
fn sorted(scopes: &[String]) -> String {
    let mut scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    scopes.sort_unstable();
    scopes.join(" ")
}

fn text(stored: Option<&Stored<String>>) -> Option<String> {
    stored.cloned().and_then(Stored::value)
}

fn account(row: &NumberedRow) -> Option<Account> {
    Some(Account {
        id: text(row.account_id.as_ref())?,
        name: text(row.account_name.as_ref()),
        email: None,
    })
}

fn site(row: &NumberedRow) -> Option<Site> {
    Some(Site {
        id: text(row.choice_id.as_ref())?,
        name: text(row.choice_name.as_ref()),
        url: text(row.choice_url.as_ref()),
    })
}
