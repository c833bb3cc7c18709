//! Rich texts among `fields`, edited as Markdown: what Markdown cannot say stays, as in a description.
//! And built-in fields that have a parameter of their own, by their names.

use axum::http::Method;
use serde_json::{Value, json};

use super::issues::{CREATE, EDIT, send, start, ticket};
use crate::support::TestApp;
use crate::support::answer::Answer;

const ISSUE: &str = "/ex/jira/*/rest/api/3/issue/*";
const NOTES: &str = "customfield_10102";

async fn edit(app: &TestApp, mut changes: Value) -> Answer {
    changes["external_id"] = json!("a");
    changes["issue_id_or_key"] = json!("SHOP-1");
    send(app, Method::PUT, EDIT, None, &changes).await
}

async fn details(app: &TestApp) -> Value {
    let path = "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key=SHOP-1";
    app.get(path).await.expect(200)["issue"].take()
}

async fn requests(app: &TestApp, method: &str) -> Vec<Value> {
    let requests = app.sandbox.requests().await.into_iter();
    let is_of_issue = |path: &str| {
        let (_, rest) = path.split_once("/rest/api/3/issue/")?;
        Some(!rest.contains('/'))
    };
    let is_meant = |request: &Value| {
        let path = request["path"].as_str().unwrap();
        request["method"] == method && is_of_issue(path) == Some(true)
    };
    requests.filter(is_meant).collect()
}

async fn writes(app: &TestApp) -> usize {
    requests(app, "PUT").await.len()
}

/// A document of which Markdown cannot say most, with this word in its second line and this file.
fn document(word: &str, file: &str) -> Value {
    let color = json!({"type": "textColor", "attrs": {"color": "#ff0000"}});
    json!({"version": 1, "type": "doc", "content": [
        {"type": "paragraph", "content": [
            {"type": "inlineCard", "attrs": {"url": "https://field.example/browse/FLD-1"}},
            {"type": "text", "text": " is "}, {"type": "text", "text": "red", "marks": [color]},
        ]},
        {"type": "paragraph", "content": [{"type": "text", "text": word}]},
        {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [
            {"type": "media", "attrs": {"id": file, "type": "file", "collection": "", "alt": "shot.png"}}]},
    ]})
}

/// All three rich texts of the issue hold such documents.
async fn with_documents() -> TestApp {
    let app = start().await;
    let fields = json!({NOTES: document("heer", "f-1"), "environment": document("thear", "f-2")});
    let changes = json!({"description_adf": document("evrywhere", "f-3"), "fields": fields});
    edit(&app, changes).await.expect(200);
    app
}

#[tokio::test]
async fn an_edit_of_rich_texts_keeps_what_markdown_cannot_say_and_reads_them_once() {
    let app = with_documents().await;
    let before = details(&app).await;
    let words = |text: &Value, from: &str, to: &str| text.as_str().unwrap().replace(from, to);
    let notes = words(&before["customFieldsMarkdown"][NOTES], "heer", "here");
    let place = words(&before["environment"], "thear", "there");
    let all = words(&before["description"], "evrywhere", "everywhere");
    app.sandbox.forget_requests().await;
    let changes = json!({
        "description": all, "fields": {"Release notes": notes, "Environment": place},
    });
    let edited = edit(&app, changes).await.expect(200);
    assert_eq!(
        (edited.get("lost"), edited.get("lost_in_fields")),
        (None, None)
    );
    // One look at the texts, and one that reads the issue back.
    assert_eq!(requests(&app, "GET").await.len(), 2);
    assert_eq!(writes(&app).await, 1);
    let after = details(&app).await;
    assert_eq!(after["customFields"][NOTES], document("here", "f-1"));
    assert_eq!(after["environment_adf"], document("there", "f-2"));
    assert_eq!(after["description_adf"], document("everywhere", "f-3"));
}

#[tokio::test]
async fn a_text_that_says_nothing_new_writes_nothing() {
    let app = with_documents().await;
    let before = details(&app).await;
    let written = writes(&app).await;
    let same =
        json!({NOTES: before["customFieldsMarkdown"][NOTES], "environment": before["environment"]});
    edit(&app, json!({"fields": same})).await.expect(200);
    assert_eq!(writes(&app).await, written);
    let mut beside = same;
    beside["Codename"] = json!("Falcon");
    edit(&app, json!({"fields": beside})).await.expect(200);
    let last = requests(&app, "PUT").await.pop().unwrap();
    assert_eq!(writes(&app).await, written + 1, "{last}");
    let after = details(&app).await;
    assert_eq!(after["customFields"]["customfield_10101"], "Falcon");
    for member in ["environment_adf", "description_adf"] {
        assert_eq!(after[member], before[member]);
    }
    assert_eq!(after["customFields"][NOTES], before["customFields"][NOTES]);
}

