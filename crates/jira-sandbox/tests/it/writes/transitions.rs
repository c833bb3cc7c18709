//! Transitions.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, document, field_errors, fields, message, put};
use crate::support::{Cloud, Reply};

async fn perform(cloud: &Cloud, token: &str, body: &Value) -> Reply {
    cloud
        .post(&cloud.api("Acme", "issue/SHOP-7/transitions"), token, body)
        .await
}

#[tokio::test]
async fn transitions_lead_to_every_other_status() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "issue/SHOP-7/transitions");
    perform(&cloud, &token, &json!({"transition": {"id": "11"}})).await;
    let list = cloud.get(&path, &token).await.json();
    let ids: Vec<_> = list["transitions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].clone())
        .collect();
    assert_eq!(ids, ["21", "31", "41", "51"]);
    let done = perform(&cloud, &token, &json!({"transition": {"id": "51"}})).await;
    assert_eq!((done.status.as_u16(), done.text.as_str()), (204, ""));
    let found = fields(&cloud, &token, "SHOP-7").await;
    assert_eq!(found["status"]["statusCategory"]["key"], "done");
    assert_eq!(found["resolution"]["name"], "Done");
    assert_eq!(found["resolutiondate"], "2026-10-01T14:00:00.000+0200");
    perform(&cloud, &token, &json!({"transition": {"id": 21}})).await;
    let reopened = fields(&cloud, &token, "SHOP-7").await;
    assert_eq!(reopened["status"]["name"], "In Progress");
    assert_eq!(reopened["resolution"], Value::Null);
    let one = cloud
        .get(
            &format!("{path}?transitionId=31&expand=transitions.fields"),
            &token,
        )
        .await
        .json();
    assert_eq!(one["transitions"].as_array().unwrap().len(), 1);
    assert_eq!(one["transitions"][0]["fields"], json!({}));
}

#[tokio::test]
async fn transitions_that_do_not_exist_now_are_refused() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    perform(&cloud, &token, &json!({"transition": {"id": "11"}})).await;
    for id in ["99", "11", ""] {
        let reply = perform(&cloud, &token, &json!({"transition": {"id": id}})).await;
        let text = format!("Transition id '{id}' is not valid for this issue.");
        assert_eq!(reply.answer(), (400, message(&text)));
    }
    let missing = perform(&cloud, &token, &json!({"fields": {}})).await;
    assert_eq!(
        missing.answer(),
        (400, message("Missing 'transition' identifier"))
    );
    let field = perform(
        &cloud,
        &token,
        &json!({"transition": {"id": "21"}, "fields": {"summary": "x"}}),
    )
    .await;
    assert_eq!(field.status, 400);
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "issue/SHOP-7/transitions");
    assert_eq!(
        cloud.get(&path, &dmitri).await.json()["transitions"],
        json!([])
    );
    assert_eq!(
        perform(&cloud, &dmitri, &json!({"transition": {"id": "21"}}))
            .await
            .status,
        400
    );
}

