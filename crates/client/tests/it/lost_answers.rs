//! Answers that are lost between a real server and us: what is tried again is done once.

use juncture_client::Kind;
use juncture_client::jira::{IssueChanges, NewComment};

use crate::support::front::Fate;
use crate::support::{Scene, bug};

const PAGE: &str = "content-type: text/html\r\n";
const JSON: &str = "content-type: application/json\r\n";

fn fates() -> [Fate; 5] {
    let page = "<h1>Bad gateway</h1>";
    [
        Fate::Lost,
        Fate::Cut,
        Fate::Instead(502, PAGE, page),
        Fate::Instead(504, PAGE, page),
        Fate::Instead(201, JSON, "{\"ticket\":{\"ke"),
    ]
}

#[tokio::test]
async fn a_ticket_whose_answer_is_lost_is_asked_for_again_and_made_once() {
    let scene = Scene::start().await;
    for fate in fates() {
        let summary = format!("Answer {fate:?}").replace('\n', " ");
        scene.front.meets([fate]);
        let made = scene.jira.tickets().create(&bug(&summary)).await.unwrap();
        assert_eq!(made.ticket.ticket.summary.as_deref(), Some(&*summary));
        let seen = scene.front.seen();
        let keys: Vec<_> = seen.iter().map(|seen| seen.key().unwrap()).collect();
        assert_eq!((keys.len(), keys[0].len()), (2, 36));
        assert_eq!(keys[0], keys[1]);
        assert_eq!(scene.made(&summary).await, 1);
    }
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_not_asked_for_again() {
    let scene = Scene::start().await;
    let key = scene.new_ticket().await;
    let changes = IssueChanges {
        labels_add: vec!["once".to_owned()],
        ..IssueChanges::default()
    };
    for fate in fates() {
        scene.front.meets([fate]);
        let error = scene.jira.issues().edit(&key, &changes).await.unwrap_err();
        assert_eq!(error.kind(), Kind::OutcomeUnknown, "{error:?}");
        assert!(
            ["network_error", "invalid_answer"].contains(&error.code()),
            "{error:?}"
        );
        assert_eq!(scene.front.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_list_whose_answer_is_lost_is_asked_for_again() {
    let scene = Scene::start().await;
    for fate in fates() {
        scene.front.meets([fate]);
        assert!(scene.jira.projects().list().await.unwrap().total > 0);
        assert_eq!(scene.front.seen().len(), 2);
    }
}

#[tokio::test]
async fn many_tickets_and_comments_are_made_once_too() {
    let scene = Scene::start().await;
    scene.front.meets([Fate::Lost, Fate::Lost]);
    let wanted = [bug("One of two").into(), bug("Two of two").into()];
    let made = scene.jira.tickets().create_many(&wanted).await.unwrap();
    assert_eq!(made.results.len(), 2);
    assert_eq!(scene.made("One of two").await, 1);
    assert_eq!(scene.made("Two of two").await, 1);
    let key = scene.new_ticket().await;
    scene.front.meets([Fate::Cut]);
    let comments = scene.jira.comments();
    comments.add(&key, &NewComment::of("Once")).await.unwrap();
    assert_eq!(comments.list(&key).await.unwrap().total, 1);
}

#[tokio::test]
async fn a_creation_that_is_given_up_tells_its_key_with_which_it_goes_on() {
    let scene = Scene::start().await;
    let (jira, ticket) = (scene.impatient(), bug("Given up"));
    scene.front.meets([Fate::Lost]);
    let error = jira.tickets().create(&ticket).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::OutcomeUnknown, "network_error")
    );
    let key = error.idempotency_key().unwrap();
    jira.tickets().create_once(&ticket, key).await.unwrap();
    assert_eq!(scene.made("Given up").await, 1);
}

#[tokio::test]
async fn while_the_first_call_is_under_way_its_answer_is_waited_for() {
    let scene = Scene::start().await;
    let in_use = "{\"error\": \"In use\", \"code\": \"idempotency_key_in_use\"}";
    let under_way = Fate::Instead(409, JSON, in_use);
    // More often than a failure is tried again.
    scene.front.meets(vec![under_way; 5]);
    scene.jira.tickets().create(&bug("Slow")).await.unwrap();
    assert_eq!(scene.front.seen().len(), 6);
    assert_eq!(scene.made("Slow").await, 1);
}

#[tokio::test]
async fn a_doubt_stays_until_an_answer_tells_what_became_of_the_first_call() {
    let scene = Scene::start().await;
    let refused = "{\"error\": \"Invalid secret key\", \"code\": \"invalid_secret_key\"}";
    let refused = Fate::Refused(401, JSON, refused);
    scene.front.meets([Fate::Lost, refused.clone()]);
    let create = || async { scene.jira.tickets().create(&bug("Doubted")).await };
    let error = create().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::OutcomeUnknown, "invalid_secret_key")
    );
    scene.front.meets([refused]);
    let error = create().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::Other, "invalid_secret_key")
    );
}

#[tokio::test]
async fn a_key_of_ones_own_is_sent_as_it_is_and_refused_for_something_else() {
    let scene = Scene::start().await;
    let tickets = scene.jira.tickets();
    tickets
        .create_once(&bug("Order 17"), "order-17")
        .await
        .unwrap();
    assert_eq!(scene.front.seen()[0].key(), Some("order-17"));
    let error = tickets
        .create_once(&bug("Order 18"), "order-17")
        .await
        .unwrap_err();
    assert_eq!(
        (error.code(), error.status()),
        ("idempotency_key_reused", Some(409))
    );
    assert_eq!(error.idempotency_key(), Some("order-17"));
    let unfit = tickets
        .create_once(&bug("Order 19"), "order 19")
        .await
        .unwrap_err();
    assert_eq!(unfit.code(), "invalid_options");
}

#[tokio::test]
async fn a_gateways_refusal_of_a_change_is_not_taken_for_a_doubt() {
    let scene = Scene::start().await;
    scene.front.meets([Fate::Refused(403, PAGE, "<h1>No</h1>")]);
    let error = scene
        .jira
        .issues()
        .delete("SHOP-1", false)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code(), error.status()),
        (Kind::Other, "invalid_answer", Some(403))
    );
}

#[tokio::test]
async fn a_wait_that_is_asked_for_is_kept() {
    let scene = Scene::start().await;
    let key = scene.new_ticket().await;
    let limited = "{\"error\": \"Too many requests\", \"code\": \"too_many_requests\"}";
    let told = "content-type: application/json\r\nretry-after: 7\r\n";
    scene.front.meets([Fate::Refused(429, told, limited)]);
    scene.jira.issues().delete(&key, false).await.unwrap();
    let longest = scene.clock.slept().into_iter().max();
    assert_eq!(longest.map(|pause| pause.as_secs()), Some(7));
}