#[tokio::test]
async fn what_an_edit_takes_away_is_told_for_each_field() {
    let app = with_documents().await;
    let changes = json!({
        "description": "Plain.", "allow_media_loss": true,
        "fields": {NOTES: "[attachment: shot.png]", "environment": ""},
    });
    let edited = edit(&app, changes).await.expect(200);
    let all = json!({"inlineCard": 1, "media": 1, "textColor": 1});
    assert_eq!(edited["lost"], all);
    assert_eq!(
        edited["lost_in_fields"],
        json!({NOTES: {"inlineCard": 1, "textColor": 1}, "environment": all})
    );
    let after = details(&app).await;
    assert_eq!(after["environment_adf"], Value::Null);
    let kept = &document("", "f-1")["content"][2];
    assert_eq!(after["customFields"][NOTES]["content"], json!([kept]));
}

#[tokio::test]
async fn files_go_from_rich_texts_only_by_permission_and_are_told_together() {
    let app = with_documents().await;
    let written = writes(&app).await;
    let before = details(&app).await;
    for gone in [json!("All new."), json!(""), Value::Null] {
        let changes = json!({"description": "New.", "fields": {NOTES: gone, "environment": gone}});
        let refused = edit(&app, changes).await.expect(400);
        assert_eq!(refused["code"], "media_would_be_lost");
        assert_eq!(
            refused["error"],
            "Fields would no longer show files, which Jira then deletes"
        );
        assert_eq!(
            refused["details"]["media"],
            json!([
                {"id": "f-1", "name": "shot.png", "field": NOTES},
                {"id": "f-3", "name": "shot.png"},
                {"id": "f-2", "name": "shot.png", "field": "environment"},
            ])
        );
    }
    assert_eq!(writes(&app).await, written);
    assert_eq!(details(&app).await, before);
    // A document is written as it is, and so takes away what it does not show.
    let plain = json!({"version": 1, "type": "doc", "content": []});
    edit(&app, json!({"fields": {NOTES: plain}}))
        .await
        .expect(200);
    assert_eq!(details(&app).await["customFields"][NOTES], plain);
}

#[tokio::test]
async fn nothing_is_written_over_a_rich_text_that_cannot_be_read() {
    let app = with_documents().await;
    let written = writes(&app).await;
    let change =
        || json!({"fields": {NOTES: "All new.", "Codename": "x"}, "allow_media_loss": true});
    for (status, expected, code) in [
        (403, 403, "access_denied"),
        (404, 404, "issue_not_found"),
        (503, 500, "upstream_unavailable"),
    ] {
        let body = json!({"errorMessages": ["No."], "errors": {}});
        let fault = json!({"kind": "status", "status": status, "body": body});
        let fault = json!({"path": ISSUE, "method": "GET", "fault": fault, "times": "forever"});
        app.sandbox.control("faults", &fault).await;
        let refused = edit(&app, change()).await.expect(expected);
        assert_eq!(refused["code"], code);
        app.sandbox.clear_faults().await;
    }
    for odd in [json!("no document"), json!(7), json!({"type": "paragraph"})] {
        let issue = json!({"id": "1", "key": "SHOP-1", "fields": {NOTES: odd}});
        let fault = json!({"kind": "status", "status": 200, "body": issue});
        app.sandbox.fault(ISSUE, &fault, Some(1)).await;
        let refused = edit(&app, change()).await.expect(409);
        assert_eq!(refused["code"], "field_not_editable");
        assert_eq!(refused["details"], json!({"field": NOTES}));
    }
    // An answer that does not speak of fields says nothing of them.
    let silent = json!({"kind": "status", "status": 200, "body": {"id": "1", "key": "SHOP-1"}});
    app.sandbox.fault(ISSUE, &silent, Some(1)).await;
    let refused = edit(&app, change()).await.expect(500);
    assert_eq!(refused["code"], "upstream_bad_response");
    assert_eq!(writes(&app).await, written);
    let after = details(&app).await;
    assert_eq!(after["customFields"][NOTES], document("heer", "f-1"));
}

#[tokio::test]
async fn the_description_is_one_whichever_way_it_is_given() {
    let app = with_documents().await;
    let before = details(&app).await;
    let words = before["description"].as_str().unwrap();
    for name in ["description", "Description"] {
        let right = words.replace("evrywhere", name);
        let edited = edit(&app, json!({"fields": {name: right}}))
            .await
            .expect(200);
        assert_eq!(edited["issue"]["description"], right);
        assert_eq!(edited.get("lost"), None);
        assert_eq!(
            details(&app).await["description_adf"],
            document(name, "f-3")
        );
    }
    let written = writes(&app).await;
    let refused = edit(&app, json!({"fields": {"description": null}}))
        .await
        .expect(400);
    assert_eq!(
        (&refused["code"], &refused["details"]["media"]),
        (
            &json!("media_would_be_lost"),
            &json!([{"id": "f-3", "name": "shot.png"}])
        )
    );
    // Twice is twice, and an empty one beside a document, too.
    let twice = json!({"description": "a", "fields": {"Description": "b"}});
    let refused = edit(&app, twice).await.expect(400);
    let fields = json!([{"id": "description", "name": "description", "reason": "given_twice"}]);
    assert_eq!(refused["details"]["fields"], fields);
    let twice = json!({"description": "", "description_adf": document("x", "f-3")});
    let refused = edit(&app, twice).await.expect(400);
    assert_eq!(refused["details"]["field"], "description_adf");
    assert_eq!(writes(&app).await, written);
    let changes = json!({"fields": {"description": "New."}, "allow_media_loss": true});
    let edited = edit(&app, changes).await.expect(200);
    assert_eq!(
        edited["lost"],
        json!({"inlineCard": 1, "media": 1, "textColor": 1})
    );
    // What cannot be read back is known all the same.
    app.sandbox.fail_after(ISSUE, 2, 500).await;
    let edited = edit(&app, json!({"fields": {"description": "Newer."}})).await;
    let edited = edited.expect(200);
    assert_eq!(
        (&edited["issue"]["description"], &edited["issue"]["partial"]),
        (&json!("Newer."), &json!(true))
    );
}

