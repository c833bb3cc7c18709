//! `POST jql/parse`: what is wrong with queries, and what they are made of.
//!
//! Mistakes of meaning are told here whatever the search does with them.

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::structure::structure;
use crate::gateway::{Answered, Caller, Parameters, Refusal, Sentence, json_answer};
use crate::jql::{self, Asker, Query, resolve, unknown_sorts};
use crate::rest::payload::Payload;
use crate::rest::query::asker;

/// How a query is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Validation {
    /// All mistakes are errors, and leave no structure.
    Strict,
    /// Unknown values are warnings, and what can be read has a structure.
    Warn,
    /// Only what cannot be read is an error.
    None,
}

/// Answers each query in its place, with 200 whatever is wrong with it.
pub(in crate::rest) async fn parse(
    caller: Caller,
    parameters: Parameters,
    body: Bytes,
) -> Answered {
    caller.must_hold("read:jira-work")?;
    let validation = match parameters.find("validation") {
        None | Some("" | "strict") => Validation::Strict,
        Some("warn") => Validation::Warn,
        Some("none") => Validation::None,
        Some(other) => return Err(parameters.unconvertible("validation", other)),
    };
    let payload = Payload::read(&caller, &body, &["queries"])?;
    let queries = match payload.find("queries") {
        Some(Value::Array(queries)) if !queries.is_empty() => queries,
        _ => return Err(payload.bad()),
    };
    let state = caller.state();
    let asker = asker(&caller, &state, false);
    let parsed: Result<Vec<Value>, Refusal> = queries
        .iter()
        .map(|query| match query.as_str() {
            Some(text) if !text.is_empty() => parse_one(&caller, &asker, text, validation),
            _ => Err(payload.bad()),
        })
        .collect();
    Ok(json_answer(&json!({"queries": parsed?})))
}

fn parse_one(
    caller: &Caller,
    asker: &Asker<'_>,
    text: &str,
    validation: Validation,
) -> Result<Value, Refusal> {
    let mut body = json!({"query": text});
    let query = match jql::parse(text) {
        Ok(query) => query,
        Err(sentence @ Sentence::NotSimulated(_)) => {
            return Err(caller.refuse(StatusCode::BAD_REQUEST, &sentence));
        }
        Err(sentence) => {
            body["errors"] = json!([sentence.say_bare(caller.language)]);
            return Ok(body);
        }
    };
    let mistakes = match validation {
        Validation::None => Vec::new(),
        Validation::Strict | Validation::Warn => mistakes(caller, asker, &query)?,
    };
    let is_value = |sentence: &Sentence| {
        matches!(
            sentence,
            Sentence::UnknownValue { .. }
                | Sentence::UnknownId { .. }
                | Sentence::UnknownIssue { .. }
        )
    };
    let (warnings, errors): (Vec<_>, Vec<_>) = mistakes
        .iter()
        .partition(|sentence| validation == Validation::Warn && is_value(sentence));
    let said = |sentences: Vec<&Sentence>| -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        for sentence in sentences {
            let sentence = sentence.say_bare(caller.language);
            if !said.contains(&sentence) {
                said.push(sentence);
            }
        }
        said
    };
    let is_refused = validation == Validation::Strict && !errors.is_empty();
    for (name, sentences) in [("errors", said(errors)), ("warnings", said(warnings))] {
        if !sentences.is_empty() {
            body[name] = sentences.into();
        }
    }
    if !is_refused {
        body["structure"] = structure(&query);
    }
    Ok(body)
}

/// All that is wrong with the meaning of a query. What is not simulated is refused by name: nobody
/// here knows whether Jira would take it.
fn mistakes(caller: &Caller, asker: &Asker<'_>, query: &Query) -> Result<Vec<Sentence>, Refusal> {
    let mut found = resolve(query, asker).err().unwrap_or_default();
    let gap = found
        .iter()
        .find(|sentence| matches!(sentence, Sentence::NotSimulated(_)));
    if let Some(gap) = gap {
        return Err(caller.refuse(StatusCode::BAD_REQUEST, gap));
    }
    found.extend(unknown_sorts(query, asker).map(|field| Sentence::UnknownField(field.to_owned())));
    Ok(found)
}
