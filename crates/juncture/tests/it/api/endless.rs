//! A list that does not end is an error within 60 calls and 20 s, and takes bounded memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::clock::HandSetClock;
use crate::support::endless::{EndlessJira, What, items};
use crate::support::flow::{BRUNO, find};
use crate::support::process::Process;
use crate::support::real_time::timed;
use crate::support::sandbox::TestSandbox;
use crate::support::{TestApp, environment_of_process, free_port};

/// Every list, its sentence of failure, and what of its pages are.
const LISTS: [(&str, &str, What); 5] = [
    (
        "get-projects?external_id=a",
        "Failed to fetch Jira projects",
        What::Projects,
    ),
    (
        "get-tickets-for-project?external_id=a&jira_project_id=1",
        "Failed to fetch Jira tickets",
        What::Issues,
    ),
    (
        "get-tickets-for-sprint?external_id=a&sprint_id=37",
        "Failed to fetch Jira tickets for sprint",
        What::Issues,
    ),
    (
        "get-boards-for-project?external_id=a&jira_project_id=1",
        "Failed to fetch Jira boards",
        What::Boards,
    ),
    (
        "get-all-sprints-for-project?external_id=a&jira_project_id=1",
        "Failed to fetch Jira sprints",
        What::Sprints,
    ),
];

async fn acme(sandbox: &TestSandbox) -> String {
    let world = sandbox.world().await;
    find(&world["sites"], "name", "Acme")["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A server whose customer `a` has such a Jira.
async fn start(
    page: impl Fn(What, usize, usize) -> Value + Send + Sync + 'static,
) -> (TestApp, EndlessJira) {
    let sandbox = TestSandbox::start().await;
    let jira = EndlessJira::start(&acme(&sandbox).await, page).await;
    let app = TestApp::start_with(&[("ATLASSIAN_API_URL", &jira.url)], sandbox).await;
    app.connect("a").await;
    (app, jira)
}

/// Reads lists; each must be given up with this code, for this fault.
async fn all_are_given_up(
    app: &TestApp,
    jira: &EndlessJira,
    lists: impl IntoIterator<Item = (&'static str, &'static str, What)>,
    code: &str,
    fault: &str,
) {
    for (list, error, _) in lists {
        jira.take_calls();
        let (answer, took) = timed(app.get(&format!("/api/backend/jira/{list}"))).await;
        let (body, calls) = (answer.expect(500), jira.take_calls());
        assert_eq!(body["details"]["list"], fault, "{list}: {body}");
        assert_eq!(
            (&body["error"], &body["code"]),
            (&json!(error), &json!(code))
        );
        assert!(calls <= 60, "{list} took {calls} calls");
        assert!(took < Duration::from_secs(20), "{list} took {took:?}");
    }
}

#[tokio::test]
async fn lists_of_new_items_for_ever_are_given_up() {
    let has_endless_sprints = Arc::new(AtomicBool::new(false));
    let is_one_board = has_endless_sprints.clone();
    let (app, jira) = start(move |what, start, number| {
        if what == What::Issues {
            let mut page = items(what, number * 100..number * 100 + 100, "x");
            page["nextPageToken"] = json!(number.to_string());
            return page;
        }
        let is_whole = what == What::Boards && is_one_board.load(Ordering::SeqCst);
        let mut page = items(what, start..start + if is_whole { 1 } else { 50 }, "x");
        page["isLast"] = json!(is_whole);
        page
    })
    .await;
    for is_one_board in [false, true] {
        has_endless_sprints.store(is_one_board, Ordering::SeqCst);
        let lists: Vec<_> = (LISTS.into_iter())
            .filter(|(.., what)| !is_one_board || *what == What::Sprints)
            .collect();
        all_are_given_up(
            &app,
            &jira,
            lists,
            "upstream_bad_response",
            "goes on and on",
        )
        .await;
    }
}

#[tokio::test]
async fn lists_that_bring_the_same_again_are_given_up() {
    let (app, jira) = start(|what, _, number| {
        let mut page = items(what, 0..50, "x");
        if what == What::Issues {
            page["nextPageToken"] = json!(number.to_string());
        }
        page
    })
    .await;
    all_are_given_up(
        &app,
        &jira,
        LISTS,
        "upstream_bad_response",
        "brings nothing new",
    )
    .await;
}

#[tokio::test]
async fn lists_that_are_said_to_be_too_long_are_given_up_at_once() {
    let (app, jira) = start(|what, start, _| {
        let mut page = items(what, start..start + 50, "x");
        page["total"] = json!(10_000 + 1_000_000 * usize::from(what != What::Boards));
        page
    })
    .await;
    let by_offset = LISTS.into_iter().filter(|(.., what)| *what != What::Issues);
    let fault = "has more pages than can be read";
    all_are_given_up(&app, &jira, by_offset, "upstream_list_too_long", fault).await;
}

#[tokio::test]
async fn a_second_reading_with_a_fresh_token_has_no_time_of_its_own() {
    let clock = Arc::new(OnceLock::<HandSetClock>::new());
    let jiras_clock = clock.clone();
    let (app, jira) = start(move |what, start, number| {
        if let Some(clock) = jiras_clock.get() {
            clock.advance(SignedDuration::from_secs(2));
        }
        // After 100 s Jira takes the token no more.
        if number == 50 {
            return json!({"status": 401});
        }
        let mut page = items(what, start..start + 100, "x");
        page["total"] = json!(6_000);
        page
    })
    .await;
    assert!(clock.set(app.clock.clone()).is_ok());
    let began = app.clock_now();
    let answer = app.get(&format!("/api/backend/jira/{}", LISTS[0].0)).await;
    let body = json!({"error": LISTS[0].1, "code": "upstream_timeout"});
    answer.assert(500, &body);
    let took = app.clock_now().duration_since(began).as_secs();
    // A call may be under way on each of eight lanes.
    assert!((170..170 + 8 * 2).contains(&took), "{took} s");
    assert_eq!(app.sandbox.refreshes().await, 1);
    assert!(jira.take_calls() > 60, "it was read again");
}

#[tokio::test]
async fn endless_lists_take_bounded_memory() {
    let sandbox = TestSandbox::start_in_real_time().await;
    let text = "x".repeat(20_000);
    let jira = EndlessJira::start(&acme(&sandbox).await, move |what, start, number| {
        if what != What::Issues {
            return items(what, start..start + 50, &text);
        }
        let mut page = items(what, number * 5_000..number * 5_000 + 5_000, "x");
        page["nextPageToken"] = json!(number.to_string());
        page
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let mut variables = environment_of_process(folder.path(), &sandbox.url, free_port());
    variables.retain(|(name, _)| name != "ATLASSIAN_API_URL");
    variables.push(("ATLASSIAN_API_URL".to_owned(), jira.url.clone()));
    let pairs: Vec<(&str, &str)> = (variables.iter())
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (server, address) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    browser.connect("a", BRUNO, "Acme").await;
    let before = server.peak_memory();
    for (list, ..) in &LISTS[..2] {
        let path = format!("/api/backend/jira/{list}");
        let answer = browser.call(axum::http::Method::GET, &path).await;
        assert_eq!(answer.status(), 500, "{list}");
        let grown = server.peak_memory_above(before);
        // 60 pages of 1 MB; 50,000 ids and keys.
        assert!(grown < 200 << 20, "{list} took {} MB", grown >> 20);
    }
}
