//! The page of webhooks.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use crate::sandbox::{Sandbox, State as Everything};
use crate::webhooks::{Delivery, Registration, identifier};

#[derive(Template)]
#[template(path = "webhooks.html")]
struct Page {
    now: String,
    registrations: Vec<RegistrationRow>,
    deliveries: Vec<DeliveryRow>,
    waiting: usize,
    overflowed: u64,
    trouble: String,
}

struct RegistrationRow {
    site: String,
    id: u64,
    owner: String,
    url: String,
    jql: String,
    events: String,
    state: &'static str,
    expires: String,
}

struct DeliveryRow {
    number: u64,
    event: String,
    ids: String,
    fate: String,
    due: String,
    attempts: Vec<String>,
    identifier: String,
    body: String,
}

/// The newest deliveries that the page shows.
const ON_PAGE: usize = 50;

/// `GET /_sandbox/webhooks/page`: the same in a browser.
pub(super) async fn show(State(sandbox): State<Sandbox>) -> Response {
    let state = sandbox.state();
    let registrations = state.webhooks.all();
    let registrations = registrations.map(|(site, row)| registration_row(&state, site, row));
    let deliveries = state.webhooks.outbox.all();
    let newest = deliveries.iter().rev().take(ON_PAGE);
    let page = Page {
        now: state.clock.now().to_string(),
        registrations: registrations.collect(),
        deliveries: newest.map(|delivery| delivery_row(delivery)).collect(),
        waiting: state.webhooks.outbox.counts().0,
        overflowed: state.webhooks.outbox.overflowed,
        trouble: json!(state.webhooks.trouble).to_string(),
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn registration_row(state: &Everything, site: &str, row: &Registration) -> RegistrationRow {
    let world = &state.world;
    let name = world
        .find_site(site)
        .map(|index| world.sites[index].name.clone());
    RegistrationRow {
        site: name.unwrap_or_default(),
        id: row.id,
        owner: world.people[row.owner].display_name.clone(),
        url: row.url.clone(),
        jql: row.jql.clone(),
        events: row.events.join(" "),
        state: match (row.is_mute, row.is_live(state.clock.now())) {
            (true, _) => "mute",
            (false, true) => "live",
            (false, false) => "expired",
        },
        expires: row.expires_at.to_string(),
    }
}

fn delivery_row(delivery: &Delivery) -> DeliveryRow {
    let ids: Vec<String> = delivery.ids.iter().map(u64::to_string).collect();
    let attempts = delivery.attempts.iter().map(|attempt| {
        let came = attempt.status.map(|status| status.to_string());
        let came = came.or_else(|| attempt.problem.clone()).unwrap_or_default();
        format!("{}: {came}", attempt.at)
    });
    DeliveryRow {
        number: delivery.number,
        event: delivery.event.clone(),
        ids: ids.join(", "),
        fate: json!(delivery.fate).as_str().unwrap_or_default().to_owned(),
        due: delivery.due.to_string(),
        attempts: attempts.collect(),
        identifier: identifier(&delivery.site, delivery.number),
        body: delivery.body.clone(),
    }
}
