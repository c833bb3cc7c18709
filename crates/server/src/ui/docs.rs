//! `/docs`: the API for people, made from the same document that `/openapi.json` gives to programs.

use std::sync::{Arc, OnceLock};

use askama::Template;
use axum::Extension;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::face::Face;
use crate::web::error::Error;

/// The OpenAPI document and the page made of it. Both are the same bytes for everybody, made for the
/// first who asks: a start waits for neither, and nobody else does.
#[derive(Clone)]
pub struct Document(Arc<Parts>);

struct Parts {
    make: fn() -> String,
    prefix: Box<str>,
    json: OnceLock<Bytes>,
    page: OnceLock<Bytes>,
}

impl Document {
    /// Takes what makes the document as JSON, and the [`prefix`](super::prefix) of every address.
    #[must_use]
    pub fn new(make: fn() -> String, prefix: &str) -> Self {
        Self(Arc::new(Parts {
            make,
            prefix: prefix.into(),
            json: OnceLock::new(),
            page: OnceLock::new(),
        }))
    }

    fn json(&self) -> Bytes {
        let make = || (self.0.make)().into();
        self.0.json.get_or_init(make).clone()
    }

    fn page(&self) -> Result<Bytes, askama::Error> {
        if let Some(page) = self.0.page.get() {
            return Ok(page.clone());
        }
        let document: Value = juncture_json::decode(self.json()).unwrap_or_default();
        let html = DocsPage::of(&document, &self.0.prefix).render()?;
        Ok(self.0.page.get_or_init(|| html.into()).clone())
    }
}

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage<'a> {
    face: Face<'a>,
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
    /// Of the body.
    fields: Vec<Parameter>,
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
    (headers, document.json())
}

/// `GET /docs`
pub async fn page(Extension(document): Extension<Document>) -> Response {
    match document.page() {
        Ok(html) => super::html(StatusCode::OK, html, None, None),
        Err(error) => Error::Internal(error.into()).into_response(),
    }
}

impl<'a> DocsPage<'a> {
    fn of(document: &Value, prefix: &'a str) -> Self {
        let operations = || {
            entries(&document["paths"]).flat_map(|(path, methods)| {
                entries(methods).map(move |(method, operation)| (path, method, operation))
            })
        };
        let chapters = items(&document["tags"]).map(|tag| Chapter {
            name: text(&tag["name"]),
            description: words(&tag["description"]),
            operations: operations()
                .filter(|(_, _, operation)| operation["tags"][0] == tag["name"])
                .map(|(path, method, operation)| Operation::of(document, path, method, operation))
                .collect(),
        });
        Self {
            face: Face::plain(prefix),
            version: text(&document["info"]["version"]),
            description: words(&document["info"]["description"]),
            chapters: chapters.collect(),
        }
    }
}

impl Operation {
    fn of(document: &Value, path: &str, method: &str, operation: &Value) -> Self {
        let parameters = items(&operation["parameters"]).map(|parameter| Parameter {
            name: text(&parameter["name"]),
            place: text(&parameter["in"]),
            is_required: parameter["required"] == true,
            description: words(&parameter["description"]),
            example: text(&parameter["example"]),
        });
        let body = &operation["requestBody"]["content"]["application/json"];
        let schema = resolve(document, &body["schema"]);
        let fields = entries(&schema["properties"]).map(|(name, field)| Parameter {
            name: name.to_owned(),
            place: type_of(document, field),
            is_required: items(&schema["required"]).any(|required| required == name),
            description: words(&said_of(field)),
            example: text(&field["example"]),
        });
        let answers = entries(&operation["responses"]).map(|(status, answer)| {
            let content = &answer["content"]["application/json"];
            let one = content.get("example").map(pretty);
            let several =
                entries(&content["examples"]).map(|(_, example)| pretty(&example["value"]));
            Answer {
                status: status.to_owned(),
                description: words(&answer["description"]),
                examples: one.into_iter().chain(several).collect(),
            }
        });
        let sentence = [text(&operation["summary"]), text(&operation["description"])];
        Self {
            method: method.to_uppercase(),
            path: path.to_owned(),
            anchor: text(&operation["operationId"]),
            description: words(&sentence.join(". ").into()),
            needs_key: items(&operation["security"]).next().is_some(),
            parameters: parameters.collect(),
            fields: fields.collect(),
            body: body.get("example").map(pretty),
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

/// A schema, or the one that it refers to.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str();
    let pointer = reference.and_then(|reference| reference.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(schema)
}

/// The type of a field, in a word; null, which an absent field may be, goes without saying.
fn type_of(document: &Value, field: &Value) -> String {
    let choices = items(&field["oneOf"]);
    let known = choices.map(|choice| resolve(document, choice));
    let known = known.chain([resolve(document, field)]);
    let kinds = known.flat_map(|schema| match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        kind => vec![text(kind)],
    });
    let kinds = kinds.filter(|kind| !kind.is_empty() && kind != "null");
    kinds.collect::<Vec<_>>().join(" or ")
}

/// What is said of a field: where it may be null, that stands at what else it may be.
fn said_of(field: &Value) -> Value {
    let choices = items(&field["oneOf"]).chain([field]);
    let mut said = choices.map(|choice| &choice["description"]);
    said.find(|said| said.is_string())
        .cloned()
        .unwrap_or_default()
}

/// A text of the document as HTML: what stands in backticks is code.
fn words(value: &Value) -> String {
    let text = text(value);
    let mut html = String::with_capacity(text.len());
    for (number, part) in text.split('`').enumerate() {
        let is_code = number % 2 == 1;
        html.push_str(if is_code { "<code>" } else { "" });
        for character in part.chars() {
            match character {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                other => html.push(other),
            }
        }
        html.push_str(if is_code { "</code>" } else { "" });
    }
    html
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