#[tokio::test]
async fn fields_with_parameters_of_their_own_are_fields_like_others() {
    let app = start().await;
    let bruno = app.account_id("Bruno Okafor").await;
    let fields = json!({
        "summary": "By its name", "priority": "Low", "assignee": bruno, "Issue Type": "Bug",
        "labels": ["a"], "duedate": "2026-12-24",
    });
    let edited = edit(&app, json!({"fields": fields})).await.expect(200);
    let issue = &edited["issue"];
    assert_eq!(issue["summary"], "By its name");
    assert_eq!(issue["priority"]["name"], "Low");
    assert_eq!(issue["assignee"]["accountId"], bruno);
    assert_eq!(issue["issueType"]["name"], "Bug");
    let edited = edit(&app, json!({"fields": {"assignee": null}}))
        .await
        .expect(200);
    assert_eq!(edited["issue"]["assignee"], Value::Null);

    let reasons = |refused: &Value| {
        let fields = refused["details"]["fields"].as_array().unwrap().clone();
        let pair = |field: &Value| format!("{} {}", field["id"], field["reason"]).replace('"', "");
        fields.iter().map(pair).collect::<Vec<_>>()
    };
    let written = writes(&app).await;
    for (changes, expected) in [
        (json!({"fields": {"summary": ""}}), "summary required"),
        (json!({"fields": {"summary": " "}}), "summary required"),
        (
            json!({"fields": {"project": "PLAT"}}),
            "project not_settable",
        ),
        (json!({"fields": {"Status": "Done"}}), "status not_settable"),
        (
            json!({"fields": {"created": "2026-01-01"}}),
            "created not_settable",
        ),
        (
            json!({"fields": {"Rank": "1"}}),
            "customfield_10019 not_settable",
        ),
        (
            json!({"fields": {"Development": "x"}}),
            "customfield_10000 not_settable",
        ),
        (
            json!({"fields": {"resolution": "Done"}}),
            "resolution not_settable",
        ),
        (
            json!({"fields": {"statuss": "Done"}}),
            "statuss unknown_field",
        ),
        (
            json!({"priority_id": "1", "fields": {"priority": "Low"}}),
            "priority given_twice",
        ),
        (
            json!({"assignee_account_id": null, "fields": {"assignee": bruno}}),
            "assignee given_twice",
        ),
        (
            json!({"labels_add": ["a"], "fields": {"labels": ["b"]}}),
            "labels given_twice",
        ),
        (
            json!({"labels_add": ["a"], "labels": ["b"]}),
            "labels given_twice",
        ),
        (
            json!({"fields": {"Labels": ["a"], "labels": ["b"]}}),
            "labels given_twice",
        ),
    ] {
        let refused = edit(&app, changes.clone()).await.expect(400);
        assert_eq!(reasons(&refused), [expected], "{changes}: {refused}");
    }
    assert_eq!(writes(&app).await, written);
}

#[tokio::test]
async fn a_new_ticket_takes_its_description_among_fields_and_no_project() {
    let app = start().await;
    let create = async |given: Value| {
        let mut body = ticket(&app, "New").await;
        for (name, value) in given.as_object().unwrap() {
            body[name] = value.clone();
        }
        app.post(CREATE, &body).await
    };
    let created = create(json!({"fields": {"Description": "It **works**."}})).await;
    assert_eq!(
        created.expect(201)["ticket"]["description"],
        "It **works**."
    );
    for (given, expected) in [
        (
            json!({"fields": {"project": "PLAT"}}),
            json!(["project", "not_settable"]),
        ),
        (
            json!({"fields": {"Summary": "x"}}),
            json!(["summary", "given_twice"]),
        ),
        (
            json!({"fields": {"issuetype": "Bug"}}),
            json!(["issuetype", "given_twice"]),
        ),
        (
            json!({"description": "a", "fields": {"description": "b"}}),
            json!(["description", "given_twice"]),
        ),
        (
            json!({"fields": {"status": "Done"}}),
            json!(["status", "not_settable"]),
        ),
    ] {
        let refused = create(given.clone()).await.expect(400);
        let field = &refused["details"]["fields"][0];
        assert_eq!(
            json!([field["id"], field["reason"]]),
            expected,
            "{given}: {refused}"
        );
    }
}
