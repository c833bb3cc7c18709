//! The simulated cloud as plain tables: people, sites, and all that a site holds.
//!
//! Rows know nothing of JSON, HTTP or who asks. Ids are unique within a site only, as in Jira.

mod boards;
mod comments;
mod desk;
mod differences;
mod fields;
mod history;
mod journal;
mod permission_facts;
mod permissions;
mod plans;
mod properties;
mod rows;
mod workflows;
mod writes;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use boards::{Board, BoardKind};
pub(crate) use comments::{Audience, Comment, Role};
pub(crate) use desk::{Assets, Organization, RequestType};
pub(crate) use fields::{
    Context, CustomField, FieldKind, FieldOption, FieldValue, Team, known_fields,
};
pub(crate) use history::{Change, Item, Side};
pub(crate) use journal::{Entry, Fact, Journal, Subject, What};
pub(crate) use permissions::{Exceptions, Permission};
pub(crate) use properties::Properties;
pub(crate) use rows::{
    AccountKind, Category, Component, Group, Issue, IssueType, Language, Level, Person, Priority,
    Project, Resolution, SecurityLevel, Sprint, SprintState, Status, StatusCategory, Version,
};
pub(crate) use workflows::{
    Condition, Origin, Outcome, Rule, ScreenField, Transition, Validator, Workflow,
};
pub(crate) use writes::{DONE, USUAL_PRIORITY};

/// Everything there is, apart from grants and tokens.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) people: Vec<Person>,
    pub(crate) sites: Vec<Site>,
}

impl World {
    /// Makes the indexes of a world that was read, and tells whether its people are all there.
    pub(crate) fn index(&mut self) -> bool {
        let people = self.people.len();
        for site in &mut self.sites {
            let issues = site.issues.values();
            site.numbers = issues
                .map(|issue| ((issue.project, issue.number), issue.id))
                .collect();
        }
        self.sites.iter().all(|site| {
            let leads = site.projects.iter().filter_map(|project| project.lead);
            let hands = site.issues.values();
            let hands = hands.flat_map(|issue| issue.assignee.into_iter().chain(issue.reporter));
            let comments = site.comments.values().flatten();
            let voices =
                comments.flat_map(|comment| comment.author.into_iter().chain(comment.editor));
            let members = site.accounts();
            members
                .chain(site.people_in_fields())
                .chain(leads)
                .chain(hands)
                .chain(voices)
                .chain(site.histories.values().flatten().flat_map(Change::people))
                .all(|index| index < people)
        })
    }

    /// The index of the person with this account id.
    pub(crate) fn find_person(&self, account_id: &str) -> Option<usize> {
        self.people
            .iter()
            .position(|person| person.account_id == account_id)
    }

    /// The index of the site with this cloud id.
    pub(crate) fn find_site(&self, cloud_id: &str) -> Option<usize> {
        self.sites.iter().position(|site| site.cloud_id == cloud_id)
    }

    /// The people who sign in somewhere: no apps, and nobody whose account is closed.
    pub(crate) fn visitors(&self) -> impl Iterator<Item = (usize, &Person)> {
        let people = self.people.iter().enumerate();
        people.filter(|(_, person)| person.is_active && person.kind == AccountKind::Person)
    }

    /// The sites of which this person is a member.
    pub(crate) fn sites_of(&self, person: usize) -> impl Iterator<Item = &Site> {
        self.sites
            .iter()
            .filter(move |site| site.members.contains(&person))
    }
}

