//! Which fields issues can have, and who can have issues.

use serde_json::{Value, json};

use super::{WRITE_SCOPES, message};
use crate::support::Cloud;

#[tokio::test]
async fn create_metadata_pages_through_types_and_their_fields() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let get = async |tail: &str| {
        cloud
            .get(
                &cloud.api("Acme", &format!("issue/createmeta/{tail}")),
                &token,
            )
            .await
    };
    let types = get("SHOP/issuetypes?maxResults=2&startAt=1").await.json();
    let names: Vec<_> = types["issueTypes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].clone())
        .collect();
    assert_eq!(names, ["Story", "Task"]);
    assert_eq!(
        (&types["startAt"], &types["maxResults"], &types["total"]),
        (&json!(1), &json!(2), &json!(5))
    );

    let fields = get("SHOP/issuetypes/10003").await.json()["fields"]
        .as_array()
        .unwrap()
        .clone();
    let field = |id: &str| fields.iter().find(|row| row["fieldId"] == id).unwrap();
    let required: Vec<_> = fields
        .iter()
        .filter(|row| row["required"] == true)
        .map(|row| row["fieldId"].clone())
        .collect();
    assert_eq!(
        required,
        ["summary", "issuetype", "parent", "project"],
        "a subtask needs its parent"
    );
    assert_eq!(
        field("priority")["allowedValues"].as_array().unwrap().len(),
        5
    );
    assert_eq!(
        field("labels")["operations"],
        json!(["add", "set", "remove"])
    );
    let team = get("MOB/issuetypes/100011").await.json();
    assert!(
        team["fields"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["fieldId"] != "priority")
    );

    assert_eq!(
        get("NOPE/issuetypes").await.answer(),
        (400, message("No project could be found with key 'NOPE'."))
    );
    let foreign = get("SHOP/issuetypes/100011").await;
    assert_eq!(
        foreign.answer(),
        (
            400,
            message("The issue type does not exist in this project.")
        )
    );
}

#[tokio::test]
async fn every_field_that_the_metadata_offers_can_be_set() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let path = cloud.api("Acme", "issue/SHOP-7/editmeta");
    let offered = cloud.get(&path, &token).await.json()["fields"]
        .as_object()
        .unwrap()
        .clone();
    assert!(offered.len() > 30);
    // A sprint is written as a number, and comments are added; nobody writes a rank, or what the development tools tell.
    let unlike = [
        "customfield_10020",
        "customfield_10019",
        "customfield_10000",
        "comment",
    ];
    assert_eq!(
        offered["comment"]["operations"],
        json!(["add", "edit", "remove"])
    );
    let current = cloud
        .get(&cloud.api("Acme", "issue/SHOP-7"), &token)
        .await
        .json()["fields"]
        .clone();
    for id in offered.keys().filter(|id| !unlike.contains(&id.as_str())) {
        // What an issue has, it can be given.
        let body = json!({"fields": {id: current.get(id).unwrap_or(&Value::Null)}});
        let reply = cloud
            .call(
                "PUT",
                &cloud.api("Acme", "issue/SHOP-7"),
                &token,
                &body.to_string(),
            )
            .await;
        assert_eq!(reply.status, 204, "{id}: {}", reply.text);
    }
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    assert_eq!(
        cloud.get(&path, &dmitri).await.json(),
        json!({"fields": {}})
    );
}

#[tokio::test]
async fn assignable_people_are_those_who_see_the_project() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Ada", "Acme", WRITE_SCOPES).await.access;
    let names = async |query: &str| -> Vec<Value> {
        let reply = cloud
            .get(
                &cloud.api("Acme", &format!("user/assignable/search?{query}")),
                &token,
            )
            .await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["displayName"].clone())
            .collect()
    };
    assert_eq!(
        names("project=SEC").await,
        ["Ada Lindqvist", "Chiara Moretti"]
    );
    assert_eq!(names("issueKey=SEC-1&query=chi").await, ["Chiara Moretti"]);
    assert_eq!(
        names("project=SHOP&maxResults=2&startAt=1").await,
        ["Bruno Okafor", "Chiara Moretti"]
    );
    let account = format!("project=SHOP&accountId={}", cloud.person("Bruno"));
    assert_eq!(names(&account).await, ["Bruno Okafor"]);
    assert_eq!(
        names(&format!("project=SHOP&accountId={}", cloud.person("Frida"))).await,
        Vec::<Value>::new()
    );
    for (query, status) in [
        ("project=NOPE", 404),
        ("issueKey=NOPE-1", 404),
        ("query=a", 400),
    ] {
        let path = cloud.api("Acme", &format!("user/assignable/search?{query}"));
        assert_eq!(cloud.get(&path, &token).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn the_whole_metadata_has_the_forms_of_the_projects_where_one_may_create() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", WRITE_SCOPES).await.access;
    let get = async |token: &str, tail: &str| {
        let path = cloud.api("Acme", tail);
        let reply = cloud.get(&path, token).await;
        assert_eq!(reply.status, 200, "{tail}: {}", reply.text);
        reply.json()
    };
    let keys = |body: &Value| -> Vec<String> {
        let rows = body["projects"].as_array().unwrap().iter();
        rows.map(|row| row["key"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = get(&token, "issue/createmeta").await;
    let sorted = keys(&all);
    assert!(
        sorted.is_sorted() && sorted.contains(&"SHOP".to_owned()),
        "{sorted:?}"
    );
    assert!(all["projects"][0]["issuetypes"][0].get("fields").is_none());

    let some = get(
        &token,
        "issue/createmeta?projectKeys=SHOP,NOPE&projectIds=10001",
    )
    .await;
    assert_eq!(keys(&some), ["MOB", "SHOP"]);
    let tail = "issue/createmeta?projectKeys=SHOP&issuetypeNames=Task&issuetypeIds=10004&expand=projects.issuetypes.fields";
    let whole = get(&token, tail).await;
    let types = whole["projects"][0]["issuetypes"]
        .as_array()
        .unwrap()
        .clone();
    let names: Vec<_> = types.iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["Task", "Bug"]);

    // The same forms as one by one, as a map.
    let page = get(
        &token,
        "issue/createmeta/SHOP/issuetypes/10002?maxResults=200",
    )
    .await;
    let fields = types[0]["fields"].as_object().unwrap();
    assert_eq!(fields.len(), page["fields"].as_array().unwrap().len());
    for row in page["fields"].as_array().unwrap() {
        let mut own = row.clone();
        let id = own.as_object_mut().unwrap().remove("fieldId").unwrap();
        assert_eq!(fields[id.as_str().unwrap()], own);
    }

    // Dmitri only reads.
    let dmitri = cloud.connect("Dmitri", "Acme", WRITE_SCOPES).await.access;
    assert_eq!(
        keys(&get(&dmitri, "issue/createmeta").await),
        Vec::<String>::new()
    );
}
