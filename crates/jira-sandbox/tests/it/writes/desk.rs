//! Fields of help desks: kinds of requests, organisations, participants, assets, and what is computed.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, field_errors, fields, put};
use crate::support::{Cloud, still};

const ISSUE: &str = "HELP-2";

/// A cloud whose first site has a service project.
async fn cloud() -> (Cloud, String) {
    let options = juncture_sandbox::Options {
        projects: 9,
        ..still()
    };
    let cloud = Cloud::with(options).await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    (cloud, token)
}

async fn edit(cloud: &Cloud, token: &str, changes: Value) -> (u16, Value) {
    let reply = put(cloud, token, ISSUE, &json!({"fields": changes})).await;
    match reply.status.as_u16() {
        204 => (204, Value::Null),
        _ => reply.answer(),
    }
}

#[tokio::test]
async fn the_fields_of_help_desks_are_written_in_forms_of_their_own() {
    let (cloud, token) = cloud().await;
    let bruno = cloud.person("Bruno");
    for request in ["10", "HELP/getithelp"] {
        let changes = json!({
            "customfield_10002": [2, 3], "customfield_10009": [{"accountId": bruno}],
            "customfield_10010": request,
        });
        assert_eq!(edit(&cloud, &token, changes).await.0, 204, "{request}");
        let held = fields(&cloud, &token, ISSUE).await;
        assert_eq!(held["customfield_10002"][1]["name"], "Contoso");
        assert_eq!(held["customfield_10009"][0]["accountId"], bruno.as_str());
        let kind = &held["customfield_10010"]["requestType"];
        assert_eq!(
            (&kind["id"], &kind["name"]),
            (&json!("10"), &json!("Get IT help"))
        );
        assert!(held["customfield_10010"]["currentStatus"]["status"].is_string());
        let nothing = json!({"customfield_10002": [], "customfield_10010": null});
        assert_eq!(edit(&cloud, &token, nothing).await.0, 204);
        let held = fields(&cloud, &token, ISSUE).await;
        assert_eq!(held["customfield_10010"], Value::Null);
    }
}

#[tokio::test]
async fn assets_are_named_by_workspace_and_object_or_by_both_at_once() {
    let (cloud, token) = cloud().await;
    let full = fields(&cloud, &token, "HELP-5").await;
    let asset = full["customfield_10008"][0].clone();
    let (workspace, id) = (&asset["workspaceId"], asset["id"].as_str().unwrap());
    assert_eq!(id, format!("{}:24", workspace.as_str().unwrap()));
    for named in [
        json!({"workspaceId": workspace, "objectId": "24"}),
        json!({"id": id}),
        asset.clone(),
    ] {
        let changes = json!({"customfield_10008": [named]});
        assert_eq!(edit(&cloud, &token, changes).await.0, 204, "{named}");
        let held = fields(&cloud, &token, ISSUE).await;
        assert_eq!(held["customfield_10008"], json!([asset]));
    }
}

#[tokio::test]
async fn what_no_help_desk_has_is_refused_in_each_field() {
    let (cloud, token) = cloud().await;
    let refused = json!({
        "customfield_10002": [7], "customfield_10008": [{"id": "x:24"}],
        "customfield_10010": "OTHER/getithelp",
    });
    let sentences = json!({
        "customfield_10002": "Organization id '7' is not valid",
        "customfield_10008": "Object id 'x:24' is not valid",
        "customfield_10010": "Request type 'OTHER/getithelp' is not valid",
    });
    assert_eq!(
        edit(&cloud, &token, refused).await,
        field_errors(&sentences)
    );
    let refused = json!({"customfield_10002": ["2"], "customfield_10010": 10});
    let sentences = json!({
        "customfield_10002": "Operation value must be a number",
        "customfield_10010": "Operation value must be a string",
    });
    assert_eq!(
        edit(&cloud, &token, refused).await,
        field_errors(&sentences)
    );
}

#[tokio::test]
async fn what_is_computed_is_on_no_form_and_written_by_nobody() {
    let (cloud, token) = cloud().await;
    let held = fields(&cloud, &token, ISSUE).await;
    let sla = &held["customfield_10005"];
    assert_eq!(
        (&sla["name"], &sla["completedCycles"]),
        (&json!("Time to resolution"), &json!([]))
    );
    let path = cloud.api("Acme", &format!("issue/{ISSUE}/editmeta"));
    let form = cloud.get(&path, &token).await.json();
    for number in [10_003, 10_004, 10_005, 10_006, 10_007] {
        let id = format!("customfield_{number}");
        assert!(held.get(&id).is_some(), "{id}");
        assert!(form["fields"].get(&id).is_none(), "{id}");
        let (status, told) = edit(&cloud, &token, json!({&id: 1})).await;
        let sentence = told["errors"][&id].as_str().unwrap_or_default();
        assert!(
            status == 400 && sentence.contains("cannot be set"),
            "{id}: {told}"
        );
    }
    assert!(form["fields"].get("customfield_10010").is_some());
    // No other project has the fields of help desks.
    let elsewhere = fields(&cloud, &token, "SHOP-2").await;
    assert!(elsewhere.get("customfield_10010").is_none());
}