/// One Jira site with its tables.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Site {
    /// The stable key of the site, a UUID.
    pub(crate) cloud_id: String,
    pub(crate) name: String,
    /// The first label of the site's host name.
    pub(crate) subdomain: String,
    /// The IANA zone in which the site writes timestamps.
    pub(crate) time_zone: String,
    pub(crate) members: Vec<usize>,
    /// Accounts that the site knows beside its members: apps, and people who have left.
    pub(crate) others: Vec<usize>,
    pub(crate) categories: Vec<Category>,
    pub(crate) issue_types: Vec<IssueType>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) priorities: Vec<Priority>,
    pub(crate) resolutions: Vec<Resolution>,
    pub(crate) groups: Vec<Group>,
    pub(crate) custom_fields: Vec<CustomField>,
    pub(crate) teams: Vec<Team>,
    pub(crate) request_types: Vec<RequestType>,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) assets: Assets,
    /// Whether the site lets people estimate and log time.
    pub(crate) has_time_tracking: bool,
    /// What single people may do on the whole site in spite of their level, or may not.
    pub(crate) exceptions: Exceptions,
    pub(crate) labels: Vec<String>,
    pub(crate) projects: Vec<Project>,
    pub(crate) boards: Vec<Board>,
    pub(crate) sprints: Vec<Sprint>,
    pub(crate) issues: BTreeMap<u64, Issue>,
    /// Where an issue with this project id and number is. An index of `issues`, which is not saved.
    #[serde(skip)]
    pub(crate) numbers: BTreeMap<(u64, u64), u64>,
    /// Keys that issues had in the project they were moved from.
    pub(crate) former_keys: BTreeMap<String, u64>,
    pub(crate) next_issue_id: u64,
    pub(crate) roles: Vec<Role>,
    /// The comments on each issue, oldest first.
    pub(crate) comments: BTreeMap<u64, Vec<Comment>>,
    pub(crate) next_comment_id: u64,
    /// The entity properties of each issue that has some; files from before there were any lack them.
    #[serde(default)]
    pub(crate) properties: BTreeMap<u64, Properties>,
    /// What was changed about each issue, oldest first.
    pub(crate) histories: BTreeMap<u64, Vec<Change>>,
    pub(crate) next_change_id: u64,
    /// Files from before there was one lack it.
    #[serde(default)]
    pub(crate) journal: Journal,
    pub(crate) workflows: Vec<Workflow>,
}

impl Site {
    /// The site's address, under a name that no host can have (RFC 2606 §2).
    pub(crate) fn url(&self) -> String {
        format!("https://{}.atlassian.example", self.subdomain)
    }

