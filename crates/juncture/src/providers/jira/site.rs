//! One customer's Jira: from the caller's external id to calls with a token that works.

use std::fmt::Display;
use std::time::Duration;

use juncture_jira::{Client, Error as JiraError, Resource, Site};
use tracing::Instrument as _;
use uuid::Uuid;

use super::NAME;
use super::table::{self, JiraRow};
use crate::app::App;
use crate::connections::{Connection, ExternalId};
use crate::error::{Error, UpstreamFailure};
use crate::extract::{Text, required};
use crate::tokens::held::Epoch;
use crate::tokens::{self, AccessToken};

/// How long a list may take in all, its tokens and a second reading with a fresh one included: less
/// than the 180 s after which proxies give up.
const LONGEST_LIST: Duration = Duration::from_secs(170);

/// What an endpoint asks of Jira, for the case that it fails.
#[derive(Debug)]
pub(crate) struct Call {
    /// The documented sentence of a failure: `Failed to fetch …`.
    pub(crate) failed: &'static str,
    /// What to say when Jira refuses this user: `Access denied to …`.
    pub(crate) denied: &'static str,
    /// The scopes that the call needs.
    pub(crate) scopes: &'static [&'static str],
}

impl Call {
    /// What a failure of Jira means to our caller. A 404 is the handler's business: only it knows
    /// what was asked for.
    pub(crate) fn error(&self, error: JiraError) -> Error {
        if error.is_outcome_unknown() {
            return Error::Upstream {
                error: self.failed,
                failure: UpstreamFailure::OutcomeUnknown,
                source: error.into(),
            };
        }
        if error.is_missing_scope() {
            return Error::MissingScope {
                error: self.denied,
                scopes: self.scopes.to_vec(),
            };
        }
        if error.is_site_unavailable() {
            return Error::SiteUnavailable(error.into());
        }
        if error.is_unauthorized() {
            return Error::NeedsReauthorization;
        }
        if error.is_forbidden() {
            return Error::AccessDenied {
                error: self.denied,
                reasons: error.messages().to_vec(),
            };
        }
        if error.is_rate_limited() {
            let retry_after = error.retry_after().unwrap_or(Duration::from_secs(1));
            return Error::RateLimited {
                error: self.failed,
                retry_after,
                source: error.into(),
            };
        }
        let failure = if let Some(fault) = error.list_fault() {
            if error.is_too_long() {
                UpstreamFailure::ListTooLong(fault)
            } else {
                UpstreamFailure::EndlessList(fault)
            }
        } else if error.is_timeout() {
            UpstreamFailure::Timeout
        } else if error.is_unavailable() {
            UpstreamFailure::Unavailable
        } else {
            UpstreamFailure::BadResponse
        };
        Error::Upstream {
            error: self.failed,
            failure,
            source: error.into(),
        }
    }

    /// The answer where a change was asked for, and nobody knows whether it was made.
    pub(crate) fn unknown_outcome(&self) -> Error {
        Error::Upstream {
            error: self.failed,
            failure: UpstreamFailure::OutcomeUnknown,
            source: "no answer came".into(),
        }
    }

    /// Every answer that a failing list may become.
    pub(crate) fn list_refusals(&self) -> Vec<Error> {
        let mut errors = self.refusals();
        errors.extend(Error::of_list(self.failed));
        errors
    }

    /// Every answer that a failing call may become.
    pub(crate) fn refusals(&self) -> Vec<Error> {
        let mut errors = vec![
            Error::NeedsReauthorization,
            Error::AccessDenied {
                error: self.denied,
                reasons: vec!["You do not have permission to view this.".to_owned()],
            },
            Error::MissingScope {
                error: self.denied,
                scopes: self.scopes.to_vec(),
            },
            Error::SiteUnavailable(Box::from("the gateway does not know the site")),
        ];
        errors.extend(Error::of_upstream(self.failed));
        errors
    }
}

