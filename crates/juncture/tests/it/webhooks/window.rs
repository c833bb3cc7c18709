//! How many attempts are made at once: many where an endpoint answers many as soon as one, and few where each waits
//! for the others.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use jiff::SignedDuration;
use juncture_server::webhooks::TIMEOUT;
use juncture_server::webhooks::window::AT_ONCE;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex as Turn, Semaphore};
use tokio_util::task::AbortOnDropHandle;

use super::scene::{Made, Scene};
use crate::support::real_time;

/// Serves a handler; its URL.
async fn serve(router: Router) -> (String, AbortOnDropHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, AbortOnDropHandle::new(serving))
}

/// How many requests are there, the most that were, and how many there have been.
#[derive(Debug, Default)]
struct Count {
    now: usize,
    most: usize,
    all: usize,
}

impl Count {
    fn begin(&mut self) {
        self.now += 1;
        self.all += 1;
        self.most = self.most.max(self.now);
    }
}

/// An endpoint for which so many events wait, each of a subject of its own.
async fn waiting(scene: &Scene, url: &str, events: usize) -> Made {
    let made = scene.endpoint_with(json!({"url": url})).await;
    for number in 1..=i64::try_from(events).unwrap() {
        scene.record(&format!("subject-{number}"), number).await;
    }
    made
}

#[tokio::test]
async fn an_endpoint_that_answers_many_as_soon_as_one_gets_twice_as_many_each_time() {
    const WAVES: [usize; 5] = [16, 32, 64, AT_ONCE, AT_ONCE];
    let count: Arc<Mutex<Count>> = Arc::default();
    let gate = Arc::new(Semaphore::new(0));
    let answer = {
        let (count, gate) = (count.clone(), gate.clone());
        async move || {
            count.lock().unwrap().begin();
            gate.acquire().await.unwrap().forget();
            count.lock().unwrap().now -= 1;
            StatusCode::NO_CONTENT
        }
    };
    let (url, _serving) = serve(Router::new().route("/hook", post(answer))).await;
    let scene = Scene::start().await;
    let made = waiting(&scene, &url, WAVES.iter().sum()).await;
    scene.start_delivering().await;
    for wave in WAVES {
        real_time::eventually(async || count.lock().unwrap().now == wave).await;
        assert_eq!(count.lock().unwrap().most, wave);
        gate.add_permits(wave);
        real_time::eventually(async || gate.available_permits() == 0).await;
    }
    scene.deliver().await;
    assert_eq!(count.lock().unwrap().all, WAVES.iter().sum::<usize>());
    assert_eq!(scene.look(&made).await["waiting"], 0);
}

#[tokio::test]
async fn an_endpoint_that_works_on_one_request_at_a_time_is_not_asked_for_more_than_it_can_do() {
    const EVENTS: usize = 100;
    const EACH: SignedDuration = SignedDuration::from_millis(300);
    let scene = Scene::start().await;
    let count: Arc<Mutex<Count>> = Arc::default();
    let turn = Arc::new(Turn::new(()));
    let answer = {
        let (count, clock) = (count.clone(), scene.app.clock.clone());
        async move || {
            count.lock().unwrap().begin();
            let _mine = turn.lock().await;
            clock.advance(EACH);
            count.lock().unwrap().now -= 1;
            StatusCode::NO_CONTENT
        }
    };
    let (url, _serving) = serve(Router::new().route("/hook", post(answer))).await;
    let made = waiting(&scene, &url, EVENTS).await;
    scene.deliver().await;
    let delivered = scene.deliveries(&made, "delivered").await;
    assert_eq!(delivered.len(), EVENTS);
    let once = |delivery: &Value| delivery["attempts"].as_array().unwrap().len() == 1;
    assert!(delivered.iter().all(once), "none had to be sent again");
    let count = count.lock().unwrap();
    assert_eq!(count.all, EVENTS);
    let in_time = TIMEOUT.as_millis() / EACH.unsigned_abs().as_millis();
    assert!(count.most < usize::try_from(in_time).unwrap(), "{count:?}");
}
