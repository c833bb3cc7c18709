//! The checks before any endpoint, and the headers after.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{Caller, Refusal, Version};
use crate::oauth::grants::Denied;
use crate::options::{LatestVersion, RevokedGrant, SoftwareRichText, Switches};
use crate::sandbox::Sandbox;
use crate::world::Language;

/// Lets a request in as a [`Caller`], or refuses it; either way the answer gets Jira's headers.
pub(crate) async fn admit(
    State(sandbox): State<Sandbox>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut response = match identify(&sandbox, &request) {
        Ok(caller) => {
            let account_id = HeaderValue::from_str(&caller.account_id).ok();
            request.extensions_mut().insert(caller);
            let mut response = next.run(request).await;
            if let Some(account_id) = account_id {
                response.headers_mut().insert("x-aaccountid", account_id);
            }
            response
        }
        Err(refusal) => refusal.into_response(),
    };
    // Names by which Atlassian's support finds a request.
    let trace = Uuid::new_v4().simple().to_string();
    for (name, value) in [
        ("atl-traceid", trace.as_str()),
        ("x-arequestid", &trace[..16]),
    ] {
        let value = HeaderValue::from_str(value).expect("hexadecimal digits are visible ASCII");
        response.headers_mut().insert(name, value);
    }
    response
}

/// The site comes first: an unknown one is a 404 also without any token.
fn identify(sandbox: &Sandbox, request: &Request) -> Result<Caller, Refusal> {
    let headers = request.headers();
    let path = request.uri().path().to_owned();
    let state = sandbox.state();
    let now = state.clock.now();
    let unknown = || Refusal::UnknownPath {
        path: path.clone(),
        at: now,
    };
    let mut segments = path.split('/').skip(2);
    let product = segments.next().unwrap_or_default();
    let cloud_id = segments.next().unwrap_or_default();
    let site = state.world.find_site(cloud_id).ok_or_else(unknown)?;
    if product != "jira" || segments.next() != Some("rest") {
        return Err(unknown());
    }
    let (version, has_documents) = version(segments.next(), segments.next(), &state.switches);
    let access = bearer(headers)
        .ok_or(Denied::Unknown)
        .and_then(|token| state.grants.look_up(token, &state.switches, now))
        .map_err(|denied| match (denied, state.switches.revoked_grant) {
            (Denied::Revoked, RevokedGrant::NotInstalled) => Refusal::NotInstalled,
            _ => Refusal::Unauthorized("Unauthorized"),
        })?;
    if !access.sites.iter().any(|granted| granted == cloud_id) {
        return Err(Refusal::Unauthorized("Unauthorized; scope does not match"));
    }
    let person = state
        .world
        .find_person(&access.account_id)
        .ok_or(Refusal::Unauthorized("Unauthorized"))?;
    let origin = origin(headers);
    let profile = state.world.people[person].language;
    let spoken = language(headers, profile);
    Ok(Caller {
        sandbox: sandbox.clone(),
        person,
        account_id: access.account_id,
        client_id: access.client_id,
        trace: trace(headers),
        site,
        scopes: access.scopes,
        language: spoken,
        name_language: if state.switches.forced_language_covers_names {
            spoken
        } else {
            profile
        },
        base: format!("{origin}/ex/jira/{cloud_id}"),
        origin,
        path: path.clone(),
        version,
        has_documents,
    })
}

/// The version that an API of this name and number speaks, and whether in documents. Jira Software
/// links to version 2 of the platform.
fn version(api: Option<&str>, number: Option<&str>, switches: &Switches) -> (Version, bool) {
    let version = match (api, number) {
        (Some("api"), Some("3")) => Version::Three,
        (Some("api"), Some("latest")) if switches.latest_version == LatestVersion::Three => {
            Version::Three
        }
        _ => Version::Two,
    };
    let has_documents = match api {
        Some("api") => version == Version::Three,
        _ => switches.software_rich_text == SoftwareRichText::Document,
    };
    (version, has_documents)
}

/// Jira speaks the language of the profile, unless forced (REST v3, "Special headers").
fn language(headers: &HeaderMap, profile: Language) -> Language {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("x-force-accept-language") != Some("true") {
        return profile;
    }
    match text("accept-language") {
        Some(wanted) if wanted.starts_with("ko") => Language::Korean,
        Some(_) => Language::English,
        None => profile,
    }
}

/// What an app writes to know its own changes again: up to 1,024 visible ASCII characters (Atlassian,
/// "Webhooks").
fn trace(headers: &HeaderMap) -> Option<String> {
    let text = headers.get("x-atlassian-webhook-trace")?.to_str().ok()?;
    let is_printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    (is_printable && (1..=1_024).contains(&text.len())).then(|| text.to_owned())
}

/// The token of an `Authorization: Bearer` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// The sandbox's address as this client reached it.
pub(crate) fn origin(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    format!("http://{}", host.unwrap_or("localhost"))
}

/// The address of a picture made of somebody's initials.
pub(crate) fn avatar(origin: &str, name: &str) -> String {
    let initials: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()))
        .take(2)
        .collect();
    let path: String = url::form_urlencoded::byte_serialize(initials.as_bytes()).collect();
    format!("{origin}/avatars/{path}")
}

/// The answer where no host of Atlassian's has such a path: the gateway's.
pub(crate) async fn no_such_path(State(sandbox): State<Sandbox>, request: Request) -> Refusal {
    Refusal::UnknownPath {
        path: request.uri().path().to_owned(),
        at: sandbox.state().clock.now(),
    }
}

/// The answer where a site has no such endpoint.
pub(crate) async fn no_endpoint(caller: Caller, request: Request) -> Refusal {
    no_such_endpoint(request.method().as_str(), &caller.path)
}

/// The refusal of a path that leads nowhere.
pub(crate) fn no_such_endpoint(method: &str, path: &str) -> Refusal {
    Refusal::Problem {
        status: StatusCode::NOT_FOUND,
        detail: format!("No endpoint {method} {}.", site_path(path)),
        instance: site_path(path).to_owned(),
    }
}

/// The answer where an endpoint has no such method; the router adds `Allow`.
pub(crate) async fn method_not_allowed(caller: Caller, request: Request) -> Refusal {
    Refusal::Problem {
        status: StatusCode::METHOD_NOT_ALLOWED,
        detail: format!("Method '{}' is not supported.", request.method()),
        instance: site_path(&caller.path).to_owned(),
    }
}

/// The path as Jira itself sees it, behind the gateway.
pub(crate) fn site_path(path: &str) -> &str {
    let mut slashes = path.match_indices('/').map(|(index, _)| index);
    slashes.nth(3).map_or(path, |start| &path[start..])
}
