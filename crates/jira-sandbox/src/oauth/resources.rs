//! What a token reaches: the sites of its grant, and its owner's profile.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::scopes::{CONFLUENCE, is_of_jira};
use crate::gateway::{Refusal, avatar, bearer, origin};
use crate::oauth::grants::Access;
use crate::sandbox::{Sandbox, State as SandboxState};
use crate::world::{Language, Site};

/// `GET /oauth/token/accessible-resources`: every granted site, in no order, and one of them twice
/// for people who also use Confluence.
pub(super) async fn list(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut state = sandbox.state();
    let access = access(&state, &headers)?;
    let origin = origin(&headers);
    let person = state.world.find_person(&access.account_id);
    let confluence_site = person.and_then(|index| state.world.people[index].confluence_site);
    let mut resources = Vec::new();
    for (index, site) in state.world.sites.iter().enumerate() {
        if !access.sites.contains(&site.cloud_id) {
            continue;
        }
        let scopes: Vec<&str> = access
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| is_of_jira(scope))
            .collect();
        resources.push(resource(site, &scopes, &origin));
        if confluence_site == Some(index) {
            resources.push(resource(site, &CONFLUENCE, &origin));
        }
    }
    state.grants.shuffle(&mut resources);
    Ok(Json(resources).into_response())
}

fn resource(site: &Site, scopes: &[&str], origin: &str) -> Value {
    json!({
        "id": site.cloud_id,
        "url": site.url(),
        "name": site.name,
        "scopes": scopes,
        "avatarUrl": avatar(origin, &site.name),
    })
}

/// `GET /me`: the profile of the token's owner, with `read:me`.
pub(super) async fn me(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let state = sandbox.state();
    let access = access(&state, &headers)?;
    if !access.scopes.iter().any(|scope| scope == "read:me") {
        return Err(Refusal::Unauthorized("Unauthorized; scope does not match"));
    }
    let index = state.world.find_person(&access.account_id);
    let index = index.ok_or(Refusal::Unauthorized("Unauthorized"))?;
    let person = &state.world.people[index];
    let locale = match person.language {
        Language::English => "en-GB",
        Language::Korean => "ko-KR",
    };
    Ok(Json(json!({
        "account_id": person.account_id,
        "account_type": "atlassian",
        "account_status": "active",
        "email": person.email,
        "name": person.display_name,
        "nickname": person.display_name,
        "picture": avatar(&origin(&headers), &person.display_name),
        "locale": locale,
        "zoneinfo": person.time_zone,
        "extended_profile": {},
    }))
    .into_response())
}

fn access(state: &SandboxState, headers: &HeaderMap) -> Result<Access, Refusal> {
    let token = bearer(headers).ok_or(Refusal::Unauthorized("Unauthorized"))?;
    let now = state.clock.now();
    let access = state.grants.look_up(token, &state.switches, now);
    access.map_err(|_| Refusal::Unauthorized("Unauthorized"))
}
