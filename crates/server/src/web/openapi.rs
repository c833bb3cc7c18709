//! The OpenAPI 3.1 document: its head, its security scheme, and the refusals of endpoints, which are
//! made from the very errors that handlers return.
//!
//! What an endpoint takes and gives stands at its handler (`#[utoipa::path]`); `router` puts the
//! routes and their descriptions together.

use std::collections::BTreeMap;

use juncture_views::schema::{anything, schema};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{AllOfBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::server::{ServerBuilder, ServerVariableBuilder};
use utoipa::openapi::{
    ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Responses,
};
use utoipa::{Modify, OpenApi as _, ToSchema};

use crate::projects::scopes::Scope;
use crate::web::error::Error;

/// The name of the security scheme of the backend API.
pub const SECRET_KEY: &str = "secret_key";

/// The name of the security scheme of the API for whoever runs the server.
pub const ADMIN_KEY: &str = "admin_key";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Juncture",
        description = "An integration server: it connects your product to your customers' Jira. \
            The frontend API is called from browsers and needs no key; the backend API is called from your \
            back end with a secret key as a bearer token, which may be one that is allowed no more than some scopes; \
            the admin API is called by whoever runs the server. Ids may be sent as strings or as numbers."
    ),
    tags(
        (name = "Connect", description = "The connection flow, called from browsers."),
        (name = "Connections", description = "What your back end may know of a connection."),
        (name = "Events", description = "What has happened: read on, listened to, or pushed to endpoints of yours."),
        (name = "Jira", description = "A customer's Jira. Every path also answers under `/api/backend/integration-helpers/jira/`."),
        (name = "Proxy", description = "Any call to what a customer has connected, passed on as it is."),
        (name = "Admin", description = "Projects, their keys and their OAuth apps, for whoever runs the server. Without `JUNCTURE_ADMIN_KEY` these paths are 404."),
        (name = "Operations", description = "The server itself."),
    ),
    components(schemas(ErrorBody)),
    modifiers(&KeySchemes)
)]
struct Head;

struct KeySchemes;

impl Modify for KeySchemes {
    fn modify(&self, document: &mut OpenApi) {
        let address = ServerVariableBuilder::new()
            .default_value("http://127.0.0.1:8000")
            .description(Some(
                "The public address of your server, as `JUNCTURE_BASE_URL` tells it.",
            ));
        let server = ServerBuilder::new()
            .url("{base_url}")
            .description(Some("Your own server."))
            .parameter("base_url", address);
        document.servers = Some(vec![server.build()]);
        for (name, description) in [
            (
                SECRET_KEY,
                "A secret key of a project, with the scope that the operation names; or the `JUNCTURE_SECRET_KEY` of the server, which has all.",
            ),
            (ADMIN_KEY, "The `JUNCTURE_ADMIN_KEY` of the server."),
        ] {
            let scheme = HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(description))
                .build();
            let components = document.components.get_or_insert_default();
            components.add_security_scheme(name, SecurityScheme::Http(scheme));
        }
    }
}

/// Every operation of a path.
fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let operations = [
        &mut path.get,
        &mut path.put,
        &mut path.post,
        &mut path.delete,
        &mut path.options,
        &mut path.head,
        &mut path.patch,
    ];
    operations.into_iter().flatten()
}

/// Says of each operation that it needs no key, unless it has said otherwise: a reader would take
/// silence for what holds for the whole document.
pub fn tell_who_needs_no_key(document: &mut OpenApi) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        operation.security.get_or_insert_default();
    }
}

/// Says of each operation of a path which scope a key needs for it (OpenAPI 3.1.1 §4.8.30: a role), and what
/// is answered to one that has not, or whose project calls too often.
pub(crate) fn tell_scope(path: &mut PathItem, scope: Scope) {
    let refusals = [Error::MissingKeyScope(scope), Error::too_many_requests()];
    for operation in operations(path) {
        let needed = SecurityRequirement::new(SECRET_KEY, [scope.as_str()]);
        operation.security = Some(vec![needed]);
        for refusal in &refusals {
            tell_refusal(&mut operation.responses, refusal);
        }
    }
}

/// Adds an error to what an operation may answer.
fn tell_refusal(told: &mut Responses, error: &Error) {
    let status = error.status().as_str().to_owned();
    let Some(RefOr::T(known)) = told.responses.get_mut(&status) else {
        let response = RefOr::T(response(std::slice::from_ref(error)));
        told.responses.insert(status, response);
        return;
    };
    known.description = format!("{} · {error}", known.description);
    let Some(RefOr::T(content)) = known.content.get_mut("application/json") else {
        return;
    };
    let example = ExampleBuilder::new().value(Some(error.body())).build();
    content
        .examples
        .insert(error.code().to_owned(), RefOr::T(example));
    // As `error_body` has made it: the body of any error, and the codes of these.
    if let Some(RefOr::T(Schema::AllOf(body))) = &mut content.schema
        && let Some(RefOr::T(Schema::Object(narrowed))) = body.items.last_mut()
        && let Some(RefOr::T(Schema::Object(code))) = narrowed.properties.get_mut("code")
    {
        code.enum_values
            .get_or_insert_default()
            .push(error.code().into());
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
    #[schema(nullable = false)]
    needs_reauthorization: Option<bool>,
    /// Which field and why, which scopes are missing, why a list was given up, or what the provider
    /// said.
    #[serde(skip_serializing_if = "Value::is_null")]
    #[schema(value_type = ErrorDetails)]
    details: Value,
}

schema!(
    /// What there is to know of an error beside its code. By code: `missing` (names of parameters),
    /// `field` and `reason`, `fields` (each with `id`, `name`, `reason`, and `allowed` or `message`),
    /// `scopes`, `permissions` and `reasons` of a provider, `available` transitions, `list`, `position`.
    ErrorDetails as "ErrorDetails", any members: anything()
);

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

/// The body of an error that has one of these codes.
pub fn error_body(codes: impl IntoIterator<Item = &'static str>) -> Schema {
    let mut several: Vec<&str> = Vec::new();
    for code in codes {
        if !several.contains(&code) {
            several.push(code);
        }
    }
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("A stable slug for programs."))
        .enum_values(Some(several));
    let narrowed = ObjectBuilder::new().property("code", code).required("code");
    let body = Ref::from_schema_name("ErrorBody");
    AllOfBuilder::new().item(body).item(narrowed).into()
}

fn response(errors: &[Error]) -> Response {
    let mut sentences: Vec<String> = Vec::new();
    for error in errors.iter().map(ToString::to_string) {
        if !sentences.contains(&error) {
            sentences.push(error);
        }
    }
    let codes = errors.iter().map(Error::code);
    let mut content = ContentBuilder::new().schema(Some(error_body(codes)));
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
        let seconds = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1));
        let header = HeaderBuilder::new()
            .schema(Some(seconds))
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

/// Names a set of refusals for the `responses(…)` of `#[utoipa::path]`: every one that the endpoint may
/// answer. Those of a `query` string are added where it says that it takes one; `pages` are those of an
/// endpoint that people see, which takes one too.
macro_rules! refusals {
    (pages $name:ident, $errors:expr) => {
        $crate::web::openapi::refusals!(
            $name,
            [$errors, $crate::web::extract::query_refusals()]
                .into_iter()
                .flatten()
                .collect(),
            page_responses
        );
    };
    (query $name:ident, $errors:expr) => {
        $crate::web::openapi::refusals!(
            $name,
            [$errors, $crate::web::extract::query_refusals()]
                .into_iter()
                .flatten()
                .collect()
        );
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
