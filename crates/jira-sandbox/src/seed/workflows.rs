//! The workflows of a site's projects.

use crate::world::{
    Condition, Origin, Outcome, Project, Rule, ScreenField, Site, Transition, Validator, Workflow,
};

const TO_DO: u64 = 10_000;
const IN_PROGRESS: u64 = 3;
const IN_REVIEW: u64 = 10_001;
const BLOCKED: u64 = 10_003;
const DONE: u64 = 10_002;

/// Gives every project its workflow: the platform's has a way of its own, and in the others one may
/// go from everywhere to everywhere.
pub(super) fn add_workflows(site: &mut Site) {
    let (strict, free): (Vec<&Project>, Vec<&Project>) = site
        .projects
        .iter()
        .partition(|project| project.key.starts_with("PLAT"));
    let mut workflows: Vec<Workflow> = free.iter().map(|row| free_workflow(site, row)).collect();
    workflows.push(Workflow {
        name: "Reviewed work".to_owned(),
        projects: strict.iter().map(|project| project.id).collect(),
        transitions: reviewed(),
    });
    site.workflows = workflows;
}

/// A transition to each status, with the name of the status. That of a team-managed project leads
/// from a status to itself as well.
fn free_workflow(site: &Site, project: &Project) -> Workflow {
    let from = if project.is_team_managed {
        Origin::Any
    } else {
        Origin::AnyOther
    };
    let statuses = project.statuses.iter().filter_map(|id| site.status(*id));
    let ids = (11_u64..).step_by(10);
    let transitions = ids.zip(statuses).map(|(id, status)| Transition {
        from: from.clone(),
        outcome: Outcome::ByCategory,
        ..plain(id, &status.name, &status.korean, status.id)
    });
    Workflow {
        name: format!("Workflow of {}", project.key),
        projects: vec![project.id],
        transitions: transitions.collect(),
    }
}

/// A workflow with everything that one can have. Nothing leads to "Blocked".
fn reviewed() -> Vec<Transition> {
    let field = |field: &str, is_required| ScreenField {
        field: field.to_owned(),
        is_required,
    };
    let only = |statuses: &[u64]| Origin::Only(statuses.to_vec());
    vec![
        Transition {
            from: only(&[TO_DO]),
            validator: Some(Validator {
                rule: Rule::HasAssignee,
                text: "Somebody must have the work before it starts.".to_owned(),
            }),
            ..plain(11, "Start work", "작업 시작", IN_PROGRESS)
        },
        Transition {
            from: only(&[IN_PROGRESS]),
            condition: Some(Condition::IsAssignee),
            ..plain(21, "Ask for review", "검토 요청", IN_REVIEW)
        },
        Transition {
            from: only(&[IN_REVIEW]),
            screen: Some(vec![field("resolution", true), field("fixVersions", false)]),
            ..plain(31, "Approve", "승인", DONE)
        },
        Transition {
            from: only(&[TO_DO, IN_PROGRESS, IN_REVIEW, BLOCKED]),
            screen: Some(vec![
                field("resolution", true),
                field("customfield_10031", true),
                field("assignee", false),
            ]),
            ..plain(41, "Give up", "포기", DONE)
        },
        // A screen on which one may only comment.
        Transition {
            from: only(&[IN_REVIEW]),
            screen: Some(Vec::new()),
            ..plain(51, "Send back", "돌려보내기", IN_PROGRESS)
        },
        Transition {
            from: only(&[IN_PROGRESS]),
            ..plain(61, "Report progress", "진행 보고", IN_PROGRESS)
        },
        Transition {
            from: only(&[DONE]),
            outcome: Outcome::Clear,
            ..plain(71, "Reopen", "다시 열기", TO_DO)
        },
        // Somebody forgot to clear the resolution.
        Transition {
            from: only(&[DONE]),
            ..plain(81, "Continue", "계속", IN_PROGRESS)
        },
        Transition {
            from: only(&[BLOCKED]),
            ..plain(91, "Unblock", "차단 해제", TO_DO)
        },
        // A second way to the same status.
        Transition {
            from: only(&[BLOCKED]),
            outcome: Outcome::Clear,
            ..plain(92, "Start over", "새로 시작", TO_DO)
        },
        // A second way to the same status that asks for less.
        Transition {
            from: only(&[IN_PROGRESS]),
            condition: Some(Condition::IsAssignee),
            outcome: Outcome::ByCategory,
            ..plain(101, "Finish small work", "작은 작업 완료", DONE)
        },
    ]
}

/// A transition that asks for nothing.
fn plain(id: u64, name: &str, korean: &str, to: u64) -> Transition {
    Transition {
        id,
        name: name.to_owned(),
        korean: korean.to_owned(),
        from: Origin::AnyOther,
        to,
        condition: None,
        screen: None,
        validator: None,
        outcome: Outcome::Keep,
    }
}
