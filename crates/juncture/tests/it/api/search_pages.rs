//! `search-issues`, page by page.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::search::{calls, keys, search, start_with_issues};
use crate::support::TestApp;
use crate::support::flow::ADA;

const JQL: &str = "project = SHOP ORDER BY created DESC, key DESC";
const SEARCH: &str = "/ex/jira/*/rest/api/3/search/jql";

/// All pages of a search, of so many issues each.
async fn walk(app: &TestApp, asked: &Value, limit: usize) -> Vec<Value> {
    let mut pages: Vec<Value> = Vec::new();
    loop {
        let mut asked = asked.clone();
        asked["limit"] = json!(limit);
        if let Some(page) = pages.last() {
            asked["cursor"] = page["next_cursor"].clone();
        }
        pages.push(search(app, asked).await.expect(200));
        if pages.last().unwrap()["next_cursor"].is_null() {
            return pages;
        }
    }
}

#[tokio::test]
async fn pages_make_the_whole() {
    let app = start_with_issues(437).await;
    let whole = keys(&search(&app, json!({"jql": JQL})).await.expect(200));
    for has_short_pages in [false, true] {
        let switches = json!({"short_pages": has_short_pages});
        app.sandbox.set_switches(&switches).await;
        for limit in [1, 7, 100, 150, 200] {
            if limit == 1 && has_short_pages {
                continue;
            }
            let asked = json!({"jql": JQL});
            let few =
                json!({"jql": "project = SHOP AND key < SHOP-10 ORDER BY created DESC, key DESC"});
            let asked = if limit == 1 { few } else { asked };
            let pages = walk(&app, &asked, limit).await;
            let (last, full) = pages.split_last().unwrap();
            assert!(
                full.iter().all(|page| keys(page).len() == limit),
                "Jira's short pages are filled"
            );
            assert!(keys(last).len() <= limit);
            let walked: Vec<String> = pages.iter().flat_map(keys).collect();
            let wanted = walked.len();
            assert_eq!(
                walked.iter().collect::<BTreeSet<_>>().len(),
                wanted,
                "none twice"
            );
            assert!(pages.iter().all(|page| page["total"] == wanted), "{limit}");
            if limit > 1 {
                assert_eq!(walked, whole, "{limit} {has_short_pages}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_costs_a_call_and_the_first_one_two_more() {
    let app = start_with_issues(120).await;
    calls(&app).await;
    let first = search(&app, json!({"jql": JQL, "limit": 50}))
        .await
        .expect(200);
    assert_eq!(
        calls(&app).await,
        ["jql/parse", "search/approximate-count", "search/jql"]
    );
    let next = json!({"jql": JQL, "limit": 50, "cursor": first["next_cursor"]});
    let second = search(&app, next).await.expect(200);
    assert_eq!(calls(&app).await, ["search/jql"]);
    assert_eq!((keys(&second).len(), &second["total"]), (50, &json!(120)));
    // A cursor says that there are pages, and 50 are usual.
    let last = json!({"jql": JQL, "cursor": second["next_cursor"]});
    let last = search(&app, last).await.expect(200);
    assert_eq!(
        (keys(&last).len(), &last["next_cursor"]),
        (20, &Value::Null)
    );
    calls(&app).await;
    // What is all on one page needs no count.
    let all = search(&app, json!({"jql": JQL, "limit": 200}))
        .await
        .expect(200);
    assert_eq!(
        (&all["total"], &all["next_cursor"]),
        (&json!(120), &Value::Null)
    );
    assert_eq!(calls(&app).await, ["search/jql", "search/jql"]);
}

#[tokio::test]
async fn pages_come_without_their_total_while_jira_does_not_count() {
    let app = start_with_issues(30).await;
    let count = "/ex/jira/*/rest/api/3/search/approximate-count";
    app.sandbox.fail(count, 500, None).await;
    let first = search(&app, json!({"jql": JQL, "limit": 10}))
        .await
        .expect(200);
    assert_eq!(keys(&first).len(), 10);
    assert!(first.get("total").is_none(), "{first}");
    app.sandbox.clear_faults().await;
    let next = json!({"jql": JQL, "limit": 10, "cursor": first["next_cursor"]});
    let second = search(&app, next).await.expect(200);
    assert_eq!(second["total"], 30);
}

#[tokio::test]
async fn a_cursor_works_for_its_connection_and_its_search_alone() {
    let app = start_with_issues(30).await;
    app.connect_as("b", ADA, "Acme").await;
    let asked = json!({"jql": JQL, "limit": 10, "fields": ["Sprint"]});
    let first = search(&app, asked.clone()).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap().to_owned();
    let with = |change: Value| {
        let mut asked = asked.clone();
        asked["cursor"] = json!(cursor);
        asked
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        asked
    };
    let second = search(&app, with(json!({}))).await.expect(200);
    assert_eq!(keys(&second).len(), 10);
    // Another size of pages is the same search; so are its fields by another order or spelling.
    let rest = search(&app, with(json!({"limit": 200, "fields": " Sprint "})))
        .await
        .expect(200);
    assert_eq!(
        (keys(&rest).len(), &rest["next_cursor"]),
        (20, &Value::Null)
    );

    let mut altered = cursor.clone().into_bytes();
    altered[40] = if altered[40] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    let invalid = json!({
        "error": "Invalid cursor", "code": "invalid_cursor",
        "details": {
            "field": "cursor",
            "reason": "must be a next_cursor of the same connection, jql and fields, from the last seven days",
        },
    });
    for (what, asked) in [
        ("nonsense", with(json!({"cursor": "nonsense"}))),
        ("no base64", with(json!({"cursor": "?!"}))),
        (
            "shortened",
            with(json!({"cursor": cursor[..cursor.len() - 8]})),
        ),
        ("altered", with(json!({"cursor": altered}))),
        ("another connection", with(json!({"external_id": "b"}))),
        ("another query", with(json!({"jql": "project = SHOP"}))),
        ("fewer fields", with(json!({"fields": null}))),
        (
            "other fields",
            with(json!({"fields": ["Sprint", "duedate"]})),
        ),
    ] {
        calls(&app).await;
        let refused = search(&app, asked).await;
        assert_eq!(
            (refused.status.as_u16(), refused.json()),
            (400, invalid.clone()),
            "{what}"
        );
        assert!(calls(&app).await.is_empty(), "{what}: Jira is not asked");
    }
    // Jira's tokens end after seven days, or whenever Jira likes.
    let refusal = json!({"errorMessages": ["The provided next page token is invalid or expired."], "errors": {}});
    let fault = json!({"kind": "status", "status": 400, "body": refusal});
    app.sandbox.fault(SEARCH, &fault, None).await;
    search(&app, with(json!({}))).await.assert(400, &invalid);
    app.sandbox.clear_faults().await;
    app.advance(SignedDuration::from_hours(7 * 24)).await;
    calls(&app).await;
    search(&app, with(json!({}))).await.assert(400, &invalid);
    assert!(calls(&app).await.is_empty());
    // The same customer, connected anew, has another connection.
    let first = search(&app, asked.clone()).await.expect(200);
    let delete = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    app.delete(delete).await.expect(200);
    app.connect_as("a", ADA, "Acme").await;
    let of_old = with(json!({"cursor": first["next_cursor"]}));
    search(&app, of_old).await.assert(400, &invalid);
}

#[tokio::test]
async fn a_query_that_has_become_wrong_is_told_on_its_next_page() {
    let app = start_with_issues(30).await;
    let asked = json!({"jql": JQL, "limit": 10});
    let first = search(&app, asked.clone()).await.expect(200);
    let refusal = json!({"errorMessages": ["Something is wrong."], "errors": {}});
    app.sandbox
        .fault(
            SEARCH,
            &json!({"kind": "status", "status": 400, "body": refusal}),
            None,
        )
        .await;
    let parsed =
        json!({"queries": [{"query": JQL, "errors": ["Field 'created' does not exist."]}]});
    let parse = "/ex/jira/*/rest/api/3/jql/parse";
    app.sandbox
        .fault(
            parse,
            &json!({"kind": "status", "status": 200, "body": parsed}),
            None,
        )
        .await;
    // Until then it was known to be good.
    app.advance(SignedDuration::from_mins(11)).await;
    let mut next = asked;
    next["cursor"] = first["next_cursor"].clone();
    let told = search(&app, next).await.expect(400);
    assert_eq!(told["code"], "invalid_jql");
    assert_eq!(
        told["details"]["reasons"],
        json!(["Field 'created' does not exist."])
    );
}

#[tokio::test]
async fn a_cursor_tells_nobody_the_query_or_jiras_token() {
    let app = start_with_issues(30).await;
    let jql = "project = SHOP OR text ~ quicksilver ORDER BY key";
    let first = search(&app, json!({"jql": jql, "limit": 10}))
        .await
        .expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = json!({"jql": jql, "limit": 10, "cursor": cursor});
    search(&app, next).await.expect(200);
    let searches = app.sandbox.requests_to("/search/jql").await;
    let body: Value =
        juncture_json::decode(searches.last().unwrap()["body"].as_str().unwrap()).unwrap();
    let token = body["nextPageToken"].as_str().unwrap();
    let clear = URL_SAFE_NO_PAD.decode(token).unwrap();
    assert!(
        String::from_utf8_lossy(&clear).contains("quicksilver"),
        "Jira's own token tells it"
    );
    let sealed = URL_SAFE_NO_PAD.decode(cursor).unwrap();
    for bytes in [cursor.as_bytes(), &sealed] {
        for secret in ["quicksilver", &token[..24]] {
            let mut windows = bytes.windows(secret.len());
            assert!(
                !windows.any(|window| window == secret.as_bytes()),
                "{secret}"
            );
        }
    }
}
