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
use tokio::sync::{Mutex as Turn, Semaphore};

use super::scene::{Made, Scene};
use crate::support::loopback::Loopback;
use crate::support::real_time;

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

/// A receiver that answers when a test says so.
struct Receiver {
    url: String,
    count: Arc<Mutex<Count>>,
    answers: Arc<Semaphore>,
}

impl Receiver {
    async fn start() -> Self {
        let (count, answers): (Arc<Mutex<Count>>, _) =
            (Arc::default(), Arc::new(Semaphore::new(0)));
        let answer = {
            let (count, answers) = (count.clone(), answers.clone());
            async move || {
                count.lock().unwrap().begin();
                answers.acquire().await.unwrap().forget();
                count.lock().unwrap().now -= 1;
                StatusCode::NO_CONTENT
            }
        };
        let loopback = Loopback::bind().await;
        let url = format!("{}/hook", loopback.url);
        loopback.serve(Router::new().route("/hook", post(answer)));
        Self {
            url,
            count,
            answers,
        }
    }

    /// Waits until so many requests are there, of so many that have been, and none more.
    async fn until(&self, now: usize, all: usize) {
        let is_so = |count: &Count| (count.now, count.all) == (now, all);
        real_time::eventually(async || is_so(&self.count.lock().unwrap())).await;
    }

    /// Answers so many.
    async fn answer(&self, requests: usize) {
        self.answers.add_permits(requests);
        real_time::eventually(async || self.answers.available_permits() == 0).await;
    }
}

/// Records so many events behind so many others, each of a subject of its own.
async fn record(scene: &Scene, behind: usize, events: usize) {
    for number in behind + 1..=behind + events {
        let subject = format!("subject-{number}");
        scene.record(&subject, i64::try_from(number).unwrap()).await;
    }
}

/// An endpoint for which so many events wait.
async fn waiting(scene: &Scene, url: &str, events: usize) -> Made {
    let made = scene.endpoint_with(json!({"url": url})).await;
    record(scene, 0, events).await;
    made
}

/// The most that come at once from one time to the next, where each is answered as soon as one alone.
const WAVES: [usize; 5] = [16, 32, 64, AT_ONCE, AT_ONCE];

/// Answers events at once until as many as may be come together; `more` come behind them. How many have come.
async fn widen(scene: &Scene, receiver: &Receiver, more: usize) -> (Made, usize) {
    let all: usize = WAVES.iter().sum();
    let made = waiting(scene, &receiver.url, all + more).await;
    scene.start_delivering().await;
    let mut come = 0;
    for wave in WAVES {
        come += wave;
        receiver.until(wave, come).await;
        receiver.answer(wave).await;
    }
    receiver.until(more, all + more).await;
    (made, all + more)
}

#[tokio::test]
async fn an_endpoint_that_answers_many_as_soon_as_one_gets_twice_as_many_each_time() {
    let receiver = Receiver::start().await;
    let scene = Scene::start().await;
    let (made, _) = widen(&scene, &receiver, 0).await;
    assert_eq!(receiver.count.lock().unwrap().most, AT_ONCE);
    scene.deliver().await;
    assert_eq!(scene.look(&made).await["waiting"], 0);
}

#[tokio::test]
async fn each_answer_near_a_time_out_makes_it_one_less_and_one_is_always_sent() {
    const LATE: usize = 8;
    const FEWER: usize = AT_ONCE - LATE;
    const LAST: usize = 30;
    let nearly = SignedDuration::try_from(TIMEOUT / 2).unwrap();
    let receiver = Receiver::start().await;
    let scene = Scene::start().await;
    let (made, come) = widen(&scene, &receiver, LATE).await;
    record(&scene, come, FEWER + LAST).await;
    scene.app.clock.advance(nearly);
    receiver.answer(LATE).await;
    receiver.until(FEWER, come + FEWER).await;
    scene.app.clock.advance(nearly);
    receiver.answer(FEWER).await;
    receiver.until(1, come + FEWER + 1).await;
    receiver.answer(LAST).await;
    scene.deliver().await;
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
    let loopback = Loopback::bind().await;
    let url = format!("{}/hook", loopback.url);
    loopback.serve(Router::new().route("/hook", post(answer)));
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
