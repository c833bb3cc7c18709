//! Version 2 of the platform's API, and `latest`.

use serde_json::{Value, json};

use crate::support::{AGILE_SCOPES, Cloud, SCOPES};

/// The field of an issue in a version.
async fn field(cloud: &Cloud, token: &str, version: &str, key: &str, field: &str) -> Value {
    let tail = format!("api/{version}/issue/{key}?fields={field}");
    let reply = cloud.get(&cloud.software("Acme", &tail), token).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["fields"][field].clone()
}

#[tokio::test]
async fn every_platform_read_answers_in_each_version_under_its_own_links() {
    let cloud = Cloud::new().await;
    let scopes = format!("{SCOPES} write:jira-work manage:jira-configuration");
    let token = cloud.connect("Bruno", "Acme", &scopes).await.access;
    let mark = cloud.software("Acme", "api/2/issue/SHOP-2/properties/mark");
    assert_eq!(cloud.call("PUT", &mark, &token, "1").await.status, 201);
    for tail in [
        "project",
        "project/search",
        "project/SHOP",
        "field",
        "status",
        "priority",
        "priority/search",
        "resolution",
        "issuetype",
        "project/SHOP/statuses",
        "project/SHOP/versions",
        "project/SHOP/component",
        "users/search",
        "myself",
        "serverInfo",
        "issue/SHOP-2",
        "issue/SHOP-2/comment",
        "issue/SHOP-2/editmeta",
        "issue/SHOP-2/properties",
        "issue/SHOP-2/properties/mark",
        "issue/SHOP-2/transitions",
        "issue/createmeta?projectKeys=MOB&expand=projects.issuetypes.fields",
        "issue/createmeta/SHOP/issuetypes",
        "search/jql?jql=project=SHOP&fields=summary,status",
        "user/assignable/search?project=SHOP",
    ] {
        let three = cloud.get(&cloud.api("Acme", tail), &token).await;
        assert_eq!(three.status, 200, "{tail}");
        for version in ["2", "latest"] {
            let path = cloud.software("Acme", &format!("api/{version}/{tail}"));
            let other = cloud.get(&path, &token).await;
            let links = three.text.replace("/rest/api/3/", "/rest/api/2/");
            let mut expected: Value = juncture_json::decode(&links).unwrap();
            let mut found = other.json();
            // A description is not the same in both, a page token not the same twice.
            for body in [&mut expected, &mut found] {
                if tail == "issue/SHOP-2" {
                    body["fields"]["description"] = Value::Null;
                }
                if let Some(object) = body.as_object_mut() {
                    object.remove("nextPageToken");
                }
            }
            assert_eq!(found, expected, "{version} {tail}");
        }
    }
}

#[tokio::test]
async fn version_two_has_rich_text_as_wiki_markup_both_ways() {
    let cloud = Cloud::new().await;
    let scopes = "read:jira-work write:jira-work";
    let token = cloud.connect("Bruno", "Acme", scopes).await.access;
    let markup = field(&cloud, &token, "2", "SHOP-1", "description").await;
    let markup = markup.as_str().unwrap();
    assert!(
        markup.starts_with("h1. What happens\n\nEvery tenth visitor loses"),
        "{markup}"
    );
    assert!(markup.contains("\n\n{quote}\n“It was there a minute ago.”\n{quote}\n\n----\n\n"));
    assert!(
        field(&cloud, &token, "2", "SHOP-3", "description")
            .await
            .is_null()
    );

    let written = "It *breaks*:\n\n* at {{night}}\n* [here|https://docs.example/a]";
    let path = cloud.software("Acme", "api/2/issue/SHOP-1");
    let edit = json!({"fields": {"description": written}}).to_string();
    assert_eq!(cloud.call("PUT", &path, &token, &edit).await.status, 204);
    assert_eq!(
        field(&cloud, &token, "2", "SHOP-1", "description").await,
        written
    );
    let document = field(&cloud, &token, "3", "SHOP-1", "description").await;
    assert_eq!(
        document["content"][0]["content"][1],
        json!({"type": "text", "text": "breaks", "marks": [{"type": "strong"}]})
    );

    let new = json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Task"},
        "summary": "New", "description": "h2. *Why*"}});
    let made = cloud
        .post(&cloud.software("Acme", "api/2/issue"), &token, &new)
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let key = made.json()["key"].as_str().unwrap().to_owned();
    assert_eq!(
        field(&cloud, &token, "2", &key, "description").await,
        "h2. *Why*"
    );
}

