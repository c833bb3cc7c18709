//! The OpenAPI 3.1 document: its head, its security scheme, and the refusals of endpoints, which are
//! made from the very errors that handlers return.
//!
//! What an endpoint takes and gives stands at its handler (`#[utoipa::path]`); `router` puts the
//! routes and their descriptions together.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
};
use utoipa::{Modify, OpenApi as _, ToSchema};

use crate::web::error::Error;

/// The name of the security scheme of the backend API.
pub const SECRET_KEY: &str = "secret_key";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Juncture",
        description = "An integration server: it connects your product to your customers' Jira. \
            The frontend API is called from browsers and needs no key; the backend API is called from your \
            back end with the secret key as a bearer token. Ids may be sent as strings or as numbers."
    ),
    tags(
        (name = "Connect", description = "The connection flow, called from browsers."),
        (name = "Connections", description = "What your back end may know of a connection."),
        (name = "Jira", description = "A customer's Jira. Every path also answers under `/api/backend/integration-helpers/jira/`."),
        (name = "Proxy", description = "Any call to what a customer has connected, passed on as it is."),
        (name = "Operations", description = "The server itself."),
    ),
    components(schemas(ErrorBody)),
    modifiers(&SecretKeyScheme)
)]
struct Head;

struct SecretKeyScheme;

impl Modify for SecretKeyScheme {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The `JUNCTURE_SECRET_KEY` of the server."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(SECRET_KEY, SecurityScheme::Http(scheme));
    }
}

/// The document without its paths.
#[must_use]
pub fn head() -> OpenApi {
    Head::openapi()
}

/// The document as it is served and committed.
#[must_use]
pub fn to_json(document: &OpenApi) -> String {
    let mut json = document.to_pretty_json().expect("a document is plain data");
    json.push('\n');
    json
}

/// The body of every answer that is not a success.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    /// A sentence, the same for ever.
    #[schema(example = "Connection not found")]
    error: String,
    /// A stable slug for programs.
    #[schema(example = "connection_not_found")]
    code: String,
    /// True when only connecting again can help.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_reauthorization: Option<bool>,
    /// Which field and why, which scopes are missing, why a list was given up, or what the provider
    /// said.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = Object)]
    details: Value,
}

impl ErrorBody {
    /// What an error has said of itself ([`Error::body`]).
    #[must_use]
    pub fn of(mut body: Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            error: text(&body["error"]),
            code: text(&body["code"]),
            needs_reauthorization: body["needs_reauthorization"].as_bool(),
            details: body["details"].take(),
        }
    }
}

/// The body of a success that has nothing more to say.
#[derive(Serialize, ToSchema)]
pub struct Done {
    /// Always true.
    #[schema(example = true)]
    success: bool,
}

/// The one value of [`Done`].
pub const DONE: Done = Done { success: true };

/// The responses that these errors make, by status, each error an example with its exact body.
#[must_use]
pub fn responses(errors: Vec<Error>) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<String, Vec<Error>> = BTreeMap::new();
    for error in errors {
        let status = error.status().as_str().to_owned();
        by_status.entry(status).or_default().push(error);
    }
    by_status
        .into_iter()
        .map(|(status, errors)| (status, RefOr::T(response(&errors))))
        .collect()
}

fn response(errors: &[Error]) -> Response {
    let mut sentences: Vec<String> = errors.iter().map(ToString::to_string).collect();
    sentences.dedup();
    let mut content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody")));
    let mut names: Vec<&str> = Vec::new();
    for error in errors {
        names.push(error.code());
        let name = match names.iter().filter(|name| **name == error.code()).count() {
            1 => error.code().to_owned(),
            again => format!("{}_{again}", error.code()),
        };
        let example = ExampleBuilder::new().value(Some(error.body())).build();
        content = content.examples_from_iter([(name, example)]);
    }
    let mut response = ResponseBuilder::new()
        .description(sentences.join(" · "))
        .content("application/json", content.build());
    if errors
        .iter()
        .any(|error| error.retry_after_seconds().is_some())
    {
        let header = HeaderBuilder::new()
            .description(Some("Seconds to wait before the next try."))
            .build();
        response = response.header("Retry-After", header);
    }
    response.build()
}

/// The responses that these errors make where people see them: a page, or JSON for who asks for it.
#[must_use]
pub fn page_responses(errors: Vec<Error>) -> BTreeMap<String, RefOr<Response>> {
    let page = || {
        let html = ObjectBuilder::new().schema_type(Type::String);
        RefOr::T(ContentBuilder::new().schema(Some(html)).build())
    };
    let mut responses = responses(errors);
    for response in responses.values_mut() {
        if let RefOr::T(response) = response {
            response.content.insert("text/html".to_owned(), page());
        }
    }
    responses
}

/// Names a set of refusals for the `responses(…)` of `#[utoipa::path]`; `pages` are those of an
/// endpoint that people see.
macro_rules! refusals {
    (pages $name:ident, $errors:expr) => {
        $crate::web::openapi::refusals!($name, $errors, page_responses);
    };
    ($name:ident, $errors:expr) => {
        $crate::web::openapi::refusals!($name, $errors, responses);
    };
    ($name:ident, $errors:expr, $responses:ident) => {
        pub(crate) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses()
            -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>>
            {
                $crate::web::openapi::$responses($errors)
            }
        }
    };
}
pub(crate) use refusals;
