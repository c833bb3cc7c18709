//! What has happened, as back ends are told: recorded once, read on without a gap, kept for a while.

mod changes;
mod crowds;
mod ends;
mod erasure;
mod feed;
mod old;
mod sealed;
mod streams;
mod volume;
mod waiting;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::BRUNO;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const EVENTS: &str = "/api/backend/events";

/// A page of the feed.
async fn page(app: &TestApp, query: &str) -> Value {
    app.get(&format!("{EVENTS}?{query}")).await.expect(200)
}

/// All that is kept.
async fn all(app: &TestApp) -> Vec<Value> {
    let page = page(app, "limit=500").await;
    page["data"].as_array().unwrap().clone()
}

/// The types of events, each with the number in its connection.
fn told(events: &[Value]) -> Vec<(&str, i64)> {
    let told = events.iter().map(|event| {
        let kind = event["type"].as_str().unwrap();
        let kind = kind.strip_prefix("connection.").unwrap_or(kind);
        (kind, event["data"]["sequence"].as_i64().unwrap())
    });
    told.collect()
}

/// Ends the grant of everybody who has consented as Bruno.
async fn revoke(app: &TestApp) {
    let account = json!({"account_id": app.account_id(BRUNO).await});
    app.sandbox.control("revoke", &account).await;
}
