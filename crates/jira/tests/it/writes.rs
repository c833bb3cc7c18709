//! What a write sends, and how often it is sent when things go wrong.

use std::time::Duration;

use juncture_jira::{Change, Client, Error, IssueChanges, NewComment, NewIssue, Step, adf};
use serde_json::{Value, json};

use crate::support::{Fake, HandClock, Reply, Request, SITE, client, path, token};

const CREATED: &str = r#"{"id": "10000", "key": "ED-24", "self": "https://x"}"#;

fn new_issue() -> NewIssue {
    NewIssue {
        project: "ED".into(),
        summary: "It breaks".into(),
        issue_type_id: "10001".into(),
        ..NewIssue::default()
    }
}

/// The writes of issues, by the method that they use, and those around them by a word.
async fn write(client: &Client, method: &str) -> Result<(), Error> {
    let token = token();
    let site = client.site(SITE, &token);
    let changes = IssueChanges {
        summary: Some("It breaks".into()),
        ..IssueChanges::default()
    };
    match method {
        "POST" => site.create_issue(&new_issue()).await.map(drop),
        "PUT" => site.edit_issue("ED-24", &changes).await,
        "BULK" => site.create_issues(&[new_issue()]).await.map(drop),
        "STEP" => site.transition_issue("ED-24", &step()).await,
        "COMMENT" => site.add_comment("ED-24", &comment()).await.map(drop),
        "EDIT COMMENT" => {
            let body = comment().body;
            let edited = site.edit_comment("ED-24", "1", &body, None);
            edited.await.map(drop)
        }
        "DELETE COMMENT" => site.delete_comment("ED-24", "1").await,
        _ => site.delete_issue("ED-24", false).await,
    }
}

fn step() -> Step {
    Step {
        transition_id: "31".into(),
        ..Step::default()
    }
}

fn comment() -> NewComment {
    NewComment::of(adf::from_markdown("Seen.").into())
}

const METHODS: [&str; 8] = [
    "POST",
    "PUT",
    "DELETE",
    "BULK",
    "STEP",
    "COMMENT",
    "EDIT COMMENT",
    "DELETE COMMENT",
];

