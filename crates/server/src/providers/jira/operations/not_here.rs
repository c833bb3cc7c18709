//! Fields that a site has and that cannot be given where somebody gives them: Jira tells those that can
//! be, so that the others look as if there were none of that name.

use juncture_jira::Place;
use juncture_jira::fields::{Reason, WrongField};

use crate::failure::Failure;
use crate::providers::jira::failure::OperationError;
use crate::providers::jira::fields::{Fields, KnownField};
use crate::providers::jira::help::help;
use crate::providers::jira::permissions::{is_missing, look};
use crate::providers::jira::site::JiraSite;

/// The scopes that looking fields up needs.
const READ: &[&str] = &["read:jira-work"];

/// What is wrong with fields of an issue, or of a new one of a project. Those that are unknown here
/// alone are told as not to be set; or, if that is all that is wrong and comes of missing permissions,
/// these are. What there is, is asked for good measure.
pub(super) async fn told(
    site: &JiraSite,
    place: Place<'_>,
    wrong: Vec<WrongField>,
) -> OperationError {
    let wrong = with_known(site, wrong).await;
    let needed: Option<Vec<&'static str>> = wrong.iter().map(needed).collect();
    let Some(needed) = needed.filter(|needed| !needed.is_empty()) else {
        return OperationError::WrongFields(wrong);
    };
    let look = look(site, place).await;
    if !needed.iter().all(|key| is_missing(key, &look)) {
        return OperationError::WrongFields(wrong);
    }
    OperationError::Failed(Failure::AccessDenied {
        reasons: Vec::new(),
        permissions: needed,
    })
}

/// The permission without which Jira does not tell a field as one that can be set.
fn needed(field: &WrongField) -> Option<&'static str> {
    if field.reason != Reason::NotSettable {
        return None;
    }
    Some(match field.id.as_str() {
        "assignee" => "ASSIGN_ISSUES",
        "reporter" => "MODIFY_REPORTER",
        "duedate" => "SCHEDULE_ISSUES",
        "security" => "SET_ISSUE_SECURITY",
        _ => return None,
    })
}

async fn with_known(site: &JiraSite, mut wrong: Vec<WrongField>) -> Vec<WrongField> {
    let is_unknown = |field: &WrongField| field.reason == Reason::UnknownField;
    if !wrong.iter().any(is_unknown) {
        return wrong;
    }
    let asked = site.ask(READ, {
        let (jira, viewer) = (site.jira().clone(), site.viewer());
        async move |site| Fields::known(&jira, viewer, site).await
    });
    let clock = &*site.jira().tokens.clock;
    let Some(known) = help("the fields of the site", clock, Box::pin(asked)).await else {
        return wrong;
    };
    for field in wrong.iter_mut().filter(|field| is_unknown(field)) {
        let is_meant = |known: &&KnownField| known.id == field.id || known.name == field.id;
        let meant: Vec<&KnownField> = known.all().iter().filter(is_meant).collect();
        if !meant.is_empty() {
            field.reason = Reason::NotSettable;
        }
        // One of several of that name stays as it was called.
        if let [found] = meant[..] {
            found.id.clone_into(&mut field.id);
            found.name.clone_into(&mut field.name);
        }
    }
    wrong
}

/// A field that has its value by another way. The project of a new issue has one in any case: it is
/// named or selected, and no field among others.
pub(super) fn given_otherwise(id: &str) -> WrongField {
    WrongField {
        name: id.to_owned(),
        id: id.to_owned(),
        reason: match id {
            "project" => Reason::NotSettable,
            _ => Reason::GivenTwice,
        },
        allowed: Vec::new(),
        jira_says: None,
    }
}
