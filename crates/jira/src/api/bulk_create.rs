//! Many issues created by one call, each for itself.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::issue_body::Body;
use super::writes::{CreatedIssue, NewIssue, twice};
use super::{at_most, null_as_empty};
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::{Element, Error, Garbage, Kind};

const CREATE: Endpoint = Endpoint::write(Method::POST, "/ex/jira/{cloudId}/rest/api/3/issue/bulk");

/// How many issues Jira creates by one call.
pub const MOST_CREATED_AT_ONCE: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bulk<'a> {
    issue_updates: Vec<Body<'a>>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(deserialize_with = "at_most::<MOST_CREATED_AT_ONCE, _, _>")]
    issues: Vec<CreatedIssue>,
    #[serde(default, deserialize_with = "null_as_empty")]
    errors: Errors,
}

#[derive(Default, Deserialize)]
#[serde(transparent)]
struct Errors(
    #[serde(deserialize_with = "at_most::<MOST_CREATED_AT_ONCE, _, _>")] Vec<Box<RawValue>>,
);

impl Site<'_> {
    /// Creates up to 50 issues (`POST /rest/api/3/issue/bulk`), each for itself: what became of each
    /// is told in their order. Sent again as rarely as a [creation](Site::create_issue) of one. Needs
    /// `write:jira-work`.
    ///
    /// ```no_run
    /// # use juncture_jira::NewIssue;
    /// # async fn example(site: juncture_jira::Site<'_>, issues: &[NewIssue]) -> Result<(), juncture_jira::Error> {
    /// for (issue, outcome) in issues.iter().zip(site.create_issues(issues).await?) {
    ///     match outcome {
    ///         Ok(created) => tracing::info!(created.key),
    ///         Err(refusal) => tracing::warn!(issue.summary, fields = ?refusal.field_errors()),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A single issue is refused with the error that it would have been refused with alone. An error
    /// of the call is about all of them: none was created, or, if it
    /// [leaves the outcome open](Error::is_outcome_unknown), any of them may have been.
    pub async fn create_issues(
        &self,
        issues: &[NewIssue],
    ) -> Result<Vec<Result<CreatedIssue, Error>>, Error> {
        if issues.is_empty() {
            return Ok(Vec::new());
        }
        if issues.len() > MOST_CREATED_AT_ONCE {
            return Err(Error::new(
                CREATE,
                Kind::Input("more than 50 issues at once"),
            ));
        }
        let bodies: Option<Vec<Body<'_>>> = issues.iter().map(Body::of_new).collect();
        let issue_updates = bodies.ok_or_else(|| twice(CREATE))?;
        let call = CREATE
            .call(&self.client.api_url, &[self.id])?
            .json(&Bulk { issue_updates });
        let answer: Result<Answer, Error> = self.client.fetch(self.id, call, self.token).await;
        let (created, refused) = match answer {
            Ok(answer) => {
                let elements = answer.errors.0.iter();
                let elements = elements.filter_map(|error| Element::read(error.get().as_bytes()));
                (answer.issues, elements.collect())
            }
            // All of them are wrong, each for its own reason.
            Err(error) if !error.elements().is_empty() => (Vec::new(), error.elements().to_vec()),
            Err(error) => return Err(error),
        };
        in_order(issues.len(), created, refused).ok_or_else(|| {
            let kind = Kind::Garbage(StatusCode::CREATED, Garbage::OtherShape);
            Error::new(CREATE, kind)
        })
    }
}

/// What became of each of so many issues; none if that cannot be told. Those that were created are in
/// their order, without those that were not.
fn in_order(
    count: usize,
    created: Vec<CreatedIssue>,
    refused: Vec<Element>,
) -> Option<Vec<Result<CreatedIssue, Error>>> {
    let refusals = refused.into_iter();
    let mut refusals: BTreeMap<usize, Error> = refusals
        .map(|element| (element.number, Error::of_element(CREATE, element)))
        .collect();
    let is_whole = created.len() + refusals.len() == count;
    let are_known = refusals.keys().all(|number| *number < count);
    if !is_whole || !are_known {
        return None;
    }
    let mut created = created.into_iter();
    (0..count)
        .map(|number| match refusals.remove(&number) {
            Some(refusal) => Some(Err(refusal)),
            None => created.next().map(Ok),
        })
        .collect()
}
