//! Loss, doubles, delays, disorder and forgeries, when they are asked for.

use serde_json::{Value, json};

use super::{Receiver, SECRET, Scene, Taken, document};

fn summaries(heard: &[Taken]) -> Vec<String> {
    let bodies = heard.iter().map(Taken::json);
    let texts = bodies.map(|body| {
        body["issue"]["fields"]["summary"]
            .as_str()
            .unwrap()
            .to_owned()
    });
    texts.collect()
}

async fn edit_ten(scene: &Scene) {
    for number in 0..10 {
        scene.edit("SHOP-1", &number.to_string()).await;
    }
}

#[tokio::test]
async fn loss_doubles_and_disorder_are_the_same_for_the_same_seed() {
    let run = async |seed: u64| {
        let scene = Scene::new().await;
        scene.register(&["jira:issue_updated"]).await;
        scene.trouble(json!({"seed": seed, "lose": 0.3, "double": 0.5, "shuffle": true, "hold": true, "at_once": 1})).await;
        edit_ten(&scene).await;
        scene.trouble(json!({"hold": false})).await;
        let heard = scene.heard().await;
        let lost = scene.state().await["deliveries"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["fate"] == "lost")
            .count();
        (summaries(&heard), lost)
    };
    let (first, lost) = run(1).await;
    assert_eq!(run(1).await, (first.clone(), lost));
    let mut sorted = first.clone();
    sorted.sort();
    assert_ne!(first, sorted, "in no order");
    let mut single = sorted.clone();
    single.dedup();
    assert!(
        (1..10).contains(&lost) && single.len() == 10 - lost,
        "{first:?}, {lost} lost"
    );
    assert!(single.len() < sorted.len(), "some twice");
    assert_ne!(run(2).await.0, first);
}

#[tokio::test]
async fn a_double_has_the_identifier_of_the_first_and_is_no_retry() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene.trouble(json!({"double": 1})).await;
    scene.edit("SHOP-1", "Twice").await;
    let heard = scene.heard().await;
    let identifiers: Vec<_> = heard
        .iter()
        .map(|taken| taken.header("x-atlassian-webhook-identifier"))
        .collect();
    assert_eq!((identifiers.len(), identifiers[0]), (2, identifiers[1]));
    assert!(
        heard
            .iter()
            .all(|taken| taken.header("x-atlassian-webhook-retry").is_none())
    );
}

