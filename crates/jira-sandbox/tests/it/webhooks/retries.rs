//! Receivers that cannot take a delivery.

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{SCOPES, SECRET, Scene};

async fn attempts(scene: &Scene, number: u64) -> Value {
    let state = scene.state().await;
    let mut deliveries = state["deliveries"].as_array().unwrap().iter();
    let delivery = deliveries.find(|row| row["number"] == number).unwrap();
    json!({
        "fate": delivery["fate"],
        "retries": delivery["retries"],
        "statuses": delivery["attempts"].as_array().unwrap().iter().map(|row| row["status"].clone()).collect::<Vec<_>>(),
    })
}

/// The seconds until a delivery is due.
async fn wait(scene: &Scene) -> i64 {
    let state = scene.state().await;
    let due = state["deliveries"][0]["due"].as_str().unwrap().to_owned();
    let now = scene.cloud.get("/_sandbox/clock", "").await.json();
    let now = now["now"].as_str().unwrap().to_owned();
    let [due, now] = [due, now].map(|text| text.parse::<jiff::Timestamp>().unwrap());
    due.as_second() - now.as_second()
}

#[tokio::test]
async fn a_passing_failure_is_retried_five_times_under_one_identifier() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene.receiver.answers(&[503, 429, 408, 409, 425, 500]);
    scene.edit("SHOP-1", "Hard to tell").await;
    let first = scene.heard_one().await;
    let identifier = first
        .header("x-atlassian-webhook-identifier")
        .unwrap()
        .to_owned();
    for retry in 1..=5 {
        let wait = wait(&scene).await;
        assert!((300..=900).contains(&wait), "retry {retry} after {wait} s");
        scene.cloud.advance(wait - 1).await;
        assert!(scene.heard().await.is_empty(), "not before its time");
        scene.cloud.advance(1).await;
        let taken = scene.heard_one().await;
        assert_eq!(
            taken.header("x-atlassian-webhook-identifier"),
            Some(identifier.as_str())
        );
        assert_eq!(
            taken.header("x-atlassian-webhook-retry"),
            Some(retry.to_string().as_str())
        );
        assert_eq!(
            taken.body, first.body,
            "the body is that of the first attempt"
        );
        assert_ne!(
            taken.claims(SECRET)["iat"],
            first.claims(SECRET)["iat"],
            "the token is not"
        );
    }
    let expected =
        json!({"fate": "failed", "retries": 5, "statuses": [503, 429, 408, 409, 425, 500]});
    assert_eq!(attempts(&scene, 1).await, expected);
    scene.cloud.advance(3_600).await;
    assert!(scene.heard().await.is_empty());
}

#[tokio::test]
async fn a_retry_has_a_token_of_its_own_or_the_first_one() {
    for (switch, is_same) in [("fresh", false), ("original", true)] {
        let scene = Scene::new().await;
        scene.switch(json!({"jwt_retry": switch})).await;
        scene.register(&["jira:issue_updated"]).await;
        scene.receiver.answers(&[503]);
        scene.edit("SHOP-1", switch).await;
        let first = scene.heard_one().await;
        scene.cloud.advance(900).await;
        let second = scene.heard_one().await;
        assert_eq!(first.token() == second.token(), is_same, "{switch}");
        assert_eq!(attempts(&scene, 1).await["fate"], "delivered");
    }
}

#[tokio::test]
async fn a_refusal_is_final_and_a_redirect_is_not_followed() {
    for status in [400, 401, 403, 404, 410, 413, 302, 304] {
        let scene = Scene::new().await;
        scene.register(&["jira:issue_updated"]).await;
        scene.receiver.answers(&[status]);
        scene.edit("SHOP-1", "Refused").await;
        assert_eq!(scene.heard().await.len(), 1, "{status}");
        scene.cloud.advance(7_200).await;
        assert!(scene.heard().await.is_empty(), "{status}");
        assert_eq!(
            attempts(&scene, 1).await,
            json!({"fate": "failed", "retries": 0, "statuses": [status]})
        );
    }
}

#[tokio::test]
async fn no_answer_in_time_and_no_receiver_at_all_are_retried() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ports = [&silent, &closed].map(|listener| listener.local_addr().unwrap().port());
    drop(closed);
    let problems = ["the receiver did not answer in time", "Connection refused"];
    for ((port, problem), seconds) in ports.into_iter().zip(problems).zip([0, 60]) {
        let scene = Scene::new().await;
        scene.switch(json!({"timeout_seconds": seconds})).await;
        let item = json!([{"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"]}]);
        let url = format!("http://localhost:{port}/");
        scene.results(&scene.token, &url, item).await;
        scene.edit("SHOP-1", "Is anybody there?").await;
        scene.settle().await;
        let told = scene.state().await["deliveries"][0]["attempts"][0]["problem"].clone();
        assert!(told.as_str().unwrap().starts_with(problem), "{told}");
        let expected = json!({"fate": "waiting", "retries": 1, "statuses": [null]});
        assert_eq!(attempts(&scene, 1).await, expected);
    }
}

#[tokio::test]
async fn half_an_hour_of_failure_leaves_one_attempt_until_one_succeeds() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene.receiver.answers(&[503; 3]);
    scene.edit("SHOP-1", "The first").await;
    scene.settle().await;
    scene.trouble(json!({"hold": true})).await;
    scene.cloud.advance(1_800).await;
    // Another person's change has another address, and the receiver is the same.
    let ada = scene.cloud.connect("Ada", "Acme", SCOPES).await.access;
    let change = json!({"fields": {"summary": "After half an hour"}});
    scene.ask_as(&ada, "PUT", "issue/SHOP-2", &change).await;
    scene
        .cloud
        .control("webhooks/release", json!({"deliveries": [2]}))
        .await;
    assert_eq!(
        attempts(&scene, 2).await,
        json!({"fate": "failed", "retries": 0, "statuses": [503]})
    );
    scene
        .cloud
        .control("webhooks/release", json!({"deliveries": [1]}))
        .await;
    assert_eq!(
        attempts(&scene, 1).await["retries"],
        2,
        "an older one goes on"
    );
    scene
        .cloud
        .control("webhooks/release", json!({"deliveries": [1]}))
        .await;
    assert_eq!(attempts(&scene, 1).await["fate"], "delivered");
    scene.receiver.answers(&[503]);
    scene.edit("SHOP-2", "After a success").await;
    scene
        .cloud
        .control("webhooks/release", json!({"deliveries": [3]}))
        .await;
    assert_eq!(
        attempts(&scene, 3).await,
        json!({"fate": "waiting", "retries": 1, "statuses": [503]})
    );
}
