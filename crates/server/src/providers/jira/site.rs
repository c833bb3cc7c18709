//! One customer's Jira: from the caller's own id of them to calls with a token that works.

use std::time::Duration;

use jiff::Timestamp;
use juncture_jira::{Error as JiraError, Resource, Site};
use quick_cache::sync::Cache as Memory;
use secrecy::SecretString;
use tracing::Instrument as _;
use uuid::Uuid;

use super::failure::{CallError, NoProject, failure};
use super::help::help;
use super::names::ProjectIdOrKey;
use super::table::{self, JiraRow};
use super::viewer::Viewer;
use super::{Jira, NAME};
use crate::connection::{Connection, Customer};
use crate::failure::{Failure, UpstreamFailure};
use crate::store::{self, StoreError, connections};
use crate::timeline::{self, Happening};
use crate::tokens::AccessToken;
use crate::tokens::held::Epoch;

/// How long a list may take in all, its tokens and a second reading with a fresh one included: less
/// than the 180 s after which proxies give up.
const LONGEST_LIST: Duration = Duration::from_secs(170);

/// How long the store is waited for where memory could serve.
const PATIENCE_WITH_THE_STORE: Duration = Duration::from_secs(1);

/// How many sites are remembered for the time in which the store is away: some 200 bytes each.
const MOST_KNOWN: usize = 100_000;

/// The sites of connections that were asked for lately, for the time in which the store is away.
pub(super) struct KnownSites(Memory<Customer, Known>);

/// A site as it was last seen.
#[derive(Clone)]
struct Known {
    id: Uuid,
    /// The OAuth app that it is called with; none if that is the environment's.
    app: Option<Uuid>,
    /// The end of the grant that it is of: another grant of the same connection may be for another site.
    grant_expires_at: Option<Timestamp>,
    viewer: Viewer,
    row: JiraRow,
}

impl Default for KnownSites {
    fn default() -> Self {
        Self(Memory::new(MOST_KNOWN))
    }
}

/// A customer's Jira, ready to be asked as often as one likes.
pub(crate) struct JiraSite {
    jira: Jira,
    /// Makes the calls of the OAuth app that the grant is of.
    client: juncture_jira::Client,
    customer: Customer,
    id: Uuid,
    viewer: Viewer,
    row: JiraRow,
    /// As the store has it, and when it was loaded; none where the store is away, and memory serves.
    loaded: Option<(Connection, Epoch)>,
}

impl JiraSite {
    /// The Jira of a customer. While the store is away, one whose token this process holds is
    /// known as it was last seen.
    pub(crate) async fn find(jira: Jira, customer: Customer) -> Result<Self, Failure> {
        let known = Self::recall(&jira, &customer);
        let loaded = tokio::select! {
            biased;
            loaded = Self::load(&jira, &customer) => loaded,
            () = jira.tokens.clock.deadline(PATIENCE_WITH_THE_STORE), if known.is_some() => {
                Err(StoreError::unavailable().into())
            }
        };
        let (known, loaded) = match (loaded, known) {
            (Ok((connection, epoch, row)), _) => {
                let known = Known {
                    id: connection.id,
                    app: connection.oauth_app,
                    grant_expires_at: connection.expires_at,
                    viewer: Viewer::of(&connection, &row.jira_site_id),
                    row,
                };
                jira.known.0.insert(customer.clone(), known.clone());
                (known, Some((connection, epoch)))
            }
            (Err(Failure::Store(error)), Some(known)) if !error.is_unreadable() => {
                tracing::debug!(connection_id = %known.id, %error, "the store is away; the site is known");
                (known, None)
            }
            (Err(failure), _) => return Err(failure),
        };
        Ok(Self::of(jira, customer, known, loaded))
    }

    /// The Jira of a customer as it was last seen, if this process holds a token of the same grant and
    /// nothing speaks against the site.
    pub(super) fn remembered(jira: &Jira, customer: &Customer) -> Option<Self> {
        let known = Self::recall(jira, customer)?;
        let is_there = !known.row.is_site_lost;
        is_there.then(|| Self::of(jira.clone(), customer.clone(), known, None))
    }

    fn of(
        jira: Jira,
        customer: Customer,
        known: Known,
        loaded: Option<(Connection, Epoch)>,
    ) -> Self {
        Self {
            client: jira.client_for(known.app, known.id),
            jira,
            customer,
            id: known.id,
            viewer: known.viewer,
            row: known.row,
            loaded,
        }
    }

    /// Whether what was remembered is still what this process holds a token for.
    pub(super) fn is_remembered(&self) -> bool {
        let known = Self::recall(&self.jira, &self.customer);
        known.is_some_and(|known| {
            (known.id, known.row.jira_site_id.as_str()) == (self.id, self.site_id())
        })
    }

    /// The site as it was last seen, if this process holds a token of the same grant.
    fn recall(jira: &Jira, customer: &Customer) -> Option<Known> {
        let held = jira.tokens.held.find(customer, NAME)?;
        let known = jira.known.0.get(customer)?;
        let is_of_grant = (known.id, known.grant_expires_at) == (held.id, held.grant_expires_at);
        is_of_grant.then_some(known)
    }

