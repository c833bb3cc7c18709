//! The feed, copied into Redis Streams: all of it, in order, at least once.

use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::SignedDuration;
use juncture_server::config::Config;
use juncture_server::events::sink::{Copier, Sink, SinkError};
use juncture_server::events::{Event, Kind, New, record_all, retention};
use juncture_server::jobs::Job;
use juncture_server::project::ProjectId;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::admin::ADMIN_KEY;
use crate::support::database::TestDatabase;
use crate::support::deployment::Deployment;
use crate::support::log::Log;
use crate::support::real_time::{eventually, find};
use crate::support::redis::PrivateRedis;
use crate::support::sandbox::TestSandbox;
use crate::support::{TestApp, environment};

/// With what the names of streams begin.
const STREAM: &str = "juncture:events";

/// The stream of the project `default`.
const OF_DEFAULT: &str = "juncture:events:default";

async fn start(redis: &PrivateRedis, more: &[(&str, &str)]) -> TestApp {
    let url = redis.url();
    let needed = [
        ("REDIS_URL", &*url),
        ("JUNCTURE_EVENTS_REDIS_STREAM", STREAM),
    ];
    TestApp::start_with(&[&needed, more].concat(), TestSandbox::start().await).await
}

/// What a server does each second.
fn job(app: &TestApp) -> Job {
    let mut jobs = app.app.jobs().into_iter();
    jobs.find(|job| job.name == "sink")
        .expect("a stream is configured")
}

async fn record(app: &TestApp, project: ProjectId, count: usize) {
    let new = |number: usize| New {
        kind: Kind::ConnectionCreated,
        subject: number.to_string(),
        of: None,
        occurred_at: app.clock_now(),
        data: to_raw_value(&json!({"external_id": number.to_string()})).unwrap(),
    };
    let mut tx = app.app.store.begin_write().await.unwrap();
    let new = (0..count).map(new).collect();
    let recorded = record_all(&mut tx, &app.app.sealer, project, new, app.clock_now());
    recorded.await.unwrap();
    tx.commit().await.unwrap();
}

/// An entry of a stream, as a consumer reads it: id, cursor, type and body.
type Read = (String, String, String, Value);

async fn stream(redis: &PrivateRedis, name: &str) -> Vec<Read> {
    let entries: Vec<(String, Vec<String>)> = redis.ask(&["XRANGE", name, "-", "+"]).await;
    let entries = entries.into_iter().map(|(_, fields)| {
        let (names, values): (Vec<_>, Vec<_>) = fields
            .chunks(2)
            .map(|pair| (&*pair[0], pair[1].clone()))
            .unzip();
        assert_eq!(names, ["id", "cursor", "type", "body"]);
        let [id, cursor, kind, body] = values.try_into().unwrap();
        (id, cursor, kind, juncture_json::decode(&body).unwrap())
    });
    entries.collect()
}

/// The same of an event in the feed.
fn read(event: &Value) -> Read {
    let [id, cursor, kind] =
        ["id", "cursor", "type"].map(|name| event[name].as_str().unwrap().to_owned());
    let body = json!({"type": kind, "timestamp": event["timestamp"], "data": event["data"]});
    (id, cursor, kind, body)
}

async fn feed(app: &TestApp) -> Vec<Read> {
    let page = app.get("/api/backend/events?limit=500").await.expect(200);
    page["data"].as_array().unwrap().iter().map(read).collect()
}

fn ids(entries: &[Read]) -> Vec<&str> {
    entries.iter().map(|(id, ..)| &**id).collect()
}

#[tokio::test]
async fn a_stream_has_what_the_feed_has() {
    let redis = PrivateRedis::start();
    let app = start(&redis, &[]).await;
    // Before anybody copies there is something already.
    app.connect("a").await;
    app.connect("b").await;
    let job = job(&app);
    job.round().await.unwrap();
    assert_eq!(stream(&redis, OF_DEFAULT).await, feed(&app).await);
    job.round().await.unwrap();
    let path = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    app.delete(path).await.expect(200);
    record(&app, ProjectId::DEFAULT, 250).await;
    job.round().await.unwrap();
    let (copied, told) = (stream(&redis, OF_DEFAULT).await, feed(&app).await);
    assert_eq!(copied.len(), 253);
    assert_eq!(copied, told);
}

