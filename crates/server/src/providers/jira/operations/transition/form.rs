//! What is given with a step, checked against its screen before Jira is asked.

use std::collections::BTreeMap;

use juncture_jira::fields::{self, Checked, FieldValues, Purpose, Reason, Setting, WrongField};
use juncture_jira::{FieldMeta, Transition};
use serde_json::{Map, Value};

use crate::foreign;
use crate::providers::jira::failure::{OperationError, Unmoved};
use crate::providers::jira::people::look_up;
use crate::providers::jira::site::JiraSite;

/// The field of the parameter `resolution`.
const RESOLUTION: &str = "resolution";

/// What is given with a step.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    /// Plain values, by ids or exact names of fields.
    pub(crate) fields: Map<String, Value>,
    /// The resolution, by name or id.
    pub(crate) resolution: Option<String>,
}

impl Given {
    /// Whether a field is among them.
    pub(super) fn has(&self, field: &FieldMeta) -> bool {
        let is_named = |name| self.fields.contains_key(name);
        let is_resolution = field.id == RESOLUTION && self.resolution.is_some();
        is_resolution || is_named(&field.id) || is_named(&field.name)
    }
}

/// The values as Jira takes them with this step, or all that is wrong with them.
pub(super) async fn fill(
    site: &JiraSite,
    step: &Transition,
    given: &Given,
) -> Result<FieldValues, OperationError> {
    let mut values = given.fields.clone();
    let mut wrong = Vec::new();
    if let Some(resolution) = &given.resolution {
        let resolution = resolution.clone().into();
        if values.insert(RESOLUTION.to_owned(), resolution).is_some() {
            wrong.push(twice(step));
        }
    }
    let mut known = BTreeMap::new();
    let mut checked = check(step, &values, known.clone()).await;
    if !checked.addresses.is_empty() {
        look_up(site, checked.addresses, &mut known).await?;
        checked = check(step, &values, known).await;
    }
    wrong.append(&mut checked.wrong);
    if wrong.is_empty() {
        return Ok(checked.fields);
    }
    Err(if are_missing(&wrong) {
        OperationError::Unmoved(Unmoved::FieldsRequired(wrong))
    } else {
        OperationError::WrongFields(wrong)
    })
}

/// Whether fields are just missing, which is what is wrong with the step then.
pub(super) fn are_missing(wrong: &[WrongField]) -> bool {
    !wrong.is_empty() && wrong.iter().all(|wrong| wrong.reason == Reason::Required)
}

async fn check(
    step: &Transition,
    values: &Map<String, Value>,
    accounts: BTreeMap<String, Option<String>>,
) -> Checked {
    let bytes = serde_json::to_vec(values).map_or(0, |text| text.len());
    let (fields, values) = (step.fields.clone(), values.clone());
    let check = move || {
        let setting = Setting {
            purpose: Purpose::New { given: &[] },
            is_team_managed: false,
            accounts: &accounts,
        };
        fields::check(&fields, &values, setting)
    };
    foreign::convert(bytes, check).await
}

fn twice(step: &Transition) -> WrongField {
    let field = step.fields.iter().find(|field| field.id == RESOLUTION);
    WrongField {
        id: RESOLUTION.to_owned(),
        name: field.map_or(RESOLUTION, |field| &field.name).to_owned(),
        reason: Reason::GivenTwice,
        allowed: Vec::new(),
        jira_says: None,
    }
}
