//! What is around an issue: steps of its workflow, comments, history; and many issues at once.

use juncture_jira::{Comment, Error, NewComment, NewIssue, Site, Step, Visibility, adf};
use serde_json::{Value, json};

use crate::support::{Fake, HandClock, Reply, Request, SITE, client, path, token};

/// Runs these calls against a server that answers so, and tells what was asked.
macro_rules! ask {
    ($replies:expr, $site:ident => $call:expr) => {{
        let fake = Fake::script($replies).await;
        let client = client(&fake.url, &HandClock::new());
        let token = token();
        let $site: Site<'_> = client.site(SITE, &token);
        let answer = $call.await;
        (answer, fake.requests())
    }};
}

fn body(request: &Request) -> Value {
    juncture_json::decode(&request.body).unwrap()
}

fn new_issue(summary: &str) -> NewIssue {
    NewIssue {
        project: "ED".into(),
        summary: summary.into(),
        issue_type_id: "10001".into(),
        ..NewIssue::default()
    }
}

fn created(number: u64) -> Value {
    json!({"id": number.to_string(), "key": format!("ED-{number}"), "self": "https://x"})
}

fn refused(number: usize) -> Value {
    json!({"status": 400, "failedElementNumber": number,
        "elementErrors": {"errorMessages": ["No."], "errors": {"summary": format!("Wrong {number}")}}})
}

type Outcomes = Result<Vec<Result<juncture_jira::CreatedIssue, Error>>, Error>;

/// The keys of those that were created, and what was said of the others.
fn told(outcomes: Outcomes) -> Vec<Result<String, String>> {
    let outcomes = outcomes.unwrap().into_iter();
    outcomes
        .map(|outcome| match outcome {
            Ok(created) => Ok(created.key),
            Err(refusal) => {
                assert!(refusal.is_invalid() && !refusal.is_outcome_unknown());
                assert_eq!(refusal.messages(), ["No."]);
                Err(refusal.field_errors()["summary"].clone())
            }
        })
        .collect()
}

#[tokio::test]
async fn of_many_issues_each_has_its_own_outcome() {
    let issues = ["a", "b", "c", "d"].map(new_issue);
    let answer = json!({"issues": [created(1), created(2)], "errors": [refused(0), refused(2)]});
    let (outcomes, requests) =
        ask!([Reply::status(201, &answer.to_string())], site => site.create_issues(&issues));
    assert_eq!(
        told(outcomes),
        [
            Err("Wrong 0".into()),
            Ok("ED-1".into()),
            Err("Wrong 2".into()),
            Ok("ED-2".into())
        ]
    );
    assert_eq!(
        (requests[0].method.as_str(), &requests[0].target),
        ("POST", &path("issue/bulk"))
    );
    let body = body(&requests[0]);
    assert_eq!(body["issueUpdates"].as_array().unwrap().len(), 4);
    assert_eq!(
        body["issueUpdates"][1],
        json!({"fields": {"project": {"key": "ED"}, "summary": "b", "issuetype": {"id": "10001"}}})
    );

    // Not a single one: Jira refuses the whole.
    let answer = json!({"issues": [], "errors": [refused(0), refused(1), refused(2), refused(3)]});
    let (outcomes, _) =
        ask!([Reply::status(400, &answer.to_string())], site => site.create_issues(&issues));
    assert!(told(outcomes).iter().all(Result::is_err));

    let all = json!({"issues": [created(1), created(2), created(3), created(4)], "errors": null});
    let (outcomes, _) =
        ask!([Reply::status(201, &all.to_string())], site => site.create_issues(&issues));
    assert!(told(outcomes).iter().all(Result::is_ok));
}

