//! `POST issue/bulk`: up to fifty issues, each made or refused by itself.

use axum::Extension;
use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::Body;
use super::create::create_one;
use crate::faults::First;
use crate::gateway::{Answered, Caller, Refusal, Sentence, answer_with};
use crate::rest::payload::Payload;

/// The most issues of a call ("Bulk create issue").
const LIMIT: usize = 50;

/// Creates issues. What is refused is told by its place in the request, and the rest are made; only
/// where none is made, the whole is refused. A fault may let it get no further than some of them.
pub(super) async fn create_many(
    caller: Caller,
    first: Option<Extension<First>>,
    body: Bytes,
) -> Answered {
    caller.must_hold("write:jira-work")?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(caller.bad_request(&Sentence::NoCreatePayload));
    }
    let payload = Payload::read(&caller, &body, &["issueUpdates"])?;
    let Some(Value::Array(updates)) = payload.find("issueUpdates") else {
        return Err(payload.bad());
    };
    if updates.is_empty() {
        return Err(caller.bad_request(&Sentence::NoCreatePayload));
    }
    if updates.len() > LIMIT {
        return Err(caller.bad_request(&Sentence::TooManyToCreate(LIMIT)));
    }
    let bodies: Result<Vec<Body>, Refusal> = updates
        .iter()
        .map(|update| Body::read(&caller, update.to_string().as_bytes()))
        .collect();
    let bodies = bodies?;
    let mut state = caller.state();
    let (mut issues, mut errors) = (Vec::new(), Vec::new());
    let most = first.map_or(LIMIT, |Extension(First(count))| count);
    for (place, body) in bodies.iter().enumerate().take(most) {
        match create_one(&caller, &mut state, body) {
            Ok(created) => issues.push(created),
            Err(refusal) => {
                let (status, collection) = refusal.collection()?;
                errors.push(json!({
                    "status": status.as_u16(),
                    "elementErrors": collection,
                    "failedElementNumber": place,
                }));
            }
        }
    }
    let status = if issues.is_empty() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::CREATED
    };
    let made = issues.len();
    let body = json!({"issues": issues, "errors": errors});
    Ok(answer_with(status, &body, made))
}
