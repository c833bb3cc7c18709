//! What people and machines put into Jira that is not fit to be read: it harms itself alone.

use juncture_jira::{Error, Issue, adf};

use crate::support::hostile::texts_in_texts;
use crate::support::{Fake, HandClock, Reply, SITE, client, token};

async fn issues(reply: &str) -> Result<Vec<Issue>, Error> {
    let fake = Fake::script([Reply::ok(reply)]).await;
    let clock = HandClock::new();
    let client = client(&fake.url, &clock);
    client
        .site(SITE, &token())
        .all_issues("x = 1", &["description"])
        .await
}

/// Documents that would end the process, or fill it, as trees. Each has one text to show.
fn unfit_documents() -> [String; 4] {
    let paragraph = r#"{"type": "paragraph", "content": [{"type": "text", "text": "shown"}]}"#;
    let poison = texts_in_texts(32, 90);
    let deep = "[".repeat(50_000) + &"]".repeat(50_000);
    let wide = format!("[{}0]", "0,".repeat(400_000));
    let beside = |json: &str| {
        format!(r#"{{"type": "doc", "version": 1, "content": [{paragraph}, {json}]}}"#)
    };
    let hidden = format!(
        r#"{{"type": "extension", "attrs": {{"extensionKey": "x", "parameters": {poison}}}}}"#
    );
    [
        beside(&poison),
        beside(&hidden),
        beside(&deep),
        beside(&wide),
    ]
}

#[tokio::test]
async fn an_issue_with_a_document_that_is_no_tree_is_in_the_list_and_shows_its_texts() {
    for document in unfit_documents() {
        let answer = format!(
            r#"{{"issues": [
                {{"id": "1", "key": "ED-1", "fields": {{"description": {document}}}}},
                {{"id": "2", "key": "ED-2", "fields": {{}}}}], "isLast": true}}"#
        );
        let issues = issues(&answer).await.unwrap();
        let keys: Vec<_> = issues.iter().map(|issue| issue.key.as_str()).collect();
        assert_eq!(keys, ["ED-1", "ED-2"]);
        let description = issues[0].fields.description.as_deref().unwrap();
        assert_eq!(adf::to_markdown(description), "shown");
    }
}

#[tokio::test]
async fn a_custom_field_that_is_no_tree_is_left_out() {
    for value in unfit_documents() {
        let answer = format!(
            r#"{{"issues": [{{"id": "1", "key": "ED-1", "fields":
                {{"customfield_1": {value}, "customfield_2": 5, "unknown": {value}}}}}], "isLast": true}}"#
        );
        let issues = issues(&answer).await.unwrap();
        let ids: Vec<_> = issues[0].fields.custom.keys().collect();
        assert_eq!(ids, ["customfield_2"]);
    }
}

#[tokio::test]
async fn a_refusal_whose_words_are_no_tree_is_that_refusal_without_words() {
    for words in unfit_documents() {
        let body = format!(r#"{{"errorMessages": ["no"], "errors": {{"summary": {words}}}}}"#);
        let fake = Fake::script([Reply::status(403, &body)]).await;
        let clock = HandClock::new();
        let client = client(&fake.url, &clock);
        let refusal = client.site(SITE, &token()).project("ED").await.unwrap_err();
        assert!(refusal.is_forbidden());
        assert!(refusal.messages().is_empty() && refusal.field_errors().is_empty());
    }
}

#[tokio::test]
async fn more_things_than_a_page_holds_are_no_answer() {
    let list = |count: usize| {
        let issues = (0..count).map(|id| format!(r#"{{"id":"{id}","key":"A-{id}"}}"#));
        let issues: Vec<_> = issues.collect();
        format!(r#"{{"issues":[{}],"isLast":true}}"#, issues.join(","))
    };
    assert_eq!(issues(&list(5_000)).await.unwrap().len(), 5_000);
    assert!(issues(&list(5_001)).await.unwrap_err().is_bad_response());
}

#[tokio::test]
async fn whoever_is_to_write_over_a_value_is_told_that_it_is_there_fit_or_not() {
    let (clock, secret) = (HandClock::new(), token());
    for document in unfit_documents() {
        let text = format!(
            r#"{{"id": "1", "key": "ED-1", "fields": {{"customfield_1": {document}, "environment": null}}}}"#
        );
        let fake = Fake::script([Reply::ok(&text)]).await;
        let client = client(&fake.url, &clock);
        let site = client.site(SITE, &secret);
        let ids = ["customfield_1", "environment", "customfield_2"];
        let values = site.field_values("ED-1", &ids).await.unwrap();
        let value = values.get("customfield_1").unwrap();
        assert_eq!(value.get().trim(), document);
        assert!(adf::edit(value, "new").is_err());
        assert_eq!(values.get("environment").unwrap().get(), "null");
        assert!(values.get("customfield_2").is_none());
    }
    let fake = Fake::script([Reply::ok(r#"{"id": "1", "key": "ED-1"}"#)]).await;
    let client = client(&fake.url, &clock);
    let site = client.site(SITE, &secret);
    assert!(site.field_values("ED-1", &["environment"]).await.is_err());
}
