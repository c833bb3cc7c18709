//! Whatever Jira answers: an answer or an error comes of it, in a bounded time.

use std::pin::pin;
use std::sync::{Arc, Mutex};

use futures_util::{Stream, TryStreamExt as _};
use juncture_jira::{Error, adf, oauth};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::value::RawValue;

use crate::adf::{document, fits};
use crate::support::hostile::{any_json, fuzz};
use crate::support::{Fake, HandClock, Reply, SITE, client, token};

/// Answers that a call would take, with a place for something else (`@`).
const ANSWERS: [&str; 16] = [
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

#[test]
fn fuzz_refusals_of_the_token_host() {
    let body = any_json()
        .prop_map(|json| format!(r#"{{"error": "invalid_grant", "error_description": {json}}}"#));
    let status = select(vec![400, 401, 403, 429, 500]);
    fuzz(
        2_000,
        &(status, prop_oneof![body, any_json()]),
        |(status, body)| {
            let refusal = oauth::judge(oauth::Grant::RefreshToken, status, body.as_bytes());
            // A grant is dead by words that were read, or by the one status that says so.
            prop_assert!(refusal != oauth::Refusal::GrantDead || body.contains("error"));
            Ok(())
        },
    );
}
