//! Whatever comes in at the sandbox's doors: an answer comes out, and none is a 500 of its own.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::support::hostile::{any_json, fuzz, texts_in_texts};
use crate::support::{AGILE_SCOPES, Cloud};

struct Door {
    runtime: tokio::runtime::Runtime,
    cloud: Cloud,
    token: String,
}

impl Door {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let (cloud, token) = runtime.block_on(async {
            let cloud = Cloud::new().await;
            let token = cloud.connect("Bruno", "Acme", AGILE_SCOPES).await.access;
            (cloud, token)
        });
        Self {
            runtime,
            cloud,
            token,
        }
    }

    fn search(&self, body: &Value) -> u16 {
        let path = self.cloud.api("Acme", "search/jql");
        let reply = self.cloud.post(&path, &self.token, body);
        self.runtime.block_on(reply).status.as_u16()
    }
}

#[test]
fn fuzz_jql() {
    let door = Door::open();
    let word = select(vec![
        "project",
        "SHOP",
        "summary",
        "status",
        "created",
        "key",
        "assignee",
        "sprint",
        "=",
        "!=",
        "~",
        "in",
        "not in",
        "is",
        "is not",
        "empty",
        "(",
        ")",
        "(",
        ",",
        "and",
        "or",
        "not",
        "NOT ",
        "!",
        "order by",
        "desc",
        "asc",
        "currentUser()",
        "f(",
        "openSprints()",
        "\"a b\"",
        "'",
        "\"",
        "\\",
        "\\u00",
        "-1d",
        "was",
        "changed",
        "after",
        "during",
        "by",
        "from",
        "2026-01-01",
        "cf[10020]",
        "cf[",
        "1",
        "\n",
        "\u{e9}",
        "<=",
        ">",
        "||",
        "&&",
    ]);
    let repeated = (word, prop_oneof![20 => Just(1_usize), 1 => 1..2_000_usize])
        .prop_map(|(word, times)| (word.to_owned() + " ").repeat(times));
    let query = prop::collection::vec(repeated, 0..16).prop_map(|words| words.concat());
    fuzz(500, &query, |jql| {
        let status = door.search(&json!({"jql": jql, "maxResults": 1}));
        prop_assert!(matches!(status, 200 | 400), "{status}");
        let path = door.cloud.api("Acme", "jql/parse?validation=warn");
        let body = json!({"queries": [jql]});
        let reply = door
            .runtime
            .block_on(door.cloud.post(&path, &door.token, &body));
        prop_assert!(matches!(reply.status.as_u16(), 200 | 400), "{}", reply.text);
        Ok(())
    });
}

#[test]
fn fuzz_page_tokens() {
    let door = Door::open();
    let encode = |text: String| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
    };
    let token = prop_oneof![any_json().prop_map(encode), any::<String>()];
    fuzz(300, &token, |token| {
        let body = json!({"jql": "project = SHOP", "maxResults": 1, "nextPageToken": token});
        let status = door.search(&body);
        prop_assert!(matches!(status, 200 | 400), "{status}");
        Ok(())
    });
}

#[test]
fn fuzz_bodies() {
    let door = Door::open();
    let path = select(vec![
        "issue",
        "search/jql",
        "issue/bulkfetch",
        "search/approximate-count",
        "issue/SHOP-7/comment",
        "issue/SHOP-7/transitions",
        "issue/SHOP-7/changelog/list",
        "changelog/bulkfetch",
        "comment/list",
        "jql/parse",
        "jql/match",
    ]);
    let template = select(vec![
        "@",
        r#"{"fields": @}"#,
        r#"{"fields": @, "properties": [{"key": @, "value": @}]}"#,
        r#"{"fields": {"description": @, "summary": @}, "update": @}"#,
        r#"{"jql": @, "fields": @, "maxResults": @}"#,
        r#"{"jql": "project = SHOP", "properties": @}"#,
        r#"{"body": @, "visibility": @, "parentId": @, "properties": @}"#,
        r#"{"body": {"type": "doc", "version": 1, "content": [@]}}"#,
        r#"{"transition": {"id": "21"}, "update": {"comment": [{"add": {"body": @}}]}}"#,
        r#"{"ids": @, "queries": @}"#,
        r#"{"issueIds": @, "jqls": @}"#,
        r#"{"issueIdsOrKeys": @, "fieldIds": @, "nextPageToken": @}"#,
    ]);
    let body = (template, any_json()).prop_map(|(template, json)| template.replace('@', &json));
    fuzz(300, &(path, body), |(path, body)| {
        let path = door.cloud.api("Acme", path);
        let reply = door.cloud.call("POST", &path, &door.token, &body);
        let status = door.runtime.block_on(reply).status;
        // Jira falls over where a list is null, and so does its simulation.
        prop_assert!(
            status.is_success() || status.is_client_error() || body.contains("null"),
            "{status} to {body}"
        );
        Ok(())
    });
}

#[test]
fn a_text_in_a_text_is_no_json() {
    let door = Door::open();
    let body = format!(
        r#"{{"fields": {{"description": {}}}}}"#,
        texts_in_texts(30, 90)
    );
    for path in [
        door.cloud.api("Acme", "issue"),
        "/oauth/token".to_owned(),
        "/_sandbox/faults".to_owned(),
    ] {
        let reply = door.cloud.call("POST", &path, &door.token, &body);
        let reply = door.runtime.block_on(reply);
        assert_eq!(reply.status, 400, "{path}: {}", reply.text);
    }
}
