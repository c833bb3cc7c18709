//! The consent page: log in as somebody, choose a site, allow or deny.
//!
//! Plain HTML forms in two steps, so that it works without JavaScript. A headless client skips
//! the pages: it POSTs the parameters of the authorize URL with `account_id`, `site_id` and
//! `decision=allow` (or `deny`) as a form, and follows the redirect.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use url::Url;

use super::grants::Client;
use super::scopes::meaning;
use crate::gateway::{avatar, origin};
use crate::sandbox::Sandbox;

/// What the authorize URL asks, and what the page's forms add.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    scope: String,
    state: Option<String>,
    account_id: Option<String>,
    site_id: Option<String>,
    decision: Option<String>,
}

/// An error that ends on Atlassian's page and never reaches the callback: the URL to come back to
/// is itself in doubt.
#[derive(Debug, Deserialize)]
pub(super) struct Mistake {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl Mistake {
    fn new(error: &str, description: &str) -> Self {
        Self {
            error: error.to_owned(),
            error_description: description.to_owned(),
        }
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("error", &self.error)
            .append_pair("error_description", &self.error_description)
            .finish();
        (
            StatusCode::FOUND,
            [(header::LOCATION, format!("/error?{query}"))],
        )
            .into_response()
    }
}

#[derive(Template)]
#[template(path = "choose_account.html")]
struct ChooseAccount {
    app: String,
    hidden: Vec<(&'static str, String)>,
    people: Vec<Account>,
}

struct Account {
    account_id: String,
    name: String,
    email: String,
    avatar: String,
    sites: String,
}

#[derive(Template)]
#[template(path = "consent.html")]
struct Consent {
    app: String,
    hidden: Vec<(&'static str, String)>,
    account_id: String,
    name: String,
    email: String,
    sites: Vec<Choice>,
    scopes: Vec<(String, &'static str)>,
    callback: String,
}

struct Choice {
    site_id: String,
    name: String,
    url: String,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    error: String,
    description: String,
}

/// `GET /authorize`
pub(super) async fn show(
    State(sandbox): State<Sandbox>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Mistake> {
    check(&sandbox, &asked)?;
    let state = sandbox.state();
    let world = &state.world;
    let app = asked.client_id.clone();
    let Some(account_id) = asked.account_id.as_deref() else {
        let origin = origin(&headers);
        let people = world.visitors().map(|(index, person)| {
            let sites: Vec<&str> = world
                .sites_of(index)
                .map(|site| site.name.as_str())
                .collect();
            Account {
                account_id: person.account_id.clone(),
                name: person.display_name.clone(),
                email: person.email.clone(),
                avatar: avatar(&origin, &person.display_name),
                sites: sites.join(", "),
            }
        });
        return Ok(page(&ChooseAccount {
            app,
            hidden: hidden(&asked),
            people: people.collect(),
        }));
    };
    let person = world.find_person(account_id).ok_or_else(unknown_account)?;
    let sites = world.sites_of(person).map(|site| Choice {
        site_id: site.cloud_id.clone(),
        name: site.name.clone(),
        url: site.url(),
    });
    Ok(page(&Consent {
        app,
        hidden: hidden(&asked),
        account_id: account_id.to_owned(),
        name: world.people[person].display_name.clone(),
        email: world.people[person].email.clone(),
        sites: sites.collect(),
        scopes: scopes(&asked)
            .map(|scope| (scope.to_owned(), meaning(scope).unwrap_or_default()))
            .collect(),
        callback: asked.redirect_uri.clone(),
    }))
}

/// `POST /authorize`
pub(super) async fn decide(
    State(sandbox): State<Sandbox>,
    Form(asked): Form<Asked>,
) -> Result<Response, Mistake> {
    let mut callback = check(&sandbox, &asked)?;
    let mut state = sandbox.state();
    let account_id = asked.account_id.as_deref().unwrap_or_default();
    let person = state
        .world
        .find_person(account_id)
        .ok_or_else(unknown_account)?;
    let mut answer: Vec<(&str, String)> = match asked.decision.as_deref() {
        Some("allow") => {
            let site = asked.site_id.clone().filter(|site| !site.is_empty());
            let own: Vec<&str> = state
                .world
                .sites_of(person)
                .map(|row| row.cloud_id.as_str())
                .collect();
            // Somebody without a site may allow the app, and it will reach nothing.
            let is_own = site
                .as_deref()
                .map_or(own.is_empty(), |site| own.contains(&site));
            if !is_own {
                return Err(Mistake::new(
                    "invalid_request",
                    "Choose one of the sites of this account.",
                ));
            }
            let granted = scopes(&asked).map(str::to_owned).collect();
            let now = state.clock.now();
            let client = Client {
                id: &asked.client_id,
                redirect_uri: &asked.redirect_uri,
            };
            let code = state.grants.consent(account_id, granted, site, client, now);
            vec![("code", code)]
        }
        Some("deny") => vec![
            ("error", "access_denied".to_owned()),
            (
                "error_description",
                "User did not authorize the request".to_owned(),
            ),
        ],
        _ => {
            return Err(Mistake::new(
                "invalid_request",
                "Allow or deny the request.",
            ));
        }
    };
    if let Some(state) = &asked.state {
        answer.push(("state", state.clone()));
    }
    callback.query_pairs_mut().extend_pairs(answer);
    Ok((
        StatusCode::FOUND,
        [(header::LOCATION, callback.to_string())],
    )
        .into_response())
}

/// `GET /error`, in the manner of `id.atlassian.com/error`.
pub(super) async fn show_error(Query(mistake): Query<Mistake>) -> Response {
    let page = page(&ErrorPage {
        error: mistake.error,
        description: mistake.error_description,
    });
    (StatusCode::BAD_REQUEST, page).into_response()
}

/// Checks everything that Atlassian checks before it shows the page, and returns the callback.
fn check(sandbox: &Sandbox, asked: &Asked) -> Result<Url, Mistake> {
    let options = sandbox.options();
    if options.secret_of(&asked.client_id).is_none() {
        return Err(Mistake::new("unauthorized_client", "Unknown client_id."));
    }
    let callback = Url::parse(&asked.redirect_uri).ok();
    let is_registered = if options.redirect_uris.is_empty() {
        callback.as_ref().is_some_and(is_on_loopback)
    } else {
        options.redirect_uris.contains(&asked.redirect_uri)
    };
    let Some(callback) = callback.filter(|_| is_registered) else {
        return Err(Mistake::new(
            "unauthorized_client",
            "redirect_uri is not registered for client.",
        ));
    };
    if asked.response_type != "code" {
        return Err(Mistake::new(
            "unsupported_response_type",
            "response_type must be code.",
        ));
    }
    match scopes(asked).find(|scope| meaning(scope).is_none()) {
        Some(unknown) => Err(Mistake::new(
            "invalid_scope",
            &format!("Unknown scope: {unknown}"),
        )),
        None => Ok(callback),
    }
}

fn is_on_loopback(callback: &Url) -> bool {
    let is_local = match callback.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    callback.scheme() == "http" && is_local
}

fn unknown_account() -> Mistake {
    Mistake::new("invalid_request", "There is no such account here.")
}

/// The scopes asked for, each once.
fn scopes(asked: &Asked) -> impl Iterator<Item = &str> {
    let mut seen = Vec::new();
    asked.scope.split_ascii_whitespace().filter(move |scope| {
        let is_new = !seen.contains(scope);
        seen.push(*scope);
        is_new
    })
}

/// The parameters that the forms carry along.
fn hidden(asked: &Asked) -> Vec<(&'static str, String)> {
    let mut fields = vec![
        ("client_id", asked.client_id.clone()),
        ("redirect_uri", asked.redirect_uri.clone()),
        ("response_type", asked.response_type.clone()),
        ("scope", asked.scope.clone()),
    ];
    if let Some(state) = &asked.state {
        fields.push(("state", state.clone()));
    }
    fields
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
