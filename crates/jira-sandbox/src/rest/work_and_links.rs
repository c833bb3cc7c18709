//! Work logged on the whole site, and the kinds of links between issues.
//!
//! Nobody logs work here, so there is none to tell. No issue is linked either; the kinds are those
//! that every new site has.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::payload::Payload;
use crate::gateway::{Answered, Caller, Parameters, Sentence, json_answer};

/// The most worklogs in one call ("Get worklogs").
const LIMIT: usize = 1_000;
/// Ids, names, and what is said of the one issue and of the other.
const LINK_TYPES: [(u64, &str, &str, &str); 4] = [
    (10_000, "Blocks", "is blocked by", "blocks"),
    (10_001, "Cloners", "is cloned by", "clones"),
    (10_002, "Duplicate", "is duplicated by", "duplicates"),
    (10_003, "Relates", "relates to", "relates to"),
];

/// `GET worklog/updated`
pub(super) async fn updated(caller: Caller, parameters: Parameters) -> Answered {
    changed(&caller, &parameters, "updated")
}

/// `GET worklog/deleted`
pub(super) async fn deleted(caller: Caller, parameters: Parameters) -> Answered {
    changed(&caller, &parameters, "deleted")
}

fn changed(caller: &Caller, parameters: &Parameters, name: &str) -> Answered {
    caller.must_hold("read:jira-work")?;
    let since = parameters.number("since")?.unwrap_or(0);
    Ok(json_answer(&json!({
        "values": [],
        "since": since,
        "until": since,
        "self": caller.link(&format!("worklog/{name}?since={since}")),
        "lastPage": true,
    })))
}

/// `POST worklog/list`: those of the worklogs named that there are, which is none.
pub(super) async fn worklogs(caller: Caller, body: Bytes) -> Answered {
    caller.must_hold("read:jira-work")?;
    let payload = Payload::read(&caller, &body, &["ids"])?;
    let ids = payload.numbers("ids")?;
    if ids.is_empty() || ids.len() > LIMIT {
        return Err(payload.bad());
    }
    Ok(json_answer(&json!([])))
}

/// `GET issueLinkType`
pub(super) async fn link_types(caller: Caller) -> Answered {
    caller.must_hold("read:jira-work")?;
    let rows: Vec<Value> = LINK_TYPES
        .iter()
        .map(|row| describe(&caller, row))
        .collect();
    Ok(json_answer(&json!({"issueLinkTypes": rows})))
}

/// `GET issueLinkType/{id}`
pub(super) async fn link_type(
    caller: Caller,
    Path((_, wanted)): Path<(String, String)>,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let mut rows = LINK_TYPES.iter();
    rows.find(|(id, ..)| id.to_string() == wanted)
        .map(|row| json_answer(&describe(&caller, row)))
        .ok_or_else(|| caller.refuse(StatusCode::NOT_FOUND, &Sentence::NoSuchThing))
}

fn describe(caller: &Caller, (id, name, inward, outward): &(u64, &str, &str, &str)) -> Value {
    json!({
        "id": id.to_string(),
        "name": name,
        "inward": inward,
        "outward": outward,
        "self": caller.link(&format!("issueLinkType/{id}")),
    })
}
