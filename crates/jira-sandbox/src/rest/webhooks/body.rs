//! What is sent: bodies as recorded ones are, in the form of version 2 and for no reader in
//! particular.

use serde_json::{Map, Value, json};

use crate::gateway::Caller;
use crate::options::WebhookChangelogId;
use crate::rest::view::{Fields, View};
use crate::sandbox::State;
use crate::webhooks::Event;
use crate::world::{Change, Comment, Fact, Issue, Sprint, Subject, What};

/// All that comment events have of an issue.
const FEW_FIELDS: [&str; 6] = [
    "summary",
    "issuetype",
    "project",
    "assignee",
    "priority",
    "status",
];

/// How far ids of changelogs are from those of histories, where they are not the same.
const OTHER_IDS: u64 = 1_000_000;

/// The body of an event about a change. `reader` is who the links are for.
pub(super) fn compose(
    reader: &Caller,
    state: &State,
    fact: &Fact,
    event: Event,
    ids: &[u64],
) -> Value {
    let view = View::new(reader, state);
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
    put("timestamp", fact.at.as_millisecond().into());
    put("webhookEvent", event.name.into());
    match &fact.subject {
        Subject::Issue { now, change, .. } => {
            if let Some(kind) = kind(fact, change.as_ref()) {
                put("issue_event_type_name", kind.into());
            }
            if let Some(actor) = fact.actor {
                put("user", person(&view, actor));
            }
            put("issue", whole_issue(&view, now));
            let has_changelog =
                fact.what != What::IssueCreated || state.switches.webhooks.created_has_changelog;
            if let Some(change) = change.as_ref().filter(|_| has_changelog) {
                put("changelog", changelog(&view, state, change));
            }
        }
        Subject::Comment { issue, comment } => {
            put("comment", comment_body(&view, issue, comment));
            match event.kind {
                None => put("issue", short_issue(&view, reader, issue)),
                // An issue event that a comment caused.
                Some(kind) => {
                    put("issue_event_type_name", kind.into());
                    if let Some(actor) = fact.actor {
                        put("user", person(&view, actor));
                    }
                    put("issue", whole_issue(&view, issue))
                }
            };
        }
        Subject::Property { issue, key, value } => {
            let link = reader.link(&format!("issue/{}/properties/{key}", issue.id));
            let mut property = json!({"self": link, "key": key});
            if fact.what == What::PropertySet {
                property["value"] = value.clone();
            }
            put("issue", short_issue(&view, reader, issue));
            put("property", property);
        }
        Subject::Sprint(sprint) => {
            put("sprint", sprint_body(&view, sprint));
        }
        Subject::Version { project, version } => {
            if let Some(project) = view.site.project(*project) {
                put("version", view.whole_version(project, version));
            }
        }
    }
    put("matchedWebhookIds", json!(ids));
    body.into()
}

/// The finer kind of an issue event, of those that this world has a cause for.
fn kind(fact: &Fact, change: Option<&Change>) -> Option<&'static str> {
    match fact.what {
        What::IssueCreated => Some("issue_created"),
        What::IssueMoved => Some("issue_moved"),
        What::IssueUpdated => {
            let items = change.map_or(&[][..], |change| &change.items);
            let is_about = |field: &str| items.iter().any(|item| item.field == field);
            Some(match items {
                _ if is_about("status") => "issue_generic",
                [only] if only.field == "assignee" => "issue_assigned",
                _ => "issue_updated",
            })
        }
        _ => None,
    }
}

/// Whoever did it: without an address, whatever the profile says.
fn person(view: &View<'_>, index: usize) -> Value {
    let mut person = view.person(index);
    if let Some(person) = person.as_object_mut() {
        person.remove("emailAddress");
    }
    person
}

fn whole_issue(view: &View<'_>, issue: &Issue) -> Value {
    let mut body = view.issue(issue, &Fields::asked_or_all(&[]));
    if let Some(body) = body.as_object_mut() {
        body.remove("expand");
    }
    body
}

/// The issue of other events. Its `self` leads nowhere, as Jira's own does.
fn short_issue(view: &View<'_>, reader: &Caller, issue: &Issue) -> Value {
    let fields = FEW_FIELDS.map(str::to_owned);
    let mut body = view.issue(issue, &Fields::asked(&fields));
    body["self"] = reader.link(&issue.id.to_string()).into();
    if let Some(body) = body.as_object_mut() {
        body.remove("expand");
    }
    body
}

fn comment_body(view: &View<'_>, issue: &Issue, comment: &Comment) -> Value {
    view.comment(issue.id, comment)
}

fn sprint_body(view: &View<'_>, sprint: &Sprint) -> Value {
    let mut body = view.sprint(sprint);
    if let Some(body) = body.as_object_mut() {
        body.remove("createdDate");
    }
    body
}

fn changelog(view: &View<'_>, state: &State, change: &Change) -> Value {
    let id = match state.switches.webhooks.changelog_id {
        WebhookChangelogId::HistoryId => change.id,
        WebhookChangelogId::Other => change.id + OTHER_IDS,
    };
    json!({"id": id.to_string(), "items": view.change(change)["items"]})
}