/// The success of each.
fn success(method: &str) -> Reply {
    match method {
        "POST" => Reply::status(201, CREATED),
        "BULK" => Reply::status(201, &format!(r#"{{"issues": [{CREATED}], "errors": []}}"#)),
        "COMMENT" => Reply::status(201, r#"{"id": "1"}"#),
        "EDIT COMMENT" => Reply::status(200, r#"{"id": "1"}"#),
        _ => Reply::status(204, ""),
    }
}

fn body(request: &Request) -> Value {
    juncture_json::decode(&request.body).unwrap()
}

async fn created(issue: &NewIssue) -> Request {
    let fake = Fake::script([Reply::status(201, CREATED)]).await;
    let client = client(&fake.url, &HandClock::new());
    let created = client
        .site(SITE, &token())
        .create_issue(issue)
        .await
        .unwrap();
    assert_eq!(
        (created.id.as_str(), created.key.as_str()),
        ("10000", "ED-24")
    );
    fake.requests().remove(0)
}

async fn edited(changes: &IssueChanges) -> Request {
    let fake = Fake::script([Reply::status(204, "")]).await;
    let client = client(&fake.url, &HandClock::new());
    client
        .site(SITE, &token())
        .edit_issue("ED-24", changes)
        .await
        .unwrap();
    fake.requests().remove(0)
}

#[tokio::test]
async fn a_creation_sends_what_is_set() {
    let request = created(&new_issue()).await;
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", path("issue").as_str())
    );
    assert_eq!(
        body(&request),
        json!({"fields": {"project": {"key": "ED"}, "summary": "It breaks", "issuetype": {"id": "10001"}}})
    );

    let description = adf::from_markdown("**how** it breaks");
    let issue = NewIssue {
        project: "10000".into(),
        description: Some((&description).into()),
        priority_id: Some("3".into()),
        assignee_account_id: Some("a1".into()),
        ..new_issue()
    };
    assert_eq!(
        body(&created(&issue).await),
        json!({"fields": {
            "project": {"id": "10000"}, "summary": "It breaks", "issuetype": {"id": "10001"},
            "description": description, "priority": {"id": "3"}, "assignee": {"accountId": "a1"},
        }})
    );
}

#[tokio::test]
async fn an_edit_sends_what_changes_and_clears_with_null() {
    let request = edited(&IssueChanges::default()).await;
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("PUT", path("issue/ED-24").as_str())
    );
    assert_eq!(body(&request), json!({"fields": {}}));

    let description = adf::from_markdown("new");
    let all = IssueChanges {
        summary: Some("New".into()),
        description: Change::Set((&description).into()),
        issue_type_id: Some("10002".into()),
        priority_id: Some("1".into()),
        assignee: Change::Set("a1".into()),
        ..IssueChanges::default()
    };
    assert_eq!(
        body(&edited(&all).await),
        json!({"fields": {
            "summary": "New", "description": description, "issuetype": {"id": "10002"},
            "priority": {"id": "1"}, "assignee": {"accountId": "a1"},
        }})
    );

    let cleared = IssueChanges {
        description: Change::Clear,
        assignee: Change::Clear,
        ..IssueChanges::default()
    };
    assert_eq!(
        body(&edited(&cleared).await),
        json!({"fields": {"description": null, "assignee": null}})
    );
}

#[tokio::test]
async fn any_field_can_be_given_and_labels_without_a_race() {
    let mut issue = NewIssue {
        description: None,
        ..new_issue()
    };
    issue.extra.set("parent", &json!({"key": "ED-7"}));
    issue.extra.set("customfield_1", &json!([{"id": "10020"}]));
    issue.properties.set("origin", &json!({"id": 5}));
    assert_eq!(
        body(&created(&issue).await),
        json!({
            "fields": {
                "project": {"key": "ED"}, "summary": "It breaks", "issuetype": {"id": "10001"},
                "parent": {"key": "ED-7"}, "customfield_1": [{"id": "10020"}],
            },
            "properties": [{"key": "origin", "value": {"id": 5}}],
        })
    );

    let mut changes = IssueChanges {
        add_labels: vec!["a".into(), "b".into()],
        remove_labels: vec!["c".into()],
        ..IssueChanges::default()
    };
    assert!(!changes.is_empty());
    changes.extra.set("duedate", &Value::Null);
    (changes.update).set("parent", &json!([{"set": {"none": true}}]));
    assert_eq!(
        body(&edited(&changes).await),
        json!({
            "fields": {"duedate": null},
            "update": {"labels": [{"add": "a"}, {"add": "b"}, {"remove": "c"}], "parent": [{"set": {"none": true}}]},
        })
    );
    for changes in [
        IssueChanges {
            extra: changes.extra,
            ..IssueChanges::default()
        },
        IssueChanges {
            update: changes.update,
            ..IssueChanges::default()
        },
        IssueChanges {
            remove_labels: vec!["c".into()],
            ..IssueChanges::default()
        },
    ] {
        assert!(!changes.is_empty());
    }
    assert!(IssueChanges::default().is_empty());
}

#[tokio::test]
async fn a_field_that_is_given_twice_is_not_sent() {
    let fake = Fake::script([Reply::status(204, "")]).await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    for (id, value) in [("summary", json!("x")), ("project", json!({"key": "QA"}))] {
        let mut issue = new_issue();
        issue.extra.set(id, &value);
        let error = site.create_issue(&issue).await.unwrap_err();
        assert!(error.is_invalid() && !error.is_outcome_unknown());
        let error = site.create_issues(&[issue]).await.unwrap_err();
        assert!(error.is_invalid());
    }
    let twice = |change: &dyn Fn(&mut IssueChanges)| {
        let mut changes = IssueChanges::default();
        change(&mut changes);
        changes
    };
    for changes in [
        twice(&|changes| {
            changes.description = Change::Clear;
            changes.extra.set("description", &Value::Null);
        }),
        twice(&|changes| {
            changes.extra.set("labels", &["a"]);
            changes.add_labels.push("b".into());
        }),
        twice(&|changes| {
            changes.update.set("labels", &[json!({"add": "a"})]);
            changes.remove_labels.push("b".into());
        }),
        twice(&|changes| {
            changes.assignee = Change::Set("a".into());
            changes.update.set("assignee", &[json!({"set": null})]);
        }),
    ] {
        assert!(
            site.edit_issue("ED-1", &changes)
                .await
                .unwrap_err()
                .is_invalid()
        );
    }
    assert_eq!(fake.count(), 0);
}

#[tokio::test]
async fn a_deletion_says_what_is_to_become_of_subtasks() {
    let fake = Fake::script([Reply::status(204, "")]).await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let site = client.site(SITE, &token);
    site.delete_issue("ED-24", false).await.unwrap();
    site.delete_issue("a/b", true).await.unwrap();
    let sent: Vec<_> = fake
        .requests()
        .into_iter()
        .map(|request| (request.method, request.target))
        .collect();
    assert_eq!(
        sent,
        [
            (
                "DELETE".to_owned(),
                path("issue/ED-24?deleteSubtasks=false")
            ),
            ("DELETE".to_owned(), path("issue/a%2Fb?deleteSubtasks=true")),
        ]
    );
}

#[tokio::test]
async fn a_write_that_times_out_was_sent_once_and_its_outcome_is_unknown() {
    for method in METHODS {
        let clock = HandClock::new();
        // Jira has acted, and never says so.
        let fake = Fake::script([Reply::Hang]).await;
        let client = client(&fake.url, &clock);
        let call = tokio::spawn(async move { write(&client, method).await });
        fake.has_received(1).await;
        clock.advance(Duration::from_secs(20));
        let error = call.await.unwrap().unwrap_err();
        assert!(error.is_timeout() && error.is_outcome_unknown(), "{method}");
        assert_eq!((fake.count(), clock.pauses()), (1, vec![]), "{method}");
    }
}

#[tokio::test]
async fn a_write_whose_answer_never_comes_whole_was_sent_once_and_its_outcome_is_unknown() {
    let answers = [
        Reply::CutBody,
        Reply::NoAnswer,
        Reply::status(500, ""),
        Reply::status(502, "<html>"),
        Reply::status(503, "").header("Retry-After", "1"),
        Reply::status(504, ""),
    ];
    for method in METHODS {
        for answer in &answers {
            let clock = HandClock::new();
            let fake = Fake::script([answer.clone(), success(method)]).await;
            let error = write(&client(&fake.url, &clock), method).await.unwrap_err();
            assert!(error.is_outcome_unknown(), "{method} {answer:?}");
            assert!(error.is_unavailable(), "{method} {answer:?}");
            assert_eq!(
                (fake.count(), clock.pauses()),
                (1, vec![]),
                "{method} {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_creation_whose_success_cannot_be_read_has_an_unknown_outcome() {
    for body in ["", "<html>", "{}"] {
        for method in ["POST", "BULK", "COMMENT", "EDIT COMMENT"] {
            let fake = Fake::script([Reply::status(201, body)]).await;
            let error = write(&client(&fake.url, &HandClock::new()), method)
                .await
                .unwrap_err();
            assert!(error.is_bad_response() && error.is_outcome_unknown());
            assert_eq!(fake.count(), 1);
        }
    }
}

#[tokio::test]
async fn a_write_is_sent_again_after_a_429() {
    for method in METHODS {
        let clock = HandClock::new();
        let refusal = Reply::status(429, "").header("Retry-After", "3");
        let fake = Fake::script([refusal, success(method)]).await;
        write(&client(&fake.url, &clock), method).await.unwrap();
        assert_eq!((fake.count(), clock.pauses()), (2, vec![3.0]), "{method}");
        let [first, second] = &fake.requests()[..] else {
            panic!("two")
        };
        assert_eq!((&first.target, &first.body), (&second.target, &second.body));
    }
}

#[tokio::test]
async fn a_429_for_ever_ends_with_a_known_outcome() {
    for method in METHODS {
        let clock = HandClock::new();
        let fake = Fake::script([Reply::status(429, "")]).await;
        let error = write(&client(&fake.url, &clock), method).await.unwrap_err();
        assert!(error.is_rate_limited() && !error.is_outcome_unknown());
        assert_eq!((fake.count(), clock.pauses()), (4, vec![2.0, 4.0, 8.0]));
    }
}

#[tokio::test]
async fn a_write_that_finds_no_connection_is_tried_again_and_its_outcome_is_known() {
    for method in METHODS {
        let clock = HandClock::new();
        let nobody = Fake::script([Reply::Hang]).await.url.clone(); // gone by now
        let error = write(&client(&nobody, &clock), method).await.unwrap_err();
        assert!(error.is_unavailable() && !error.is_outcome_unknown());
        assert_eq!(clock.pauses(), [2.0, 4.0, 8.0]);
    }
}

#[tokio::test]
async fn a_refused_write_has_a_known_outcome() {
    for method in METHODS {
        for status in [400, 401, 403, 404, 409, 413, 422] {
            let clock = HandClock::new();
            let fake = Fake::script([Reply::status(status, r#"{"errorMessages": ["No."]}"#)]).await;
            let error = write(&client(&fake.url, &clock), method).await.unwrap_err();
            assert_eq!(error.status().unwrap(), status);
            assert!(!error.is_outcome_unknown(), "{method} {status}");
            assert_eq!((fake.count(), clock.pauses()), (1, vec![]));
        }
    }
}

#[tokio::test]
async fn a_read_has_no_unknown_outcome() {
    for answer in [
        Reply::CutBody,
        Reply::NoAnswer,
        Reply::status(503, ""),
        Reply::ok(""),
    ] {
        let fake = Fake::script([answer]).await;
        let client = client(&fake.url, &HandClock::new());
        let error = client
            .site(SITE, &token())
            .approximate_count("x")
            .await
            .unwrap_err();
        assert!(!error.is_outcome_unknown());
    }
}

#[tokio::test]
async fn a_write_that_never_gets_its_turn_has_a_known_outcome() {
    let clock = HandClock::new();
    let fake = Fake::script([Reply::Hang]).await;
    let policy = juncture_jira::Policy {
        per_try: Duration::from_secs(1_000),
        max_in_flight_per_site: 1,
        ..juncture_jira::Policy::default()
    };
    let client = client(&fake.url, &clock).with_policy(policy);
    let calls = ["POST", "PUT"].map(|method| {
        let client = client.clone();
        tokio::spawn(async move { write(&client, method).await })
    });
    fake.has_received(1).await;
    clock.advance(Duration::from_secs(61));
    let mut are_unknown = Vec::new();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert!(error.is_timeout());
        are_unknown.push(error.is_outcome_unknown());
    }
    // One was sent, the other waited in line; which is not told.
    are_unknown.sort_unstable();
    assert_eq!((are_unknown, fake.count()), (vec![false, true], 1));
}

#[tokio::test]
async fn a_limit_of_one_issue_keeps_nobody_else_waiting() {
    let clock = HandClock::new();
    let limited = Reply::status(429, "")
        .header("RateLimit-Reason", "jira-per-issue-on-write")
        .header("Retry-After", "90");
    let fake = Fake::start(move |request| match request.method.as_str() {
        "PUT" => limited.clone(),
        _ => Reply::ok(r#"{"accountId": "a1"}"#),
    })
    .await;
    let (client, token) = (client(&fake.url, &clock), token());
    let error = write(&client, "PUT").await.unwrap_err();
    assert!(error.is_rate_limited() && !error.is_outcome_unknown());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
    assert!(client.site(SITE, &token).myself().await.is_ok());
    assert_eq!((fake.count(), clock.pauses()), (2, vec![]));
}