/// Every answer of an endpoint to a wrong key, a wrong external id or an unknown connection, where
/// `missing` is its sentence for required parameters.
pub(crate) fn connection_refusals(missing: &'static str, fields: &[&str]) -> Vec<Error> {
    vec![
        Error::missing(missing, fields),
        ExternalId::parse("").expect_err("an empty external id is none"),
        Error::InvalidSecretKey,
        Error::connection_not_found(),
        Error::store_unavailable(),
    ]
}

/// The sentence of endpoints that require the external id alone.
pub(crate) const MISSING_EXTERNAL_ID: &str = "Missing external_id";

/// A Jira connection, loaded.
pub(crate) struct JiraConnection {
    connection: Connection,
    row: JiraRow,
    /// When it was loaded, for the tokens that this process holds.
    loaded: Epoch,
}

impl JiraConnection {
    /// The connection of the parameter `external_id`, which stands alone in the request.
    pub(crate) async fn of_parameter(app: &App, external_id: &Text) -> Result<Self, Error> {
        let [external_id] = required(MISSING_EXTERNAL_ID, [("external_id", external_id)])?;
        Self::find(app, ExternalId::parse(external_id)?).await
    }

    /// The connection of an external id.
    pub(crate) async fn find(app: &App, external_id: ExternalId) -> Result<Self, Error> {
        let loaded = app.held.begin_load();
        let mut tx = app.store.begin_read().await?;
        let found = Connection::find(&mut tx, &external_id, NAME).await?;
        let connection = found.ok_or_else(Error::connection_not_found)?;
        let row = table::find(&mut tx, connection.id).await?;
        let row = row.ok_or_else(|| table::unreadable("connection_id", connection.id))?;
        Ok(Self {
            connection,
            row,
            loaded,
        })
    }

    /// The connection itself.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The id of the connection.
    pub(crate) fn id(&self) -> Uuid {
        self.connection.id
    }

    /// The project that the caller selected, as given then.
    pub(crate) fn selected_project(&self) -> Option<&str> {
        self.row.selected_jira_project_id.as_deref()
    }

