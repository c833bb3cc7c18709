//! What Atlassian documents and the sandbox does not serve: refused with 501, and listed.
//!
//! A documented path often looks like another one with a parameter: `issue/picker` is no issue. So
//! a request belongs to the most specific operation that the documents have for it, and is served
//! only by an endpoint of the very same path.

use std::future::ready;

use axum::extract::{MatchedPath, Request};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt as _;

use crate::gateway::{Caller, must_speak_json, site_path};
use crate::options::Options;
use crate::sandbox::Sandbox;

/// Every operation of Atlassian's documents, one a line.
const DOCUMENTED: &str = include_str!("../../openapi/operations.txt");
/// What stands before the paths of Jira Service Management, whose document is not among these; nothing
/// of it is served.
pub(crate) const SERVICE_DESK: &str = "/rest/servicedeskapi/";
/// What stands before a path of Jira in the routes here.
const SITE: &str = "/ex/jira/{cloud_id}";

/// An operation that Atlassian documents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// The path behind the gateway, with `{names}` of parameters.
    pub(crate) path: &'static str,
}

impl Operation {
    /// Every documented operation, by path and method.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let lines = DOCUMENTED.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.split_once(' '))
            .map(|(method, path)| Self { method, path })
    }

    /// The documented operation that a request asks for: the one with the fewest parameters.
    fn of(method: &str, path: &str) -> Option<Self> {
        Self::all()
            .filter(|operation| operation.method == method)
            .filter(|operation| fits(operation.path, path, |own, _| is_name(own)))
            .min_by_key(|operation| operation.path.matches('{').count())
    }

    /// Whether a route has just this path; the names of its parameters are its own.
    fn is_at(self, route: &str) -> bool {
        route.strip_prefix(SITE).is_some_and(|route| {
            fits(self.path, route, |own, other| {
                is_name(own) && is_name(other)
            })
        })
    }
}

/// Whether a path goes segment by segment with a documented one; the version of the platform's API
/// is left out, as all of them have the same operations.
fn fits(documented: &str, path: &str, is_same: impl Fn(&str, &str) -> bool) -> bool {
    let (own, others) = (documented.split('/'), path.split('/'));
    let is_api = documented.starts_with("/rest/api/");
    own.clone().count() == others.clone().count()
        && own.zip(others).enumerate().all(|(index, (own, other))| {
            let is_version = is_api && index == 3 && matches!(other, "2" | "3" | "latest");
            own == other || is_version || (!other.is_empty() && is_same(own, other))
        })
}

fn is_name(segment: &str) -> bool {
    segment.starts_with('{')
}

/// Lets a documented operation through to its endpoint, if it comes as JSON, and refuses one that
/// has no endpoint here.
pub(super) async fn mind(caller: Caller, request: Request, next: Next) -> Response {
    let method = request.method().to_string();
    let path = site_path(&caller.path);
    let what = format!("{method} {path}");
    if path.starts_with(SERVICE_DESK) {
        return caller.not_simulated(what).into_response();
    }
    let Some(operation) = Operation::of(&method, path) else {
        return next.run(request).await;
    };
    let matched = request.extensions().get::<MatchedPath>();
    if matched.is_some_and(|matched| operation.is_at(matched.as_str())) {
        if let Err(refusal) = must_speak_json(&request) {
            return refusal.into_response();
        }
        let response = next.run(request).await;
        if response.status() != StatusCode::METHOD_NOT_ALLOWED {
            return response;
        }
    }
    caller.not_simulated(what).into_response()
}

/// The documented operations that have no endpoint here, found by asking the router for each.
pub(crate) async fn unserved() -> Vec<Operation> {
    let sandbox = Sandbox::new(Options::default());
    let router = super::endpoints()
        .route_layer(from_fn(|route: MatchedPath, _: Request, _: Next| {
            ready(tell_route(route))
        }))
        .with_state(sandbox);
    let mut unserved = Vec::new();
    for operation in Operation::all() {
        let request = Request::builder()
            .method(operation.method)
            .uri(example(operation.path))
            .body(axum::body::Body::empty())
            .expect("a documented method and path make a request");
        let answer = router.clone().oneshot(request).await;
        let answer = answer.unwrap_or_else(|never| match never {});
        let route = answer.extensions().get::<MatchedPath>();
        let has_route = route.is_some_and(|route| operation.is_at(route.as_str()));
        // The router says so where a path has other methods only.
        let has_method = !answer.headers().contains_key(header::ALLOW);
        if !(has_route && has_method) {
            unserved.push(operation);
        }
    }
    unserved
}

/// The answer of a request with its route, in place of its endpoint.
fn tell_route(route: MatchedPath) -> Response {
    let mut response = StatusCode::OK.into_response();
    response.extensions_mut().insert(route);
    response
}

/// A path with something in place of each parameter.
fn example(path: &str) -> String {
    let segments = path.split('/');
    let segments: Vec<&str> = segments
        .map(|segment| if is_name(segment) { "1" } else { segment })
        .collect();
    format!("/ex/jira/site{}", segments.join("/"))
}
