//! Faults, clock, switches, tokens and the request log.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::faults::Rule;
use crate::limits::{HOURLY_POINTS, resets_at};
use crate::sandbox::Sandbox;

type Answer = Result<Json<Value>, Wrong>;

/// `GET /_sandbox/faults`: the rules in force, with what is left of their counts.
pub(super) async fn show_faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({"faults": sandbox.state().faults.rules()}))
}

/// `POST /_sandbox/faults`: adds a rule.
pub(super) async fn add_fault(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let rule: Rule = read(&body)?;
    rule.check().map_err(Wrong::bad)?;
    sandbox.state().faults.add(rule);
    Ok(show_faults(State(sandbox)).await)
}

/// `DELETE /_sandbox/faults`: drops every rule and lets hanging requests go on. Acts that are late
/// have been done when it answers.
pub(super) async fn clear_faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    sandbox.state().faults.clear();
    sandbox.release().await;
    show_faults(State(sandbox)).await
}

/// `GET /_sandbox/clock`
pub(super) async fn show_clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({"now": sandbox.state().clock.now()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

/// `POST /_sandbox/clock`: moves the clock.
pub(super) async fn move_clock(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let advance: Advance = read(&body)?;
    sandbox.state().clock.advance(advance.advance_seconds);
    Ok(show_clock(State(sandbox)).await)
}

/// `GET /_sandbox/switches`
pub(super) async fn show_switches(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!(sandbox.state().switches))
}

/// `POST /_sandbox/switches`: sets the switches named in the body and leaves the others.
pub(super) async fn set_switches(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let changes: serde_json::Map<String, Value> = read(&body)?;
    {
        let mut state = sandbox.state();
        let mut switches = json!(state.switches);
        for (name, value) in changes {
            match (&mut switches[&name], value) {
                // A group of switches, of which those left out stay as well.
                (Value::Object(group), Value::Object(some)) => group.extend(some),
                (switch, value) => *switch = value,
            }
        }
        state.switches =
            serde_json::from_value(switches).map_err(|error| Wrong::bad(error.to_string()))?;
    }
    Ok(show_switches(State(sandbox)).await)
}

/// `GET /_sandbox/quota`: the points left of this hour.
pub(super) async fn show_quota(State(sandbox): State<Sandbox>) -> Json<Value> {
    let mut state = sandbox.state();
    let now = state.clock.now();
    let remaining = state.limits.quota.remaining(now);
    Json(json!({
        "remaining_points": remaining,
        "hourly_points": HOURLY_POINTS,
        "resets_at": resets_at(now),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuotaLeft {
    remaining_points: u64,
}

/// `POST /_sandbox/quota`: sets the points left of this hour.
pub(super) async fn set_quota(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let left: QuotaLeft = read(&body)?;
    {
        let mut state = sandbox.state();
        let now = state.clock.now();
        state.limits.quota.set(left.remaining_points, now);
    }
    Ok(show_quota(State(sandbox)).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    account_id: String,
}

/// `POST /_sandbox/revoke`: the person removes the app under *Connected apps*.
pub(super) async fn revoke(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let account: Account = read(&body)?;
    let had_grant = sandbox.state().grants.revoke(&account.account_id);
    Ok(Json(json!({"revoked": had_grant})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expire {
    account_id: Option<String>,
}

/// `POST /_sandbox/tokens/expire`: ends the hour of the access tokens of one account, or of all.
pub(super) async fn expire(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let expire: Expire = read(&body)?;
    let mut state = sandbox.state();
    let now = state.clock.now();
    let count = state.grants.expire(expire.account_id.as_deref(), now);
    Ok(Json(json!({"expired": count})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inspect {
    refresh_token: SecretString,
}

/// `POST /_sandbox/tokens/inspect`: what the token endpoint would make of a refresh token now. The
/// token is not used by it.
pub(super) async fn inspect(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let inspect: Inspect = read(&body)?;
    let state = sandbox.state();
    let token = inspect.refresh_token.expose_secret();
    let found = state
        .grants
        .inspect(token, &state.switches, state.clock.now());
    Ok(Json(
        json!({"is_accepted": found.is_accepted(), "why": found}),
    ))
}

/// `GET /_sandbox/issued`: every code and token ever given out.
pub(super) async fn show_issued(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!(sandbox.state().grants.issued))
}

/// `GET /_sandbox/requests`: the requests at the door, in order of arrival.
pub(super) async fn show_requests(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({"requests": sandbox.state().requests.entries}))
}

/// `DELETE /_sandbox/requests`: forgets them.
pub(super) async fn reset_requests(State(sandbox): State<Sandbox>) -> Json<Value> {
    sandbox.state().requests.reset();
    show_requests(State(sandbox)).await
}

/// `GET /_sandbox/violations`: the requests which Atlassian's documents do not describe, as far as
/// requests are checked.
pub(super) async fn show_violations(State(sandbox): State<Sandbox>) -> Json<Value> {
    #[cfg(feature = "conformance")]
    let is_checked = sandbox.options().check_requests;
    #[cfg(not(feature = "conformance"))]
    let is_checked = false;
    Json(json!({"checked": is_checked, "violations": sandbox.state().violations}))
}

/// `DELETE /_sandbox/violations`: forgets them.
pub(super) async fn reset_violations(State(sandbox): State<Sandbox>) -> Json<Value> {
    sandbox.state().violations.clear();
    show_violations(State(sandbox)).await
}
