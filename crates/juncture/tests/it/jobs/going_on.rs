//! Work that goes on: a panic of one piece stops no other, and not itself; news begins a round.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, pending, ready, select};
use jiff::{SignedDuration, Timestamp};
use juncture_clock::Clock;
use juncture_server::jobs::{Job, Supervisor};
use tokio::sync::watch;

use crate::support::TestApp;
use crate::support::clock::HandSetClock;
use crate::support::log::Log;

/// The job, counting its rounds; the first `panics` of them break down.
fn counted(job: Job, panics: usize) -> (Job, Arc<AtomicUsize>) {
    let rounds = Arc::new(AtomicUsize::new(0));
    let (name, every, count) = (job.name, job.every, rounds.clone());
    let job = Job::new(name, every, move || {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let round = job.round();
        async move {
            assert!(number >= panics, "put into {name}");
            round.await
        }
    });
    (job, rounds)
}

#[tokio::test]
async fn a_panic_in_any_job_is_told_once_counted_and_stops_nothing() {
    let app = TestApp::start().await;
    app.connect("a").await;
    app.clock.stop();
    let names: Vec<_> = app.app.jobs().iter().map(|job| job.name).collect();
    assert!(names.len() > 10, "{names:?}");
    for (number, victim) in names.iter().enumerate() {
        let (log, _guard) = Log::read_along();
        let counted = app.app.jobs().into_iter().map(|job| {
            let panics = if job.name == *victim { 3 } else { 0 };
            counted(job, panics)
        });
        let (jobs, rounds): (Vec<_>, Vec<_>) = counted.unzip();
        let all_go_on = async {
            while rounds.iter().any(|count| count.load(Ordering::Relaxed) < 6) {
                tokio::task::yield_now().await;
            }
        };
        let working = Box::pin(app.supervisor().run(jobs));
        select(working, Box::pin(all_go_on)).await;

        let told = log.take_troubles();
        assert_eq!(told.len(), 1, "{told:#?}");
        let (level, message, line) = &told[0];
        assert_eq!(level, "ERROR");
        assert_eq!(
            message,
            "a round of this work broke down; it goes on with the next one"
        );
        assert!(line.contains(victim), "{line}");
        let counts = app.app.metrics.to_text();
        for (other, name) in names.iter().enumerate() {
            let panics = if other <= number { 3 } else { 0 };
            let line = format!("juncture_job_panics_total{{job=\"{name}\"}} {panics}\n");
            assert!(counts.contains(&line), "{line}{counts}");
        }
    }
}

/// A clock on which an hour never ends; other pauses do, as by hand.
struct NoHour(HandSetClock);

impl Clock for NoHour {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn steady(&self) -> Duration {
        self.0.steady()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration >= Duration::from_hours(1) {
            return Box::pin(pending());
        }
        self.0.sleep(duration)
    }

    fn deadline(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.deadline(duration)
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

#[tokio::test]
async fn news_after_a_silence_begins_a_round_at_once_and_what_comes_soon_after_waits_for_more() {
    let app = TestApp::start().await;
    let (news, told) = watch::channel(0);
    let rounds = Arc::new(AtomicUsize::new(0));
    let counting = rounds.clone();
    let job = Job::new("counted", Duration::from_hours(1), move || {
        counting.fetch_add(1, Ordering::SeqCst);
        ready(Ok(()))
    });
    let slept = app.clock.slept().len();
    let supervisor = Supervisor {
        clock: Arc::new(NoHour(app.clock.clone())),
        ..app.supervisor()
    };
    let until = async |count: usize| {
        while rounds.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    };
    let script = async {
        until(1).await;
        app.clock.advance(SignedDuration::from_secs(1));
        news.send_replace(1);
        until(2).await;
        assert_eq!(app.clock.slept().len(), slept, "at once");
        news.send_replace(2);
        until(3).await;
        let pauses = app.clock.slept().split_off(slept);
        assert_eq!(pauses, [Duration::from_millis(20)]);
    };
    let working = supervisor.run(vec![job.woken_by(told)]);
    select(Box::pin(working), Box::pin(script)).await;
    assert_eq!(rounds.load(Ordering::SeqCst), 3);
}