#[tokio::test]
async fn each_version_takes_its_own_rich_text_only() {
    let cloud = Cloud::new().await;
    let scopes = "read:jira-work write:jira-work";
    let token = cloud.connect("Bruno", "Acme", scopes).await.access;
    let document = json!({"type": "doc", "version": 1, "content": []});
    for (version, description, expected) in [
        ("2", document.clone(), 400),
        ("2", json!("text"), 204),
        ("2", Value::Null, 204),
        ("3", json!("text"), 400),
        ("3", document, 204),
    ] {
        let path = cloud.software("Acme", &format!("api/{version}/issue/SHOP-1"));
        let edit = json!({"fields": {"description": description}}).to_string();
        let reply = cloud.call("PUT", &path, &token, &edit).await;
        assert_eq!(reply.status, expected, "{version} {edit}: {}", reply.text);
    }
}

#[tokio::test]
async fn latest_is_version_two_or_three_by_switch() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    assert!(
        field(&cloud, &token, "latest", "SHOP-1", "description")
            .await
            .is_string()
    );
    cloud
        .control("switches", json!({"latest_version": "3"}))
        .await;
    assert!(
        field(&cloud, &token, "latest", "SHOP-1", "description")
            .await
            .is_object()
    );
}

#[tokio::test]
async fn issues_of_boards_link_to_themselves_and_what_is_in_them_to_version_two() {
    let cloud = Cloud::new().await;
    let scopes = format!("{AGILE_SCOPES} read:issue:jira-software");
    let token = cloud.connect("Bruno", "Acme", &scopes).await.access;
    let path = cloud.software(
        "Acme",
        "agile/1.0/sprint/14/issue?fields=status,description&maxResults=50",
    );
    for wiki in [false, true] {
        let form = if wiki { "wiki" } else { "document" };
        cloud
            .control("switches", json!({"software_rich_text": form}))
            .await;
        let list = cloud.get(&path, &token).await.json();
        let issue = &list["issues"][0];
        let link = issue["self"].as_str().unwrap();
        let id = issue["id"].as_str().unwrap();
        assert!(
            link.ends_with(&format!("/rest/agile/1.0/issue/{id}")),
            "{link}"
        );
        let status = issue["fields"]["status"]["self"].as_str().unwrap();
        assert!(status.contains("/rest/api/2/status/"), "{status}");
        let mut all = list["issues"].as_array().unwrap().iter();
        let described = all.find(|issue| !issue["fields"]["description"].is_null());
        assert_eq!(
            described.unwrap()["fields"]["description"].is_string(),
            wiki
        );

        let path = cloud.software("Acme", &format!("agile/1.0/issue/{id}?fields=status"));
        let alone = cloud.get(&path, &token).await.json();
        assert_eq!(alone["fields"]["status"], issue["fields"]["status"]);
    }
}

#[tokio::test]
async fn descriptions_have_a_limit_in_characters_of_text() {
    let cloud = Cloud::new().await;
    let scopes = "read:jira-work write:jira-work";
    let token = cloud.connect("Bruno", "Acme", scopes).await.access;
    let edit = async |version: &str, length: usize| {
        let text = "é".repeat(length);
        let document = json!({"type": "doc", "version": 1, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": text}]},
        ]});
        let description = if version == "2" {
            json!(text)
        } else {
            document
        };
        let body = json!({"fields": {"description": description}}).to_string();
        let path = cloud.software("Acme", &format!("api/{version}/issue/SHOP-1"));
        cloud.call("PUT", &path, &token, &body).await
    };
    for (switch, message) in [
        (
            "field_text",
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
        ),
        ("code", "CONTENT_LIMIT_EXCEEDED"),
    ] {
        cloud
            .control("switches", json!({"text_limit_error": switch}))
            .await;
        for version in ["2", "3"] {
            assert_eq!(edit(version, 32_767).await.status, 204, "{version}");
            let expected = json!({"errorMessages": [], "errors": {"description": message}});
            assert_eq!(
                edit(version, 32_768).await.answer(),
                (400, expected),
                "{version}"
            );
        }
    }
}