/// A new issue of the platform, whose workflow asks for much, by Bruno and for him.
async fn platform_issue(cloud: &Cloud, token: &str) -> String {
    let body = json!({"fields": {"project": {"key": "PLAT"}, "issuetype": {"id": "10002"}, "summary": "New",
        "assignee": {"accountId": cloud.person("Bruno")}}});
    let reply = cloud.post(&cloud.api("Acme", "issue"), token, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()["key"].as_str().unwrap().to_owned()
}

async fn take(cloud: &Cloud, token: &str, key: &str, body: &Value) -> Reply {
    let path = cloud.api("Acme", &format!("issue/{key}/transitions"));
    cloud.post(&path, token, body).await
}

async fn step(cloud: &Cloud, token: &str, key: &str, id: &str) {
    let reply = take(cloud, token, key, &json!({"transition": {"id": id}})).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
}

/// What is offered, as one letter for the flags of each.
async fn offered(cloud: &Cloud, token: &str, key: &str, query: &str) -> Vec<(String, String)> {
    let path = cloud.api("Acme", &format!("issue/{key}/transitions{query}"));
    let list = cloud.get(&path, token).await.json();
    let rows = list["transitions"].as_array().unwrap().clone();
    let flags = [
        "isAvailable",
        "isConditional",
        "hasScreen",
        "isGlobal",
        "isLooped",
        "isInitial",
    ];
    let text = |row: &Value| {
        let set = flags.iter().filter(|flag| row[**flag] == true);
        set.map(|flag| flag.trim_start_matches("is"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    rows.iter()
        .map(|row| (row["id"].as_str().unwrap().to_owned(), text(row)))
        .collect()
}

fn pairs(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    let rows = rows.iter();
    rows.map(|(id, flags)| ((*id).to_owned(), (*flags).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_workflow_offers_what_begins_at_the_status() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let ada = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let key = platform_issue(&cloud, &token).await;
    let expected = pairs(&[("11", "Available"), ("41", "Available hasScreen")]);
    assert_eq!(offered(&cloud, &token, &key, "").await, expected);
    step(&cloud, &token, &key, "11").await;
    let expected = pairs(&[
        ("21", "Available Conditional"),
        ("41", "Available hasScreen"),
        ("61", "Available Looped"),
        ("101", "Available Conditional"),
    ]);
    assert_eq!(offered(&cloud, &token, &key, "").await, expected);
    let others = pairs(&[("41", "Available hasScreen"), ("61", "Available Looped")]);
    assert_eq!(
        offered(&cloud, &ada, &key, "").await,
        others,
        "the condition fails"
    );
    let all = offered(&cloud, &ada, &key, "?includeUnavailableTransitions=true").await;
    assert_eq!(all[0], ("21".to_owned(), "Conditional".to_owned()));
    let sorted = offered(
        &cloud,
        &token,
        &key,
        "?sortByOpsBarAndStatus=true&skipRemoteOnlyCondition=true",
    )
    .await;
    assert_eq!(
        sorted.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
        ["21", "61", "41", "101"]
    );
    assert_eq!(offered(&cloud, &token, &key, "?transitionId=11").await, []);
    step(&cloud, &token, &key, "61").await;
    assert_eq!(
        fields(&cloud, &token, &key).await["status"]["name"],
        "In Progress"
    );
}

#[tokio::test]
async fn team_managed_projects_offer_the_status_at_hand_as_well() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let expected = pairs(&[
        ("11", "Available Global"),
        ("21", "Available Global"),
        ("31", "Available Global"),
    ]);
    assert_eq!(offered(&cloud, &token, "MOB-1", "").await, expected);
    step(&cloud, &token, "MOB-1", "31").await;
    let done = fields(&cloud, &token, "MOB-1").await;
    assert_eq!(done["resolution"]["name"], "Done");
    step(&cloud, &token, "MOB-1", "31").await;
    let same = fields(&cloud, &token, "MOB-1").await;
    assert_eq!(
        (&same["status"], &same["resolutiondate"]),
        (&done["status"], &done["resolutiondate"])
    );
    step(&cloud, &token, "MOB-1", "11").await;
    assert_eq!(
        fields(&cloud, &token, "MOB-1").await["resolution"],
        Value::Null
    );
}

#[tokio::test]
async fn a_screen_has_fields_and_takes_no_others() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = platform_issue(&cloud, &token).await;
    let path = cloud.api(
        "Acme",
        &format!("issue/{key}/transitions?transitionId=41&expand=transitions.fields"),
    );
    let list = cloud.get(&path, &token).await.json();
    let screen = &list["transitions"][0]["fields"];
    let names: Vec<_> = screen.as_object().unwrap().keys().collect();
    assert_eq!(names, ["resolution", "assignee", "customfield_10031"]);
    let resolution = &screen["resolution"];
    assert_eq!(
        (&resolution["required"], &resolution["operations"]),
        (&json!(true), &json!(["set"]))
    );
    assert_eq!(
        resolution["schema"],
        json!({"type": "resolution", "system": "resolution"})
    );
    assert_eq!(resolution["allowedValues"][1]["name"], "Won't Do");
    assert_eq!(screen["assignee"]["required"], false);

    let give_up = |fields: Value| json!({"transition": {"id": "41"}, "fields": fields});
    let missing = take(&cloud, &token, &key, &give_up(json!({}))).await;
    let expected = json!({"resolution": "Resolution is required.", "customfield_10031": "Customer is required."});
    assert_eq!(missing.answer(), field_errors(&expected));
    let strange = give_up(
        json!({"summary": "x", "resolution": {"name": "Done"}, "customfield_10031": "Hooli"}),
    );
    let text = "Field 'summary' cannot be set. It is not on the appropriate screen, or unknown.";
    assert_eq!(
        take(&cloud, &token, &key, &strange).await.answer(),
        field_errors(&json!({"summary": text}))
    );
    let mut twice = give_up(json!({"resolution": {"id": "10001"}}));
    twice["update"] = json!({"resolution": [{"set": {"id": "10001"}}]});
    assert_eq!(take(&cloud, &token, &key, &twice).await.status, 400);
    let wrong = give_up(json!({"resolution": {"name": "Nope"}, "customfield_10031": "Hooli"}));
    let text = "Specify a valid 'id' or 'name' for Resolution";
    assert_eq!(
        take(&cloud, &token, &key, &wrong).await.answer(),
        field_errors(&json!({"resolution": text}))
    );
    assert_eq!(
        fields(&cloud, &token, &key).await["status"]["name"],
        "To Do",
        "all or nothing"
    );

    let mut right =
        give_up(json!({"resolution": {"name": "Won't Do"}, "customfield_10031": "Hooli"}));
    right["update"] = json!({"comment": [{"add": {"body": document("No time.")}}]});
    assert_eq!(take(&cloud, &token, &key, &right).await.status, 204);
    let found = fields(&cloud, &token, &key).await;
    assert_eq!(
        (&found["status"]["name"], &found["resolution"]["name"]),
        (&json!("Done"), &json!("Won't Do"))
    );
    assert_eq!(
        found["comment"]["comments"][0]["body"],
        document("No time.")
    );
    assert_ne!(found["resolutiondate"], Value::Null);

    // One may go on without clearing the resolution, and only reopening clears it.
    step(&cloud, &token, &key, "81").await;
    assert_eq!(
        fields(&cloud, &token, &key).await["resolution"]["name"],
        "Won't Do"
    );
    let clear = json!({"fields": {"resolution": null}});
    cloud
        .control("switches", json!({"edit_checks_screens": true}))
        .await;
    assert_eq!(put(&cloud, &token, &key, &clear).await.status, 400);
    cloud
        .control("switches", json!({"edit_checks_screens": false}))
        .await;
    assert_eq!(put(&cloud, &token, &key, &clear).await.status, 204);
    let found = fields(&cloud, &token, &key).await;
    assert_eq!(
        (&found["resolution"], &found["resolutiondate"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn required_fields_are_named_by_screens_or_by_validators() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = platform_issue(&cloud, &token).await;
    step(&cloud, &token, &key, "11").await;
    step(&cloud, &token, &key, "21").await;
    cloud
        .control(
            "switches",
            json!({"required_field_error": "error_messages"}),
        )
        .await;
    let approve = take(&cloud, &token, &key, &json!({"transition": {"id": "31"}})).await;
    assert_eq!(
        approve.answer(),
        (400, message("Field Resolution is required."))
    );
    let body = json!({"transition": {"id": "31"}, "fields": {"resolution": {"name": "Done"}},
        "update": {"fixVersions": [{"add": {"name": "1.0"}}]}});
    assert_eq!(take(&cloud, &token, &key, &body).await.status, 204);
    assert_eq!(
        fields(&cloud, &token, &key).await["fixVersions"][0]["name"],
        "1.0"
    );

    // A validator has words of its own.
    let nobodys = platform_issue(&cloud, &token).await;
    put(
        &cloud,
        &token,
        &nobodys,
        &json!({"fields": {"assignee": null}}),
    )
    .await;
    let start = take(
        &cloud,
        &token,
        &nobodys,
        &json!({"transition": {"id": "11"}}),
    )
    .await;
    assert_eq!(
        start.answer(),
        (
            400,
            message("Somebody must have the work before it starts.")
        )
    );
}

#[tokio::test]
async fn what_was_possible_before_is_refused_in_one_of_two_ways() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = platform_issue(&cloud, &token).await;
    step(&cloud, &token, &key, "11").await;
    let again = json!({"transition": {"id": "11"}});
    let text = "Transition id '11' is not valid for this issue.";
    assert_eq!(
        take(&cloud, &token, &key, &again).await.answer(),
        (400, message(text))
    );
    cloud
        .control(
            "switches",
            json!({"transition_invalid_text": "workflow_operation"}),
        )
        .await;
    let text = format!(
        "It seems that you have tried to perform a workflow operation (Start work) that is not valid for the current state of this issue ({key}). The likely cause is that somebody has changed the issue recently, please look at the issue history for details."
    );
    assert_eq!(
        take(&cloud, &token, &key, &again).await.answer(),
        (400, message(&text))
    );
    let text = "Transition id '999' is not valid for this issue.";
    let unknown = json!({"transition": {"id": "999"}});
    assert_eq!(
        take(&cloud, &token, &key, &unknown).await.answer(),
        (400, message(text))
    );
}

#[tokio::test]
async fn comments_of_transitions_and_edits_are_checked_like_documents() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = platform_issue(&cloud, &token).await;
    let with =
        |comment: Value| json!({"transition": {"id": "11"}, "update": {"comment": [comment]}});
    let text = "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
    let wrong = with(json!({"add": {"body": "words"}}));
    assert_eq!(
        take(&cloud, &token, &key, &wrong).await.answer(),
        field_errors(&json!({"comment": text}))
    );
    let other = with(json!({"set": {"body": document("x")}}));
    assert_eq!(take(&cloud, &token, &key, &other).await.status, 400);
    let unknown = with(json!({"remove": {"id": "10000"}}));
    assert_eq!(
        take(&cloud, &token, &key, &unknown).await.status,
        404,
        "it is another issue's"
    );
    let body = json!({"update": {"comment": [{"add": {"body": document("By the way."),
        "visibility": {"type": "role", "value": "Developers"}}}]}});
    assert_eq!(put(&cloud, &token, &key, &body).await.status, 204);
    let found = fields(&cloud, &token, &key).await;
    let comment = &found["comment"]["comments"][0];
    assert_eq!(comment["visibility"]["value"], "Developers");
    let id = &comment["id"];
    let edit = json!({"update": {"comment": [{"edit": {"id": id, "body": document("Better.")}}]}});
    assert_eq!(put(&cloud, &token, &key, &edit).await.status, 204);
    let found = fields(&cloud, &token, &key).await;
    assert_eq!(found["comment"]["comments"][0]["body"], document("Better."));
    let remove = json!({"update": {"comment": [{"remove": {"id": id}}]}});
    assert_eq!(put(&cloud, &token, &key, &remove).await.status, 204);
    assert_eq!(fields(&cloud, &token, &key).await["comment"]["total"], 0);
}

#[tokio::test]
async fn switches_deny_or_pretend() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    let start = json!({"transition": {"id": "21"}});
    cloud
        .control("switches", json!({"transition_denied": "403"}))
        .await;
    assert_eq!(take(&cloud, &dmitri, "SHOP-7", &start).await.status, 403);
    perform(&cloud, &token, &json!({"transition": {"id": "11"}})).await;
    cloud
        .control("switches", json!({"transition_silent_noop": true}))
        .await;
    step(&cloud, &token, "SHOP-7", "21").await;
    assert_eq!(
        fields(&cloud, &token, "SHOP-7").await["status"]["name"],
        "To Do"
    );
}

#[tokio::test]
async fn names_are_in_the_language_of_the_profile() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("한지우", "Acme", WRITE_SCOPES).await.access;
    let names = async |forced: bool| {
        let mut request = axum::http::Request::get(cloud.api(
            "Acme",
            "issue/PLAT-1/transitions?includeUnavailableTransitions=true",
        ))
        .header("authorization", format!("Bearer {token}"));
        if forced {
            request = request
                .header("accept-language", "en")
                .header("x-force-accept-language", "true");
        }
        let list = cloud
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await
            .json();
        let row = &list["transitions"][0];
        (
            row["name"].clone(),
            row["to"]["name"].clone(),
            row["to"]["statusCategory"]["name"].clone(),
        )
    };
    let (korean, english) = (names(false).await, names(true).await);
    assert!(!korean.0.as_str().unwrap().is_ascii() && !korean.1.as_str().unwrap().is_ascii());
    assert!(english.0.as_str().unwrap().is_ascii() && english.1.as_str().unwrap().is_ascii());
    cloud
        .control("switches", json!({"forced_language_covers_names": false}))
        .await;
    assert_eq!(names(true).await, korean);
}

#[tokio::test]
async fn a_new_issue_is_there_whatever_became_of_its_transition() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let mut body = json!({"fields": {"project": {"key": "PLAT"}, "issuetype": {"id": "10002"}, "summary": "New"},
        "transition": {"id": "41"}});
    let created = cloud.post(&cloud.api("Acme", "issue"), &token, &body).await;
    assert_eq!(created.status, 201);
    let errors = json!({"resolution": "Resolution is required.", "customfield_10031": "Customer is required."});
    let expected =
        json!({"status": 400, "errorCollection": {"errorMessages": [], "errors": errors}});
    assert_eq!(created.json()["transition"], expected);
    body["transition"]["id"] = "31".into();
    let created = cloud
        .post(&cloud.api("Acme", "issue"), &token, &body)
        .await
        .json();
    let text = "Transition id '31' is not valid for this issue.";
    assert_eq!(
        created["transition"]["errorCollection"]["errorMessages"],
        json!([text])
    );
    let key = created["key"].as_str().unwrap();
    assert_eq!(fields(&cloud, &token, key).await["status"]["name"], "To Do");
}

#[tokio::test]
async fn a_step_that_crossed_another_or_lost_its_answer_comes_by_a_fault() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    perform(&cloud, &token, &json!({"transition": {"id": "11"}})).await;
    let path = cloud.api("Acme", "issue/SHOP-7/transitions");
    let crossed =
        json!({"path": path, "method": "POST", "fault": {"kind": "status", "status": 409}});
    cloud.control("faults", crossed).await;
    let start = json!({"transition": {"id": "21"}});
    assert_eq!(perform(&cloud, &token, &start).await.status, 409);
    assert_eq!(
        fields(&cloud, &token, "SHOP-7").await["status"]["name"],
        "To Do"
    );
    let lost = json!({"path": path, "method": "POST", "act": true, "fault": {"kind": "status", "status": 504}});
    cloud.control("faults", lost).await;
    assert_eq!(perform(&cloud, &token, &start).await.status, 504);
    assert_eq!(
        fields(&cloud, &token, "SHOP-7").await["status"]["name"],
        "In Progress"
    );
}

#[tokio::test]
async fn two_ways_lead_to_one_status() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = platform_issue(&cloud, &token).await;
    step(&cloud, &token, &key, "11").await;
    let path = cloud.api("Acme", &format!("issue/{key}/transitions"));
    let list = cloud.get(&path, &token).await.json();
    let rows = list["transitions"].as_array().unwrap().iter();
    let to_done = rows.filter(|row| row["to"]["statusCategory"]["key"] == "done");
    let screens: Vec<_> = to_done.map(|row| row["hasScreen"].clone()).collect();
    assert_eq!(screens, [true, false]);
    step(&cloud, &token, &key, "101").await;
    assert_eq!(
        fields(&cloud, &token, &key).await["resolution"]["name"],
        "Done"
    );
    step(&cloud, &token, &key, "71").await;
    assert_eq!(
        fields(&cloud, &token, &key).await["resolution"],
        Value::Null
    );
}

#[tokio::test]
async fn an_issue_is_expanded_by_what_may_be_done_to_it() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let key = platform_issue(&cloud, &token).await;
    let get = async |tail: &str| {
        cloud
            .get(&cloud.api("Acme", &format!("issue/{key}{tail}")), &token)
            .await
            .json()
    };
    let (list, meta) = (get("/transitions").await, get("/editmeta").await);
    let issue = get("?fields=key&expand=transitions,editmeta").await;
    assert_eq!(issue["transitions"], list["transitions"]);
    assert_eq!(issue["editmeta"], meta);
    let listed = get("/transitions?expand=transitions.fields").await;
    let body =
        json!({"jql": format!("key = {key}"), "fields": ["key"], "expand": "transitions.fields"});
    let found = cloud
        .post(&cloud.api("Acme", "search/jql"), &token, &body)
        .await
        .json();
    assert_eq!(found["issues"][0]["transitions"], listed["transitions"]);
}