    /// Every account that the site knows.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = usize> {
        self.members.iter().chain(&self.others).copied()
    }

    /// The project with this id.
    pub(crate) fn project(&self, id: u64) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    /// The project with this key, now or formerly; letter case counts.
    pub(crate) fn project_by_key(&self, key: &str) -> Option<&Project> {
        let now = self.projects.iter().find(|project| project.key == key);
        now.or_else(|| {
            self.projects
                .iter()
                .find(|project| project.former_keys.iter().any(|former| former == key))
        })
    }

    /// The status with this id.
    pub(crate) fn status(&self, id: u64) -> Option<&Status> {
        self.statuses.iter().find(|status| status.id == id)
    }

    /// The issue type with this id.
    pub(crate) fn issue_type(&self, id: u64) -> Option<&IssueType> {
        self.issue_types.iter().find(|kind| kind.id == id)
    }

    /// The priority with this id.
    pub(crate) fn priority(&self, id: u64) -> Option<&Priority> {
        self.priorities.iter().find(|priority| priority.id == id)
    }

    /// The resolution with this id.
    pub(crate) fn resolution(&self, id: u64) -> Option<&Resolution> {
        self.resolutions.iter().find(|row| row.id == id)
    }

    /// The sprint with this id.
    pub(crate) fn sprint(&self, id: u64) -> Option<&Sprint> {
        self.sprints.iter().find(|sprint| sprint.id == id)
    }

    /// The key of an issue as it is now.
    pub(crate) fn key_of(&self, issue: &Issue) -> String {
        let project = self.project(issue.project).map_or("", |row| &row.key);
        format!("{project}-{}", issue.number)
    }

    /// The issue with this id or key. Key lookup ignores letter case and follows moves
    /// (Atlassian REST v3, "Get issue").
    pub(crate) fn find_issue(&self, id_or_key: &str) -> Option<&Issue> {
        if let Ok(id) = id_or_key.parse() {
            return self.issues.get(&id);
        }
        let key = id_or_key.to_uppercase();
        if let Some(id) = self.former_keys.get(&key) {
            return self.issues.get(id);
        }
        let (project, number) = key.rsplit_once('-')?;
        let project = self.project_by_key(project)?.id;
        let id = self.numbers.get(&(project, number.parse().ok()?))?;
        self.issues.get(id)
    }

    /// Files a new issue under the next id and the project's next number, and returns its id.
    pub(crate) fn add_issue(&mut self, mut issue: Issue) -> u64 {
        let id = self.next_issue_id;
        self.next_issue_id += 1;
        issue.id = id;
        if let Some(project) = self.projects.iter_mut().find(|row| row.id == issue.project) {
            project.last_number += 1;
            issue.number = project.last_number;
        }
        self.numbers.insert((issue.project, issue.number), id);
        self.issues.insert(id, issue);
        id
    }

    /// The subtasks of an issue.
    pub(crate) fn subtasks_of(&self, id: u64) -> impl Iterator<Item = &Issue> {
        self.issues.values().filter(move |child| {
            let kind = self.issue_type(child.issue_type);
            child.parent == Some(id) && kind.is_some_and(|row| row.hierarchy_level < 0)
        })
    }

    /// Removes an issue; its number is never given again. Its comments fall with it.
    pub(crate) fn delete_issue(&mut self, id: u64, by: Option<usize>, now: Timestamp) {
        let Some(issue) = self.issues.remove(&id) else {
            return;
        };
        self.numbers.remove(&(issue.project, issue.number));
        self.former_keys.retain(|_, target| *target != id);
        let comments = self.comments.remove(&id).unwrap_or_default();
        self.properties.remove(&id);
        self.histories.remove(&id);
        let gone = Subject::Issue {
            now: issue.clone(),
            before: None,
            change: None,
        };
        self.note(What::IssueDeleted, now, by, gone);
        for comment in comments {
            let issue = issue.clone();
            let gone = Subject::Comment { issue, comment };
            self.note_fallout(What::CommentDeleted, now, by, gone);
        }
    }

    /// Moves an issue to another project, where it gets a new key; the old key keeps finding it. Its
    /// history tells of it, at the time when the issue was last updated.
    pub(crate) fn move_issue(&mut self, id: u64, target: u64, by: Option<usize>) {
        let Some(before) = self.issues.get(&id).cloned() else {
            return;
        };
        let former_key = self.key_of(&before);
        self.numbers.remove(&(before.project, before.number));
        let Some(project) = self.projects.iter_mut().find(|row| row.id == target) else {
            return;
        };
        project.last_number += 1;
        let number = project.last_number;
        let (issue_type, status) = self.fit(id, target);
        if let Some(issue) = self.issues.get_mut(&id) {
            issue.project = target;
            issue.number = number;
            issue.issue_type = issue_type;
            issue.status = status;
        }
        self.numbers.insert((target, number), id);
        let after = self.issues[&id].clone();
        let (from, to) = (former_key.clone(), self.key_of(&after));
        let mut items = vec![Item::named("Key", None, Side::Text(from), Side::Text(to))];
        items.extend(self.differences(&before, &after));
        let change = self.record(id, by, after.updated, items);
        self.former_keys.insert(former_key, id);
        let (at, before) = (after.updated, Some(Box::new(before)));
        let moved = Subject::Issue {
            now: after,
            before,
            change,
        };
        self.note(What::IssueMoved, at, by, moved);
    }

    /// The issue type and status that an issue gets in another project: its own, or the first ones
    /// of the same level and category there.
    fn fit(&self, id: u64, target: u64) -> (u64, u64) {
        let issue = &self.issues[&id];
        let level = |id: u64| self.issue_type(id).map(|row| row.hierarchy_level);
        let category = |id: u64| self.status(id).map(|row| row.category);
        let (mut issue_type, mut status) = (issue.issue_type, issue.status);
        if let Some(project) = self.project(target) {
            if !project.issue_types.contains(&issue_type) {
                let mut types = project.issue_types.iter().copied();
                issue_type = types
                    .find(|row| level(*row) == level(issue_type))
                    .unwrap_or(issue_type);
            }
            if !project.statuses.contains(&status) {
                let mut statuses = project.statuses.iter().copied();
                status = statuses
                    .find(|row| category(*row) == category(status))
                    .unwrap_or(status);
            }
        }
        (issue_type, status)
    }
}