    async fn load(
        jira: &Jira,
        customer: &Customer,
    ) -> Result<(Connection, Epoch, JiraRow), Failure> {
        let epoch = jira.tokens.held.begin_load();
        let mut tx = jira.tokens.store.begin_read().await?;
        let found = Connection::find(&mut tx, customer, NAME).await?;
        let connection = found.ok_or(Failure::ConnectionNotFound)?;
        let row = table::find(&mut tx, connection.id).await?;
        let row = row.ok_or_else(|| table::unreadable("connection_id", connection.id))?;
        Ok((connection, epoch, row))
    }

    /// Makes the calls.
    pub(super) fn client(&self) -> &juncture_jira::Client {
        &self.client
    }

    /// Jira's part of the server.
    pub(crate) fn jira(&self) -> &Jira {
        &self.jira
    }

    /// Whose it is.
    pub(crate) fn customer(&self) -> &Customer {
        &self.customer
    }

    /// The id of the connection.
    pub(crate) fn connection_id(&self) -> Uuid {
        self.id
    }

    /// Who sees it: what is kept of what Jira shows is kept by that.
    pub(crate) fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// The id of the chosen site.
    pub(crate) fn site_id(&self) -> &str {
        &self.row.jira_site_id
    }

    /// The project that the caller selected, as given then. Only the store knows it: what this process
    /// remembers may have been selected anew elsewhere, and another project would be a wrong answer.
    pub(crate) fn selected_project(&self) -> Result<Option<&str>, StoreError> {
        if self.loaded.is_none() {
            return Err(StoreError::unavailable());
        }
        Ok(self.row.selected_jira_project_id.as_deref())
    }

    /// The project `given`, else the selected one.
    pub(crate) fn project(
        &self,
        given: Option<ProjectIdOrKey>,
    ) -> Result<ProjectIdOrKey, NoProject> {
        if let Some(given) = given {
            return Ok(given);
        }
        let selected = self.selected_project().map_err(NoProject::Unknown)?;
        let selected = selected.ok_or(NoProject::Selected)?;
        ProjectIdOrKey::parse(selected).ok_or(NoProject::Unfit)
    }

    /// Selects a project.
    pub(crate) async fn select(&self, project: &ProjectIdOrKey) -> Result<(), StoreError> {
        let mut tx = self.jira.tokens.store.begin_write().await?;
        table::select_project(&mut tx, self.id, project.as_str(), self.jira.now()).await?;
        tx.commit().await
    }

