//! Rate limits, in headers and enforced.

use juncture_sandbox::{Limits, Options, Switches};
use serde_json::json;

use crate::support::{Cloud, Reply, still};

const SCOPES: &str = "read:jira-work write:jira-work read:jira-user";

async fn enforced() -> (Cloud, String) {
    let options = Options {
        switches: Switches {
            limits: Limits::Enforced,
            ..Switches::default()
        },
        ..still()
    };
    let cloud = Cloud::with(options).await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    (cloud, token)
}

/// The headers of a refusal: reason, seconds to wait, limit, and when it ends.
fn refusal(reply: &Reply) -> (u16, &str, &str, &str, &str) {
    (
        reply.status.as_u16(),
        reply.header("ratelimit-reason"),
        reply.header("retry-after"),
        reply.header("x-ratelimit-limit"),
        reply.header("x-ratelimit-reset"),
    )
}

#[tokio::test]
async fn every_answer_of_a_real_route_shows_its_bucket() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let shown = |reply: &Reply| {
        let names = [
            "ratelimit-policy",
            "ratelimit",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
        ];
        names.map(|name| reply.header(name).to_owned())
    };
    let bucket = |steady: u64, burst: u64| {
        let left = burst - 1;
        [
            format!("\"jira-burst-based\";q={steady};w=1"),
            format!("\"jira-burst-based\";r={left};t=1"),
            burst.to_string(),
            left.to_string(),
        ]
    };
    for _ in 0..2 {
        let field = cloud.get(&cloud.api("Acme", "field"), &token).await;
        assert_eq!(shown(&field), bucket(100, 350));
        let issue = cloud.get(&cloud.api("Acme", "issue/SHOP-1"), &token).await;
        assert_eq!(shown(&issue), bucket(150, 400));
        let search = cloud
            .post(
                &cloud.api("Acme", "search/jql"),
                &token,
                &json!({"jql": ""}),
            )
            .await;
        assert_eq!(
            (search.status.as_u16(), shown(&search)),
            (400, bucket(100, 200))
        );
        assert_eq!(search.header("x-ratelimit-nearlimit"), "");
    }
    let none = ["", "", "", ""].map(str::to_owned);
    let count = cloud.api("Acme", "search/approximate-count");
    for (path, token, status) in [
        (cloud.api("Acme", "nothing"), token.as_str(), 404),
        (count, token.as_str(), 405),
        (cloud.api("Acme", "field"), "", 401),
        (
            cloud.software("Acme", "agile/1.0/board"),
            token.as_str(),
            401,
        ),
    ] {
        let reply = cloud.get(&path, token).await;
        assert_eq!(
            (reply.status.as_u16(), shown(&reply)),
            (status, none.clone()),
            "{path}"
        );
    }
    cloud.control("switches", json!({"limits": "off"})).await;
    assert_eq!(
        shown(&cloud.get(&cloud.api("Acme", "field"), &token).await),
        none
    );
}

#[tokio::test]
async fn burst_is_refused_until_the_clock_fills_its_bucket() {
    let (cloud, token) = enforced().await;
    let path = cloud.api("Acme", "field");
    for left in (0..350).rev() {
        let reply = cloud.get(&path, &token).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("x-ratelimit-remaining"), left.to_string());
        let is_near = reply.header("x-ratelimit-nearlimit") == "true";
        assert_eq!(is_near, left < 70);
    }
    let refused = cloud.get(&path, &token).await;
    let expected = (429, "jira-burst-based", "1", "350", "2026-10-01T12:00:01Z");
    assert_eq!(refusal(&refused), expected);
    let other = cloud.get(&cloud.api("Acme", "status"), &token).await;
    assert_eq!(other.status, 200, "another route has a bucket of its own");
    let ada = cloud.connect("Ada", "Acme", SCOPES).await.access;
    assert_eq!(
        cloud.get(&path, &ada).await.status,
        429,
        "all people of a site share it"
    );
    cloud.advance(1).await;
    for _ in 0..100 {
        assert_eq!(cloud.get(&path, &token).await.status, 200);
    }
    assert_eq!(cloud.get(&path, &token).await.status, 429);
}

