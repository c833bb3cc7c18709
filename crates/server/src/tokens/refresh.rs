//! A refresh, from the lease to the commit.
//!
//! Among all processes that share the store one at a time may ask the provider: the one whose lease
//! stands in the connection's row, with the version of the tokens that it replaces. The lease is
//! longer than the token request may take; the version is what fences: a late answer, good or bad,
//! changes only the tokens that it is about. The row also says that a refresh was begun, before it
//! is, so that one whose process died is finished by another.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::access_token::AccessToken;
use super::counts::{self, RefreshOutcome};
use super::failure::RefreshError;
use super::flights::Outcome;
use super::held::Held;
use super::packed::PackedToken;
use super::wordless::{self, Verdict};
use super::{Stale, Tokens, backoff, learn, left_of};
use crate::connection::{Connection, seal_tokens};
use crate::events::connection::{Change, Reason, missing_is_news, record_change};
use crate::oauth::{Refusal, TOKEN_DEADLINE, TokenError, TokenFailure, TokenPair};
use crate::provider::ProviderName;
use crate::store::connections::SealedTokens;
use crate::store::refreshes::{self, LONGEST_LEASE, LONGEST_PAUSE, Release};
use crate::store::{self, Tx};
use crate::timeline::{self, Happening};

/// A refresh waits for another process's lease until this long after its start.
const WAIT_FOR_LEASE: Duration = Duration::from_secs(17);

/// No try begins later than this after the first one: the one after a timeout does, on a busy
/// machine too.
const LAST_TRY: Duration = Duration::from_secs(15);

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
    /// Look again after `pause`, if that is no later than `until`, in steady time; `reason` if it is.
    Wait {
        pause: Duration,
        until: Duration,
        reason: RefreshError,
    },
}

/// Replaces the tokens of a connection, unless `stale` no longer covers them.
///
/// `is_store_failing` tells those who wait why it takes long.
pub(super) async fn run(
    tokens: &Tokens,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    is_store_failing: &AtomicBool,
) -> Outcome {
    let outcome = refresh_until_done(tokens, id, provider, stale, is_store_failing).await;
    // Perhaps nobody waits who would tell.
    let unreadable: Option<&dyn std::error::Error> = match &outcome {
        Err(RefreshError::Seal(error)) => Some(error),
        Err(RefreshError::Store(error)) if error.is_unreadable() => Some(error),
        _ => None,
    };
    if let Some(error) = unreadable {
        tracing::error!(connection_id = %id, %provider, error, "what is stored of a connection cannot be read");
    }
    outcome
}

async fn refresh_until_done(
    tokens: &Tokens,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    is_store_failing: &AtomicBool,
) -> Outcome {
    let mut refresh = Refresh {
        tokens,
        id,
        provider,
        stale,
        is_store_failing,
        started: tokens.clock.steady(),
        asked: None,
        lease_ahead: None,
        has_waited: false,
        was_courteous: false,
    };
    loop {
        match refresh.step().await? {
            Step::Done(token) => return Ok(token),
            Step::Again => {}
            Step::Wait {
                pause,
                until,
                reason,
            } => {
                if tokens.clock.steady() + pause > until {
                    return Err(reason);
                }
                tokens.clock.sleep(pause).await;
            }
        }
    }
}

struct Refresh<'a> {
    tokens: &'a Tokens,
    id: Uuid,
    provider: ProviderName,
    stale: Stale,
    is_store_failing: &'a AtomicBool,
    /// In steady time, as all that is waited for here.
    started: Duration,
    /// When the provider was first asked.
    asked: Option<Duration>,
    /// Whose lease ends later than any can, and since when it has been seen.
    lease_ahead: Option<(Option<Uuid>, Duration)>,
    has_waited: bool,
    was_courteous: bool,
}

