//! Steps of workflows, by which issues come to other statuses.

use reqwest::Method;
use serde::Deserialize;

use super::field_meta::{FieldMeta, by_id};
use super::issue_body::Body;
use super::issue_fields::Status;
use super::writes::twice;
use super::{at_most, null_as_empty};
use crate::adf::Document;
use crate::call::Endpoint;
use crate::client::Site;
use crate::error::Error;
use crate::fields::FieldValues;

const LIST: Endpoint = Endpoint::get(TRANSITIONS);
const DO: Endpoint = Endpoint::write(Method::POST, TRANSITIONS);
const TRANSITIONS: &str = "/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}/transitions";
const STANDING: Endpoint = Endpoint::get("/ex/jira/{cloudId}/rest/api/3/issue/{issueIdOrKey}");

/// Several times what leads away from one status.
const MOST: usize = 300;

/// A step that can be made from where an issue is.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Wire")]
pub struct Transition {
    /// The id, a string of digits. It means something in its workflow alone.
    pub id: String,
    /// The name to show, in the language asked for.
    pub name: String,
    /// The status that it leads to. Several may lead to one.
    pub to: Status,
    /// Whether it may ask for fields.
    pub has_screen: bool,
    /// Whether it can be made from every status, the present one too.
    pub is_global: bool,
    /// Whether it leads to where it begins.
    pub is_looped: bool,
    /// The fields that may be given with it, by the order of its screen.
    pub fields: Vec<FieldMeta>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    #[serde(default, deserialize_with = "null_as_empty")]
    name: String,
    to: Status,
    #[serde(default, deserialize_with = "null_as_empty")]
    has_screen: bool,
    #[serde(default, deserialize_with = "null_as_empty")]
    is_global: bool,
    /// As Jira writes it, and as its document has it.
    is_looped: Option<bool>,
    looped: Option<bool>,
    #[serde(default, deserialize_with = "by_id")]
    fields: Vec<FieldMeta>,
}

impl From<Wire> for Transition {
    fn from(wire: Wire) -> Self {
        Self {
            id: wire.id,
            name: wire.name,
            to: wire.to,
            has_screen: wire.has_screen,
            is_global: wire.is_global,
            is_looped: wire.is_looped.or(wire.looped).unwrap_or_default(),
            fields: wire.fields,
        }
    }
}

#[derive(Deserialize)]
struct Transitions {
    #[serde(deserialize_with = "at_most::<MOST, _, _>")]
    transitions: Vec<Transition>,
}

/// Where an issue is, and where it can go from there.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "WireStanding")]
pub struct Standing {
    /// The issue's id, a string of digits.
    pub id: String,
    /// The issue's key.
    pub key: String,
    /// Its status.
    pub status: Status,
    /// The steps that can be made. That their fields come here too is nowhere documented: of a step
    /// that [has a screen](Transition::has_screen) and none, and where there is no step at all, the
    /// [list](Site::transitions) knows better.
    pub transitions: Vec<Transition>,
}

#[derive(Deserialize)]
struct WireStanding {
    id: String,
    key: String,
    fields: StatusField,
    #[serde(default, deserialize_with = "at_most::<MOST, _, _>")]
    transitions: Vec<Transition>,
}

#[derive(Deserialize)]
struct StatusField {
    status: Status,
}

impl From<WireStanding> for Standing {
    fn from(wire: WireStanding) -> Self {
        Self {
            id: wire.id,
            key: wire.key,
            status: wire.fields.status,
            transitions: wire.transitions,
        }
    }
}

/// A step to be made.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// The id of the [`Transition`].
    pub transition_id: String,
    /// Values for the fields of its screen, and no others, such as `resolution`: what
    /// [`fields::check`](crate::fields::check) has written.
    pub fields: FieldValues,
    /// What to say about it. It is a comment of the issue.
    pub comment: Option<Document>,
}

impl Site<'_> {
    /// The steps that can be made from where an issue is, with the fields that they take
    /// (`GET /rest/api/3/issue/{issueIdOrKey}/transitions`). Needs `read:jira-work`.
    ///
    /// None is no error: who may not move the issue is offered none.
    pub async fn transitions(&self, id_or_key: &str) -> Result<Vec<Transition>, Error> {
        let call = LIST
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .query("expand", "transitions.fields");
        let list: Transitions = self.client.fetch(self.id, call, self.token).await?;
        Ok(list.transitions)
    }

    /// Where an issue is and what can be done from there, at once
    /// (`GET /rest/api/3/issue/{issueIdOrKey}` with its transitions). Needs `read:jira-work`.
    pub async fn standing(&self, id_or_key: &str) -> Result<Standing, Error> {
        let call = STANDING
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .query("fields", "status")
            .query("expand", "transitions,transitions.fields");
        self.client.fetch(self.id, call, self.token).await
    }

    /// Makes a step (`POST /rest/api/3/issue/{issueIdOrKey}/transitions`), with all of it or not at
    /// all; sent again as rarely as a [creation](Site::create_issue). Needs `write:jira-work`.
    ///
    /// ```no_run
    /// use juncture_jira::Step;
    /// use serde_json::json;
    ///
    /// # async fn example(site: juncture_jira::Site<'_>) -> Result<(), juncture_jira::Error> {
    /// let transitions = site.transitions("ED-1").await?;
    /// if let Some(done) = transitions.iter().find(|transition| transition.to.id == "10002") {
    ///     let mut step = Step {
    ///         transition_id: done.id.clone(),
    ///         ..Step::default()
    ///     };
    ///     step.fields.set("resolution", &json!({"name": "Done"}));
    ///     site.transition_issue("ED-1", &step).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Jira has answered that it was made where something held it back: read the status afterwards. A
    /// step that cannot be made [says so](Error::is_step_not_possible); one that somebody else makes at
    /// the same time is a [conflict](Error::is_conflict).
    pub async fn transition_issue(&self, id_or_key: &str, step: &Step) -> Result<(), Error> {
        let body = Body::of_step(&step.transition_id, &step.fields, step.comment.as_ref());
        let body = body.ok_or_else(|| twice(DO))?;
        let call = DO
            .call(&self.client.api_url, &[self.id, id_or_key])?
            .json(&body);
        self.client.send(self.id, call, self.token).await
    }
}
