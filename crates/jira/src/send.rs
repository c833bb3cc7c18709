//! Sending a call: one try, and the loop around it that keeps pace, deadline and patience.
//!
//! A read may be repeated even when Jira may have seen it; a write may not, which `policy` judges.

use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderMap};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::SemaphorePermit;

use crate::body::{self, Body, Read, Reading};
use crate::call::{Call, Endpoint};
use crate::client::Client;
use crate::error::{Error, Garbage, Kind};
use crate::items::ReadItem;
use crate::limit;
use crate::listing::Allowance;
use juncture_clock as clock;
use juncture_outbound::pace::{Limit, LowQuota};
use juncture_outbound::pace::{SitePace, Whose};

/// A success, still undecoded.
struct Answer<R> {
    status: StatusCode,
    trace_id: Option<String>,
    low_quotas: Vec<LowQuota>,
    body: Body<R>,
}

/// The text of the answer is kept as it is.
const WHOLE: Option<&ReadItem<()>> = None;

/// What the tries of one call have in common.
struct Tries<'a, R> {
    give_up_at: jiff::Timestamp,
    /// Whether one is under way, for whoever ends it from outside.
    is_sent: &'a AtomicBool,
    reading: Reading<'a, R>,
}

impl Client {
    /// Sends a `call` whose answer says nothing, keeping the pace of `site_id`.
    pub(crate) async fn send(
        &self,
        site_id: &str,
        call: Call,
        token: &SecretString,
    ) -> Result<(), Error> {
        let (list, item) = (None, WHOLE);
        self.answer(Whose::Site(site_id), &call, token, Reading { list, item })
            .await
            .map(drop)
    }

