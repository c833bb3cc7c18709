//! How the statuses of event endpoints come about: the good requests, and what must be there for them.

use axum::http::Method;
use juncture_server::events::{self, Kind, New};
use juncture_server::project::ProjectId;
use juncture_server::webhooks::from_environment;
use juncture_server::webhooks::settings::EnvironmentEndpoint;
use juncture_server::webhooks::sign::SigningSecret;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::statuses::{Endpoint, Scenario, endpoint};
use crate::support::TestApp;

const ENDPOINTS: &str = "/api/backend/event-endpoints";
const ONE: &str = "/api/backend/event-endpoints/{endpoint_id}";
const REPLAY: &str = "/api/backend/event-endpoints/{endpoint_id}/replay";
const DELIVERIES: &str = "/api/backend/event-deliveries";
const RETRY: &str = "/api/backend/event-deliveries/{delivery_id}/retry";

/// Where events are posted to that nobody takes: no connection is made to it.
const INSIDE: &str = "https://app.invalid/hook";

pub(crate) fn endpoints() -> Vec<Endpoint> {
    let (get, post) = (Method::GET, Method::POST);
    let listed = json!({"endpoint_id": "<endpoint_id>", "state": "delivered"});
    let cases = [
        (post.clone(), ENDPOINTS, json!({"url": INSIDE})),
        (get.clone(), ENDPOINTS, json!({})),
        (get.clone(), ONE, json!({})),
        (Method::PATCH, ONE, json!({"mode": "thin"})),
        (Method::DELETE, ONE, json!({})),
        (
            post.clone(),
            "/api/backend/event-endpoints/{endpoint_id}/test",
            json!({}),
        ),
        (
            post.clone(),
            "/api/backend/event-endpoints/{endpoint_id}/pause",
            json!({}),
        ),
        (
            post.clone(),
            "/api/backend/event-endpoints/{endpoint_id}/resume",
            json!({}),
        ),
        (
            post.clone(),
            "/api/backend/event-endpoints/{endpoint_id}/rotate-secret",
            json!({}),
        ),
        (post.clone(), REPLAY, json!({})),
        (get, DELIVERIES, listed),
        (post, RETRY, json!({})),
    ];
    let cases = cases.into_iter();
    cases
        .map(|(method, path, parameters)| endpoint(method, path, parameters, None))
        .collect()
}

/// Whether an endpoint is one of these.
pub(super) fn is_one(endpoint: &Endpoint) -> bool {
    endpoint.path.starts_with(ENDPOINTS) || endpoint.path.starts_with(DELIVERIES)
}

/// The scenario that shows a status of one of these; none where it is that of any endpoint.
pub(super) fn scenario(endpoint: &Endpoint, status: u16) -> Option<Scenario> {
    let is_made = endpoint.path == ENDPOINTS && endpoint.method == Method::POST;
    match status {
        202 => Some(Scenario::GoodRequest),
        400 if is_made || endpoint.path == DELIVERIES => Some(Scenario::MissingParameters),
        400 => Some(Scenario::UnfitParameters),
        404 => Some(Scenario::UnknownThing),
        409 if is_made => Some(Scenario::KeyUsedForAnother),
        409 if endpoint.path == REPLAY => Some(Scenario::ReplayUnderWay),
        409 => Some(Scenario::EndpointOfEnvironment),
        _ => None,
    }
}

/// The path and the parameters of a request, with everything in them that exists only now.
pub(super) async fn prepare(
    app: &TestApp,
    endpoint: &Endpoint,
    scenario: Scenario,
) -> (String, Value) {
    let endpoint_id = match scenario {
        Scenario::UnknownThing => uuid::Uuid::max().to_string(),
        Scenario::EndpointOfEnvironment => of_environment(app).await,
        _ => made(app).await,
    };
    let mut parameters = endpoint.parameters.clone();
    if endpoint.path == DELIVERIES {
        parameters["endpoint_id"] = json!(endpoint_id);
    }
    if scenario == Scenario::UnfitParameters {
        parameters = json!({"limit": "0", "mode": "other", "secret": "other", "after": "other"});
    }
    if scenario == Scenario::ReplayUnderWay {
        record(app).await;
        let path = REPLAY.replace("{endpoint_id}", &endpoint_id);
        app.post(&path, &json!({})).await.expect(202);
    }
    let mut path = endpoint.path.replace("{endpoint_id}", &endpoint_id);
    if endpoint.path == RETRY && scenario != Scenario::UnknownThing {
        path = path.replace("{delivery_id}", &waiting(app, &endpoint_id).await);
    }
    (path, parameters)
}

/// An endpoint that was just made, and is paused, so that nothing leaves.
async fn made(app: &TestApp) -> String {
    let made = app.post(ENDPOINTS, &json!({"url": INSIDE})).await;
    let made = made.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    let path = ONE.replace("{endpoint_id}", &id);
    app.post(&format!("{path}/pause"), &json!({}))
        .await
        .expect(200);
    id
}

async fn of_environment(app: &TestApp) -> String {
    let wanted = EnvironmentEndpoint {
        url: INSIDE.parse().unwrap(),
        secret: SigningSecret::random(),
    };
    let applied = from_environment::apply(&app.app.webhooks, Some(&wanted));
    applied.await.unwrap();
    let listed = app.get(&format!("{ENDPOINTS}?limit=200")).await.expect(200);
    let listed = listed["data"].as_array().unwrap().iter();
    let mut of_environment = listed.filter(|one| one["origin"] == "environment");
    of_environment.next().unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn record(app: &TestApp) {
    let (sealer, now) = (&app.app.sealer, app.clock_now());
    let new = New {
        kind: Kind::ConnectionCreated,
        subject: "a".to_owned(),
        of: None,
        occurred_at: now,
        data: to_raw_value(&json!({})).unwrap(),
    };
    let mut tx = app.app.store.begin_write().await.unwrap();
    let recorded = events::record(&mut tx, sealer, ProjectId::DEFAULT, new, now);
    recorded.await.unwrap();
    tx.commit().await.unwrap();
}

/// A delivery that waits at an endpoint.
async fn waiting(app: &TestApp, endpoint_id: &str) -> String {
    record(app).await;
    let path = format!("{DELIVERIES}?endpoint_id={endpoint_id}&state=waiting");
    let waiting = app.get(&path).await.expect(200);
    waiting["data"][0]["id"].as_str().unwrap().to_owned()
}