impl Refresh<'_> {
    async fn step(&mut self) -> Result<Step, RefreshError> {
        let tokens = self.tokens;
        let epoch = tokens.held.begin_load();
        let current = self.load().await?;
        let now = tokens.clock.now();
        if current.is_dead(now) {
            tokens.held.forget(self.id);
            return Err(RefreshError::Dead);
        }
        if !self.stale.covers(tokens, &current) {
            if self.has_waited {
                self.count(RefreshOutcome::Adopted);
            }
            return Ok(Step::Done(tokens.hold(&current, epoch)?));
        }
        if !current.has_refresh_token() {
            if let Stale::Refused(_) = self.stale {
                return self.bury(&current, Reason::AccessTokenRefused).await;
            }
            return Ok(Step::Done(tokens.hold(&current, epoch)?));
        }
        if self.is_leased(&current, now) {
            return Ok(self.wait_for_lease());
        }
        let not_before = current.refresh.not_before;
        if refreshes::stands(not_before, LONGEST_PAUSE, now) {
            let failure = current.refresh.failure.unwrap_or(TokenFailure::Unavailable);
            let left = Duration::try_from(not_before.duration_since(now)).unwrap_or_default();
            let has_token =
                matches!(self.stale, Stale::Within(_)) && !left_of(tokens, &current).is_zero();
            return Ok(Step::Wait {
                pause: left,
                // Who has a token that works need not wait.
                until: if has_token {
                    Duration::ZERO
                } else {
                    self.last_try()
                },
                reason: RefreshError::BackedOff(failure, left),
            });
        }
        if current.refresh.owner.is_some() && !self.was_courteous {
            self.was_courteous = true;
            tokens.clock.sleep(COURTESY).await;
            return Ok(Step::Again);
        }
        self.try_once(&current).await
    }

    /// Whether another process may be asking. A lease that ends later than any can was taken by a clock
    /// that was ahead a moment ago: it stands for as long as a lease lasts, from when it was seen.
    fn is_leased(&mut self, current: &Connection, now: Timestamp) -> bool {
        let (owner, until) = (current.refresh.owner, current.refresh.lease_until);
        if !refreshes::is_beyond(until, LONGEST_LEASE, now) {
            return until > now;
        }
        let steady = self.tokens.clock.steady();
        let seen = match self.lease_ahead {
            Some((whose, seen)) if whose == owner => seen,
            _ => steady,
        };
        self.lease_ahead = Some((owner, seen));
        steady < seen + LONGEST_LEASE.unsigned_abs()
    }

    fn wait_for_lease(&mut self) -> Step {
        if !self.has_waited {
            self.has_waited = true;
            counts::lease_wait(&self.tokens.metrics, self.provider);
        }
        let pause = POLL.mul_f64(0.5 + self.tokens.clock.chance());
        Step::Wait {
            pause,
            until: self.started + WAIT_FOR_LEASE,
            reason: RefreshError::Overdue,
        }
    }

    /// When the last try may begin.
    fn last_try(&self) -> Duration {
        let last_wait = self.started + WAIT_FOR_LEASE;
        match self.asked {
            Some(asked) => last_wait.min(asked + LAST_TRY),
            // The next try of another process is worth as much as the one that was waited for.
            None if self.has_waited => last_wait,
            None => self.started + LAST_TRY,
        }
    }

    /// Takes the lease, asks the provider, and commits what it gives.
    async fn try_once(&mut self, seen: &Connection) -> Result<Step, RefreshError> {
        let tokens = self.tokens;
        let provider = tokens.providers.get(self.provider.as_str());
        let provider = provider.ok_or(RefreshError::Panicked)?;
        // Before the lease too: where it does not open, nothing is begun.
        if seen.refresh_token(&tokens.sealer)?.is_none() {
            return Ok(Step::Again);
        }
        // Likewise.
        let app = tokens.app_of_grant(seen.project, seen.oauth_app, provider);
        let app = app.await?;
        // Before the lease, which would run out in a queue.
        let permit = tokens.flights.permit().await;
        let owner = crate::random::uuid_v7(tokens.clock.now());
        let Some(current) = self.claim(seen, owner).await? else {
            return Ok(Step::Again);
        };
        // A process that was stopped for long on its way here must not ask under a lapsed lease.
        let left = current
            .refresh
            .lease_until
            .duration_since(tokens.clock.now());
        let deadline = TOKEN_DEADLINE.min(Duration::try_from(left).unwrap_or_default());
        let Some(refresh_token) = current.refresh_token(&tokens.sealer)? else {
            return Ok(Step::Again);
        };
        let kept = current.kept(&tokens.sealer).unwrap_or_default();
        self.asked.get_or_insert(tokens.clock.steady());
        let profile = provider.profile();
        let answered = tokens
            .client
            .refresh(profile, &app, &refresh_token, deadline)
            .await;
        drop(permit);
        match answered {
            Ok(mut pair) => {
                // What is told once is not lost by a later answer that tells less.
                let mut kept = kept;
                kept.extend(std::mem::take(&mut pair.kept));
                pair.kept = kept;
                self.keep(&current, &pair).await
            }
            Err(error) => {
                let is_unknown = error.is_outcome_unknown() || seen.refresh.started_at.is_some();
                let window = profile.replay().filter(|_| is_unknown);
                self.judge(&current, owner, error, is_unknown, window).await
            }
        }
    }

    async fn claim(
        &self,
        seen: &Connection,
        owner: Uuid,
    ) -> Result<Option<Connection>, RefreshError> {
        let version = seen.token_version;
        let now = self.tokens.clock.now();
        let mut tx = self.tokens.store.begin_write().await?;
        let lease_until = now + LONGEST_LEASE;
        let row = refreshes::claim(&mut tx, self.id, version, owner, lease_until, now).await?;
        tx.commit().await?;
        Ok(row
            .map(|row| {
                Connection::of_row(row, seen.project, self.provider, seen.external_id.clone())
            })
            .transpose()?)
    }

    /// Commits the new tokens, for as long as that takes; then, and only then, hands them out.
    async fn keep(&self, replaced: &Connection, pair: &TokenPair) -> Result<Step, RefreshError> {
        let tokens = self.tokens;
        let epoch = tokens.held.begin_load();
        let Some(stored) = self.commit(replaced, pair).await else {
            // The customer connected again meanwhile, or an earlier try of ours to commit did
            // come through: the store has what counts.
            self.count(RefreshOutcome::Superseded);
            return Ok(Step::Again);
        };
        if replaced.is_ahead(tokens.clock.now()) {
            tokens
                .flights
                .note_correction(self.id, tokens.clock.steady());
        }
        self.count(RefreshOutcome::Refreshed);
        tracing::info!(
            connection_id = %self.id, provider = %self.provider,
            token_version = replaced.token_version + 1, "refreshed"
        );
        let token = AccessToken {
            packed: PackedToken::new(&pair.access_token).into(),
            expires_at: stored.access_token_expires_at,
            ends: pair.ends,
            least: tokens.least_lifetime(self.provider, pair.refresh_token.is_some()),
            version: replaced.token_version + 1,
        };
        // What is in use stays in memory, where its end is known best; what only had to be kept alive
        // does not come there.
        let is_asked_for = matches!(self.stale, Stale::Within(_) | Stale::Refused(_));
        if is_asked_for || tokens.held.get(self.id).is_some() {
            let held = Held::new(replaced, token.clone());
            let held = held.with_scopes(stored.granted_scopes.as_deref());
            tokens.held.keep(held, epoch);
        }
        let means = learn::Means {
            store: tokens.store.clone(),
            providers: tokens.providers.clone(),
            clock: tokens.clock.clone(),
        };
        if let Some(learning) = learn::what_is_missing(means, replaced, pair) {
            tokens.tasks.spawn(learning);
        }
        Ok(Step::Done(token))
    }

    /// The tokens as they are stored; none if those of this version had been replaced already.
    async fn commit(&self, replaced: &Connection, pair: &TokenPair) -> Option<SealedTokens> {
        let missing_scopes = self.missing_scopes(replaced, pair).await;
        let mut failures = 0;
        loop {
            // Sealed for each try: by the time of the next one another key may be the newest.
            let sealed = seal_tokens(
                &self.tokens.sealer,
                &*self.tokens.clock,
                self.id,
                replaced.owner(),
                pair,
            );
            let now = self.tokens.clock.now();
            let committed: store::Result<bool> = async {
                let mut tx = self.tokens.store.begin_write().await?;
                let version = replaced.token_version;
                let is_current = refreshes::rotate(&mut tx, self.id, version, &sealed, now).await?;
                // What went on is told for good measure: it must not keep the tokens from being stored.
                if is_current && failures == 0 {
                    timeline::record(&mut tx, self.id, Happening::Refresh, now).await?;
                    self.tell(&mut tx, replaced, missing_scopes.as_deref(), now)
                        .await?;
                }
                tx.commit().await?;
                Ok(is_current)
            }
            .await;
            match committed {
                Ok(is_current) => return is_current.then_some(sealed),
                Err(error) => {
                    failures += 1;
                    self.is_store_failing.store(true, Ordering::Relaxed);
                    counts::commit_failure(&self.tokens.metrics, self.provider);
                    if failures == 1 {
                        tracing::error!(
                            connection_id = %self.id, error = &error as &dyn std::error::Error,
                            "new tokens cannot be stored; they are kept until they can"
                        );
                    }
                    let pause = backoff::commit_pause(&*self.tokens.clock, failures);
                    self.tokens.clock.sleep(pause).await;
                }
            }
        }
    }

    /// What is asked for and the new tokens do not allow, where that is known and was not told already.
    async fn missing_scopes(&self, replaced: &Connection, pair: &TokenPair) -> Option<Vec<String>> {
        let granted = pair.scopes.as_deref();
        let granted = granted.or(replaced.granted_scopes.as_deref())?;
        let provider = self.tokens.providers.get(self.provider.as_str())?;
        let missing = (self.tokens)
            .missing_scopes_if_known(replaced.project, provider, granted)
            .await?;
        missing_is_news(&missing, replaced.told_missing_scopes.as_deref()).then_some(missing)
    }

    /// Records what new tokens change of what was told of their connection.
    async fn tell(
        &self,
        tx: &mut Tx,
        replaced: &Connection,
        missing_scopes: Option<&[String]>,
        now: Timestamp,
    ) -> store::Result<()> {
        let recovered = replaced.told_dead.then_some(Change::Recovered);
        let missing = missing_scopes.map(Change::MissingScopes);
        for change in recovered.into_iter().chain(missing) {
            record_change(tx, &self.tokens.sealer, self.id, change, now, now).await?;
        }
        Ok(())
    }

    /// What a failed try means for the connection and for those who wait. `window` is for how long a
    /// refresh of which nobody knows how it ended can be finished.
    async fn judge(
        &self,
        tried: &Connection,
        owner: Uuid,
        error: TokenError,
        is_outcome_unknown: bool,
        window: Option<Duration>,
    ) -> Result<Step, RefreshError> {
        let tokens = self.tokens;
        // Somebody may have connected anew meanwhile, or have been faster under the next lease.
        if self.load().await?.token_version != tried.token_version {
            self.count(RefreshOutcome::Superseded);
            return Ok(Step::Again);
        }
        let now = tokens.clock.now();
        if let TokenError::Refused {
            refusal: Refusal::GrantDead,
            ..
        } = error
        {
            return self.bury(tried, Reason::Refused).await;
        }
        let refused_since = match &error {
            TokenError::Refused {
                refusal: Refusal::Wordless,
                ..
            } => match wordless::judge(&tokens.store, self.now(), tried).await? {
                Verdict::Since(since) => Some(since),
                Verdict::Dead => return self.bury(tried, Reason::RefusedForHours).await,
            },
            // No answer says nothing. Another one ends the series.
            TokenError::Timeout | TokenError::Unreachable(_) => tried.refresh.refused_since,
            TokenError::Refused { .. } | TokenError::BadResponse(_) => None,
        };
        let failure = error.failure();
        self.count(RefreshOutcome::Failed(failure));
        let failures = tried.refresh.failures.saturating_add(1);
        let pause = backoff::pause(&*tokens.clock, failures, &error, window);
        if error.failure() == TokenFailure::Misconfigured {
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
            code: failure.code(),
            at: now,
            is_outcome_unknown,
            refused_since,
        };
        let mut tx = tokens.store.begin_write().await?;
        if refreshes::release(&mut tx, self.id, owner, &release).await? {
            let failed = Happening::RefreshFailed(release.code);
            timeline::record(&mut tx, self.id, failed, now).await?;
        }
        tx.commit().await?;
        Ok(Step::Wait {
            pause,
            until: self.last_try(),
            reason: RefreshError::Failed(error.into()),
        })
    }

    /// The refresh token is of no more use: only connecting again can help.
    async fn bury(&self, tried: &Connection, reason: Reason) -> Result<Step, RefreshError> {
        let now = self.tokens.clock.now();
        let mut tx = self.tokens.store.begin_write().await?;
        let version = tried.token_version;
        let code = "needs_reauthorization";
        let is_marked = refreshes::invalidate(&mut tx, self.id, version, code, now).await?;
        if is_marked {
            timeline::record(&mut tx, self.id, Happening::Invalid, now).await?;
            let change = Change::NeedsReauthorization(reason);
            record_change(&mut tx, &self.tokens.sealer, self.id, change, now, now).await?;
        }
        tx.commit().await?;
        if !is_marked {
            return Ok(Step::Again);
        }
        self.tokens.held.forget(self.id);
        self.count(RefreshOutcome::GrantDead);
        tracing::warn!(connection_id = %self.id, provider = %self.provider, reason = reason.as_str(), "the grant is dead; the customer must connect again");
        Err(RefreshError::Dead)
    }

    async fn load(&self) -> Result<Connection, RefreshError> {
        let mut tx = self.tokens.store.begin_read().await?;
        let found = Connection::find_of_any_project(&mut tx, self.id, self.provider).await?;
        found.ok_or(RefreshError::Gone)
    }

    /// The earliest and the latest that it may be.
    fn now(&self) -> (Timestamp, Timestamp) {
        let (settled, clock) = (&self.tokens.settled, &*self.tokens.clock);
        (settled.earliest(clock), settled.latest(clock))
    }

    fn count(&self, outcome: RefreshOutcome) {
        counts::refresh(&self.tokens.metrics, self.provider, outcome);
    }
}
