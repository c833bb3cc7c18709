//! Webhooks from outside: what is registered and sent, and what goes wrong on the way.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Wrong, read};
use crate::sandbox::{Sandbox, State as Everything};
use crate::webhooks::forge::{Kind, forge};
use crate::webhooks::{Delivery, Registration, courier, identifier};

type Answer = Result<Json<Value>, Wrong>;

/// `GET /_sandbox/webhooks`: registrations, and the deliveries that are remembered, with bodies.
pub(super) async fn show(State(sandbox): State<Sandbox>) -> Json<Value> {
    let state = sandbox.state();
    let webhooks = &state.webhooks;
    let registrations = webhooks
        .all()
        .map(|(site, row)| show_registration(&state, site, row));
    let (waiting, under_way) = webhooks.outbox.counts();
    let deliveries = webhooks.outbox.all();
    Json(json!({
        "registrations": registrations.collect::<Vec<_>>(),
        "deliveries": deliveries.into_iter().map(show_delivery).collect::<Vec<_>>(),
        "waiting": waiting,
        "under_way": under_way,
        "overflowed": webhooks.outbox.overflowed,
        "trouble": webhooks.trouble,
    }))
}

/// `DELETE /_sandbox/webhooks`: forgets the deliveries that are over.
pub(super) async fn forget(State(sandbox): State<Sandbox>) -> Json<Value> {
    sandbox.state().webhooks.outbox.forget();
    show(State(sandbox)).await
}

fn show_registration(state: &Everything, site: &str, row: &Registration) -> Value {
    json!({
        "site_id": site,
        "id": row.id,
        "client_id": row.app,
        "account_id": state.world.people[row.owner].account_id,
        "url": row.url,
        "jql": row.jql,
        "events": row.events,
        "field_ids": row.field_ids,
        "property_keys": row.property_keys,
        "expires_at": row.expires_at,
        "is_live": row.is_live(state.clock.now()),
        "is_mute": row.is_mute,
    })
}

fn show_delivery(delivery: &Delivery) -> Value {
    json!({
        "number": delivery.number,
        "site_id": delivery.site,
        "client_id": delivery.app,
        "url": delivery.url,
        "identifier": identifier(&delivery.site, delivery.number),
        "event": delivery.event,
        "flow": delivery.flow,
        "webhook_ids": delivery.ids,
        "fate": delivery.fate,
        "due": delivery.due,
        "retries": delivery.retries,
        "attempts": delivery.attempts,
        "body": delivery.body,
    })
}

/// `POST /_sandbox/webhooks/trouble`: sets the members that are named, and leaves the others.
pub(super) async fn set_trouble(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let changes: serde_json::Map<String, Value> = read(&body)?;
    let mut state = sandbox.state();
    let mut trouble = json!(state.webhooks.trouble);
    for (name, value) in changes {
        trouble[name] = value;
    }
    let trouble: crate::webhooks::Trouble =
        serde_json::from_value(trouble).map_err(|error| Wrong::bad(error.to_string()))?;
    trouble.check().map_err(Wrong::bad)?;
    state.webhooks.trouble = trouble;
    Ok(Json(json!(state.webhooks.trouble)))
}

/// `POST /_sandbox/webhooks/settle`: sends what is due, and answers when the receivers have.
pub(super) async fn settle(State(sandbox): State<Sandbox>) -> Json<Value> {
    courier::settle(&sandbox).await;
    let (waiting, under_way) = sandbox.state().webhooks.outbox.counts();
    Json(json!({"waiting": waiting, "under_way": under_way}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    deliveries: Vec<u64>,
}

/// `POST /_sandbox/webhooks/release`: sends deliveries by their numbers, one after another, though
/// they are held or not yet due.
pub(super) async fn release(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let wish: Release = read(&body)?;
    let released = courier::release(&sandbox, &wish.deliveries).await;
    Ok(Json(json!({"released": released})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fate {
    site_id: String,
    id: u64,
    #[serde(rename = "do")]
    act: Act,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    /// Its thirty days are over.
    Expire,
    /// It vanishes.
    Lose,
    /// It stays listed, and sends nothing.
    Mute,
    /// It sends again.
    Unmute,
}

/// `POST /_sandbox/webhooks/registrations`: something happens to a registration.
pub(super) async fn strike(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let fate: Fate = read(&body)?;
    {
        let mut state = sandbox.state();
        let now = state.clock.now();
        let registry = state.webhooks.of_mut(&fate.site_id);
        let unknown = || Wrong::unknown("There is no such registration on this site.");
        let row = registry.find_mut(fate.id).ok_or_else(unknown)?;
        match fate.act {
            Act::Expire => row.expires_at = now,
            Act::Mute => row.is_mute = true,
            Act::Unmute => row.is_mute = false,
            Act::Lose => registry.lose(fate.id),
        }
    }
    Ok(show(State(sandbox)).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    client_id: Option<String>,
    secret: String,
}

/// `POST /_sandbox/webhooks/secret`: the app gets another client secret, with which deliveries are
/// signed from now on. The token endpoint takes both.
pub(super) async fn rotate(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let rotation: Rotation = read(&body)?;
    let options = sandbox.options();
    let client_id = rotation
        .client_id
        .unwrap_or_else(|| options.client_id.clone());
    if options.secret_of(&client_id).is_none() {
        return Err(Wrong::unknown("There is no app with this client_id."));
    }
    let mut state = sandbox.state();
    state.webhooks.rotate(&client_id, rotation.secret);
    Ok(Json(json!({"rotated": client_id})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forgery {
    site_id: String,
    id: u64,
    kind: Kind,
    body: Option<Value>,
}

/// `POST /_sandbox/webhooks/forge`: posts a request that is not Jira's to the receiver of a
/// registration, with the body that it got last or one of yours, and tells what it answered.
pub(super) async fn falsify(State(sandbox): State<Sandbox>, body: Bytes) -> Answer {
    let forgery: Forgery = read(&body)?;
    let row = {
        let state = sandbox.state();
        let mut rows = state.webhooks.of(&forgery.site_id).rows();
        rows.find(|row| row.id == forgery.id).cloned()
    };
    let row = row.ok_or_else(|| Wrong::unknown("There is no such registration on this site."))?;
    let answer = forge(&sandbox, &forgery.site_id, row, forgery.kind, forgery.body).await;
    Ok(Json(match answer {
        Ok(status) => json!({"status": status}),
        Err(problem) => json!({"problem": problem}),
    }))
}