#[tokio::test]
async fn an_answer_that_does_not_tell_which_were_created_leaves_the_outcome_open() {
    let issues = ["a", "b"].map(new_issue);
    for answer in [
        json!({"issues": [created(1)], "errors": []}),
        json!({"issues": [created(1), created(2), created(3)], "errors": []}),
        json!({"issues": [created(1)], "errors": [refused(2)]}),
        json!({"issues": [created(1)], "errors": [refused(0), refused(1)]}),
        json!({"issues": [created(1)], "errors": [{"status": 400}]}),
        json!({"issues": [], "errors": [refused(1), refused(1)]}),
    ] {
        let (outcomes, _) =
            ask!([Reply::status(201, &answer.to_string())], site => site.create_issues(&issues));
        let error = outcomes.unwrap_err();
        assert!(
            error.is_outcome_unknown() && error.is_bad_response(),
            "{answer}"
        );
    }
    // A refusal of the whole is one of each.
    let refusal = Reply::status(400, r#"{"errorMessages": ["Too many."], "errors": {}}"#);
    let (outcomes, _) = ask!([refusal], site => site.create_issues(&issues));
    let error = outcomes.unwrap_err();
    assert!(error.is_invalid() && !error.is_outcome_unknown());
    assert_eq!(error.messages(), ["Too many."]);
}

#[tokio::test]
async fn more_than_fifty_issues_are_not_sent_at_once() {
    let many = vec![new_issue("a"); 51];
    let (outcomes, requests) = ask!([Reply::status(201, "")], site => site.create_issues(&many));
    assert!(outcomes.unwrap_err().is_invalid() && requests.is_empty());
    let (outcomes, requests) = ask!([Reply::status(201, "")], site => site.create_issues(&[]));
    assert!(outcomes.unwrap().is_empty() && requests.is_empty());
}

#[tokio::test]
async fn where_an_issue_is_and_can_go_is_one_call() {
    let answer = json!({"id": "10001", "key": "ED-1",
        "fields": {"status": {"id": "3", "name": "In Progress", "statusCategory": {"id": 4, "key": "indeterminate"}}},
        "transitions": [{"id": "31", "name": "Finish", "to": {"id": "10002", "name": "Done"}, "hasScreen": true}]});
    let (standing, requests) =
        ask!([Reply::ok(&answer.to_string())], site => site.standing("ED-1"));
    let standing = standing.unwrap();
    assert_eq!(
        requests[0].target,
        path("issue/ED-1?fields=status&expand=transitions%2Ctransitions.fields")
    );
    assert_eq!(
        (
            standing.id.as_str(),
            standing.key.as_str(),
            standing.status.id.as_str()
        ),
        ("10001", "ED-1", "3")
    );
    assert_eq!(standing.transitions[0].to.id, "10002");
    let bare = json!({"id": "1", "key": "ED-1", "fields": {"status": {"id": "3", "name": "Open"}}});
    let (standing, _) = ask!([Reply::ok(&bare.to_string())], site => site.standing("ED-1"));
    assert!(standing.unwrap().transitions.is_empty());
    // Without a status there is nothing to go by.
    let (standing, _) = ask!(
        [Reply::ok(r#"{"id": "1", "key": "ED-1", "fields": {}, "transitions": []}"#)],
        site => site.standing("ED-1")
    );
    assert!(standing.unwrap_err().is_bad_response());
}

#[tokio::test]
async fn steps_are_read_with_their_fields() {
    let answer = json!({"expand": "transitions", "transitions": [
        {"id": "11", "name": "To Do", "to": {"id": "10000", "name": "To Do", "statusCategory": {"id": 2, "key": "new"}},
         "hasScreen": false, "isGlobal": true, "isInitial": false, "isAvailable": true, "isConditional": false, "isLooped": true},
        {"id": "31", "name": "Finish", "to": {"id": "10002", "name": "Done"}, "hasScreen": true, "looped": true, "fields": {
            "resolution": {"required": true, "hasDefaultValue": false, "key": "resolution", "name": "Resolution", "operations": ["set"],
                "schema": {"type": "resolution", "system": "resolution"}, "allowedValues": [{"id": "1", "name": "Done"}]}}}]});
    let (transitions, requests) =
        ask!([Reply::ok(&answer.to_string())], site => site.transitions("ED-1"));
    let transitions = transitions.unwrap();
    assert_eq!(
        requests[0].target,
        path("issue/ED-1/transitions?expand=transitions.fields")
    );
    let [first, second] = &transitions[..] else {
        panic!("two")
    };
    assert_eq!(
        (
            first.to.id.as_str(),
            first.to.status_category.as_ref().unwrap().key.as_str()
        ),
        ("10000", "new")
    );
    assert!(first.is_global && first.is_looped && !first.has_screen && first.fields.is_empty());
    assert!(second.has_screen && second.is_looped && !second.is_global);
    assert_eq!(second.fields[0].id, "resolution");
    assert!(second.fields[0].must_be_given());
    let (none, _) = ask!([Reply::ok(r#"{"transitions": []}"#)], site => site.transitions("ED-1"));
    assert!(none.unwrap().is_empty());
}

#[tokio::test]
async fn a_step_sends_its_fields_and_what_is_said_about_it() {
    let document = adf::from_markdown("Mended.");
    let mut step = Step {
        transition_id: "31".into(),
        comment: Some((&document).into()),
        ..Step::default()
    };
    step.fields.set("resolution", &json!({"id": "1"}));
    let (made, requests) =
        ask!([Reply::status(204, "")], site => site.transition_issue("ED-1", &step));
    made.unwrap();
    assert_eq!(
        (requests[0].method.as_str(), &requests[0].target),
        ("POST", &path("issue/ED-1/transitions"))
    );
    assert_eq!(
        body(&requests[0]),
        json!({"transition": {"id": "31"}, "fields": {"resolution": {"id": "1"}},
            "update": {"comment": [{"add": {"body": document}}]}})
    );
    let bare = Step {
        transition_id: "11".into(),
        ..Step::default()
    };
    let (_, requests) =
        ask!([Reply::status(204, "")], site => site.transition_issue("ED-1", &bare));
    assert_eq!(
        body(&requests[0]),
        json!({"transition": {"id": "11"}, "fields": {}})
    );
}

#[tokio::test]
async fn a_step_that_cannot_be_made_is_told_from_one_that_is_wrong() {
    let step = Step {
        transition_id: "31".into(),
        ..Step::default()
    };
    for sentence in [
        "Transition id '31' is not valid for this issue.",
        "It seems that you have tried to perform a workflow operation (Done) that is not valid for the current state of this issue (ENG-1). The likely cause is that somebody has changed the issue recently, please look at the issue history for details.",
    ] {
        let refusal = json!({"errorMessages": [sentence], "errors": {}}).to_string();
        let (made, _) =
            ask!([Reply::status(400, &refusal)], site => site.transition_issue("ED-1", &step));
        assert!(made.unwrap_err().is_step_not_possible());
        // Of an edit it would say nothing.
        let (edited, _) =
            ask!([Reply::status(400, &refusal)], site => site.create_issue(&new_issue("a")));
        assert!(!edited.unwrap_err().is_step_not_possible());
    }
    let refusal = r#"{"errorMessages": [], "errors": {"resolution": "Resolution is required."}}"#;
    let (made, _) =
        ask!([Reply::status(400, refusal)], site => site.transition_issue("ED-1", &step));
    let error = made.unwrap_err();
    assert!(!error.is_step_not_possible() && error.is_invalid());
    assert_eq!(
        error.field_errors()["resolution"],
        "Resolution is required."
    );
    let (made, _) = ask!([Reply::status(409, "{}")], site => site.transition_issue("ED-1", &step));
    assert!(made.unwrap_err().is_conflict());
}

#[tokio::test]
async fn comments_are_read_whole_and_with_whatever_jira_leaves_out() {
    let fake = Fake::start(|request| {
        let start: usize = request
            .target
            .split("startAt=")
            .nth(1)
            .unwrap()
            .split('&')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let comments: Vec<Value> = (start..250.min(start + 100))
            .map(|id| json!({"id": id.to_string()}))
            .collect();
        Reply::ok(
            &json!({"startAt": start, "maxResults": 100, "total": 250, "comments": comments})
                .to_string(),
        )
    })
    .await;
    let (client, token) = (client(&fake.url, &HandClock::new()), token());
    let comments = client.site(SITE, &token).comments("ED-1").await.unwrap();
    let ids: Vec<usize> = comments
        .iter()
        .map(|comment| comment.id.parse().unwrap())
        .collect();
    assert_eq!(ids, (0..250).collect::<Vec<_>>());
    assert_eq!(
        fake.requests()[0].target,
        path("issue/ED-1/comment?startAt=0&maxResults=100&orderBy=created")
    );
    assert_eq!(fake.count(), 3);
    assert!(
        comments[0].body.is_none() && comments[0].author.is_none() && !comments[0].is_internal()
    );
}

const COMMENT: &str = r#"{"self": "https://x", "id": "10000", "author": {"accountId": "a1"}, "body": {"type": "doc", "version": 1, "content": []},
    "updateAuthor": {"accountId": "a2"}, "created": "2026-09-27T10:03:11.123+0200", "updated": "2026-09-28T10:03:11.123+0200",
    "visibility": {"type": "role", "value": "Administrators", "identifier": 10002}, "jsdPublic": false, "parentId": 9999}"#;

#[track_caller]
fn is_read(comment: &Comment) {
    assert_eq!(
        (comment.id.as_str(), comment.created.as_str()),
        ("10000", "2026-09-27T10:03:11.123+0200")
    );
    assert_eq!(comment.author.as_ref().unwrap().account_id, "a1");
    assert_eq!(comment.update_author.as_ref().unwrap().account_id, "a2");
    assert!(comment.is_internal());
    assert_eq!(comment.parent_id.as_deref(), Some("9999"));
    assert_eq!(
        comment.visibility,
        Some(Visibility {
            kind: "role".into(),
            value: Some("Administrators".into()),
            identifier: Some("10002".into()),
        })
    );
}

#[tokio::test]
async fn a_comment_is_written_with_who_may_see_it() {
    let document = adf::from_markdown("Seen.");
    let mut comment = NewComment::of((&document).into());
    let (written, requests) =
        ask!([Reply::status(201, COMMENT)], site => site.add_comment("ED-1", &comment));
    is_read(&written.unwrap());
    assert_eq!(
        (requests[0].method.as_str(), &requests[0].target),
        ("POST", &path("issue/ED-1/comment"))
    );
    assert_eq!(body(&requests[0]), json!({"body": document}));

    let visibility = Visibility {
        kind: "group".into(),
        identifier: Some("g1".into()),
        ..Visibility::default()
    };
    comment.visibility = Some(visibility.clone());
    comment.is_internal = true;
    comment.properties.set("origin", &json!(5));
    let (_, requests) =
        ask!([Reply::status(201, COMMENT)], site => site.add_comment("ED-1", &comment));
    assert_eq!(
        body(&requests[0]),
        json!({"body": document, "visibility": {"type": "group", "identifier": "g1"}, "properties": [
            {"key": "origin", "value": 5}, {"key": "sd.public.comment", "value": {"internal": true}}]})
    );

    let (edited, requests) = ask!([Reply::status(200, COMMENT)], site => site.edit_comment("ED-1", "10000", &comment.body, Some(&visibility)));
    is_read(&edited.unwrap());
    assert_eq!(
        (requests[0].method.as_str(), &requests[0].target),
        ("PUT", &path("issue/ED-1/comment/10000"))
    );
    assert_eq!(
        body(&requests[0]),
        json!({"body": document, "visibility": {"type": "group", "identifier": "g1"}})
    );

    let (shown, requests) = ask!([Reply::ok(COMMENT)], site => site.comment("ED-1", "10000"));
    is_read(&shown.unwrap());
    assert_eq!(requests[0].target, path("issue/ED-1/comment/10000"));
    let (deleted, requests) =
        ask!([Reply::status(204, "")], site => site.delete_comment("ED-1", "10000"));
    deleted.unwrap();
    assert_eq!(
        (requests[0].method.as_str(), &requests[0].target),
        ("DELETE", &path("issue/ED-1/comment/10000"))
    );
}

#[tokio::test]
async fn a_missing_permission_is_told_though_jira_calls_it_a_bad_request() {
    let comment = NewComment::of(adf::from_markdown("Seen.").into());
    for (status, sentence, is_told) in [
        (
            400,
            "Ada, you do not have the permission to comment on this issue.",
            true,
        ),
        (
            403,
            "You do not have permission to edit issues in this project.",
            true,
        ),
        (400, "Comment body is not valid!", false),
        (
            404,
            "Issue does not exist or you do not have permission to see it.",
            false,
        ),
    ] {
        let refusal = json!({"errorMessages": [sentence], "errors": {}}).to_string();
        let (written, _) =
            ask!([Reply::status(status, &refusal)], site => site.add_comment("ED-1", &comment));
        assert_eq!(
            written.unwrap_err().is_not_permitted(),
            is_told,
            "{sentence}"
        );
    }
}

#[tokio::test]
async fn an_issue_with_too_many_comments_is_full() {
    let comment = NewComment::of(adf::from_markdown("Seen.").into());
    let refusal = Reply::status(
        413,
        r#"{"errorMessages": ["Too many comments."], "errors": {}}"#,
    );
    let (written, _) = ask!([refusal], site => site.add_comment("ED-1", &comment));
    let error = written.unwrap_err();
    assert!(error.is_full() && !error.is_bad_response() && !error.is_outcome_unknown());
    // A proxy that does not like the size of a body is something else.
    let (written, _) =
        ask!([Reply::status(413, "<html>")], site => site.add_comment("ED-1", &comment));
    let error = written.unwrap_err();
    assert!(!error.is_full() && error.is_bad_response());
}

#[tokio::test]
async fn history_is_read_whole_and_oldest_first() {
    let history = |id: u64| json!({"id": id.to_string(), "created": "2026-09-27T10:03:11.123+0200", "items": []});
    let mut told = history(9);
    told["author"] = json!({"accountId": "a1"});
    told["items"] = json!([
        {"field": "status", "fieldtype": "jira", "fieldId": "status", "from": "1", "fromString": "Open", "to": "3", "toString": "Doing"},
        {"field": "IssueParentAssociation", "fieldtype": "jira", "from": null, "fromString": null, "to": "7", "toString": "ED-7"}]);
    let page = json!({"isLast": true, "total": 3, "values": [history(10), told, history(2)]});
    let (histories, requests) =
        ask!([Reply::ok(&page.to_string())], site => site.changelog("ED-1"));
    let histories = histories.unwrap();
    assert_eq!(
        requests[0].target,
        path("issue/ED-1/changelog?startAt=0&maxResults=100")
    );
    let ids: Vec<_> = histories
        .iter()
        .map(|history| history.id.as_str())
        .collect();
    assert_eq!(ids, ["2", "9", "10"]);
    let [status, parent] = &histories[1].items()[..] else {
        panic!("two")
    };
    assert_eq!(
        (
            status.field_id.as_deref(),
            status.from_string.as_deref(),
            status.to_text.as_deref()
        ),
        (Some("status"), Some("Open"), Some("Doing"))
    );
    assert_eq!(
        (
            parent.field_id.as_deref(),
            parent.from.as_deref(),
            parent.to.as_deref()
        ),
        (None, None, Some("7"))
    );
    assert!(histories[0].author.is_none());
}

#[tokio::test]
async fn a_change_of_an_odd_shape_costs_itself_alone() {
    for (items, count) in [
        (
            json!([{"field": 5}, 7, null, {"field": "labels", "toString": "a"}]),
            1,
        ),
        (json!([]), 0),
        (json!("many"), 0),
        (Value::Null, 0),
    ] {
        let page = json!({"isLast": true, "values": [{"id": "1", "items": items}]});
        let (histories, _) = ask!([Reply::ok(&page.to_string())], site => site.changelog("ED-1"));
        assert_eq!(histories.unwrap()[0].items().len(), count);
    }
}

#[tokio::test]
async fn a_refusal_of_one_issue_that_nobody_would_read_leaves_the_outcome_open() {
    let mut refusal = refused(0);
    refusal["elementErrors"]["errors"]["summary"] = json!("x".repeat(100_000));
    let answer = json!({"issues": [created(1)], "errors": [refusal]}).to_string();
    let issues = ["a", "b"].map(new_issue);
    let (outcomes, _) = ask!([Reply::status(201, &answer)], site => site.create_issues(&issues));
    assert!(outcomes.unwrap_err().is_outcome_unknown());
}
