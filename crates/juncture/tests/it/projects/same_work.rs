//! A call for a customer of another project does what a call for nobody does: it is answered alike, asks the
//! store and Jira as often, and allocates as much. So how long it takes tells nothing either.

use allocation_counter::measure;
use axum::http::Method;
use serde_json::Value;
use tokio::runtime::Builder;

use super::calls::{Call, Names, every_call, names};
use crate::support::TestApp;
use crate::support::admin::{APPS, CLOUD, Made};
use crate::support::database::TestDatabase;
use crate::support::flow::{ADA, BRUNO};
use crate::support::log::Log;

/// How often each call is made at least, so that what is made once, such as the counts of a route, is there by
/// then; and at most, as whether a thread of the store is waited for or has answered already is chance.
const TIMES: std::ops::Range<usize> = 6..400;

/// A customer of the other project, and nobody; with as many letters.
const ELSEWHERE: &str = "customer-elsewhere";
const NOWHERE: &str = "customer-of-nobody";

/// Two projects; the first has a customer of its own, and the second one that calls of the first name.
struct Scene {
    app: TestApp,
    caller: Made,
    elsewhere: Names,
}

impl Scene {
    async fn start(database: TestDatabase) -> Self {
        let app = TestApp::start_small_cloud_on(database, &CLOUD).await;
        let caller = app.make_project_with_app("Acme", APPS[0]).await;
        let other = app.make_project_with_app("Bolt", APPS[1]).await;
        app.connect_for(&caller, "own", BRUNO, "Acme").await;
        app.connect_for(&other, ELSEWHERE, ADA, "Acme").await;
        let elsewhere = names(&app, &other.secret_key, ELSEWHERE).await;
        // What can be in memory of the customer is.
        for call in every_call(&elsewhere) {
            if call.is_read() {
                call.send(&app, &other.secret_key).await;
            }
        }
        app.sandbox.forget_requests().await;
        Self {
            app,
            caller,
            elsewhere,
        }
    }

    /// Each call for the customer of the other project, and the same for nobody.
    fn calls(&self) -> Vec<(Call, Call)> {
        let for_nobody = every_call(&Names {
            sprint_id: self.elsewhere.sprint_id.clone(),
            ..Names::of_nobody(NOWHERE)
        });
        let pairs = every_call(&self.elsewhere).into_iter().zip(for_nobody);
        pairs
            .filter(|(one, other)| (&one.path, &one.body) != (&other.path, &other.body))
            .filter(|(call, _)| !call.is_for_anybody())
            .collect()
    }

    async fn send(&self, call: &Call) -> (u16, String) {
        let answer = call.send(&self.app, &self.caller.secret_key).await;
        (answer.status.as_u16(), answer.text())
    }
}

#[test]
fn a_call_for_a_customer_of_another_project_allocates_what_one_for_nobody_does() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let scene = runtime.block_on(Scene::start(TestDatabase::sqlite()));
    let mut count = 0;
    for (elsewhere, nowhere) in scene.calls() {
        let cost = |call: &Call| {
            let mut answer = None;
            let cost = measure(|| answer = Some(runtime.block_on(scene.send(call))));
            (cost.count_total, answer.unwrap())
        };
        // By turns, and the least of each.
        let (mut least, mut least_of_nobody) = (cost(&elsewhere), cost(&nowhere));
        for time in 0..TIMES.end {
            if time >= TIMES.start && least == least_of_nobody {
                break;
            }
            least = least.min(cost(&elsewhere));
            least_of_nobody = least_of_nobody.min(cost(&nowhere));
        }
        assert_eq!(least, least_of_nobody, "{elsewhere:?}");
        count += usize::from(least.1.0 == 404);
    }
    assert!(count > 30, "{count} calls name a customer");
    runtime.block_on(async {
        let asked = scene.app.sandbox.requests().await;
        assert!(asked.is_empty(), "{asked:#?}");
    });
}

#[tokio::test]
async fn a_call_for_a_customer_of_another_project_asks_the_store_what_one_for_nobody_does() {
    // Its client runs its statements, and tells them, in the task that asks.
    let scene = Scene::start(TestDatabase::postgres().await).await;
    let (log, _guard) = Log::read_statements();
    let mut most = 0;
    for (elsewhere, nowhere) in scene.calls() {
        let mut told = Vec::new();
        for call in [&elsewhere, &nowhere] {
            scene.send(call).await;
            log.take();
            let answer = scene.send(call).await;
            let lines = log.take();
            let statements = lines.iter().map(|line| line["summary"].clone());
            // A reading ends some time after its answer.
            let statements: Vec<Value> = statements
                .filter(|statement| statement != "ROLLBACK")
                .collect();
            told.push((answer, statements));
        }
        assert_eq!(told[0], told[1], "{elsewhere:?}");
        most = most.max(told[0].1.len());
    }
    assert!(most > 0, "no statement is told");
    assert!(scene.app.sandbox.requests().await.is_empty());
}

#[tokio::test]
async fn nobody_deletes_a_connection_of_another_project() {
    let scene = Scene::start(TestDatabase::fresh().await).await;
    let deleting = scene.calls().into_iter().map(|(elsewhere, _)| elsewhere);
    for call in deleting.filter(|call| call.method == Method::DELETE) {
        assert_eq!(scene.send(&call).await.0, 404, "{call:?}");
    }
}
