//! How fast events are delivered to one endpoint, beside a loop that only signs and posts; the figures are printed.

use std::time::Duration;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use juncture_clock::Clock as _;
use juncture_outbound::guard::Guarded;
use juncture_server::events::{self, Kind, New};
use juncture_server::project::ProjectId;
use juncture_server::webhooks::attempt::post;
use juncture_server::webhooks::endpoint::{Endpoint, Mode};
use juncture_server::webhooks::judge::OnExhausted;
use juncture_server::webhooks::outcome::Outcome;
use juncture_server::webhooks::sign::SigningSecret;
use serde_json::json;
use serde_json::value::to_raw_value;
use uuid::Uuid;

use super::scene::{Receiver, Scene};
use crate::support::real_time;

const EVENTS: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fast_endpoint_gets_its_events_fast() {
    let scene = Scene::start().await;
    let receiver = Receiver::start().await;
    let made = scene.endpoint(&receiver).await;
    let app = &scene.app.app;
    let guarded = Guarded::new(app.clock.clone(), &["127.0.0.1/32".parse().unwrap()]);
    let endpoint = Endpoint {
        id: Uuid::nil(),
        project: ProjectId::DEFAULT,
        url: receiver.url.parse().unwrap(),
        secrets: vec![SigningSecret::parse(&made.secret).unwrap()],
        mode: Mode::Full,
        on_exhausted: OnExhausted::Skip,
    };
    let body = format!("{{\"data\":{{\"text\":\"{}\"}}}}", "x".repeat(800));
    let only = futures_util::stream::iter(0..EVENTS).for_each_concurrent(16, |_| async {
        let message = (Uuid::new_v4(), body.clone().into());
        let sent = post(&guarded, &*app.clock, &endpoint, message, false).await;
        assert_eq!(sent.outcome, Outcome::Delivered);
    });
    let ((), alone) = real_time::timed(only).await;
    receiver.take();
    record(&scene, scene.app.clock.now()).await;
    let ((), whole) = real_time::timed(Box::pin(scene.deliver())).await;
    assert_eq!(receiver.count(), EVENTS);
    let share = alone.as_secs_f64() / whole.as_secs_f64();
    println!("{EVENTS} events: {alone:?} to sign and post, {whole:?} to deliver: {share:.2}");
    // Far beyond what it takes on a busy machine.
    assert!(whole < Duration::from_mins(1), "{whole:?}");
}

async fn record(scene: &Scene, now: Timestamp) {
    let app = &scene.app.app;
    for part in 0..EVENTS / 100 {
        let new = |number: usize| New {
            kind: Kind::ConnectionCreated,
            subject: format!("subject-{}", (part * 100 + number) % 300),
            of: None,
            occurred_at: now,
            data: to_raw_value(&json!({"text": "x".repeat(800)})).unwrap(),
        };
        let all = (0..100).map(new).collect();
        let mut tx = app.store.begin_write().await.unwrap();
        let recorded = events::record_all(&mut tx, &app.sealer, ProjectId::DEFAULT, all, now);
        recorded.await.unwrap();
        tx.commit().await.unwrap();
    }
}
