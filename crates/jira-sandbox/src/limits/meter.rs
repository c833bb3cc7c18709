//! The layer that counts requests, and says in headers what is left.
//!
//! Only real routes count and only for callers that are let in: a path that leads nowhere, a wrong
//! method and a token that does not do have none of these headers.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use super::quota::resets_at;
use super::{Bucket, Counters, HOURLY_POINTS, Rate};
use crate::gateway::{Caller, Points, Refusal};
use crate::options::Limits;
use crate::sandbox::{Sandbox, State as Everything};

/// How many segments stand before an issue in `/ex/jira/{cloudId}/rest/api/3/issue/{idOrKey}`, with
/// the empty one before the first slash; as many as in `…/rest/agile/1.0/issue/{issueIdOrKey}`.
const SEGMENTS_BEFORE_ISSUE: usize = 8;

/// A refusal for a while.
struct Exceeded {
    reason: &'static str,
    limit: u64,
    /// Seconds.
    wait: u64,
}

/// Counts a request and answers it, or refuses it with 429.
pub(crate) async fn meter(
    State(sandbox): State<Sandbox>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("", MatchedPath::as_str).to_owned();
    let limits = sandbox.state().switches.limits;
    if limits == Limits::Off || !route.starts_with("/ex/jira/{cloud_id}/") {
        return next.run(request).await;
    }
    let method = request.method().clone();
    let rate = Rate::of(&method, &route);
    let mut remaining = rate.burst - 1;
    if limits == Limits::Enforced {
        let mut state = sandbox.state();
        match count(&mut state, &caller, &method, &route, rate) {
            Ok(left) => remaining = left,
            Err(exceeded) => return refuse(&state, &exceeded),
        }
    }
    let mut response = next.run(request).await;
    let status = response.status();
    if matches!(
        status,
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::UNAUTHORIZED
    ) {
        return response;
    }
    let mut state = sandbox.state();
    let now = state.clock.now();
    if limits == Limits::Enforced {
        let objects = response.extensions().get::<Points>();
        let points = objects.map_or(0, |Points(points)| *points as u64);
        state.limits.quota.spend(1 + points, now);
    }
    let quota = state.limits.quota.remaining(now);
    show(response.headers_mut(), rate, remaining, quota, now);
    response
}

/// Takes a request out of its bucket and returns what is left there.
fn count(
    state: &mut Everything,
    caller: &Caller,
    method: &Method,
    route: &str,
    rate: Rate,
) -> Result<u64, Exceeded> {
    let now = state.clock.now();
    let issue = written_issue(state, caller, method, route);
    let Counters {
        buckets,
        writes,
        quota,
    } = &mut state.limits;
    let bucket = buckets
        .entry((caller.site, method.to_string(), route.to_owned()))
        .or_insert_with(|| Bucket::full(rate, now));
    let left = bucket.take(rate, now).map_err(|wait| Exceeded {
        reason: "jira-burst-based",
        limit: rate.burst,
        wait,
    })?;
    if let Some(issue) = issue {
        let writes = writes.entry((caller.site, issue)).or_default();
        writes.note(now).map_err(|wait| Exceeded {
            reason: "jira-per-issue-on-write",
            limit: 20,
            wait,
        })?;
    }
    if quota.remaining(now) == 0 {
        let wait = resets_at(now).as_second() - now.as_second();
        return Err(Exceeded {
            reason: "jira-quota-global-based",
            limit: HOURLY_POINTS,
            wait: wait.unsigned_abs(),
        });
    }
    Ok(left)
}

/// The issue that a request writes, by whatever name.
fn written_issue(state: &Everything, caller: &Caller, method: &Method, route: &str) -> Option<u64> {
    let is_read = method == Method::GET || route.ends_with("/changelog/list");
    if is_read || !route.contains("/issue/{id_or_key}") {
        return None;
    }
    let name = caller.path.split('/').nth(SEGMENTS_BEFORE_ISSUE)?;
    let site = &state.world.sites[caller.site];
    site.find_issue(name).map(|issue| issue.id)
}

/// What a good answer says: the bucket always, the quota when it nears its end.
fn show(headers: &mut HeaderMap, rate: Rate, remaining: u64, quota: u64, now: Timestamp) {
    let mut policies = vec![format!("\"jira-burst-based\";q={};w=1", rate.steady)];
    let mut limits = vec![format!("\"jira-burst-based\";r={remaining};t=1")];
    let is_quota_near = quota < HOURLY_POINTS / 5;
    if is_quota_near {
        let rest = resets_at(now).as_second() - now.as_second();
        policies.push(format!("\"global-app-quota\";q={HOURLY_POINTS};w=3600"));
        limits.push(format!("\"global-app-quota\";r={quota};t={rest}"));
    }
    insert(headers, "ratelimit-policy", &policies.join(", "));
    insert(headers, "ratelimit", &limits.join(", "));
    insert(headers, "x-ratelimit-limit", &rate.burst.to_string());
    insert(headers, "x-ratelimit-remaining", &remaining.to_string());
    if is_quota_near || remaining * 5 < rate.burst {
        insert(headers, "x-ratelimit-nearlimit", "true");
    }
}

fn refuse(state: &Everything, exceeded: &Exceeded) -> Response {
    let message = "Rate limit exceeded.".to_owned();
    let refusal = Refusal::Messages(StatusCode::TOO_MANY_REQUESTS, vec![message]);
    let mut response = refusal.into_response();
    let headers = response.headers_mut();
    let seconds = i64::try_from(exceeded.wait).unwrap_or(i64::MAX);
    let now = state.clock.now();
    let mut reset = now + SignedDuration::from_secs(seconds);
    let mut format = "%Y-%m-%dT%H:%M:%SZ";
    if state.switches.reset_without_seconds {
        format = "%Y-%m-%dT%H:%MZ";
        // Rounded up: a reset before `Retry-After` would be a trap that Atlassian does not set.
        reset += SignedDuration::from_secs(59);
    }
    let reset = reset.strftime(format).to_string();
    insert(headers, "retry-after", &exceeded.wait.to_string());
    insert(headers, "x-ratelimit-limit", &exceeded.limit.to_string());
    insert(headers, "x-ratelimit-remaining", "0");
    insert(headers, "x-ratelimit-reset", &reset);
    insert(headers, "ratelimit-reason", exceeded.reason);
    response
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("numbers and names are visible ASCII");
    headers.insert(HeaderName::from_static(name), value);
}
