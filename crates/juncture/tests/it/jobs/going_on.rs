//! A panic of one piece of work stops no other, and not itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::select;
use juncture_server::jobs::Job;

use crate::support::TestApp;
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
