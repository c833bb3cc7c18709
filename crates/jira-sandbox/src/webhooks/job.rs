//! A delivery as a request: its headers, and the token made for it.

use secrecy::ExposeSecret as _;

use super::door::Letter;
use super::{Flow, identifier, token};
use crate::options::WebhookJwtRetry;
use crate::sandbox::{Sandbox, State};

/// Makes the request of an attempt, at the time of the sandbox's clock.
pub(super) fn letter(sandbox: &Sandbox, state: &mut State, number: u64) -> Option<Letter> {
    let now = state.clock.now();
    let switches = &state.switches.webhooks;
    let (claims, of_retry) = (switches.jwt_claims, switches.jwt_retry);
    let (site, app) = {
        let delivery = state.webhooks.outbox.find_mut(number)?;
        (delivery.site.clone(), delivery.app.clone())
    };
    let fresh = token::mint(&secret(sandbox, state, &app), claims, &site, &app, now);
    let delivery = state.webhooks.outbox.find_mut(number)?;
    let original = delivery.token.get_or_insert_with(|| fresh.clone()).clone();
    let token = match of_retry {
        WebhookJwtRetry::Fresh => fresh,
        WebhookJwtRetry::Original => original,
    };
    let flow = match delivery.flow {
        Flow::Primary => "Primary",
        Flow::Secondary => "Secondary",
    };
    let mut headers = common(&identifier(&site, number), flow);
    headers.push(("authorization", format!("Bearer {token}")));
    if delivery.retries > 0 {
        headers.push(("x-atlassian-webhook-retry", delivery.retries.to_string()));
    }
    if let Some(trace) = &delivery.trace {
        headers.push(("x-atlassian-webhook-trace", trace.clone()));
    }
    Some(Letter {
        url: delivery.url.clone(),
        headers,
        body: delivery.body.clone().into_bytes(),
    })
}

/// The headers of every delivery.
pub(super) fn common(identifier: &str, flow: &str) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("user-agent", "Atlassian Webhook HTTP Client".to_owned()),
        ("x-atlassian-webhook-identifier", identifier.to_owned()),
        ("x-atlassian-webhook-flow", flow.to_owned()),
    ]
}

/// The secret with which an app's deliveries are signed now.
pub(super) fn secret(sandbox: &Sandbox, state: &State, app: &str) -> String {
    let first = || sandbox.options().secret_of(app);
    match state.webhooks.rotated(app) {
        Some(secret) => secret.to_owned(),
        None => first().map_or_else(String::new, |secret| secret.expose_secret().to_owned()),
    }
}
