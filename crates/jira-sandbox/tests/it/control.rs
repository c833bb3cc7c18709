//! The controls under `/_sandbox/`.

use serde_json::{Value, json};

use crate::support::{Cloud, SCOPES};

#[tokio::test]
async fn page_explains_every_control() {
    let cloud = Cloud::new().await;
    let page = cloud.get("/_sandbox/", "").await;
    assert_eq!(page.status, 200);
    for path in [
        "world",
        "issues",
        "faults",
        "clock",
        "switches",
        "quota",
        "violations",
        "revoke",
        "tokens/expire",
        "tokens/inspect",
        "issued",
        "requests",
    ] {
        assert!(page.text.contains(&format!("/_sandbox/{path}")), "{path}");
    }
    assert!(page.text.contains("sandbox-client") && !page.text.contains("sandbox-secret"));
    assert_eq!(cloud.get("/", "").await.header("location"), "/_sandbox/");
}

#[tokio::test]
async fn request_log_has_what_came_in_and_leaves_out_the_controls() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    cloud.call("DELETE", "/_sandbox/requests", "", "").await;
    cloud.get(&cloud.api("Acme", "field?a=b"), &token).await;
    cloud
        .post(
            &cloud.api("Acme", "search/jql"),
            &token,
            &json!({"jql": ""}),
        )
        .await;
    cloud.get("/_sandbox/world", "").await;
    let log = cloud.get("/_sandbox/requests", "").await.json();
    let entries = log["requests"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    let expected = json!({"method": "GET", "path": cloud.api("Acme", "field"), "query": "a=b",
        "headers": {"content-type": "application/json"}, "body": "", "status": 200});
    assert_eq!(entries[0], expected);
    assert_eq!(
        (&entries[1]["body"], &entries[1]["status"]),
        (&json!("{\"jql\":\"\"}"), &json!(400))
    );
    cloud.call("DELETE", "/_sandbox/requests", "", "").await;
    assert_eq!(
        cloud.get("/_sandbox/requests", "").await.json(),
        json!({"requests": []})
    );
}

#[tokio::test]
async fn ledger_has_every_code_and_token_ever_issued() {
    let cloud = Cloud::new().await;
    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    let first = crate::support::tokens(&cloud.redeem(&code).await);
    let second = crate::support::tokens(&cloud.refresh(&first.refresh).await);
    cloud
        .control("revoke", json!({"account_id": cloud.person("Bruno")}))
        .await;
    let issued = cloud.get("/_sandbox/issued", "").await.json();
    let expected = json!({"codes": [code], "access_tokens": [first.access, second.access], "refresh_tokens": [first.refresh, second.refresh]});
    assert_eq!(issued, expected);
}

#[tokio::test]
async fn access_tokens_expire_on_demand_for_one_account_or_for_all() {
    let cloud = Cloud::new().await;
    let bruno = cloud.connect("Bruno", "Acme", SCOPES).await;
    let ada = cloud.connect("Ada", "Acme", SCOPES).await;
    let path = cloud.api("Acme", "field");
    let account = json!({"account_id": cloud.person("Bruno")});
    assert_eq!(cloud.control("tokens/expire", account).await["expired"], 1);
    assert_eq!(cloud.get(&path, &bruno.access).await.status, 401);
    assert_eq!(cloud.get(&path, &ada.access).await.status, 200);
    cloud.control("tokens/expire", json!({})).await;
    assert_eq!(cloud.get(&path, &ada.access).await.status, 401);
    let fresh = crate::support::tokens(&cloud.refresh(&bruno.refresh).await);
    assert_eq!(cloud.get(&path, &fresh.access).await.status, 200);
}

#[tokio::test]
async fn switches_change_one_by_one_and_unknown_ones_change_nothing() {
    let cloud = Cloud::new().await;
    let changed = cloud
        .control("switches", json!({"short_pages": true}))
        .await;
    assert_eq!(changed["short_pages"], true);
    assert_eq!(changed["leeway_seconds"], 600);
    for wrong in [
        json!({"no_such_switch": true}),
        json!({"leeway_seconds": "long"}),
        json!({"semantic_jql_errors": "whispered"}),
    ] {
        let reply = cloud.post("/_sandbox/switches", "", &wrong).await;
        assert_eq!(reply.status, 400, "{wrong}");
        assert!(reply.json()["error"].is_string());
    }
    assert_eq!(cloud.get("/_sandbox/switches", "").await.json(), changed);
}

