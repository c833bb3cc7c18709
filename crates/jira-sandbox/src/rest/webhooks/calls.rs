//! The five calls: register, list, refresh, delete, and the list of failures that only Connect apps
//! get.

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, put};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::wish::Wish;
use crate::gateway::{
    Answered, Caller, Parameters, Refusal, Sentence, WebhookSentence, json_answer,
};
use crate::options::{Shown, WebhookDeleteStatus, WebhookExpiration, WebhookSwitches};
use crate::rest::payload::Payload;
use crate::rest::view::jira_time;
use crate::rest::window::Window;
use crate::sandbox::{Sandbox, State};
use crate::webhooks::{LIFETIME, Registration, Whose};

const CLASSIC: &[&str] = &["read:jira-work", "manage:jira-webhook"];

/// The routes of webhooks in one version of the platform's API.
pub(in crate::rest) fn routes(version: &str) -> Router<Sandbox> {
    let at = |tail: &str| format!("/ex/jira/{{cloud_id}}/rest/api/{version}/{tail}");
    Router::new()
        .route(&at("webhook"), get(list).post(register).delete(delete))
        .route(&at("webhook/refresh"), put(refresh))
        .route(&at("webhook/failed"), get(failed))
}

/// `POST webhook`: as many registrations as there are items, each with its id or its errors.
async fn register(caller: Caller, body: Bytes) -> Answered {
    let granular = ["read:field:jira", "read:project:jira", "write:webhook:jira"];
    caller.must_hold_any([CLASSIC, &granular])?;
    let wish = Wish::read(&caller, &body)?;
    let mut state = caller.state();
    let results = wish.register(&caller, &mut state)?;
    Ok(json_answer(&json!({"webhookRegistrationResult": results})))
}

/// `GET webhook`
async fn list(caller: Caller, parameters: Parameters) -> Answered {
    caller.must_hold_any([CLASSIC, &["read:webhook:jira", "read:jql:jira"]])?;
    let window = Window::read(&parameters, 100, 100)?;
    let state = caller.state();
    let (switches, now) = (&state.switches.webhooks, state.clock.now());
    let registry = state.webhooks.of(&state.world.sites[caller.site].cloud_id);
    let found: Vec<_> = registry.listed(whose(&caller), switches, now).collect();
    let page = window.cut(&found).iter();
    let values: Vec<Value> = page.map(|row| show(row, switches)).collect();
    let mut body = window.bean(&values, found.len());
    let link = |start: usize| {
        let query = format!("maxResults={}&startAt={start}", window.limit);
        caller.link(&format!("webhook?{query}"))
    };
    body["self"] = link(window.start).into();
    if let Some(next) = window.next_start(found.len()) {
        body["nextPage"] = link(next).into();
    }
    Ok(json_answer(&body))
}

/// `PUT webhook/refresh`: one date for all, whether or not there are such registrations.
async fn refresh(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold_any([CLASSIC, &["write:webhook:jira", "read:webhook:jira"]])?;
    let ids = read_ids(&caller, &body)?;
    let mut state = caller.state();
    let now = state.clock.now();
    let State {
        webhooks,
        switches,
        world,
        ..
    } = &mut *state;
    let site = &world.sites[caller.site].cloud_id;
    let registry = webhooks.of_mut(site);
    registry.refresh(&ids, whose(&caller), &switches.webhooks, now);
    let expires = expiration(now + LIFETIME, &switches.webhooks);
    Ok(json_answer(&json!({"expirationDate": expires})))
}

/// `DELETE webhook`, with a body.
async fn delete(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold_any([CLASSIC, &["delete:webhook:jira"]])?;
    let ids = read_ids(&caller, &body)?;
    let mut state = caller.state();
    let State {
        webhooks,
        switches,
        world,
        ..
    } = &mut *state;
    let registry = webhooks.of_mut(&world.sites[caller.site].cloud_id);
    registry.delete(&ids, whose(&caller), switches.webhooks.list_scope);
    let status = match switches.webhooks.delete_status {
        WebhookDeleteStatus::Accepted => StatusCode::ACCEPTED,
        WebhookDeleteStatus::NoContent => StatusCode::NO_CONTENT,
    };
    Ok(status_answer(status))
}

/// `GET webhook/failed`: what was not delivered is told to Connect apps alone.
async fn failed(caller: Caller) -> Answered {
    caller.must_hold_any([CLASSIC, &["read:webhook:jira"]])?;
    let sentence = Sentence::Webhook(WebhookSentence::ConnectOnly);
    Err(caller.refuse(StatusCode::FORBIDDEN, &sentence))
}

fn status_answer(status: StatusCode) -> Response {
    status.into_response()
}

fn whose(caller: &Caller) -> Whose<'_> {
    Whose {
        app: &caller.client_id,
        owner: caller.person,
    }
}

/// The list of ids, which must be there and have some.
fn read_ids(caller: &Caller, body: &[u8]) -> Result<Vec<i64>, Refusal> {
    let payload = Payload::read(caller, body, &["webhookIds"])?;
    let ids = payload.numbers("webhookIds")?;
    if ids.is_empty() {
        let sentence = Sentence::Webhook(WebhookSentence::NoIds);
        return Err(caller.bad_request(&sentence));
    }
    Ok(ids)
}

fn show(row: &Registration, switches: &WebhookSwitches) -> Value {
    let mut body = json!({
        "id": row.id,
        "jqlFilter": row.jql,
        "events": row.events,
        "expirationDate": expiration(row.expires_at, switches),
    });
    if switches.list_url == Shown::Present {
        body["url"] = row.url.as_str().into();
    }
    if let Some(ids) = &row.field_ids {
        body["fieldIdsFilter"] = json!(ids);
    }
    if let Some(keys) = &row.property_keys {
        body["issuePropertyKeysFilter"] = json!(keys);
    }
    body
}

/// An expiration, in UTC where it is a text.
fn expiration(at: Timestamp, switches: &WebhookSwitches) -> Value {
    match switches.expiration {
        WebhookExpiration::Text => jira_time(at, "UTC").into(),
        WebhookExpiration::Integer => at.as_millisecond().into(),
    }
}