#[tokio::test]
async fn single_events_are_lost_and_others_come_late() {
    let scene = Scene::new().await;
    scene
        .register(&["jira:issue_updated", "comment_created"])
        .await;
    scene
        .trouble(json!({"lose_events": ["jira:issue_updated"], "delay_seconds": 30}))
        .await;
    scene.edit("SHOP-1", "Lost").await;
    scene
        .ask(
            "POST",
            "issue/SHOP-1/comment",
            json!({"body": document("Late")}),
        )
        .await;
    scene.cloud.advance(29).await;
    assert!(scene.heard().await.is_empty());
    scene.cloud.advance(1).await;
    assert_eq!(scene.heard_one().await.event(), "comment_created");
    let fates: Vec<_> = scene.state().await["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["fate"].clone())
        .collect();
    assert_eq!(fates, ["lost", "delivered"]);
    for wrong in [
        json!({"lose": 2}),
        json!({"at_once": 0}),
        json!({"colour": "red"}),
    ] {
        let reply = scene
            .cloud
            .post("/_sandbox/webhooks/trouble", "", &wrong)
            .await;
        assert_eq!(reply.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn what_is_held_is_released_in_any_order() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene.trouble(json!({"hold": true, "at_once": 1})).await;
    edit_ten(&scene).await;
    scene.cloud.advance(3_000).await;
    assert!(scene.heard().await.is_empty());
    let released = scene
        .cloud
        .control("webhooks/release", json!({"deliveries": [3, 1, 99, 2, 1]}))
        .await;
    assert_eq!(released, json!({"released": [3, 1, 2]}));
    assert_eq!(summaries(&scene.receiver.take()), ["2", "0", "1"]);
    scene.trouble(json!({"hold": false})).await;
    assert_eq!(
        summaries(&scene.heard().await),
        ["3", "4", "5", "6", "7", "8", "9"]
    );
    assert_eq!(scene.settle().await, json!({"waiting": 0, "under_way": 0}));
}

#[tokio::test]
async fn what_too_many_wait_for_is_lost_and_counted() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene
        .trouble(json!({"hold": true, "most_waiting": 4}))
        .await;
    edit_ten(&scene).await;
    let state = scene.state().await;
    assert_eq!(
        (&state["waiting"], &state["overflowed"]),
        (&json!(4), &json!(6))
    );
    scene.trouble(json!({"hold": false, "at_once": 1})).await;
    assert_eq!(summaries(&scene.heard().await), ["0", "1", "2", "3"]);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_not_sent() {
    let scene = Scene::new().await;
    scene.register(&["jira:issue_updated"]).await;
    scene.switch(json!({"body_limit": 1_000})).await;
    scene.edit("SHOP-1", "Too long").await;
    assert!(scene.heard().await.is_empty());
    assert_eq!(scene.state().await["deliveries"][0]["fate"], "too_long");
}

#[tokio::test]
async fn forgeries_are_what_they_are_called() {
    let scene = Scene::new().await;
    let id = scene.register(&["jira:issue_updated"]).await;
    scene.edit("SHOP-1", "Genuine").await;
    let genuine = scene.heard_one().await.json();
    let site = scene.cloud.site("Acme");
    let forge = async |kind: &str| {
        let wish = json!({"site_id": site, "id": id, "kind": kind});
        assert_eq!(
            scene.cloud.control("webhooks/forge", wish).await,
            json!({"status": 200})
        );
        scene.receiver.take().remove(0)
    };
    let header = |taken: &Taken| {
        taken
            .token()
            .split('.')
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert!(forge("unsigned").await.header("authorization").is_none());
    let none = forge("alg_none").await;
    assert_eq!(
        (header(&none)[0].as_str(), header(&none)[2].as_str()),
        ("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "")
    );
    assert_eq!(
        forge("wrong_key").await.claims("another key")["iat"],
        1_790_856_000
    );
    assert_eq!(
        forge("expired").await.claims(SECRET)["exp"],
        1_790_856_000 - 3_600 + 180
    );
    let plain = forge("genuine").await;
    assert_eq!(
        (plain.json(), plain.claims(SECRET)["iat"].clone()),
        (genuine.clone(), json!(1_790_856_000))
    );
    let changed = forge("changed_body").await;
    assert_eq!(
        (
            &changed.json()["issue"]["id"],
            changed.claims(SECRET)["iat"].is_number()
        ),
        (&json!("1"), true)
    );
    assert_eq!(
        forge("foreign_id").await.json()["matchedWebhookIds"],
        json!([999_999])
    );
    let link = forge("foreign_site").await.json()["issue"]["self"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        link.starts_with("https://acme-elsewhere.atlassian.example/"),
        "{link}"
    );
    assert_eq!(forge("unknown_event").await.event(), "jira:issue_vanished");
    assert_eq!(forge("not_json").await.body, "not JSON");
    assert!(forge("too_long").await.body.len() > 25_000_000);
    let own =
        json!({"site_id": site, "id": id, "kind": "genuine", "body": {"webhookEvent": "of ours"}});
    scene.cloud.control("webhooks/forge", own).await;
    assert_eq!(
        scene.receiver.take()[0].json(),
        json!({"webhookEvent": "of ours"})
    );
}

#[tokio::test]
async fn no_more_are_under_way_at_once_than_the_lanes_let_pass() {
    let scene = Scene::new().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let item = json!([{"jqlFilter": "project = SHOP", "events": ["jira:issue_updated", "jira:issue_deleted", "comment_deleted"]}]);
    scene.results(&scene.token, &url, item).await;
    scene.switch(json!({"timeout_seconds": 3_600})).await;
    for number in 1..=25 {
        scene.edit("SHOP-1", &number.to_string()).await;
    }
    let state = scene.state().await;
    assert_eq!(
        (&state["waiting"], &state["under_way"]),
        (&json!(25), &json!(20))
    );
    // Issue 17 of each project has 24 comments, which fall with it.
    scene
        .ask("DELETE", "issue/SHOP-17?deleteSubtasks=true", Value::Null)
        .await;
    let state = scene.state().await;
    assert!(state["waiting"].as_u64() > Some(48), "{}", state["waiting"]);
    assert_eq!(state["under_way"], 30);
}

#[tokio::test]
async fn the_page_shows_registrations_and_deliveries() {
    let scene = Scene::new().await;
    let empty = scene.cloud.get("/_sandbox/webhooks/page", "").await.text;
    assert!(empty.contains("None. An app registers by"));
    scene
        .register_where(
            "project = SHOP AND priority != \"<script>\"",
            &["jira:issue_updated"],
        )
        .await;
    scene.receiver.answers(&[503]);
    scene.edit("SHOP-1", "<b>bold</b>").await;
    scene.settle().await;
    let page = scene.cloud.get("/_sandbox/webhooks/page", "").await.text;
    for part in [
        scene.receiver.url.as_str(),
        "Bruno Okafor",
        "live",
        "waiting",
        ": 503",
        "&#60;script&#62;",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("<script>") && !page.contains("<b>bold"));
    scene
        .cloud
        .call("DELETE", "/_sandbox/webhooks", "", "")
        .await;
    assert_eq!(scene.state().await["waiting"], 1, "what waits is not over");
    let _: &Receiver = &scene.receiver;
}
