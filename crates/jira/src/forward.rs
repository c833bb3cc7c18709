//! Calls of others, passed on to a site as they are: with its pace, its limits, and our patience.
//!
//! What passes and how is `juncture_outbound::forward`'s; here is what `send` does for calls of our own.

use juncture_clock as clock;
use juncture_outbound::forward::{Answer, Broken, Cause, Passing, Pin};
use juncture_outbound::pace::{Limit, SitePace, Whose};
use juncture_outbound::retry_after;
use reqwest::StatusCode;
use reqwest::header::CONTENT_ENCODING;
use tokio::sync::SemaphorePermit;

use crate::call::Endpoint;
use crate::client::Site;
use crate::error::{Error, Kind};
use crate::limit;
use crate::send::trace_id;

/// How much of a refusal is looked at, in bytes.
const REFUSAL: usize = 4 * 1024;

/// Why a call that was to be passed on has no answer.
#[derive(Debug)]
pub enum ForwardError {
    /// The rest of the caller's body did not come.
    Caller(Cause),
    /// Whatever else.
    Failed(Error),
}

impl Site<'_> {
    /// Passes a call on to this site, and gives the answer as soon as it has begun, whatever its status.
    ///
    /// What can be sent again is tried again as calls of our own are: a GET or HEAD after what passes by,
    /// others after a 429 or where nothing was sent; the last answer is the one that is given. The call
    /// keeps a slot of the site until its answer has begun, and no longer than any other call may: Jira
    /// counts calls, and neither a slow reader nor a slow sender may hold up the others.
    pub async fn forward(&self, passing: &Passing) -> Result<Answer, ForwardError> {
        let (client, policy) = (self.client, &self.client.policy);
        let endpoint = Endpoint::passed_on(passing.method().clone());
        let pin = self.pin(&endpoint).map_err(ForwardError::Failed)?;
        let began = client.clock.now();
        let give_up_at = clock::after(began, policy.overall);
        let site = client.pace.of(Whose::Site(self.id), began);
        let mut tried = 0;
        loop {
            let slot = self.slot(&site, &endpoint, give_up_at).await;
            let slot = slot.map_err(ForwardError::Failed)?;
            let watched = client.begin_watch(&endpoint);
            let (outcome, slot) = self.forward_once(passing, &pin, slot).await;
            match &outcome {
                Ok(answer) if answer.status().is_success() => {
                    watched.succeeded(answer.status(), trace_id(answer.headers()), 0);
                }
                Ok(answer) => watched.failed(Some(answer.status()), trace_id(answer.headers())),
                Err(_) => watched.failed(None, None),
            }
            let (outcome, failure) = self.judge(outcome, &endpoint)?;
            let now = client.clock.now();
            let Some(failure) = failure else {
                if let Ok(answer) = &outcome {
                    for low in limit::low_quotas(answer.headers(), now) {
                        client.pace.note(&site, low, now, policy.longest_wait);
                    }
                }
                return outcome.map_err(ForwardError::Failed);
            };
            tried += 1;
            let asked = failure.retry_after();
            let pause = policy.pause(tried, asked, client.clock.chance());
            if let Some(limit) = failure.limit() {
                let wait = asked.unwrap_or(pause).min(policy.longest_wait);
                client.pace.close(&site, clock::after(now, wait), limit);
            }
            drop(slot);
            if !passing.is_replayable()
                || tried >= policy.tries_after(&failure)
                || failure.limit().is_some_and(Limit::is_quota)
                || clock::after(now, pause) > give_up_at
            {
                return outcome.map_err(ForwardError::Failed);
            }
            // An answer that is not passed on ends its connection.
            drop(outcome);
            tracing::debug!(call = %endpoint, reason = %failure.reason(), ?pause, "trying again");
            client.clock.sleep(pause).await;
        }
    }

    /// Below what every call to this site lies.
    fn pin(&self, endpoint: &Endpoint) -> Result<Pin, Error> {
        let site = Endpoint::get("/ex/jira/{cloudId}");
        let call = site.call(&self.client.api_url, &[self.id])?;
        let unfit = "the API's address cannot have a path";
        Pin::new(call.url.as_str()).ok_or_else(|| Error::new(endpoint.clone(), Kind::Input(unfit)))
    }

    async fn slot<'a>(
        &self,
        site: &'a SitePace,
        endpoint: &Endpoint,
        give_up_at: jiff::Timestamp,
    ) -> Result<SemaphorePermit<'a>, Error> {
        let left = clock::until(give_up_at, self.client.clock.now());
        tokio::select! {
            biased;
            slot = self.client.enter(site, endpoint, give_up_at) => slot,
            () = self.client.clock.deadline(left) => {
                let after = self.client.policy.overall;
                Err(Error::new(endpoint.clone(), Kind::TimedOut { after, is_sent: false }))
            }
        }
    }

    /// One try, and the slot unless it was given back meanwhile.
    async fn forward_once<'a>(
        &self,
        passing: &Passing,
        pin: &Pin,
        slot: SemaphorePermit<'a>,
    ) -> (Result<Answer, Broken>, Option<SemaphorePermit<'a>>) {
        let client = self.client;
        let mut sending = Box::pin(client.forwarder.send(passing, pin, self.token));
        let outcome = tokio::select! {
            biased;
            outcome = &mut sending => Some(outcome),
            () = client.clock.deadline(client.policy.per_try) => None,
        };
        if let Some(outcome) = outcome {
            return (outcome, Some(slot));
        }
        drop(slot);
        (sending.await, None)
    }

    /// What came of a try, and what went wrong with it, in the terms in which it is told whether it may
    /// be tried again.
    fn judge(
        &self,
        outcome: Result<Answer, Broken>,
        endpoint: &Endpoint,
    ) -> Result<(Result<Answer, Error>, Option<Error>), ForwardError> {
        let error = |kind| Error::new(endpoint.clone(), kind);
        let failure = match outcome {
            Ok(answer) => {
                let failure = self.refusal(&answer, endpoint);
                return Ok((Ok(answer), failure));
            }
            Err(Broken::Caller(cause)) => return Err(ForwardError::Caller(cause)),
            Err(Broken::Unfit(reason)) => error(Kind::Input(reason)),
            Err(Broken::Unreachable(cause)) => error(Kind::Unreachable).because(cause),
            Err(Broken::Lost(cause)) => error(Kind::Lost).because(cause),
            Err(Broken::TimedOut(after)) => error(Kind::TimedOut {
                after,
                is_sent: true,
            }),
        };
        Ok((Err(failure.clone()), Some(failure)))
    }

    /// What an answer says that is no success, as far as its head tells.
    fn refusal(&self, answer: &Answer, endpoint: &Endpoint) -> Option<Error> {
        let (status, headers) = (answer.status(), answer.headers());
        if !status.is_client_error() && !status.is_server_error() {
            return None;
        }
        let now = self.client.clock.now();
        let limit = (status == StatusCode::TOO_MANY_REQUESTS).then(|| limit::reached(headers));
        let asked = retry_after(headers, now).or_else(|| {
            (limit.is_some_and(Limit::is_quota)).then(|| limit::until_quota_refills(now))
        });
        let refusal = Error::new(endpoint.clone(), Kind::refused(status, headers, b"", limit));
        Some(match asked {
            Some(asked) => refusal.retry_in(asked),
            None => refusal,
        })
    }
}

/// Whether an answer says that the access token is not taken. It says 401 for a missing scope as well,
/// which no other token would have.
pub async fn blames_token(answer: &mut Answer) -> bool {
    if answer.status() != StatusCode::UNAUTHORIZED {
        return false;
    }
    // What the gateway says is a line, which nobody packs.
    if answer.headers().contains_key(CONTENT_ENCODING) {
        return true;
    }
    let body = answer.body_mut().look(REFUSAL).await;
    let kind = Kind::refused(answer.status(), answer.headers(), &body, None);
    Error::new(Endpoint::passed_on(reqwest::Method::GET), kind).is_unauthorized()
}
