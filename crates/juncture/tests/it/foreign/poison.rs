//! The text that ended the process: once a request body, once a ticket that a Jira user wrote. Against
//! the built binary, because an overflow of the stack ends whoever has it.

use axum::http::Method;
use serde_json::{Value, json};

use super::attacked::Attacked;
use crate::support::SECRET_KEY;
use crate::support::front::Crafted;
use crate::support::hostile::texts_in_texts;

impl Attacked {
    async fn send(&self, method: Method, path: &str, body: String) -> (u16, Value) {
        let url = format!("{}/api/backend/jira/{path}", self.browser.server);
        let request = self.browser.http.request(method, url);
        let request = request.bearer_auth(SECRET_KEY);
        let request = request.header("content-type", "application/json");
        let answer = request.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.bytes().await.unwrap();
        (status, juncture_json::decode(&body).unwrap())
    }

    /// It lives, and ends in good order when it is asked to.
    async fn outlived(self) {
        let lives = self.browser.call(Method::GET, "/healthz").await;
        assert_eq!(lives.status(), 200);
        self.server.stop();
    }
}

/// 3,600 levels in some 17 kB; and the same with no more levels at a time than any text may have.
fn poisons() -> [String; 2] {
    let poisons = [texts_in_texts(30, 120), texts_in_texts(40, 90)];
    assert!(poisons.iter().all(|poison| poison.len() < 30_000));
    poisons
}

#[tokio::test]
async fn a_poisoned_body_is_refused_by_name_at_every_endpoint() {
    let attacked = Attacked::start().await;
    let reasons = [
        "nested deeper than 100 levels",
        "a key that begins with $serde_json::private::, which the parser keeps for itself",
    ];
    for (poison, reason) in poisons().iter().zip(reasons) {
        for (method, path, field) in [
            (Method::POST, "create-ticket", "description_adf"),
            (Method::POST, "create-ticket", "summary"),
            (Method::PUT, "edit-issue", "description_adf"),
            (Method::PUT, "edit-issue", "description"),
            (Method::PUT, "edit-issue", "summary"),
            (Method::PUT, "edit-issue", "assignee_account_id"),
            (Method::DELETE, "delete-issue", "delete_subtasks"),
            (Method::POST, "select-project", "unknown"),
        ] {
            let body = format!(
                r#"{{"external_id": "a", "issue_id_or_key": "SHOP-1", "{field}": {poison}}}"#
            );
            let refused = json!({"error": "Malformed JSON", "code": "malformed_json", "details": {"reason": reason}});
            let (status, answer) = attacked.send(method, path, body).await;
            assert_eq!((status, answer), (400, refused), "{path} {field}");
        }
    }
    attacked.outlived().await;
}

#[tokio::test]
async fn a_poisoned_ticket_is_shown_without_its_poison() {
    let attacked = Attacked::start().await;
    let paragraph = r#"{"type": "paragraph", "content": [{"type": "text", "text": "shown"}]}"#;
    for poison in poisons() {
        let hidden = format!(r#"{{"type": "extension", "attrs": {{"parameters": {poison}}}}}"#);
        for node in [&poison, &hidden] {
            let fields = format!(
                r#"{{"summary": "s", "customfield_10020": {poison}, "customfield_2": 2, "description":
                    {{"type": "doc", "version": 1, "content": [{paragraph}, {node}]}}}}"#
            );
            let issue = format!(r#"{{"id": "1", "key": "SHOP-1", "fields": {fields}}}"#);
            let other = r#"{"id": "2", "key": "SHOP-2", "fields": {"summary": "other"}}"#;
            let list = format!(r#"{{"issues": [{issue}, {other}], "isLast": true}}"#);
            attacked
                .front
                .craft("/search/jql", Crafted::json(200, list));
            attacked
                .front
                .craft("/issue/SHOP-1", Crafted::json(200, issue));

            let list =
                "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP";
            let tickets = attacked.browser.get(list).await;
            assert_eq!(tickets["total"], 2);
            assert_eq!(tickets["tickets"][0]["description"], "shown");
            let one = "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key=SHOP-1";
            let issue = &attacked.browser.get(one).await["issue"];
            assert_eq!(issue["description"], "shown");
            assert_eq!(issue["description_adf"], Value::Null);
            assert_eq!(issue["customFields"], json!({"customfield_2": 2}));
        }
    }
    attacked.outlived().await;
}

#[tokio::test]
async fn poisoned_answers_of_other_kinds_are_no_answers() {
    let attacked = Attacked::start().await;
    for poison in poisons() {
        let errors = format!(r#"{{"errorMessages": ["no"], "errors": {{"summary": {poison}}}}}"#);
        attacked
            .front
            .craft("/issue/SHOP-1", Crafted::json(400, errors));
        let edit = json!({"external_id": "a", "issue_id_or_key": "SHOP-1", "summary": "x"});
        let (status, answer) = attacked
            .send(Method::PUT, "edit-issue", edit.to_string())
            .await;
        assert_eq!(
            (status, &answer["code"]),
            (500, &json!("upstream_bad_response")),
            "{answer}"
        );

        // The fields of a site only help: the list is whole without them.
        let fields = format!(r#"[{{"id": "x", "name": "x", "schema": {poison}}}]"#);
        let fields = Crafted::json(200, fields);
        attacked.front.craft("/rest/api/3/field", fields);
        let list = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP";
        let answer = attacked.browser.call(Method::GET, list).await;
        assert_eq!(answer.status(), 200);
    }
    attacked.outlived().await;
}