    /// Reads a list as [`ask`](Self::ask) does, all of it within [`LONGEST_LIST`].
    pub(crate) async fn ask_for_list<T>(
        &self,
        scopes: &[&'static str],
        ask: impl AsyncFn(Site<'_>) -> Result<T, JiraError>,
    ) -> Result<T, CallError> {
        tokio::select! {
            biased;
            outcome = self.ask(scopes, ask) => outcome,
            () = self.jira.tokens.clock.deadline(LONGEST_LIST) => Err(CallError::Failed(Failure::Upstream {
                failure: UpstreamFailure::Timeout,
                source: format!("the list was not whole within {LONGEST_LIST:?}").into(),
            })),
        }
    }

    /// Runs `ask` with a token that works; `scopes` are those that its calls need. Where Jira refuses
    /// the token, it is refreshed once and `ask` runs once more; a second refusal means that only
    /// connecting again can help.
    ///
    /// `ask` owns what it needs besides the site, since it may run twice (and the compiler cannot see
    /// that what it borrows may go to another thread); of calls that must not be made twice, it makes one
    /// alone. What is read
    /// after a write is an `ask` of its own, for good measure ([`help`]): the answer is about the write.
    pub(crate) async fn ask<T>(
        &self,
        scopes: &[&'static str],
        ask: impl AsyncFn(Site<'_>) -> Result<T, JiraError>,
    ) -> Result<T, CallError> {
        let (client, site_id) = (&self.client, &self.row.jira_site_id);
        // Boxed: few calls wait for the first and the last, and what calls do is large.
        let mut token = Box::pin(self.token()).await.map_err(CallError::Failed)?;
        let mut text = token.text();
        let mut outcome = Box::pin(ask(self.seen_with(&text))).await;
        if outcome
            .as_ref()
            .is_err_and(|error| self.blames_token(&token, error))
        {
            let replaced = Box::pin(self.jira.tokens.replace(self.id, NAME, &token));
            token = replaced.await.map_err(CallError::Failed)?;
            text = token.text();
            outcome = Box::pin(ask(self.seen_with(&text))).await;
        }
        let outcome = match outcome {
            Err(error)
                if error.is_not_found()
                    || error.is_invalid()
                    || error.is_conflict()
                    || error.is_full() =>
            {
                Err(CallError::Told(error))
            }
            Err(error) if error.is_missing_scope() => {
                let resources = Box::pin(client.accessible_resources(&text));
                let granted = help("scopes", &*self.jira.tokens.clock, resources).await;
                Err(CallError::Failed(missing_scope(
                    scopes,
                    site_id,
                    granted.as_deref(),
                    error,
                )))
            }
            Err(error) => Err(CallError::Failed(failure(error, scopes))),
            Ok(answer) => Ok(answer),
        };
        if let Err(CallError::Failed(failure)) = &outcome
            && let Some(code) = code_of(failure)
        {
            self.jira.tokens.timeline.note_error(self.id, code);
        }
        match &outcome {
            Err(CallError::Failed(Failure::ChoiceUnavailable(_))) if !self.row.is_site_lost => {
                self.note_site(Some(self.jira.now()));
            }
            Ok(_) | Err(CallError::Told(_)) if self.row.is_site_lost => self.note_site(None),
            _ => {}
        }
        outcome
    }

    /// Notes that the site is there, if it was thought to be lost.
    pub(super) fn note_found(&self) {
        if self.row.is_site_lost {
            self.note_site(None);
        }
    }

    /// The site, asked with this token.
    fn seen_with<'a>(&'a self, token: &'a SecretString) -> Site<'a> {
        let site = self.client.site(self.site_id(), token);
        site.read_by(self.viewer.number())
    }

    /// A token that works: by what the store has just said, or from memory while it is away.
    pub(super) async fn token(&self) -> Result<AccessToken, Failure> {
        let tokens = &self.jira.tokens;
        if let Some((connection, epoch)) = &self.loaded {
            return tokens.access(connection, *epoch).await;
        }
        let token = tokens.find(&self.customer, NAME).await?;
        token.ok_or(Failure::ConnectionNotFound)
    }

    /// Whether a fresh token may help: Jira says 401 for a token it does not take, and on some paths
    /// 403 or 404 for one that has expired.
    fn blames_token(&self, token: &AccessToken, error: &JiraError) -> bool {
        let is_past_expiry = !token.works(&*self.jira.tokens.clock);
        let is_hidden = error
            .status()
            .is_some_and(|status| matches!(status.as_u16(), 403 | 404));
        error.is_unauthorized() || (is_past_expiry && is_hidden)
    }

    /// Notes, beside the answer, since when the site is lost, or that it is not, for
    /// `check-connection-validity`.
    fn note_site(&self, lost_at: Option<Timestamp>) {
        let (tokens, id, now) = (self.jira.tokens.clone(), self.id, self.jira.now());
        let (jira, customer) = (self.jira.clone(), self.customer.clone());
        let note = async move {
            let mut tx = tokens.store.begin_write().await?;
            connections::touch(&mut tx, id, now).await?;
            let is_new = table::note_site(&mut tx, id, lost_at).await?;
            if is_new {
                let what = match lost_at {
                    Some(_) => Happening::SiteUnavailable,
                    None => Happening::SiteAvailable,
                };
                timeline::record(&mut tx, id, what, now).await?;
                tx.commit().await?;
            }
            store::Result::Ok(is_new)
        };
        let note = async move {
            let noted = note.await;
            if matches!(noted, Ok(true)) {
                jira.known.0.remove(&customer);
            }
            if let Some(held) = jira.tokens.held.get(id) {
                held.choice.forget();
            }
            match noted {
                // Of requests at the same time the first one tells it.
                Ok(true) if lost_at.is_some() => {
                    tracing::warn!(connection_id = %id, "the site is not open to the grant any more; the customer must connect again");
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(connection_id = %id, %error, "whether the site is lost was not noted");
                }
            }
        };
        self.jira.tokens.tasks.spawn(note.in_current_span());
    }
}

/// The code of a failure of a call that is about the connection, and not about what was asked.
fn code_of(failure: &Failure) -> Option<&'static str> {
    match failure {
        Failure::NeedsReauthorization => Some("needs_reauthorization"),
        Failure::ChoiceUnavailable(_) => Some("site_unavailable"),
        Failure::MissingScope { .. } => Some("missing_scope"),
        Failure::AccessDenied { .. } => Some("access_denied"),
        _ => None,
    }
}

/// What it means that Jira misses a scope, given what the grant opens. The gateway says the same of
/// a site that the grant does not open at all.
fn missing_scope(
    needed: &[&'static str],
    site_id: &str,
    granted: Option<&[Resource]>,
    error: JiraError,
) -> Failure {
    let Some(granted) = granted else {
        return failure(error, needed);
    };
    let of_site: Vec<_> = granted.iter().filter(|site| site.id == site_id).collect();
    if of_site.is_empty() {
        return Failure::ChoiceUnavailable(error.into());
    }
    let has = |scope: &str| {
        of_site
            .iter()
            .any(|site| site.scopes.iter().any(|had| had == scope))
    };
    let mut scopes = needed.to_vec();
    scopes.retain(|scope| !has(scope));
    if scopes.is_empty() {
        // Jira refuses although all are there: which one it means, nobody knows.
        return failure(error, needed);
    }
    Failure::MissingScope { scopes }
}