#[tokio::test]
async fn issue_takes_twenty_writes_in_two_seconds_and_a_hundred_in_thirty() {
    let (cloud, token) = enforced().await;
    let write = async |name: &str| {
        let body = json!({"fields": {"summary": "Again"}}).to_string();
        cloud
            .call(
                "PUT",
                &cloud.api("Acme", &format!("issue/{name}")),
                &token,
                &body,
            )
            .await
    };
    let id = cloud
        .get(&cloud.api("Acme", "issue/SHOP-7"), &token)
        .await
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for round in 0..5 {
        for _ in 0..10 {
            assert_eq!(write("SHOP-7").await.status, 204);
            assert_eq!(
                write(&id).await.status,
                204,
                "by another name it is the same issue"
            );
        }
        let refused = write("shop-7").await;
        assert_eq!(
            (refused.status.as_u16(), refused.header("ratelimit-reason")),
            (429, "jira-per-issue-on-write")
        );
        let wait = if round == 4 { "22" } else { "2" };
        assert_eq!(refused.header("retry-after"), wait);
        assert_eq!(write("SHOP-8").await.status, 204, "another issue goes on");
        assert_eq!(
            cloud
                .get(&cloud.api("Acme", "issue/SHOP-7"), &token)
                .await
                .status,
            200
        );
        cloud.advance(2).await;
    }
    assert_eq!(write("SHOP-7").await.header("retry-after"), "20");
    cloud.advance(20).await;
    assert_eq!(write("SHOP-7").await.status, 204);
}

#[tokio::test]
async fn answers_cost_points_until_the_hour_is_over() {
    let (cloud, token) = enforced().await;
    let left = async || {
        cloud.get("/_sandbox/quota", "").await.json()["remaining_points"]
            .as_u64()
            .unwrap()
    };
    let expected = json!({"remaining_points": 65_000, "hourly_points": 65_000, "resets_at": "2026-10-01T13:00:00Z"});
    assert_eq!(cloud.get("/_sandbox/quota", "").await.json(), expected);
    let mut rest = 65_000;
    for (method, tail, body, cost) in [
        ("GET", "issue/SHOP-1", json!(null), 2),
        ("GET", "project/search?maxResults=3", json!(null), 4),
        (
            "POST",
            "search/jql",
            json!({"jql": "project = SHOP", "fields": ["key"], "maxResults": 100}),
            101,
        ),
        (
            "POST",
            "issue/bulkfetch",
            json!({"issueIdsOrKeys": ["SHOP-1", "SHOP-2"], "fields": ["summary"]}),
            3,
        ),
        ("GET", "myself", json!(null), 3),
        (
            "POST",
            "issue",
            json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Task"}, "summary": "s"}}),
            1,
        ),
        ("GET", "issue/NOPE-1", json!(null), 1),
    ] {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        cloud
            .call(method, &cloud.api("Acme", tail), &token, &body)
            .await;
        rest -= cost;
        assert_eq!(left().await, rest, "{method} {tail}");
    }

    cloud.advance(40 * 60).await;
    cloud
        .control("quota", json!({"remaining_points": 12_000}))
        .await;
    let near = cloud.get(&cloud.api("Acme", "field"), &token).await;
    assert_eq!(near.header("x-ratelimit-nearlimit"), "true");
    assert_eq!(
        near.header("ratelimit-policy"),
        "\"jira-burst-based\";q=100;w=1, \"global-app-quota\";q=65000;w=3600"
    );
    assert_eq!(
        near.header("ratelimit"),
        "\"jira-burst-based\";r=349;t=1, \"global-app-quota\";r=11999;t=1200"
    );

    cloud.control("quota", json!({"remaining_points": 1})).await;
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "issue/SHOP-1"), &token)
            .await
            .status,
        200,
        "the last answer may cost more"
    );
    let refused = cloud.get(&cloud.api("Acme", "field"), &token).await;
    assert_eq!(
        refusal(&refused),
        (
            429,
            "jira-quota-global-based",
            "1200",
            "65000",
            "2026-10-01T13:00:00Z"
        )
    );
    cloud
        .control("switches", json!({"reset_without_seconds": true}))
        .await;
    let refused = cloud.get(&cloud.api("Acme", "field"), &token).await;
    assert_eq!(refused.header("x-ratelimit-reset"), "2026-10-01T13:00Z");
    let wide = "read:jira-work read:jira-user";
    let ada = cloud.connect("Ada", "Globex", wide).await.access;
    assert_eq!(
        cloud.get(&cloud.api("Globex", "field"), &ada).await.status,
        429,
        "all sites share the points"
    );
    cloud.advance(20 * 60).await;
    let token = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    assert_eq!(
        cloud.get(&cloud.api("Acme", "field"), &token).await.status,
        200
    );
    assert_eq!(left().await, 64_999);
}
