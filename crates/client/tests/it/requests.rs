//! The names of what calls take are those of `openapi.json`, and all of them.

use std::collections::BTreeSet;

use juncture_client::ListConnections;
use juncture_client::jira::{
    AssignableUsers, Category, Change, CommentChanges, IssueChanges, ListTickets, NewComment,
    NewTicket, SearchIssues, SearchUsers, Target, TicketOrder, Transition,
};
use juncture_client::views::jira::comments::VisibilityView;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::operations::document;

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is for members that may be absent"
)]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn fields() -> Map<String, Value> {
    Map::from_iter([("Team".to_owned(), json!("a"))])
}

fn ticket() -> NewTicket {
    NewTicket {
        jira_project_id: some("SHOP"),
        description: some("a"),
        description_adf: Some(json!({})),
        priority_id: some("1"),
        assignee_account_id: some("1"),
        fields: fields(),
        parent: some("SHOP-1"),
        labels: vec!["a".to_owned()],
        due_date: some("2026-11-30"),
        component_ids: vec!["1".to_owned()],
        fix_version_ids: vec!["1".to_owned()],
        affected_version_ids: vec!["1".to_owned()],
        reporter_account_id: some("1"),
        ..NewTicket::new("1", "a")
    }
}

fn changes() -> IssueChanges {
    let list = || Some(vec!["1".to_owned()]);
    IssueChanges {
        summary: some("a"),
        description: some("a"),
        description_adf: Change::To(json!({})),
        allow_media_loss: true,
        priority_id: some("1"),
        issue_type_id: some("1"),
        assignee_account_id: Change::Clear,
        fields: fields(),
        parent: Change::Clear,
        labels: list(),
        labels_add: vec!["a".to_owned()],
        labels_remove: vec!["a".to_owned()],
        due_date: Change::To("2026-11-30".to_owned()),
        component_ids: list(),
        fix_version_ids: list(),
        affected_version_ids: list(),
        reporter_account_id: Change::Clear,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it is for members that may be absent"
)]
fn visibility() -> Option<VisibilityView> {
    Some(VisibilityView {
        kind: "role".to_owned(),
        value: some("Developers"),
        identifier: None,
    })
}

#[test]
fn bodies_have_the_names_of_the_document() {
    let comment = NewComment {
        body_adf: Some(json!({})),
        internal: Some(false),
        visibility: visibility(),
        parent_id: some("1"),
        ..NewComment::of("a")
    };
    let edited = CommentChanges {
        body: some("a"),
        body_adf: Some(json!({})),
        allow_media_loss: true,
        internal: Some(false),
        visibility: visibility(),
    };
    let order = TicketOrder {
        r#ref: some("a"),
        parent_ref: some("b"),
        ..ticket().into()
    };
    let search = SearchIssues {
        fields: vec!["all".to_owned()],
        limit: Some(1),
        cursor: some("a"),
        ..SearchIssues::new("a")
    };
    are_named("JiraNewTicket", &ticket(), &[]);
    are_named("JiraTicketOrder", &order, &[]);
    are_named("JiraIssueChanges", &changes(), &["issue_id_or_key"]);
    are_named("JiraSearchIssues", &search, &[]);
    are_named("JiraNewComment", &comment, &["issue_id_or_key"]);
    are_named(
        "JiraCommentChanges",
        &edited,
        &["issue_id_or_key", "comment_id"],
    );
}

#[test]
fn a_transition_is_named_by_one_of_four() {
    let targets = [
        Target::Transition("1".to_owned()),
        Target::StatusId("1".to_owned()),
        Target::Status("a".to_owned()),
        Target::Category(Category::InProgress),
    ];
    let names = ["transition_id", "to_status_id", "to_status", "to_category"];
    for (target, name) in targets.into_iter().zip(names) {
        let wish = Transition {
            fields: fields(),
            resolution: some("1"),
            comment: some("a"),
            comment_adf: Some(json!({})),
            ..target.into()
        };
        let mut others = vec!["issue_id_or_key"];
        others.extend(names.into_iter().filter(|other| *other != name));
        are_named("JiraTransitionWish", &wish, &others);
    }
    let words = [Category::ToDo, Category::InProgress, Category::Done];
    let told = &document()["components"]["schemas"]["JiraTargetCategory"]["enum"];
    for word in words {
        let word = serde_json::to_value(word).unwrap();
        assert!(told.as_array().unwrap().contains(&word), "{word}");
    }
}

#[test]
fn queries_have_the_names_of_the_document() {
    let list = ListTickets {
        jira_project_id: some("SHOP"),
        fields: vec!["all".to_owned()],
    };
    let search = SearchUsers {
        query: "a".to_owned(),
        limit: Some(1),
    };
    let assignable = AssignableUsers {
        jira_project_id: some("SHOP"),
        issue_id_or_key: some("SHOP-1"),
        query: some("a"),
        limit: Some(1),
    };
    are_asked("jira/get-tickets-for-project", &list);
    are_asked("jira/search-users", &search);
    are_asked("jira/get-assignable-users", &assignable);
    let connections = ListConnections {
        provider: some("jira"),
        state: some("active"),
        external_id_prefix: some("a"),
        limit: Some(1),
        cursor: some("a"),
    };
    are_asked("connections", &connections);
}

/// The members of a body are those of a schema, but for these and the customer's id.
#[track_caller]
fn are_named(schema: &str, body: &impl Serialize, others: &[&str]) {
    let properties = &document()["components"]["schemas"][schema]["properties"];
    let mut told = names(properties);
    told.remove("external_id");
    for other in others {
        assert!(told.remove(*other), "{schema}: {other}");
    }
    assert_eq!(
        names(&serde_json::to_value(body).unwrap()),
        told,
        "{schema}"
    );
}

/// The parameters of a query are those of an endpoint, but for the customer's id.
#[track_caller]
fn are_asked(endpoint: &str, query: &impl Serialize) {
    let path = format!("/api/backend/{endpoint}");
    let document = document();
    let parameters = document["paths"][&path]["get"]["parameters"]
        .as_array()
        .unwrap();
    let told = parameters
        .iter()
        .map(|one| one["name"].as_str().unwrap().to_owned());
    let mut told: BTreeSet<_> = told.collect();
    told.remove("external_id");
    assert_eq!(
        names(&serde_json::to_value(query).unwrap()),
        told,
        "{endpoint}"
    );
}

fn names(object: &Value) -> BTreeSet<String> {
    object.as_object().unwrap().keys().cloned().collect()
}
