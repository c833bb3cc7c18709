//! Issues: a year of them, with ties in their creation times and gaps in their fields.

use std::collections::BTreeMap;

use fastrand::Rng;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::boards::own_board_id;
use super::documents;
use super::projects::theme_of;
use super::values::values;
use super::words::{CUSTOMERS, SUMMARIES};
use crate::world::{
    DONE, FieldValue, Issue, Project, Site, SprintState, StatusCategory, known_fields,
};

/// Fills every project of a site. `first` is the exact number for the first project; the others
/// get smaller, believable numbers.
pub(super) fn add_issues(site: &mut Site, first: Option<usize>, today: Timestamp, rng: &mut Rng) {
    let projects: Vec<u64> = site.projects.iter().map(|project| project.id).collect();
    for (index, project) in projects.iter().enumerate() {
        let count = match first {
            Some(exact) if index == 0 => exact,
            _ => rng.usize(18..45),
        };
        add_project_issues(site, *project, count, today, rng);
    }
    // One issue lives in another project than where it was born, so its old key must keep working.
    // It never leaves the first project, whose number of issues is a promise.
    if let (Some(target), Some(origin)) = (projects.get(2), projects.get(4)) {
        let moved = site.numbers.get(&(*origin, 3)).copied();
        if let Some(id) = moved {
            site.move_issue(id, *target, None);
        }
    }
}

fn add_project_issues(
    site: &mut Site,
    project: u64,
    count: usize,
    today: Timestamp,
    rng: &mut Rng,
) {
    let year = 365 * 24 * 60 * 60;
    let mut created = today;
    let mut batch = 0;
    for index in 0..count {
        // Imports make many issues in one instant; a search by `created` alone cannot order them.
        if batch == 0 {
            batch = if rng.u8(..4) == 0 {
                rng.usize(5..15)
            } else {
                1
            };
            let age = year - year * index as u64 / count as u64;
            let jitter = rng.i64(0..50_000_000);
            created = today - SignedDuration::from_secs(age.cast_signed())
                + SignedDuration::from_millis(jitter.min(age.cast_signed() * 1_000 / 2));
        }
        batch -= 1;
        let mut issue = draw_issue(site, project, index, created, today, rng);
        if rng.u8(..3) == 0 {
            adopt(site, &mut issue, rng);
        }
        site.add_issue(issue);
    }
}

/// Draws one issue of a project; id and number are given when it is filed.
pub(crate) fn draw_issue(
    site: &Site,
    project: u64,
    index: usize,
    created: Timestamp,
    now: Timestamp,
    rng: &mut Rng,
) -> Issue {
    let project = site
        .project(project)
        .expect("issues are drawn for projects of the site");
    let theme = theme_of(project.id);
    let thing = theme.things[rng.usize(..theme.things.len())];
    let summary = capitalised(&SUMMARIES[index % SUMMARIES.len()].replace("{}", thing));
    let issue_type = draw_issue_type(project, index);
    let status = project.statuses[rng.usize(..project.statuses.len())];
    let is_done = site
        .status(status)
        .is_some_and(|row| row.category == StatusCategory::Done);
    let room = now.as_millisecond() - created.as_millisecond();
    let updated = created + SignedDuration::from_millis(rng.i64(0..=room.max(0)));
    let age_in_days = room / (24 * 60 * 60 * 1_000);
    Issue {
        id: 0,
        project: project.id,
        number: 0,
        issue_type,
        status,
        priority: project.has_priority.then(|| rng.u64(1..=5)),
        summary,
        description: documents::description(index, thing),
        environment: None,
        assignee: (rng.u8(..5) > 0).then(|| draw_member(site, project, rng)),
        reporter: (rng.u8(..20) > 0).then(|| draw_member(site, project, rng)),
        created,
        updated,
        resolved: is_done.then_some(updated),
        resolution: is_done.then_some(DONE),
        due: (rng.u8(..4) == 0).then(|| {
            (created + SignedDuration::from_hours(24 * 30))
                .to_zoned(TimeZone::UTC)
                .date()
        }),
        labels: draw_labels(rng),
        components: project
            .components
            .iter()
            .filter(|_| rng.u8(..3) == 0)
            .map(|row| row.id)
            .collect(),
        fix_versions: project
            .versions
            .iter()
            .filter(|row| !row.is_archived)
            .filter(|_| rng.u8(..4) == 0)
            .map(|row| row.id)
            .collect(),
        affected_versions: Vec::new(),
        security: None,
        original_estimate: None,
        remaining_estimate: None,
        parent: None,
        sprints: draw_sprints(site, project.id, age_in_days, is_done, rng),
        custom: {
            let mut custom = values(site, project, issue_type, index, created);
            custom.extend(draw_custom(rng));
            custom
        },
    }
}

