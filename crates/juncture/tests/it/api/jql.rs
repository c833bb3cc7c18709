//! Queries of callers: what is told of those that are wrong.

use jiff::SignedDuration;
use serde_json::json;

use super::search::{calls, count, keys, search, start_with_issues};
use crate::support::flow::ADA;

const PARSE: &str = "/ex/jira/*/rest/api/3/jql/parse";

/// Queries that name what is not there, and the word that the reason must have.
const MISTAKES: [(&str, &str); 7] = [
    ("project = NOPE", "NOPE"),
    ("project = SHOP AND status = Dome", "Dome"),
    ("project = SHOP OR universe = 42", "universe"),
    ("assignee = nobodySpecial()", "nobodySpecial"),
    ("project = SHOP AND created > \"27/Oct/25\"", "27/Oct/25"),
    ("key = SHOP-999999", "SHOP-999999"),
    // Jira ignores this one, and the order would be any.
    ("project = SHOP ORDER BY universe", "universe"),
];

#[tokio::test]
async fn what_a_query_names_and_is_not_there_is_told_in_either_mood() {
    let app = start_with_issues(20).await;
    for mood in ["silent", "loud"] {
        let switches = json!({"semantic_jql_errors": mood});
        app.sandbox.set_switches(&switches).await;
        for (jql, word) in MISTAKES {
            for answer in [
                search(&app, json!({"jql": jql})).await,
                search(&app, json!({"jql": jql, "limit": 5})).await,
                count(&app, jql).await,
            ] {
                let body = answer.expect(400);
                assert_eq!(
                    (&body["error"], &body["code"]),
                    (&json!("Invalid JQL"), &json!("invalid_jql")),
                    "{mood} {jql}"
                );
                let reasons = body["details"]["reasons"].to_string();
                assert!(reasons.contains(word), "{mood} {jql}: {reasons}");
            }
        }
    }
}

#[tokio::test]
async fn the_place_of_a_mistake_is_told_where_it_is_known() {
    let app = start_with_issues(5).await;
    let position = |line: u32, character: u32| json!({"line": line, "character": character});
    for (jql, place) in [
        // Jira's own words.
        ("project = SHOP status = Done", Some(position(1, 16))),
        ("project = SHOP\nAND AND", Some(position(2, 5))),
        // Ours: it is not even sent.
        ("summary ~ \"unclosed", Some(position(1, 11))),
        ("project = SHOP\nAND (status = Done", Some(position(2, 5))),
        ("project = SHOP)", Some(position(1, 15))),
        ("ORDER BY created", None),
        ("  ", None),
    ] {
        let body = search(&app, json!({"jql": jql})).await.expect(400);
        assert_eq!(body["code"], "invalid_jql", "{jql}: {body}");
        assert!(body["details"]["reasons"][0].is_string(), "{jql}: {body}");
        let told = body["details"].get("position");
        assert_eq!(told, place.as_ref(), "{jql}: {body}");
        let counted = count(&app, jql).await.expect(400);
        assert_eq!(counted, body, "{jql}");
    }
}

#[tokio::test]
async fn a_new_query_is_checked_once_in_ten_minutes() {
    let app = start_with_issues(20).await;
    calls(&app).await;
    let nothing = "project = SHOP AND created < 2001-01-01";
    for (jql, total) in [("project = SHOP", 20), (nothing, 0)] {
        let found = search(&app, json!({"jql": jql})).await.expect(200);
        assert_eq!(
            (&found["total"], keys(&found).len()),
            (&json!(total), total)
        );
        assert!(found.get("unchecked").is_none(), "{found}");
        assert_eq!(calls(&app).await, ["jql/parse", "search/jql"]);
        // Also for those who count, or ask for pages.
        let counted = count(&app, jql).await;
        counted.assert(200, &json!({"count": total}));
        assert_eq!(calls(&app).await, ["search/approximate-count"]);
        search(&app, json!({"jql": jql, "limit": 30}))
            .await
            .expect(200);
        assert_eq!(calls(&app).await, ["search/jql"]);
        app.advance(SignedDuration::from_mins(11)).await;
        search(&app, json!({"jql": jql})).await.expect(200);
        assert_eq!(calls(&app).await, ["jql/parse", "search/jql"]);
    }
    // One customer's query is none of the next one's.
    app.connect_as("b", ADA, "Acme").await;
    calls(&app).await;
    let of_other = json!({"external_id": "b", "jql": nothing});
    search(&app, of_other).await.expect(200);
    assert_eq!(calls(&app).await, ["jql/parse", "search/jql"]);
}

#[tokio::test]
async fn without_a_word_of_the_parser_nothing_found_is_told_as_unchecked() {
    let app = start_with_issues(20).await;
    let nothing = "project = NOPE";
    let unchecked = json!({"issues": [], "total": 0, "next_cursor": null, "unchecked": true});
    for fault in [
        json!({"kind": "status", "status": 500}),
        json!({"kind": "status", "status": 403, "body": {"errorMessages": ["no"], "errors": {}}}),
        json!({"kind": "status", "status": 404, "body": {"errorMessages": ["no"], "errors": {}}}),
        json!({"kind": "status", "status": 410}),
        json!({"kind": "garbage", "body": "html"}),
        json!({"kind": "cut_body"}),
    ] {
        app.sandbox.clear_faults().await;
        app.sandbox.fault(PARSE, &fault, None).await;
        search(&app, json!({"jql": nothing}))
            .await
            .assert(200, &unchecked);
        let counted = json!({"count": 0, "unchecked": true});
        count(&app, nothing).await.assert(200, &counted);
        // What is found is good without it.
        let found = search(&app, json!({"jql": "project = SHOP"}))
            .await
            .expect(200);
        assert_eq!(found["total"], 20, "{fault}");
        assert!(found.get("unchecked").is_none(), "{fault}");
        // A loud Jira tells by itself.
        app.sandbox
            .set_switches(&json!({"semantic_jql_errors": "loud"}))
            .await;
        let told = search(&app, json!({"jql": nothing})).await.expect(400);
        assert_eq!(told["code"], "invalid_jql");
        app.sandbox
            .set_switches(&json!({"semantic_jql_errors": "silent"}))
            .await;
    }
    app.sandbox.clear_faults().await;
    app.sandbox.hang(PARSE, false).await;
    app.sandbox.forget_requests().await;
    let mut waiting = Box::pin(search(&app, json!({"jql": nothing})));
    app.sandbox
        .run_until_request(&mut waiting, "/jql/parse", 1)
        .await;
    app.sandbox
        .run_until_request(&mut waiting, "/search/jql", 1)
        .await;
    app.advance(SignedDuration::from_secs(2)).await;
    waiting.await.assert(200, &unchecked);
    // It is asked again as soon as it answers.
    app.sandbox.clear_faults().await;
    let told = search(&app, json!({"jql": nothing})).await.expect(400);
    assert_eq!(told["code"], "invalid_jql");
}
