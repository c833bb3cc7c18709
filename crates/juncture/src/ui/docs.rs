//! `/docs`: the API for people, made from the same document that `/openapi.json` gives to programs.

use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::error::Error;

/// The OpenAPI document and the page made of it. Both are the same bytes for everybody: whoever asks
/// for them costs neither work nor memory.
#[derive(Clone)]
pub struct Document {
    json: Bytes,
    /// Laid out for the first who looks.
    page: Arc<OnceLock<Bytes>>,
}

impl Document {
    /// Takes the document as JSON.
    #[must_use]
    pub fn new(json: String) -> Self {
        Self {
            json: json.into(),
            page: Arc::default(),
        }
    }

    fn page(&self) -> Result<Bytes, askama::Error> {
        if let Some(page) = self.page.get() {
            return Ok(page.clone());
        }
        let document: Value = serde_json::from_slice(&self.json).unwrap_or_default();
        let html = DocsPage::of(&document).render()?;
        Ok(self.page.get_or_init(|| html.into()).clone())
    }
}

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    version: String,
    description: String,
    chapters: Vec<Chapter>,
}

struct Chapter {
    name: String,
    description: String,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    anchor: String,
    description: String,
    needs_key: bool,
    parameters: Vec<Parameter>,
    body: Option<String>,
    answers: Vec<Answer>,
}

struct Parameter {
    name: String,
    place: String,
    is_required: bool,
    description: String,
    example: String,
}

struct Answer {
    status: String,
    description: String,
    examples: Vec<String>,
}

/// `GET /openapi.json`
pub async fn document(Extension(document): Extension<Document>) -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "application/json")];
    (headers, document.json)
}

/// `GET /docs`
pub async fn page(Extension(document): Extension<Document>) -> Response {
    match document.page() {
        Ok(html) => super::html(StatusCode::OK, html, None),
        Err(error) => Error::Internal(error.into()).into_response(),
    }
}

impl DocsPage {
    fn of(document: &Value) -> Self {
        let operations = || {
            entries(&document["paths"]).flat_map(|(path, methods)| {
                entries(methods).map(move |(method, operation)| (path, method, operation))
            })
        };
        let chapters = items(&document["tags"]).map(|tag| Chapter {
            name: text(&tag["name"]),
            description: text(&tag["description"]),
            operations: operations()
                .filter(|(_, _, operation)| operation["tags"][0] == tag["name"])
                .map(|(path, method, operation)| Operation::of(path, method, operation))
                .collect(),
        });
        Self {
            version: text(&document["info"]["version"]),
            description: text(&document["info"]["description"]),
            chapters: chapters.collect(),
        }
    }
}

impl Operation {
    fn of(path: &str, method: &str, operation: &Value) -> Self {
        let parameters = items(&operation["parameters"]).map(|parameter| Parameter {
            name: text(&parameter["name"]),
            place: text(&parameter["in"]),
            is_required: parameter["required"] == true,
            description: text(&parameter["description"]),
            example: text(&parameter["example"]),
        });
        let answers = entries(&operation["responses"]).map(|(status, answer)| {
            let content = &answer["content"]["application/json"];
            let one = content.get("example").map(pretty);
            let several =
                entries(&content["examples"]).map(|(_, example)| pretty(&example["value"]));
            Answer {
                status: status.to_owned(),
                description: text(&answer["description"]),
                examples: one.into_iter().chain(several).collect(),
            }
        });
        let sentence = [text(&operation["summary"]), text(&operation["description"])];
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            anchor: text(&operation["operationId"]),
            description: sentence.join(" "),
            needs_key: operation["security"].is_array(),
            parameters: parameters.collect(),
            body: operation["requestBody"]["content"]["application/json"]
                .get("example")
                .map(pretty),
            answers: answers.collect(),
        }
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let entries = value.as_object().into_iter().flatten();
    entries.map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
