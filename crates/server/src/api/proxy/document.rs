//! What the OpenAPI document says of the proxy.

use utoipa::openapi::content::Content;
use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{HttpMethod, OpenApi, Required, ResponseBuilder, Responses, security};

use super::subject::EXTERNAL_ID;
use crate::web::error::Error;
use crate::web::openapi::{SECRET_KEY, responses};

/// The methods that pass, and what each is called. A body passes with all of them; those are said to
/// have one that mean something by it.
pub(super) const METHODS: [(HttpMethod, &str, bool); 7] = [
    (HttpMethod::Get, "proxyGet", false),
    (HttpMethod::Head, "proxyHead", false),
    (HttpMethod::Post, "proxyPost", true),
    (HttpMethod::Put, "proxyPut", true),
    (HttpMethod::Patch, "proxyPatch", true),
    (HttpMethod::Delete, "proxyDelete", false),
    (HttpMethod::Options, "proxyOptions", false),
];

const DESCRIPTION: &str = "Passes the call on to what the customer has connected, below which it stays, with a token \
    that works: path, query, body and status as they are, streamed both ways. An answer with the header \
    `x-juncture-code` is Juncture's own; every other one is the provider's. `docs/PROXY.md` says what passes.";

/// What the OpenAPI document says of the proxy. Its paths have slashes in them, which no template can say.
pub(super) fn described(refusals: fn() -> Vec<Error>) -> OpenApi {
    let mut document = OpenApi::default();
    for (method, id, has_body) in METHODS {
        let path = "/proxy/{provider}/{path}";
        let method_name = id.trim_start_matches("proxy").to_uppercase();
        let summary = format!("Pass a {method_name} on as it is");
        let operation = operation(id, summary, has_body, refusals());
        (document.paths).add_path_operation(path, vec![method], operation);
    }
    document
}

fn operation(id: &str, summary: String, has_body: bool, refusals: Vec<Error>) -> Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(id))
        .tag("Proxy")
        .summary(Some(summary))
        .description(Some(DESCRIPTION))
        .security(security::SecurityRequirement::new(
            SECRET_KEY,
            [] as [&str; 0],
        ))
        .responses(answers(refusals));
    for parameter in parameters() {
        operation = operation.parameter(parameter);
    }
    if has_body {
        let body = RequestBodyBuilder::new()
            .description(Some("Whatever the provider takes."))
            .content("*/*", Content::default());
        operation = operation.request_body(Some(body.build()));
    }
    operation.build()
}

fn answers(refusals: Vec<Error>) -> Responses {
    let mut answers = Responses::new();
    answers.responses = responses(refusals);
    let theirs = "What the provider answers, whatever its status.";
    let theirs = ResponseBuilder::new()
        .description(theirs)
        .content("*/*", Content::default());
    answers
        .responses
        .insert("default".to_owned(), theirs.build().into());
    answers
}

fn parameters() -> [Parameter; 4] {
    let parameter = |name, place, required, description, example: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(description))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .example(Some(example.into()))
            .build()
    };
    [
        parameter(
            "provider",
            ParameterIn::Path,
            Required::True,
            "The provider, in lower case.",
            "jira",
        ),
        parameter(
            "path",
            ParameterIn::Path,
            Required::True,
            "The provider's own path, as its documentation writes it, slashes included.",
            "rest/api/3/myself",
        ),
        parameter(
            EXTERNAL_ID,
            ParameterIn::Header,
            Required::False,
            "Your own id of the customer; here or in the query.",
            "project123",
        ),
        parameter(
            "external_id",
            ParameterIn::Query,
            Required::False,
            "Your own id of the customer, where no header can be set. It is taken out before the call is passed on.",
            "project123",
        ),
    ]
}