#[tokio::test]
async fn each_project_has_a_stream_of_its_own_and_old_entries_go() {
    let redis = PrivateRedis::start();
    let more = [
        ("JUNCTURE_EVENTS_REDIS_STREAM_LENGTH", "100"),
        ("JUNCTURE_ADMIN_KEY", ADMIN_KEY),
    ];
    let app = start(&redis, &more).await;
    let other = app.make_project("other", &json!({})).await;
    let other = ProjectId::of(other.parse().unwrap());
    record(&app, other, 3).await;
    record(&app, ProjectId::DEFAULT, 1_000).await;
    job(&app).round().await.unwrap();
    assert_eq!(stream(&redis, &format!("{STREAM}:{other}")).await.len(), 3);
    let kept = stream(&redis, OF_DEFAULT).await;
    assert!((100..500).contains(&kept.len()), "{}", kept.len());
    let last = &kept.last().unwrap().3["data"]["external_id"];
    assert_eq!(*last, "999");
}

#[tokio::test]
async fn while_redis_is_away_events_wait_which_is_told_once() {
    let (log, _guard) = Log::read_along();
    let mut redis = PrivateRedis::start();
    let app = start(&redis, &[]).await;
    let job = job(&app);
    record(&app, ProjectId::DEFAULT, 3).await;
    job.round().await.unwrap();
    redis.stop();
    log.take();
    record(&app, ProjectId::DEFAULT, 4).await;
    for _ in 0..3 {
        job.round().await.unwrap();
    }
    let troubles = log.take_troubles();
    let of_sink = |(_, message, _): &&(String, String, String)| message.contains("not copied");
    assert_eq!(troubles.iter().filter(of_sink).count(), 1, "{troubles:?}");
    let metrics = app.app.metrics.to_text();
    assert!(
        metrics.contains("juncture_event_sink_failures_total 3"),
        "{metrics}"
    );

    // It has come back empty; what it had is its own matter.
    redis.restart();
    job.round().await.unwrap();
    let told = feed(&app).await;
    assert_eq!(stream(&redis, OF_DEFAULT).await, told[3..]);
    let lines = log.take();
    assert!(
        lines
            .iter()
            .any(|line| line["message"] == "events are copied again"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_redis_that_hangs_is_given_up_after_a_while() {
    let redis = PrivateRedis::start();
    let app = start(&redis, &[]).await;
    let job = job(&app);
    record(&app, ProjectId::DEFAULT, 2).await;
    redis.pause();
    let round = tokio::spawn(job.round());
    // It waits for Redis; how long is the clock's to say.
    eventually(async || {
        app.clock.advance(SignedDuration::from_secs(1));
        round.is_finished()
    })
    .await;
    round.await.unwrap().unwrap();
    redis.resume();
    job.round().await.unwrap();
    let (copied, told) = (stream(&redis, OF_DEFAULT).await, feed(&app).await);
    // What was given up may have arrived all the same: it is there twice, in order, with the same ids.
    assert!(copied.ends_with(&told), "{copied:?}");
    assert!(ids(&copied).iter().all(|id| ids(&told).contains(id)));
}

#[tokio::test]
async fn of_several_processes_one_copies() {
    let redis = PrivateRedis::start();
    let one = start(&redis, &[]).await;
    let other = one.replica().await;
    let jobs = [job(&one), job(&other)];
    for _ in 0..10 {
        record(&one, ProjectId::DEFAULT, 40).await;
        let rounds = jobs.each_ref().map(|job| tokio::spawn(job.round()));
        for round in rounds {
            round.await.unwrap().unwrap();
        }
    }
    jobs[0].round().await.unwrap();
    let (copied, told) = (stream(&redis, OF_DEFAULT).await, feed(&one).await);
    assert_eq!(ids(&copied), ids(&told));
}

/// Somebody who takes what they are given, and then fails, or never comes back.
#[derive(Default)]
struct Stub {
    taken: Mutex<Vec<String>>,
    fails: Mutex<bool>,
    hangs: Mutex<bool>,
    has_taken: Notify,
}

impl fmt::Display for Stub {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a stub")
    }
}

#[async_trait]
impl Sink for Stub {
    fn name(&self) -> &'static str {
        "stub"
    }

    async fn append(&self, _: ProjectId, events: &[Event]) -> Result<(), SinkError> {
        let ids = events.iter().map(|event| event.id.to_string());
        self.taken.lock().unwrap().extend(ids);
        self.has_taken.notify_one();
        if std::mem::take(&mut *self.hangs.lock().unwrap()) {
            std::future::pending::<()>().await;
        }
        if std::mem::take(&mut *self.fails.lock().unwrap()) {
            return Err(SinkError("it broke off".to_owned()));
        }
        Ok(())
    }
}

fn copier(app: &TestApp, sink: &Arc<Stub>) -> Job {
    let copier = Copier {
        store: app.app.store.clone(),
        sealer: app.app.sealer.clone(),
        clock: app.app.clock.clone(),
        metrics: app.app.metrics.clone(),
        sink: sink.clone(),
    };
    copier.job()
}

#[tokio::test]
async fn what_was_perhaps_taken_is_given_again_with_the_same_ids() {
    let app = TestApp::start().await;
    let sink = Arc::new(Stub::default());
    let job = copier(&app, &sink);
    record(&app, ProjectId::DEFAULT, 3).await;
    *sink.fails.lock().unwrap() = true;
    job.round().await.unwrap();
    job.round().await.unwrap();
    let told = feed(&app).await;
    let told = ids(&told);
    assert_eq!(*sink.taken.lock().unwrap(), [&told[..], &told].concat());
}

#[tokio::test]
async fn who_dies_while_copying_is_followed_by_another_process() {
    let app = TestApp::start().await;
    let sink = Arc::new(Stub::default());
    record(&app, ProjectId::DEFAULT, 3).await;
    *sink.hangs.lock().unwrap() = true;
    let dying = tokio::spawn(copier(&app, &sink).round());
    sink.has_taken.notified().await;
    dying.abort();
    let other = copier(&app, &sink);
    other.round().await.unwrap();
    assert_eq!(sink.taken.lock().unwrap().len(), 3, "the lease is not over");
    app.clock.advance(SignedDuration::from_secs(16));
    other.round().await.unwrap();
    let told = feed(&app).await;
    let told = ids(&told);
    assert_eq!(*sink.taken.lock().unwrap(), [&told[..], &told].concat());
}

#[tokio::test]
async fn what_was_deleted_before_it_was_copied_is_told_and_the_rest_goes_on() {
    let (log, _guard) = Log::read_along();
    let app = TestApp::start().await;
    let sink = Arc::new(Stub::default());
    let job = copier(&app, &sink);
    record(&app, ProjectId::DEFAULT, 2).await;
    job.round().await.unwrap();
    record(&app, ProjectId::DEFAULT, 2).await;
    app.clock.advance(SignedDuration::from_hours(31 * 24));
    let lifetime = SignedDuration::from_hours(30 * 24);
    retention::sweep(&app.app.store, lifetime, app.clock_now())
        .await
        .unwrap();
    record(&app, ProjectId::DEFAULT, 2).await;
    log.take();
    job.round().await.unwrap();
    assert_eq!(sink.taken.lock().unwrap().len(), 4);
    let troubles = log.take_troubles();
    assert!(
        troubles
            .iter()
            .any(|(_, message, _)| message.contains("deleted before")),
        "{troubles:?}"
    );
}

#[tokio::test]
async fn processes_that_are_killed_lose_nothing() {
    let redis = PrivateRedis::start_on_port();
    let url = redis.url();
    let variables = [
        ("REDIS_URL", &*url),
        ("JUNCTURE_EVENTS_REDIS_STREAM", STREAM),
    ];
    let deployment = Deployment::start_on(TestDatabase::fresh().await, &variables, 0).await;
    for round in 0..2 {
        let replica = deployment.serve().await;
        for number in 0..5 {
            replica.connect(&format!("customer-{round}-{number}")).await;
        }
        // Wherever it is with copying.
        replica.kill();
    }
    let replica = deployment.serve().await;
    let page = replica.browser.get("/api/backend/events?limit=500").await;
    let told: Vec<_> = page["data"].as_array().unwrap().iter().map(read).collect();
    assert_eq!(told.len(), 10);
    let copied = find(async || {
        let copied = stream(&redis, OF_DEFAULT).await;
        (copied.last() == told.last()).then_some(copied)
    });
    let mut copied = copied.await;
    // Those that came again came with the same ids.
    let mut seen = Vec::new();
    copied.retain(|entry| {
        !seen.contains(&entry.0) && {
            seen.push(entry.0.clone());
            true
        }
    });
    assert_eq!(copied, told);
}

#[test]
fn a_stream_needs_a_redis_and_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let problems = |variables: &[(&str, &str)]| {
        let environment = environment(folder.path(), "http://127.0.0.1:9", variables);
        Config::read(&environment)
            .expect_err("problems")
            .to_string()
    };
    let without = problems(&[("JUNCTURE_EVENTS_REDIS_STREAM", STREAM)]);
    assert!(
        without.contains("JUNCTURE_EVENTS_REDIS_STREAM needs REDIS_URL"),
        "{without}"
    );
    for (name, value) in [
        ("JUNCTURE_EVENTS_REDIS_STREAM", "two words"),
        ("JUNCTURE_EVENTS_REDIS_STREAM_LENGTH", "many"),
        ("JUNCTURE_EVENTS_REDIS_STREAM_LENGTH", "-1"),
    ] {
        let told = problems(&[("REDIS_URL", "redis://127.0.0.1"), (name, value)]);
        assert!(told.contains(name), "{told}");
    }
}
