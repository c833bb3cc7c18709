//! A refresh, from the lease to the commit.
//!
//! Among all processes that share the store one at a time may ask the provider: the one whose lease
//! stands in the connection's row, with the version of the tokens that it replaces. The lease is
//! longer than the token request may take; the version is what fences: a late answer, good or bad,
//! changes only the tokens that it is about. The row also says that a refresh was begun, before it
//! is, so that one whose process died is finished by another.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use juncture_jira::oauth::Refusal;
use uuid::Uuid;

use super::failure::RefreshError;
use super::flights::Outcome;
use super::held::Held;
use super::{AccessToken, Stale, backoff, hold};
use crate::app::App;
use crate::connections::oauth::{self, TOKEN_DEADLINE, TokenError, Tokens};
use crate::connections::{Connection, finalize};
use crate::metrics::RefreshOutcome;
use crate::providers::ProviderName;
use crate::store;
use crate::store::refreshes::{self, Release};

/// How long a lease lasts: the token request, and time to commit.
const LEASE: SignedDuration = SignedDuration::from_secs(15);

/// A refresh waits for another process's lease until this long after its start.
const WAIT_FOR_LEASE: SignedDuration = SignedDuration::from_secs(17);

/// No try begins later than this after the first one: the one after a timeout does, on a busy
/// machine too.
const LAST_TRY: SignedDuration = SignedDuration::from_secs(15);

/// How often the row is read while another process refreshes.
const POLL: Duration = Duration::from_millis(100);

/// The owner of a lease that has run out may have new tokens and no store to put them in. Should it
/// have them back at the same moment as we, it goes first.
const COURTESY: Duration = Duration::from_secs(1);

/// What one look at the row led to.
enum Step {
    Done(AccessToken),
    /// The row has changed: look again.
    Again,
    /// Look again at `at`, if that is no later than `until`; `reason` if it is.
    Wait {
        at: Timestamp,
        until: Timestamp,
        reason: RefreshError,
    },
}

/// Replaces the tokens of a connection, unless `stale` no longer covers them.
///
/// `is_store_failing` tells those who wait why it takes long.
pub(super) async fn run(
    app: &App,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    is_store_failing: &AtomicBool,
) -> Outcome {
    let mut refresh = Refresh {
        app,
        id,
        provider,
        is_store_failing,
        started_at: app.clock.now(),
        asked_at: None,
        has_waited: false,
        was_courteous: false,
    };
    loop {
        match refresh.step(stale).await? {
            Step::Done(token) => return Ok(token),
            Step::Again => {}
            Step::Wait { at, until, reason } => {
                if at > until {
                    return Err(reason);
                }
                let pause = at.duration_since(app.clock.now());
                app.clock
                    .sleep(Duration::try_from(pause).unwrap_or_default())
                    .await;
            }
        }
    }
}

struct Refresh<'a> {
    app: &'a App,
    id: Uuid,
    provider: ProviderName,
    is_store_failing: &'a AtomicBool,
    started_at: Timestamp,
    /// When the provider was first asked.
    asked_at: Option<Timestamp>,
    has_waited: bool,
    was_courteous: bool,
}