    /// Selects a project.
    pub(crate) async fn select_project(&self, app: &App, project: &str) -> Result<(), Error> {
        let mut tx = app.store.begin_write().await?;
        table::select_project(&mut tx, self.connection.id, project, app.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Reads a list as [`ask`](Self::ask) does, all of it within [`LONGEST_LIST`].
    pub(crate) async fn ask_for_list<T>(
        self,
        app: &App,
        client: &Client,
        call: &Call,
        ask: impl AsyncFn(Site<'_>) -> Result<T, JiraError>,
    ) -> Result<Result<T, JiraError>, Error> {
        tokio::select! {
            biased;
            outcome = self.ask(app, client, call, ask) => outcome,
            () = app.clock.deadline(LONGEST_LIST) => Err(Error::Upstream {
                error: call.failed,
                failure: UpstreamFailure::Timeout,
                source: format!("the list was not whole within {LONGEST_LIST:?}").into(),
            }),
        }
    }

    /// Runs `ask` with a token that works. Where Jira refuses the token, it is refreshed once and
    /// `ask` runs once more; a second refusal means that only connecting again can help.
    ///
    /// `ask` owns what it needs besides the site, since it may run twice; so of calls that must not
    /// be made twice, it makes one alone. What is read after a write is an `ask` of its own, for
    /// good measure ([`help`]): the answer is about the write.
    ///
    /// The inner result is for refusals that the handler knows how to answer; failures that mean
    /// the same everywhere ([`Call::error`]) come back as the outer error.
    pub(crate) async fn ask<T>(
        &self,
        app: &App,
        client: &Client,
        call: &Call,
        ask: impl AsyncFn(Site<'_>) -> Result<T, JiraError>,
    ) -> Result<Result<T, JiraError>, Error> {
        let site_id = &self.row.jira_site_id;
        let mut token = tokens::access(app, &self.connection, self.loaded, call.failed).await?;
        let mut outcome = ask(client.site(site_id, &token.secret)).await;
        if outcome
            .as_ref()
            .is_err_and(|error| blames_token(app, &token, error))
        {
            token = tokens::replace(app, self.id(), NAME, &token, call.failed).await?;
            outcome = ask(client.site(site_id, &token.secret)).await;
        }
        let outcome = match outcome {
            Err(error) if error.is_not_found() || error.is_invalid() || error.is_conflict() => {
                Ok(Err(error))
            }
            Err(error) if error.is_missing_scope() => {
                let granted = help("scopes", app, client.accessible_resources(&token.secret)).await;
                Err(missing_scope(call, site_id, granted.as_deref(), error))
            }
            Err(error) => Err(call.error(error)),
            Ok(answer) => Ok(Ok(answer)),
        };
        match &outcome {
            Err(Error::SiteUnavailable(_)) if !self.row.is_site_lost => self.note_site(app, true),
            Ok(_) if self.row.is_site_lost => self.note_site(app, false),
            _ => {}
        }
        outcome
    }

    /// Notes, beside the answer, whether the site is lost, for `check-connection-validity`.
    fn note_site(&self, app: &App, is_lost: bool) {
        let (app, id, tasks) = (app.clone(), self.id(), app.tasks.clone());
        let lost_at = is_lost.then(|| app.clock.now());
        if is_lost {
            tracing::warn!(connection_id = %id, "the site is not open to the grant any more; the customer must connect again");
        }
        let note = async move {
            let mut tx = app.store.begin_write().await?;
            table::note_site(&mut tx, id, lost_at).await?;
            tx.commit().await
        };
        let note = async move {
            if let Err(error) = note.await {
                tracing::warn!(connection_id = %id, %error, "whether the site is lost was not noted");
            }
        };
        tasks.spawn(note.in_current_span());
    }
}

/// How long an answer waits for what it could do without.
const PATIENCE_WITH_HELP: Duration = Duration::from_secs(2);

/// What is asked for good measure, to make an answer fuller that is good without it: if it is had,
/// and soon. Its failure is nobody's failure.
pub(crate) async fn help<T, E: Display>(
    what: &'static str,
    app: &App,
    asked: impl Future<Output = Result<T, E>>,
) -> Option<T> {
    tokio::select! {
        biased;
        answer = asked => answer
            .inspect_err(|error| tracing::info!(what, %error, "an answer is given without it"))
            .ok(),
        () = app.clock.deadline(PATIENCE_WITH_HELP) => {
            tracing::info!(what, "an answer is given without it: it takes too long");
            None
        }
    }
}

/// What it means that Jira misses a scope, given what the grant opens. The gateway says the same of
/// a site that the grant does not open at all.
fn missing_scope(
    call: &Call,
    site_id: &str,
    granted: Option<&[Resource]>,
    error: JiraError,
) -> Error {
    let Some(granted) = granted else {
        return call.error(error);
    };
    let of_site: Vec<_> = granted.iter().filter(|site| site.id == site_id).collect();
    if of_site.is_empty() {
        return Error::SiteUnavailable(error.into());
    }
    let has = |scope: &str| {
        of_site
            .iter()
            .any(|site| site.scopes.iter().any(|had| had == scope))
    };
    let mut scopes = call.scopes.to_vec();
    scopes.retain(|scope| !has(scope));
    if scopes.is_empty() {
        // Jira refuses although all are there: which one it means, nobody knows.
        return call.error(error);
    }
    Error::MissingScope {
        error: call.denied,
        scopes,
    }
}

/// Whether a fresh token may help: Jira says 401 for a token it does not take, and on some paths
/// 403 or 404 for one that has expired.
fn blames_token(app: &App, token: &AccessToken, error: &JiraError) -> bool {
    let is_past_expiry = !token.works(&*app.clock);
    let is_hidden = error
        .status()
        .is_some_and(|status| matches!(status.as_u16(), 403 | 404));
    error.is_unauthorized() || (is_past_expiry && is_hidden)
}
