//! Requests that look like Jira's and are not, for receivers that must tell the difference.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::door::Letter;
use super::{Registration, courier, job, token};
use crate::options::WebhookJwtClaims;
use crate::sandbox::Sandbox;

/// What is wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Nothing: it is signed as Jira would.
    Genuine,
    /// It has no `Authorization`.
    Unsigned,
    /// It is signed with another key.
    WrongKey,
    /// Its token says that it needs no signature.
    AlgNone,
    /// Its token is an hour old.
    Expired,
    /// It is about another site.
    ForeignSite,
    /// It names a registration that there is not.
    ForeignId,
    /// It has a good token, and another issue than the one that it was signed for.
    ChangedBody,
    /// It has more than 25 MB.
    TooLong,
    /// It is no JSON.
    NotJson,
    /// Its event does not exist.
    UnknownEvent,
}

/// Posts a forged request to the receiver of a registration, and returns what it answered.
pub(crate) async fn forge(
    sandbox: &Sandbox,
    site: &str,
    row: Registration,
    kind: Kind,
    body: Option<Value>,
) -> Result<u16, String> {
    let letter = {
        let state = sandbox.state();
        let now = state.clock.now();
        let all = state.webhooks.outbox.all();
        let mut sent = all.iter().rev();
        let sent = sent.find(|delivery| delivery.site == site && delivery.ids.contains(&row.id));
        let sent = sent.and_then(|delivery| delivery.body.parse().ok());
        let body = body.or(sent).unwrap_or_else(|| example(row.id, now));
        let secret = job::secret(sandbox, &state, &row.app);
        let mut headers = job::common(&Uuid::new_v4().to_string(), "Primary");
        if let Some(token) = token_of(kind, &secret, site, &row.app, now) {
            headers.push(("authorization", format!("Bearer {token}")));
        }
        Letter {
            url: row.url,
            headers,
            body: spoil(kind, body, site),
        }
    };
    courier::post(sandbox, letter).await
}

fn token_of(kind: Kind, secret: &str, site: &str, app: &str, now: Timestamp) -> Option<String> {
    let mint = |secret: &str, at| token::mint(secret, WebhookJwtClaims::IatExp, site, app, at);
    match kind {
        Kind::Unsigned => None,
        Kind::WrongKey => Some(mint("another key", now)),
        Kind::Expired => Some(mint(secret, now - SignedDuration::from_hours(1))),
        Kind::AlgNone => {
            let parts = token::unsigned(r#"{"alg":"none","typ":"JWT"}"#, "{}");
            Some(format!("{parts}."))
        }
        _ => Some(mint(secret, now)),
    }
}

fn spoil(kind: Kind, mut body: Value, site: &str) -> Vec<u8> {
    match kind {
        Kind::NotJson => return b"not JSON".to_vec(),
        Kind::TooLong => body["padding"] = "x".repeat(25_000_001).into(),
        Kind::ForeignId => body["matchedWebhookIds"] = json!([999_999]),
        Kind::UnknownEvent => body["webhookEvent"] = "jira:issue_vanished".into(),
        Kind::ChangedBody => {
            body["issue"]["id"] = "1".into();
            body["issue"]["key"] = "ELSE-1".into();
        }
        Kind::ForeignSite => {
            let foreign = body.to_string().replace(site, &Uuid::nil().to_string());
            let parts = foreign.split(".atlassian.example");
            let parts: Vec<&str> = parts.collect();
            return parts.join("-elsewhere.atlassian.example").into_bytes();
        }
        Kind::Genuine | Kind::Unsigned | Kind::WrongKey | Kind::AlgNone | Kind::Expired => (),
    }
    body.to_string().into_bytes()
}

/// What is sent where nothing was sent before.
fn example(id: u64, now: Timestamp) -> Value {
    json!({
        "timestamp": now.as_millisecond(),
        "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_updated",
        "issue": {"id": "10000"},
        "matchedWebhookIds": [id],
    })
}