#[tokio::test]
async fn clock_stands_until_it_is_moved() {
    let cloud = Cloud::new().await;
    assert_eq!(
        cloud.get("/_sandbox/clock", "").await.json(),
        json!({"now": "2026-10-01T12:00:00Z"})
    );
    let moved = cloud
        .control("clock", json!({"advance_seconds": -61}))
        .await;
    assert_eq!(moved, json!({"now": "2026-10-01T11:58:59Z"}));
    cloud.advance(i64::MAX).await;
    cloud.connect("Bruno", "Acme", SCOPES).await;
}

#[tokio::test]
async fn issues_come_and_go_behind_the_apis_back() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let change = json!({"site_id": cloud.site("Acme"), "project": "MOB", "add": 2, "delete": ["SHOP-1", "SHOP-2"]});
    let changed = cloud.control("issues", change).await;
    assert_eq!(changed["deleted"], json!(["SHOP-1", "SHOP-2"]));
    for key in changed["added"].as_array().unwrap() {
        let path = cloud.api("Acme", &format!("issue/{}", key.as_str().unwrap()));
        let issue = cloud.get(&path, &token).await.json();
        assert_eq!(issue["fields"]["created"], "2026-10-01T14:00:00.000+0200");
    }
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "issue/SHOP-1"), &token)
            .await
            .status,
        404
    );
    let wrong: [Value; 3] = [
        json!({"site_id": "x", "project": "SHOP", "add": 1}),
        json!({"site_id": cloud.site("Acme"), "project": "NOPE", "add": 1}),
        json!({"site_id": cloud.site("Acme"), "delete": ["SHOP-1"]}),
    ];
    for body in wrong {
        assert_eq!(
            cloud.post("/_sandbox/issues", "", &body).await.status,
            404,
            "{body}"
        );
    }
}

#[tokio::test]
async fn request_log_keeps_the_headers_that_matter_and_never_the_token() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let request = axum::http::Request::get(cloud.api("Acme", "field"))
        .header("authorization", format!("Bearer {token}"))
        .header("cookie", "secret")
        .header("accept-language", "en")
        .header("x-force-accept-language", "true");
    cloud.send(request.body("".into()).unwrap()).await;
    let log = cloud.get("/_sandbox/requests", "").await;
    assert!(!log.text.contains(&token));
    let entries = log.json()["requests"].as_array().unwrap().clone();
    let expected = json!({"accept-language": "en", "x-force-accept-language": "true"});
    assert_eq!(entries.last().unwrap()["headers"], expected);
}

#[tokio::test]
async fn issues_move_and_are_touched_behind_the_apis_back() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let get = async |key: &str| {
        cloud
            .get(&cloud.api("Acme", &format!("issue/{key}")), &token)
            .await
            .json()
    };
    let before = [get("SHOP-5").await, get("SHOP-6").await];
    let change = json!({"site_id": cloud.site("Acme"),
        "move": [{"issue": "SHOP-5", "to": "MOB"}, {"issue": "SHOP-8", "to": "OPS"}], "touch": ["SHOP-6"]});
    let changed = cloud.control("issues", change).await;
    let (moved, touched) = (get("SHOP-5").await, get("SHOP-6").await);
    assert_eq!(
        (&moved["id"], &moved["key"]),
        (&before[0]["id"], &changed["moved"][0])
    );
    assert!(changed["moved"][1].as_str().unwrap().starts_with("OPS-"));
    assert_eq!(
        moved["fields"]["status"]["scope"]["project"]["id"], "10001",
        "a status of the new project"
    );
    assert_eq!(
        moved["fields"]["status"]["statusCategory"],
        before[0]["fields"]["status"]["statusCategory"]
    );
    assert_eq!(changed["touched"], json!(["SHOP-6"]));
    let updated = |issue: &Value| issue["fields"]["updated"].as_str().unwrap().to_owned();
    assert!(updated(&touched) > updated(&before[1]) && updated(&moved) > updated(&before[0]));
    let body = json!({"jql": "project = SHOP AND key = MOB-1"});
    assert_eq!(
        cloud
            .post(&cloud.api("Acme", "search/jql"), &token, &body)
            .await
            .json()["issues"],
        json!([])
    );
    for wrong in [
        json!({"issue": "NOPE-1", "to": "OPS"}),
        json!({"issue": "SHOP-6", "to": "NOPE"}),
    ] {
        let body = json!({"site_id": cloud.site("Acme"), "move": [wrong]});
        assert_eq!(cloud.post("/_sandbox/issues", "", &body).await.status, 404);
    }
}
