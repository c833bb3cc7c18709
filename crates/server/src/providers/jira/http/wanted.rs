//! The parameter `fields` of lists of tickets.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use juncture_jira::fields::Reason;
use serde_json::Value;
use utoipa::IntoParams;

use super::sentences::unknown_fields;
use crate::providers::jira::failure::{Candidate, UnknownField};
use crate::providers::jira::wanted::Wanted;
use crate::web::error::Error;

/// Which fields tickets show besides their own.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedFields {
    /// Ids or exact names of fields, with commas between, or repeated; `all` for every field but comments,
    /// work logs and attachments. Their plain values stand under `customFields`, by id. A name with a
    /// comma in it cannot be given here: give the id.
    #[param(value_type = Option<String>, example = "Story Points,duedate")]
    pub(super) fields: Wanted,
}

/// Beside the query's other parameters, none of which may be repeated.
impl<S: Sync> FromRequestParts<S> for WantedFields {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let texts = pairs.filter(|(name, _)| name == "fields");
        let texts: Vec<String> = texts.flat_map(|(_, text)| split(&text)).collect();
        let fields = Wanted::parse(texts).map_err(unfit)?;
        Ok(Self { fields })
    }
}

/// The fields of a JSON body: a list of ids and names, each as it is, or a text as in a query.
pub(super) fn to_wanted(fields: Option<&Value>) -> Result<Wanted, Error> {
    let no_list = || unfit("must be a list of ids or names of fields".to_owned());
    let texts = match fields {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => split(text),
        Some(Value::Array(texts)) => {
            let texts = texts.iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or_else(no_list)?
        }
        Some(_) => return Err(no_list()),
    };
    Wanted::parse(texts).map_err(unfit)
}

fn split(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

fn unfit(reason: String) -> Error {
    Error::invalid_field("fields", reason)
}

/// Every answer to fields that cannot be shown.
pub(super) fn wanted_refusals() -> Vec<Error> {
    vec![
        unfit("must be at most 100 fields".to_owned()),
        unknown_fields(&examples()),
    ]
}

fn examples() -> [UnknownField; 2] {
    let field = |id: &str, name: &str, project_id: Option<&str>| Candidate {
        id: id.to_owned(),
        name: name.to_owned(),
        project_id: project_id.map(str::to_owned),
    };
    let unknown = |name: &str, reason, candidates| UnknownField {
        name: name.to_owned(),
        reason,
        candidates,
    };
    let severity = vec![field("customfield_10030", "Severity", None)];
    let approvers = vec![
        field("customfield_10113", "Approver", None),
        field("customfield_10213", "Approver", Some("10002")),
    ];
    [
        unknown("severity", Reason::UnknownField, severity),
        unknown("Approver", Reason::AmbiguousField, approvers),
    ]
}