    /// Sends `call`, keeping the pace of `site_id`, and decodes the answer.
    pub(crate) async fn fetch<T>(
        &self,
        site_id: &str,
        call: Call,
        token: &SecretString,
    ) -> Result<T, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.fetch_as(Whose::Site(site_id), call, token, None).await
    }

    /// Sends `call`, keeping the pace of `whose`, and decodes the answer, which counts as part of
    /// `list` if it is one.
    pub(crate) async fn fetch_as<T>(
        &self,
        whose: Whose<'_>,
        call: Call,
        token: &SecretString,
        list: Option<&Allowance>,
    ) -> Result<T, Error>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let item = WHOLE;
        let reading = Reading { list, item };
        let (answer, _) = self.fetch_reading(whose, call, token, reading).await?;
        Ok(answer)
    }

    /// The same, and the issues that were read as the answer came.
    pub(crate) async fn fetch_reading<T, R>(
        &self,
        whose: Whose<'_>,
        call: Call,
        token: &SecretString,
        reading: Reading<'_, R>,
    ) -> Result<(T, Vec<R>), Error>
    where
        T: DeserializeOwned + Send + 'static,
        R: Send + 'static,
    {
        let answer = self.answer(whose, &call, token, reading).await?;
        answer.body.decode().await.map_err(|(garbage, cause)| {
            Error::new(call.endpoint, Kind::Garbage(answer.status, garbage))
                .traced(answer.trace_id)
                .because(cause)
        })
    }

    async fn answer<R: Send + 'static>(
        &self,
        whose: Whose<'_>,
        call: &Call,
        token: &SecretString,
        reading: Reading<'_, R>,
    ) -> Result<Answer<R>, Error> {
        let now = self.clock.now();
        let (mut left, mut after) = (self.policy.overall, self.policy.overall);
        if let Some(list) = reading.list
            && clock::until(list.until, now) < left
        {
            (left, after) = (clock::until(list.until, now), list.overall);
        }
        let is_sent = AtomicBool::new(false);
        let tries = Tries {
            give_up_at: clock::after(now, left),
            is_sent: &is_sent,
            reading,
        };
        tokio::select! {
            biased;
            answer = self.try_repeatedly(whose, call, token, &tries) => answer,
            () = self.clock.deadline(left) => {
                let is_sent = is_sent.load(Ordering::Relaxed);
                let kind = Kind::TimedOut { after, is_sent };
                Err(Error::new(call.endpoint.clone(), kind))
            }
        }
    }

    async fn try_repeatedly<R: Send + 'static>(
        &self,
        whose: Whose<'_>,
        call: &Call,
        token: &SecretString,
        tries: &Tries<'_, R>,
    ) -> Result<Answer<R>, Error> {
        let give_up_at = tries.give_up_at;
        let site = self.pace.of(whose, self.clock.now());
        let mut tried = 0;
        loop {
            let slot = self.enter(&site, &call.endpoint, give_up_at).await?;
            let sent_at = self.clock.now();
            tries.is_sent.store(true, Ordering::Relaxed);
            let watched = self.begin_watch(&call.endpoint);
            let outcome = self.try_once(call, token, tries.reading).await;
            match &outcome {
                Ok(answer) => {
                    let trace_id = answer.trace_id.as_deref();
                    watched.succeeded(answer.status, trace_id, answer.body.issues());
                }
                Err(failure) => watched.failed(failure.status(), failure.trace_id()),
            }
            // A write comes here again only if Jira has not begun it.
            tries.is_sent.store(false, Ordering::Relaxed);
            let now = self.clock.now();
            let failure = match outcome {
                Ok(answer) => {
                    if let Some(list) = tries.reading.list {
                        list.note_answer(clock::until(now, sent_at));
                    }
                    for low in &answer.low_quotas {
                        (self.pace).note(&site, *low, now, self.policy.longest_wait);
                    }
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            tried += 1;

            let asked = failure.retry_after();
            let pause = self.policy.pause(tried, asked, self.clock.chance());
            if let Some(limit) = failure.limit() {
                let wait = asked.unwrap_or(pause).min(self.policy.longest_wait);
                self.pace.close(&site, clock::after(now, wait), limit);
            }
            // Only now, so that whoever takes it over sees the site closed.
            drop(slot);
            if tried >= self.policy.tries_after(&failure)
                || failure.limit().is_some_and(Limit::is_quota)
                || clock::after(now, pause) > give_up_at
            {
                return Err(failure);
            }
            tracing::debug!(
                call = %call.endpoint,
                reason = %failure.reason(),
                trace_id = failure.trace_id(),
                ?pause,
                "trying again"
            );
            self.clock.sleep(pause).await;
        }
    }

    /// Takes one of the site's slots at a time when Jira wants calls.
    pub(crate) async fn enter<'a>(
        &self,
        site: &'a SitePace,
        endpoint: &Endpoint,
        give_up_at: jiff::Timestamp,
    ) -> Result<SemaphorePermit<'a>, Error> {
        // Asked before queueing, so that nobody queues in vain, and again with the slot in hand,
        // because whoever held it may have been told to stay away.
        self.wait_until_open(site, endpoint, give_up_at).await?;
        let slot = site.slots.acquire().await.expect("slots are never closed");
        self.wait_until_open(site, endpoint, give_up_at).await?;
        if self.clock.now() > give_up_at {
            // Whoever hears of the deadline next could not tell that nothing was sent.
            let kind = Kind::TimedOut {
                after: self.policy.overall,
                is_sent: false,
            };
            return Err(Error::new(endpoint.clone(), kind));
        }
        Ok(slot)
    }

    async fn wait_until_open(
        &self,
        site: &SitePace,
        endpoint: &Endpoint,
        give_up_at: jiff::Timestamp,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let Some(closure) = self.pace.closure(site, now) else {
            return Ok(());
        };
        let wait = clock::until(closure.until, now);
        if closure.is_quota || closure.until > give_up_at {
            return Err(Error::new(endpoint.clone(), Kind::Closed).retry_in(wait));
        }
        self.clock.sleep(wait).await;
        Ok(())
    }

    async fn try_once<R: Send + 'static>(
        &self,
        call: &Call,
        token: &SecretString,
        reading: Reading<'_, R>,
    ) -> Result<Answer<R>, Error> {
        let per_try = self.policy.per_try;
        tokio::select! {
            biased;
            answer = self.exchange(call, token, reading) => answer,
            () = self.clock.deadline(per_try) => {
                let kind = Kind::TimedOut { after: per_try, is_sent: true };
                Err(Error::new(call.endpoint.clone(), kind))
            }
        }
    }

    async fn exchange<R: Send + 'static>(
        &self,
        call: &Call,
        token: &SecretString,
        reading: Reading<'_, R>,
    ) -> Result<Answer<R>, Error> {
        let mut request = self
            .http
            .request(call.endpoint.method.clone(), call.url.clone())
            .bearer_auth(token.expose_secret())
            .header(ACCEPT, "application/json")
            // Jira ignores the first of these without the second:
            // https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#special-headers
            .header(ACCEPT_LANGUAGE, "en")
            .header("X-Force-Accept-Language", "true");
        if let Some(body) = &call.body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        let error = |kind| Error::new(call.endpoint.clone(), kind);
        let response = request.send().await.map_err(|cause| {
            let kind = if cause.is_builder() {
                Kind::Input("the access token does not fit into a header")
            } else if cause.is_timeout() {
                Kind::TimedOut {
                    after: self.policy.per_try,
                    is_sent: !cause.is_connect(),
                }
            } else if cause.is_connect() {
                Kind::Unreachable
            } else {
                Kind::Lost
            };
            error(kind).because(cause.without_url())
        })?;

        let status = response.status();
        let trace_id = trace_id(response.headers()).map(str::to_owned);
        tracing::debug!(call = %call.endpoint, status = status.as_u16(), trace_id, "answered");
        if status.is_success() {
            let low_quotas = limit::low_quotas(response.headers(), self.clock.now());
            return match self.room.read(response, reading).await {
                Ok(Read::Whole(body)) => Ok(Answer {
                    status,
                    trace_id,
                    low_quotas,
                    body,
                }),
                Ok(Read::TooMuchForList) => {
                    Err(error(Kind::TooLong("holds more text than can be kept")))
                }
                Ok(Read::Endless) => {
                    Err(error(Kind::Garbage(status, Garbage::Endless)).traced(trace_id))
                }
                Ok(Read::Unfit(cause)) => {
                    let unfit = error(Kind::Garbage(status, Garbage::OtherShape));
                    Err(unfit.traced(trace_id).because(cause))
                }
                Err(cause) => Err(error(Kind::Cut(status))
                    .traced(trace_id)
                    .because(cause.without_url())),
            };
        }
        let headers = response.headers().clone();
        let body = body::read_refusal(response).await;
        let now = self.clock.now();
        let limit = (status == StatusCode::TOO_MANY_REQUESTS).then(|| limit::reached(&headers));
        let asked = juncture_outbound::retry_after(&headers, now).or_else(|| {
            (limit.is_some_and(Limit::is_quota)).then(|| limit::until_quota_refills(now))
        });
        let kind = Kind::refused(status, &headers, &body, limit);
        let mut refusal = error(kind).traced(trace_id);
        if let Some(asked) = asked {
            refusal = refusal.retry_in(asked);
        }
        Err(refusal)
    }
}

/// The id by which Atlassian's support finds an answer again.
pub(crate) fn trace_id(headers: &HeaderMap) -> Option<&str> {
    ["atl-traceid", "atl-request-id", "x-arequestid"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}
