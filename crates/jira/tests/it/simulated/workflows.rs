//! A workflow with conditions, screens and validators, on a simulated site.

use std::collections::BTreeMap;

use juncture_jira::fields::{self, Purpose, Reason, Setting};
use juncture_jira::{Change, IssueChanges, Site, Status, Step, Transition, adf};
use serde_json::{Value, json};

use super::Cloud;
use super::around::new_issue;

const PROJECT: &str = "PLAT";

async fn status(site: Site<'_>, issue: &str) -> Status {
    let issue = site.issue(issue, &["status"]).await.unwrap();
    issue.fields.status.unwrap()
}

/// The step of this name.
async fn step(site: Site<'_>, issue: &str, name: &str) -> Transition {
    let transitions = site.transitions(issue).await.unwrap();
    let mut transitions = transitions.into_iter();
    transitions
        .find(|transition| transition.name == name)
        .unwrap()
}

fn bare(transition: &Transition) -> Step {
    Step {
        transition_id: transition.id.clone(),
        ..Step::default()
    }
}

#[tokio::test]
async fn a_screen_is_filled_before_the_step_is_made() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let issue = new_issue(site, PROJECT).await;
    let give_up = step(site, &issue, "Give up").await;
    assert!(give_up.has_screen && !give_up.is_global && !give_up.is_looped);
    let required: Vec<&str> = (give_up.fields.iter())
        .filter(|field| field.must_be_given())
        .map(|field| field.id.as_str())
        .collect();
    assert_eq!(required.len(), 2);

    // What the check finds missing, Jira misses too.
    let accounts = BTreeMap::new();
    let setting = Setting {
        purpose: Purpose::New { given: &[] },
        is_team_managed: false,
        accounts: &accounts,
    };
    let check = |given: &Value| fields::check(&give_up.fields, given.as_object().unwrap(), setting);
    let missing: Vec<String> = (check(&json!({})).wrong.into_iter())
        .inspect(|wrong| assert_eq!(wrong.reason, Reason::Required))
        .map(|wrong| wrong.id)
        .collect();
    assert_eq!(missing, required);
    let error = site
        .transition_issue(&issue, &bare(&give_up))
        .await
        .unwrap_err();
    let refused = fields::refused(error.messages(), error.field_errors(), &give_up.fields);
    let mut blamed: Vec<&str> = refused.iter().map(|wrong| wrong.id.as_str()).collect();
    blamed.sort_unstable();
    let mut expected = required.clone();
    expected.sort_unstable();
    assert_eq!(blamed, expected);
    assert!(refused.iter().all(|wrong| wrong.reason == Reason::Required));
    assert!(error.is_invalid() && !error.is_step_not_possible());

    let values = give_up.fields.iter().filter(|field| field.must_be_given());
    let values = values.map(|field| {
        let allowed = field.allowed_values().unwrap_or_default();
        let first = allowed.into_iter().next().map(|value| json!(value.name));
        let value = first.unwrap_or_else(|| match field.kind().word() {
            "number" => json!(3),
            "date" => json!("2026-11-30"),
            _ => json!("Because"),
        });
        (field.id.clone(), value)
    });
    let checked = check(&Value::Object(values.collect()));
    assert!(checked.wrong.is_empty(), "{:?}", checked.wrong);
    let filled = Step {
        fields: checked.fields,
        comment: Some(adf::from_markdown("It is **not worth it**.").into()),
        ..bare(&give_up)
    };
    site.transition_issue(&issue, &filled).await.unwrap();
    assert_eq!(status(site, &issue).await.id, give_up.to.id);
    let comments = site.comments(&issue).await.unwrap();
    let said = adf::to_markdown(comments[0].body.as_deref().unwrap());
    assert_eq!(
        (comments.len(), said.as_str()),
        (1, "It is **not worth it**.")
    );
    let read = site.issue(&issue, &["resolution"]).await.unwrap();
    assert!(read.fields.resolution.is_some());

    // It is not offered from there.
    let again = site.transition_issue(&issue, &filled).await.unwrap_err();
    assert!(again.is_step_not_possible() && !again.is_outcome_unknown());
}

#[tokio::test]
async fn a_validator_refuses_in_its_own_words() {
    let cloud = Cloud::start().await;
    let (client, token) = cloud.visitor().await;
    let site = client.site(cloud.site_id(), &token);
    let issue = new_issue(site, PROJECT).await;
    let unassigned = IssueChanges {
        assignee: Change::Clear,
        ..IssueChanges::default()
    };
    site.edit_issue(&issue, &unassigned).await.unwrap();
    let start = step(site, &issue, "Start work").await;
    let error = site
        .transition_issue(&issue, &bare(&start))
        .await
        .unwrap_err();
    assert!(error.is_invalid() && !error.is_step_not_possible());
    assert_eq!(
        error.messages(),
        ["Somebody must have the work before it starts."]
    );

    let me = site.myself().await.unwrap();
    let assigned = IssueChanges {
        assignee: Change::Set(me.account_id),
        ..IssueChanges::default()
    };
    site.edit_issue(&issue, &assigned).await.unwrap();
    site.transition_issue(&issue, &bare(&start)).await.unwrap();
    assert_eq!(status(site, &issue).await.id, start.to.id);
    let looped = step(site, &issue, "Report progress").await;
    assert!(looped.is_looped && looped.to.id == start.to.id);
    // A field that stands on no screen of it.
    let mut wrong = bare(&looped);
    wrong.fields.set("resolution", &json!({"name": "Done"}));
    let error = site.transition_issue(&issue, &wrong).await.unwrap_err();
    let refused = fields::refused(error.messages(), error.field_errors(), &looped.fields);
    assert_eq!(
        (refused[0].id.as_str(), refused[0].reason),
        ("resolution", Reason::NotSettable)
    );
}