/// What some issues hold in custom fields.
fn draw_custom(rng: &mut Rng) -> BTreeMap<u64, FieldValue> {
    let points = (rng.u8(..3) > 0).then(|| [1.0, 2.0, 3.0, 5.0, 8.0][rng.usize(..5)]);
    let customer = (rng.u8(..6) == 0).then(|| CUSTOMERS[rng.usize(..CUSTOMERS.len())].to_owned());
    let points = points.map(|points| {
        let value = FieldValue::Number(points);
        (known_fields::STORY_POINT_ESTIMATE, value)
    });
    let customer = customer.map(|name| (known_fields::CUSTOMER, FieldValue::Text(name)));
    points.into_iter().chain(customer).collect()
}

/// An epic now and then; subtasks come by [`adopt`].
fn draw_issue_type(project: &Project, index: usize) -> u64 {
    let common: &[usize] = if project.is_team_managed {
        &[1]
    } else {
        &[1, 2, 4]
    };
    if index.is_multiple_of(12) {
        project.issue_types[0]
    } else {
        project.issue_types[common[index % common.len()]]
    }
}

/// Puts an issue under an earlier epic, or makes it a subtask of an earlier common issue.
fn adopt(site: &Site, issue: &mut Issue, rng: &mut Rng) {
    let level = |kind| site.issue_type(kind).map_or(0, |row| row.hierarchy_level);
    if level(issue.issue_type) != 0 {
        return;
    }
    let becomes_subtask = rng.bool();
    let wanted = i32::from(!becomes_subtask);
    let parents: Vec<u64> = site
        .issues
        .values()
        .rev()
        .take(120)
        .filter(|row| row.project == issue.project && level(row.issue_type) == wanted)
        .map(|row| row.id)
        .collect();
    if parents.is_empty() {
        return;
    }
    issue.parent = Some(parents[rng.usize(..parents.len())]);
    if becomes_subtask {
        let project = site.project(issue.project);
        let kinds = project.map_or(&[][..], |row| &row.issue_types);
        if let Some(kind) = kinds.iter().find(|kind| level(**kind) == -1) {
            issue.issue_type = *kind;
        }
    }
}

fn draw_member(site: &Site, project: &Project, rng: &mut Rng) -> usize {
    let people = project.visible_to.as_ref().unwrap_or(&site.members);
    people[rng.usize(..people.len())]
}

fn draw_labels(rng: &mut Rng) -> Vec<u64> {
    let mut labels: Vec<u64> = (0..rng.u64(0..3)).map(|_| rng.u64(0..8)).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// Young issues are in the running sprint or in one to come, old ones in closed sprints, and some
/// were carried from one to the next.
fn draw_sprints(
    site: &Site,
    project: u64,
    age_in_days: i64,
    is_done: bool,
    rng: &mut Rng,
) -> Vec<u64> {
    let board = own_board_id(project);
    let of_state = |state: SprintState| -> Vec<u64> {
        site.sprints
            .iter()
            .filter(|sprint| sprint.board == board && sprint.state == state)
            .map(|sprint| sprint.id)
            .collect()
    };
    let closed = of_state(SprintState::Closed);
    let (active, future) = (of_state(SprintState::Active), of_state(SprintState::Future));
    if closed.is_empty() || rng.u8(..4) == 0 {
        return Vec::new();
    }
    match (age_in_days, rng.u8(..3)) {
        (..60, 0) if !is_done && !future.is_empty() => vec![future[rng.usize(..future.len())]],
        (..60, 1) => [&closed[closed.len() - 1..], &active].concat(),
        (..60, _) => active,
        _ => vec![closed[rng.usize(..closed.len())]],
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
