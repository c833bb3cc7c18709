//! How lists are asked for: what is read at the same time, and for how many points.

use juncture_sandbox::Options;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::flow::ADA;
use crate::support::sandbox::TestSandbox;

const TICKETS: &str =
    "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000";
const SPRINTS: &str =
    "/api/backend/jira/get-all-sprints-for-project?external_id=a&jira_project_id=10000";
const PROJECTS: &str = "/api/backend/jira/get-projects?external_id=a";

async fn start(options: Options) -> TestApp {
    let app = TestApp::start_with(&[], TestSandbox::start_with(options).await).await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

/// The paths that were asked for, behind the site, since the last time.
async fn asked(app: &TestApp) -> Vec<String> {
    let requests = app.sandbox.requests().await;
    app.sandbox.forget_requests().await;
    let paths = requests
        .iter()
        .map(|request| request["path"].as_str().unwrap());
    let ends = paths.filter_map(|path| path.split_once("/rest/").map(|(_, end)| end.to_owned()));
    ends.collect()
}

async fn points_left(app: &TestApp) -> u64 {
    let quota = app.sandbox.read("quota").await;
    quota["remaining_points"].as_u64().unwrap()
}

/// The ids first, and by them the tickets: a list that is known to be long is not begun by a page of it.
#[tokio::test]
async fn a_thousand_tickets_take_two_round_trips_once_they_are_known_to_be_many() {
    let options = Options {
        issues: 1_000,
        ..Options::default()
    };
    let app = start(options).await;
    let first = app.get(TICKETS).await.expect(200);
    asked(&app).await;
    assert_eq!(app.get(TICKETS).await.expect(200), first);
    let asked = asked(&app).await;
    assert_eq!(asked[0], "api/3/search/jql");
    assert_eq!(asked[1..], vec!["api/3/issue/bulkfetch"; 8]);
}

/// The other pages before the first is answered, and sprints before the list of boards is.
#[tokio::test]
async fn what_was_there_is_asked_for_at_the_same_time() {
    let options = Options {
        boards: 5,
        sprints: 120,
        projects: 250,
        ..Options::default()
    };
    let app = start(options).await;
    for (path, hangs, end, count) in [
        (PROJECTS, "api/3/project/search", "/project/search", 3),
        (SPRINTS, "agile/1.0/board", "/sprint", 3),
    ] {
        let before = app.get(path).await.expect(200);
        app.sandbox.forget_requests().await;
        let hangs = format!("/ex/jira/*/rest/{hangs}");
        app.sandbox.hang(&hangs, false).await;
        let mut call = Box::pin(app.get(path));
        app.sandbox.run_until_request(&mut call, end, count).await;
        app.sandbox.clear_faults().await;
        assert_eq!(call.await.expect(200), before, "{path}");
    }
}

/// What was found out when there was plenty is not used to spend more when there is little.
#[tokio::test]
async fn near_the_end_of_the_quota_a_list_costs_what_its_pages_cost() {
    let options = Options {
        issues: 450,
        ..Options::default()
    };
    let app = start(options).await;
    app.sandbox
        .set_switches(&json!({"limits": "enforced"}))
        .await;
    let first = app.get(TICKETS).await.expect(200);
    let low = json!({"remaining_points": 6_000});
    app.sandbox.control("quota", &low).await;
    // It is the answer to a call that tells.
    app.get(PROJECTS).await.expect(200);
    let before = points_left(&app).await;
    assert_eq!(app.get(TICKETS).await.expect(200), first);
    assert_eq!(before - points_left(&app).await, 450 + 5);
}

/// A list of one page is one call, however often it is asked for.
#[tokio::test]
async fn a_short_list_costs_its_page() {
    let options = Options {
        issues: 100,
        ..Options::default()
    };
    let app = start(options).await;
    app.sandbox
        .set_switches(&json!({"limits": "enforced"}))
        .await;
    app.get(TICKETS).await.expect(200);
    for _ in 0..2 {
        let before = points_left(&app).await;
        assert_eq!(app.get(TICKETS).await.expect(200)["total"], 100);
        assert_eq!(before - points_left(&app).await, 101);
    }
}

/// A list is sent in pieces, whole and with its length.
#[tokio::test]
async fn a_long_list_says_how_long_it_is() {
    let options = Options {
        issues: 700,
        ..Options::default()
    };
    let app = start(options).await;
    let answer = app.get(TICKETS).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(
        answer.header("content-length"),
        answer.body.len().to_string()
    );
    let body: Value = answer.expect(200);
    assert_eq!(body["tickets"].as_array().unwrap().len(), 700);
}