impl Refresh<'_> {
    async fn step(&mut self, stale: Stale) -> Result<Step, RefreshError> {
        let app = self.app;
        let epoch = app.held.begin_load();
        let current = self.load().await?;
        let now = app.clock.now();
        if current.is_dead(now) {
            app.held.forget(self.id);
            return Err(RefreshError::Dead);
        }
        if !stale.covers(&current, now) {
            if self.has_waited {
                self.count(RefreshOutcome::Adopted);
            }
            return Ok(Step::Done(hold(app, &current, epoch)?));
        }
        if current.refresh.lease_until > now {
            return Ok(self.wait_for_lease(now));
        }
        let not_before = current.refresh.not_before;
        if let Some(failure) = current.refresh.failure
            && not_before > now
        {
            let left = Duration::try_from(not_before.duration_since(now)).unwrap_or_default();
            let has_token =
                matches!(stale, Stale::Within(_)) && current.access_token_expires_at > now;
            return Ok(Step::Wait {
                at: not_before,
                // Who has a token that works need not wait.
                until: if has_token { now } else { self.last_try() },
                reason: RefreshError::BackedOff(failure, left),
            });
        }
        if current.refresh.owner.is_some() && !self.was_courteous {
            self.was_courteous = true;
            app.clock.sleep(COURTESY).await;
            return Ok(Step::Again);
        }
        self.try_once(&current).await
    }

    fn wait_for_lease(&mut self, now: Timestamp) -> Step {
        if !self.has_waited {
            self.has_waited = true;
            self.app.metrics.count_lease_wait(self.provider);
        }
        let pause = POLL.mul_f64(0.5 + self.app.clock.chance());
        Step::Wait {
            at: now.saturating_add(pause).unwrap_or(Timestamp::MAX),
            until: self.started_at + WAIT_FOR_LEASE,
            reason: RefreshError::Overdue,
        }
    }

    /// When the last try may begin.
    fn last_try(&self) -> Timestamp {
        let last_wait = self.started_at + WAIT_FOR_LEASE;
        match self.asked_at {
            Some(asked_at) => last_wait.min(asked_at + LAST_TRY),
            // The next try of another process is worth as much as the one that was waited for.
            None if self.has_waited => last_wait,
            None => self.started_at + LAST_TRY,
        }
    }

    /// Takes the lease, asks the provider, and commits what it gives.
    async fn try_once(&mut self, seen: &Connection) -> Result<Step, RefreshError> {
        let app = self.app;
        let provider = app.providers.get(self.provider.as_str());
        let provider = provider.map_err(|_| RefreshError::Panicked)?;
        // Before the lease, which would run out in a queue.
        let permit = app.flights.permit().await;
        let owner = crate::random::uuid_v7(app.clock.now());
        let Some(current) = self.claim(seen, owner).await? else {
            return Ok(Step::Again);
        };
        // A process that was stopped for long on its way here must not ask under a lapsed lease.
        let left = current.refresh.lease_until.duration_since(app.clock.now());
        let deadline = TOKEN_DEADLINE.min(Duration::try_from(left).unwrap_or_default());
        let refresh_token = current.refresh_token(app)?;
        self.asked_at.get_or_insert(app.clock.now());
        let answered = oauth::refresh(app, provider.oauth(), &refresh_token, deadline).await;
        drop(permit);
        match answered {
            Ok(tokens) => self.keep(&current, &tokens).await,
            Err(error) => {
                let was_unknown = seen.refresh.started_at.is_some();
                self.judge(&current, owner, error, was_unknown).await
            }
        }
    }

    async fn claim(
        &self,
        seen: &Connection,
        owner: Uuid,
    ) -> Result<Option<Connection>, RefreshError> {
        let version = seen.token_version;
        let now = self.app.clock.now();
        let mut tx = self.app.store.begin_write().await?;
        let lease_until = now + LEASE;
        let row = refreshes::claim(&mut tx, self.id, version, owner, lease_until, now).await?;
        tx.commit().await?;
        Ok(row
            .map(|row| Connection::of_row(row, self.provider, seen.external_id.clone()))
            .transpose()?)
    }

    /// Commits the new tokens, for as long as that takes; then, and only then, hands them out.
    async fn keep(&self, replaced: &Connection, tokens: &Tokens) -> Result<Step, RefreshError> {
        let app = self.app;
        let epoch = app.held.begin_load();
        let is_current = self.commit(replaced, tokens).await;
        if !is_current {
            // The customer connected again meanwhile, or an earlier try of ours to commit did
            // come through: the store has what counts.
            self.count(RefreshOutcome::Superseded);
            return Ok(Step::Again);
        }
        self.count(RefreshOutcome::Refreshed);
        tracing::info!(
            connection_id = %self.id, provider = %self.provider,
            token_version = replaced.token_version + 1, "refreshed"
        );
        let token = AccessToken {
            secret: tokens.access_token.clone(),
            expires_at: tokens.access_token_expires_at,
            version: replaced.token_version + 1,
        };
        // What was in use stays in memory; what only had to be kept alive does not come there.
        if app.held.get(self.id).is_some() {
            app.held.keep(Held::new(replaced, token.clone()), epoch);
        }
        Ok(Step::Done(token))
    }

    /// False if the tokens of this version had been replaced already.
    async fn commit(&self, replaced: &Connection, tokens: &Tokens) -> bool {
        let mut failures = 0;
        loop {
            // Sealed for each try: by the time of the next one another key may be the newest.
            let sealed = finalize::seal_tokens(self.app, self.id, replaced.owner(), tokens);
            let now = self.app.clock.now();
            let committed: store::Result<bool> = async {
                let mut tx = self.app.store.begin_write().await?;
                let version = replaced.token_version;
                let is_current = refreshes::rotate(&mut tx, self.id, version, &sealed, now).await?;
                tx.commit().await?;
                Ok(is_current)
            }
            .await;
            match committed {
                Ok(is_current) => return is_current,
                Err(error) => {
                    failures += 1;
                    self.is_store_failing.store(true, Ordering::Relaxed);
                    self.app.metrics.count_commit_failure(self.provider);
                    if failures == 1 {
                        tracing::error!(
                            connection_id = %self.id, error = &error as &dyn std::error::Error,
                            "new tokens cannot be stored; they are kept until they can"
                        );
                    }
                    let pause = backoff::commit_pause(self.app, failures);
                    self.app.clock.sleep(pause).await;
                }
            }
        }
    }

    /// What a failed try means for the connection and for those who wait.
    async fn judge(
        &self,
        tried: &Connection,
        owner: Uuid,
        error: TokenError,
        was_unknown: bool,
    ) -> Result<Step, RefreshError> {
        let app = self.app;
        // Somebody may have connected anew meanwhile, or have been faster under the next lease.
        if self.load().await?.token_version != tried.token_version {
            self.count(RefreshOutcome::Superseded);
            return Ok(Step::Again);
        }
        let now = app.clock.now();
        if let TokenError::Refused {
            refusal: Refusal::GrantDead,
            ..
        } = error
        {
            return self.bury(tried, now).await;
        }
        let failure = error.failure();
        self.count(RefreshOutcome::Failed(failure));
        let failures = tried.refresh.failures + 1;
        let is_outcome_unknown = error.is_outcome_unknown() || was_unknown;
        let pause = backoff::pause(app, failures, &error, is_outcome_unknown);
        if error.failure() == oauth::TokenFailure::Misconfigured {
            tracing::error!(provider = %self.provider, "the provider refuses our client id or secret; check them in its developer console");
        } else {
            tracing::warn!(
                connection_id = %self.id, provider = %self.provider, failures,
                error = &error as &dyn std::error::Error, "refresh failed"
            );
        }
        let not_before = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let release = Release {
            not_before,
            failures,
            failure: failure.as_str(),
            is_outcome_unknown,
        };
        let mut tx = app.store.begin_write().await?;
        refreshes::release(&mut tx, self.id, owner, &release).await?;
        tx.commit().await?;
        Ok(Step::Wait {
            at: not_before,
            until: self.last_try(),
            reason: RefreshError::Failed(error.into()),
        })
    }

    /// The provider has refused the refresh token: only connecting again can help.
    async fn bury(&self, tried: &Connection, now: Timestamp) -> Result<Step, RefreshError> {
        let mut tx = self.app.store.begin_write().await?;
        let is_marked = refreshes::invalidate(&mut tx, self.id, tried.token_version, now).await?;
        tx.commit().await?;
        if !is_marked {
            return Ok(Step::Again);
        }
        self.app.held.forget(self.id);
        self.count(RefreshOutcome::GrantDead);
        tracing::warn!(connection_id = %self.id, provider = %self.provider, "the grant is dead; the customer must connect again");
        Err(RefreshError::Dead)
    }

    async fn load(&self) -> Result<Connection, RefreshError> {
        let mut tx = self.app.store.begin_read().await?;
        let found = Connection::find_by_id(&mut tx, self.id, self.provider).await?;
        found.ok_or(RefreshError::Gone)
    }

    fn count(&self, outcome: RefreshOutcome) {
        self.app.metrics.count_refresh(self.provider, outcome);
    }
}
