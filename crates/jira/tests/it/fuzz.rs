//! Whatever Jira answers: an answer or an error comes of it, in a bounded time.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use futures_util::{Stream, TryStreamExt as _};
use juncture_jira::fields::{Purpose, Setting, check};
use juncture_jira::{Error, FieldMeta, NewIssue, Place, Validation, adf};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::value::RawValue;
use serde_json::{Map, json};

use crate::adf::{document, fits};
use crate::support::hostile::{any_json, fuzz};
use crate::support::{Fake, HandClock, Reply, SITE, client, token};

/// Answers that a call would take, with a place for something else (`@`).
const ANSWERS: [&str; 24] = [
    "@",
    r#"{"issues": @, "isLast": true}"#,
    r#"{"issues": [{"id": "1", "key": "A-1", "fields": @}], "isLast": @}"#,
    r#"{"issues": [{"id": "1", "key": "A-1", "fields": {"description": @, "customfield_1": @}}], "issueErrors": @}"#,
    r#"{"id": "1", "key": "A-1", "fields": {"summary": @, "description": @, "labels": @, "status": @}}"#,
    r#"{"id": "1", "key": "A-1", "fields": {"customfield_1": @, "x": @, "priority": {"id": "1", "name": "x", "iconUrl": @}}}"#,
    r#"{"values": [{"id": 1, "name": "b", "type": "scrum"}, @], "isLast": true, "total": @}"#,
    r#"{"values": [{"id": 1, "name": "s", "state": "active", "goal": @}], "isLast": true}"#,
    r#"{"values": [{"id": "1", "key": "A", "name": @, "lead": @}], "isLast": true, "total": 1}"#,
    r#"[{"id": "x", "name": "y", "url": @, "scopes": ["read:jira-work", @]}]"#,
    r#"[{"id": "customfield_1", "name": "y", "schema": @}]"#,
    r#"{"id": "1", "key": "A-1"} @"#,
    r#"{"errorMessages": [@], "errors": @}"#,
    r#"{"errors": {"summary": @, "x": "no"}, "errorMessages": null}"#,
    r#"{"detail": @, "message": @, "error_description": @, "error": "x"}"#,
    r#"{"accountId": "x", "displayName": @, "avatarUrls": @}"#,
    r#"{"fields": [{"fieldId": "x", "name": @, "required": @, "operations": ["set", @], "schema": {"type": @}, "allowedValues": [@, {"id": @, "value": "a", "children": @}]}], "total": 1}"#,
    r#"{"fields": {"x": {"name": "x", "schema": {"type": "string", "custom": @}, "allowedValues": @, "defaultValue": @}, "y": @}}"#,
    r#"{"transitions": [{"id": "1", "name": @, "to": {"id": "1", "name": "x"}, "fields": @, "looped": @}]}"#,
    r#"{"comments": [{"id": "1", "body": @, "visibility": @, "parentId": @, "jsdPublic": @}], "total": 1}"#,
    r#"{"values": [{"id": "1", "items": [{"field": "x", "from": @}, @]}], "isLast": true}"#,
    r#"{"queries": [{"query": "x", "errors": @, "warnings": @}]}"#,
    r#"{"issues": [{"id": "1", "key": "A-1"}], "errors": [{"failedElementNumber": @, "elementErrors": @}]}"#,
    r#"{"permissions": {"X": {"havePermission": @}, "Y": @}}"#,
];

/// Each `@` of a template replaced by one of the values, in turn.
fn any_answer() -> impl Strategy<Value = String> {
    let values = prop::collection::vec(any_json(), 1..3);
    (select(&ANSWERS[..]), values).prop_map(|(template, values)| {
        let mut values = values.iter().cycle();
        let parts = template.split_inclusive('@');
        let filled = parts.map(|part| match part.strip_suffix('@') {
            Some(part) => part.to_owned() + values.next().expect("values without end"),
            None => part.to_owned(),
        });
        filled.collect()
    })
}

/// The words of an error are none of the text's own but those for people.
fn is_sane(error: &Error) {
    assert!(!error.to_string().is_empty());
    assert!(
        error
            .messages()
            .iter()
            .all(|words| words.len() <= 64 * 1024)
    );
}

/// What fields that were read are good for.
fn read(fields: &[FieldMeta]) {
    for field in fields {
        let kind = field.kind();
        drop(field.allowed_values());
        if let Some(value) = &field.default_value {
            drop(kind.read(value));
        }
    }
}

#[test]
fn fuzz_values_of_fields() {
    let types = [
        "",
        "string",
        "array",
        "option",
        "user",
        "datetime",
        "option-with-child",
        "team",
        "version",
        "timetracking",
    ];
    let customs = [
        "textarea",
        "select",
        "multiselect",
        "cascadingselect",
        "userpicker",
        "datetime",
        "labels",
        "float",
        "multiversion",
    ];
    let products = [
        "com.pyxis.greenhopper.jira:gh-sprint",
        "x:sd-customer-organizations",
        "x:cmdb-object-cftype",
        "x:vp-origin",
    ];
    let jira = "com.atlassian.jira.plugin.system.customfieldtypes:";
    let schema = prop_oneof![
        select(types.to_vec()).prop_map(|kind| json!({"type": kind})),
        select(customs.to_vec())
            .prop_map(move |kind| json!({"type": "x", "custom": format!("{jira}{kind}")})),
        select(products.to_vec()).prop_map(|kind| json!({"type": "x", "custom": kind})),
    ];
    fuzz(2_000, &(schema, any_json()), |(schema, text)| {
        let field = json!([{"fieldId": "x", "name": "x", "operations": ["set"], "schema": schema}]);
        let fields: Vec<FieldMeta> = juncture_json::decode_parts(field.to_string()).unwrap();
        let Ok(raw) = RawValue::from_string(text) else {
            return Ok(());
        };
        let plain = fields[0].kind().read(&raw);
        let accounts = BTreeMap::new();
        let setting = Setting {
            purpose: Purpose::Edit,
            is_team_managed: false,
            accounts: &accounts,
        };
        let given = Map::from_iter([("x".to_owned(), plain)]);
        let checked = check(&fields, &given, setting);
        let outcomes = checked.wrong.len() + checked.fields.ids().count() + checked.addresses.len();
        prop_assert!(outcomes >= 1);
        Ok(())
    });
}

/// The first page of a list.
async fn first<T>(pages: impl Stream<Item = Result<T, Error>>) -> Result<(), Error> {
    pin!(pages).try_next().await.map(drop)
}

#[test]
fn fuzz_answers_of_every_call() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let reply = Arc::new(Mutex::new(Reply::NoAnswer));
    let fake = runtime.block_on(Fake::start({
        let reply = Arc::clone(&reply);
        move |_| reply.lock().unwrap().clone()
    }));
    let (clock, token) = (HandClock::new(), token());
    let statuses = select(vec![
        200, 200, 200, 201, 204, 400, 401, 403, 404, 409, 413, 422,
    ]);
    fuzz(150, &(statuses, any_answer()), |(status, body)| {
        *reply.lock().unwrap() = Reply::status(status, &body);
        // A new client each time: no pace is left from another case.
        let client = client(&fake.url, &clock);
        let site = client.site(SITE, &token);
        runtime.block_on(async {
            let outcomes = [
                client.accessible_resources(&token).await.map(drop),
                site.fields().await.map(drop),
                site.project("A").await.map(drop),
                site.myself().await.map(drop),
                site.issue("A-1", &[]).await.map(drop),
                site.bulk_fetch(&["1"], &["summary"]).await.map(drop),
                site.approximate_count("x = 1").await.map(drop),
                first(site.search("x = 1", &["summary"])).await,
                first(site.projects()).await,
                site.sprint(1).await.map(drop),
                site.delete_issue("A-1", false).await,
                site.create_fields("A", "1")
                    .await
                    .map(|fields| read(&fields)),
                site.edit_fields("A-1").await.map(|fields| read(&fields)),
                site.transitions("A-1").await.map(drop),
                site.standing("A-1").await.map(drop),
                site.comments("A-1").await.map(drop),
                site.changelog("A-1").await.map(drop),
                site.parse_jql(&["x"], Validation::Strict).await.map(drop),
                site.create_issues(&[NewIssue::default()]).await.map(drop),
                site.my_permissions(&["X"], Place::Anywhere).await.map(drop),
                site.search_users("x", 10).await.map(drop),
                site.labels().await.map(drop),
            ];
            outcomes
                .iter()
                .filter_map(|outcome| outcome.as_ref().err())
                .for_each(is_sane);
        });
        Ok(())
    });
}

#[test]
fn fuzz_documents_to_markdown() {
    let document = any_json()
        .prop_map(|json| format!(r#"{{"type": "doc", "version": 1, "content": [{json}]}}"#));
    fuzz(2_000, &prop_oneof![document, any_json()], |json| {
        if let Ok(json) = RawValue::from_string(json) {
            let markdown = adf::to_markdown(&json);
            prop_assert!(
                markdown.len() <= 64 * (json.get().len() + 64),
                "{} of {}",
                markdown.len(),
                json.get().len()
            );
        }
        Ok(())
    });
}

#[test]
fn fuzz_markdown_to_documents() {
    let piece = prop_oneof![
        8 => select(vec![
            "a", " ", "\n", "\n\n", "    ", "> ", "- ", "1. ", "- [ ] ", "# ", "*", "**", "_", "~", "~~", "`", "```\n", "[", "](", ")", "![",
            "[a]: b\n", "<u>", "</u>", "<details>\n\n", "</details>\n\n", "<!--", "&amp;", "&#", "\\", "|", "| - |\n", "http://a.b", "https://",
            "http://", "<http://a.b>", "> [!NOTE]\n", "\u{0}", "\u{e9}\u{1f604}", "\t", "\r\n", "***\n",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let repeated = (piece, prop_oneof![9 => 1..4_usize, 1 => 1..400_usize])
        .prop_map(|(piece, times)| piece.repeat(times));
    let markdown = prop::collection::vec(repeated, 0..30).prop_map(|pieces| pieces.concat());
    fuzz(500, &markdown, |markdown| {
        let document = document(&markdown);
        fits(&document);
        prop_assert!(juncture_json::judge(document.to_string().as_bytes()).is_ok());
        Ok(())
    });
}
