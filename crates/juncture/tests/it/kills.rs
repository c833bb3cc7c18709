//! Writes with an `Idempotency-Key` whose server is killed at any moment: what is asked for again with
//! the same key is never there twice.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::Method;
use fastrand::Rng;
use jiff::SignedDuration;
use juncture_server::upkeep;
use serde_json::{Value, json};

use crate::support::answer::Answer;
use crate::support::database::variable;
use crate::support::flow::ADA;
use crate::support::mortal::Mortal;
use crate::support::real_time::pause;
use crate::support::{TestApp, request};

const CREATE: &str = "/api/backend/jira/create-ticket";
const CREATE_MANY: &str = "/api/backend/jira/create-tickets";
const COMMENT: &str = "/api/backend/jira/add-comment";

/// How many servers are killed around single writes; `TEST_KILLS` says another number.
const KILLS: usize = 60;

/// The longest that a server lives after it was asked for one.
const LONGEST_LIFE: Duration = Duration::from_millis(40);

fn kills() -> usize {
    variable("TEST_KILLS").map_or(KILLS, |given| given.parse().unwrap())
}

/// `TEST_SEED` lives and dies the same lives again; what they meet is up to the machine.
fn seed() -> u64 {
    let given = variable("TEST_SEED").map(|seed| seed.parse().unwrap());
    given.unwrap_or_else(|| fastrand::u64(..))
}

async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.connect_as("a", ADA, "Acme").await;
    app
}

/// A ticket as `create-tickets` takes it.
async fn ticket(app: &TestApp, summary: &str) -> Value {
    let issue_type = app.issue_type_id().await;
    json!({"jira_project_id": "SHOP", "issue_type_id": issue_type, "summary": summary})
}

/// Asks a server, and kills it after a while.
async fn ask_and_kill(server: Mortal, path: &str, key: &str, body: &Value, after: Duration) {
    let asked = server.send(request(Method::POST, path, Some(key), body));
    pause(after).await;
    server.kill();
    drop(asked);
}

/// Asks until nobody is at it any more.
async fn ask_again(app: &TestApp, server: &Mortal, path: &str, key: &str, body: &Value) -> Answer {
    for _ in 0..4 {
        let answer = server.send(request(Method::POST, path, Some(key), body));
        let answer = answer.await.expect("it lives");
        // As every server does: a refresh that was interrupted is finished before Atlassian forgets it.
        upkeep::resume(&app.app.tokens).await.unwrap();
        if answer.status != 409 || answer.json()["code"] != "idempotency_key_in_use" {
            return answer;
        }
        app.advance(SignedDuration::from_mins(5)).await;
    }
    panic!("{key} is in use for ever");
}

/// How often each text is there.
fn counted<'a>(texts: impl Iterator<Item = &'a Value>) -> BTreeMap<&'a str, usize> {
    let mut counted = BTreeMap::new();
    for text in texts {
        *counted
            .entry(text.as_str().unwrap_or_default())
            .or_default() += 1;
    }
    counted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_kill_makes_a_second_ticket_or_comment() {
    let app = start().await;
    let seed = seed();
    println!("TEST_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let slow = json!({"kind": "latency", "milliseconds": 10});
    let late = json!({"path": "/ex/jira/*/rest/api/3/issue", "method": "POST", "fault": slow,
        "times": "forever", "act": true});
    app.sandbox.control("faults", &late).await;
    let mut unknown = 0;
    let mut is_there = BTreeMap::new();
    let mut server = app.mortal().await;
    for number in 0..kills() {
        let (key, text) = (format!("key-{number}"), format!("Trial {number}"));
        let is_ticket = rng.bool();
        let (path, body) = if is_ticket {
            let mut ticket = ticket(&app, &text).await;
            ticket["external_id"] = json!("a");
            (CREATE, ticket)
        } else {
            let issue = format!("SHOP-{}", 1 + number % 20);
            (
                COMMENT,
                json!({"external_id": "a", "issue_id_or_key": issue, "body": text}),
            )
        };
        let life = LONGEST_LIFE.mul_f64(rng.f64());
        ask_and_kill(server, path, &key, &body, life).await;
        server = app.mortal().await;
        let answer = ask_again(&app, &server, path, &key, &body).await;
        if answer.status == 201 {
            is_there.insert(text, is_ticket);
        } else {
            assert_eq!(
                answer.json()["code"],
                "outcome_unknown",
                "{}",
                answer.text()
            );
            unknown += 1;
        }
    }
    println!("{} kills, {unknown} outcomes unknown", kills());
    let tickets = app
        .get("/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP")
        .await
        .expect(200);
    let tickets = tickets["tickets"].as_array().unwrap();
    let tickets = counted(tickets.iter().map(|ticket| &ticket["summary"]));
    let mut comments = Vec::new();
    for issue in 1..=20 {
        let path =
            format!("/api/backend/jira/get-comments?external_id=a&issue_id_or_key=SHOP-{issue}");
        let mut of_issue = app.get(&path).await.expect(200);
        comments.append(of_issue["comments"].as_array_mut().unwrap());
    }
    let comments = counted(comments.iter().map(|comment| &comment["body"]));
    for number in 0..kills() {
        let text = &*format!("Trial {number}");
        let of = |counted: &BTreeMap<&str, usize>| counted.get(text).copied().unwrap_or(0);
        let there = (of(&tickets), of(&comments));
        match is_there.get(text) {
            Some(true) => assert_eq!(there, (1, 0), "{text}"),
            Some(false) => assert_eq!(there, (0, 1), "{text}"),
            None => assert!(there.0 + there.1 <= 1, "{text}: {there:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_tickets_with_parents_are_there_once_though_their_servers_are_killed() {
    const EPICS: usize = 20;
    let app = start().await;
    let seed = seed();
    println!("TEST_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let types = app
        .get("/api/backend/jira/get-issue-types?external_id=a&jira_project_id=SHOP")
        .await
        .expect(200);
    let mut types = types["issue_types"].as_array().unwrap().iter();
    let epic = types.find(|kind| kind["hierarchyLevel"] == 1).unwrap()["id"].clone();
    let mut tickets = Vec::new();
    for number in 0..500 {
        let mut ticket = ticket(&app, &format!("Ticket {number}")).await;
        let family = format!("epic-{}", number / (500 / EPICS));
        if number % (500 / EPICS) == 0 {
            ticket["issue_type_id"] = epic.clone();
            ticket["ref"] = json!(family);
        } else {
            ticket["parent_ref"] = json!(family);
        }
        tickets.push(ticket);
    }
    tickets[77]["summary"] = json!("x".repeat(256));
    tickets[78]["due_date"] = json!("soon");
    let body = json!({"external_id": "a", "tickets": tickets});
    for round in 0..2 {
        let key = format!("import-{round}");
        let before = count(&app).await;
        for _ in 0..4 {
            let life = Duration::from_millis(rng.u64(0..1_500));
            ask_and_kill(app.mortal().await, CREATE_MANY, &key, &body, life).await;
            app.advance(SignedDuration::from_mins(rng.i64(0..7))).await;
        }
        let server = app.mortal().await;
        let answer = ask_again(&app, &server, CREATE_MANY, &key, &body)
            .await
            .expect(200);
        let results = answer["results"].as_array().unwrap();
        assert_eq!(results.len(), 500);
        let mut last = 0;
        for (number, result) in results.iter().enumerate() {
            if number == 77 || number == 78 {
                assert_eq!(result["code"], "invalid_fields", "{result}");
                continue;
            }
            let ticket = &result["ticket"];
            assert_eq!(ticket["summary"], format!("Ticket {number}"), "{result}");
            let key = ticket["key"].as_str().unwrap().rsplit_once('-').unwrap().1;
            let key: u64 = key.parse().unwrap();
            assert!(key > last, "the order is kept");
            last = key;
        }
        assert_eq!(count(&app).await, before + 498);
        for family in 0..EPICS {
            let first = family * (500 / EPICS);
            let epic = results[first]["ticket"]["key"].as_str().unwrap();
            let children = json!({"external_id": "a", "jql": format!("parent = {epic}")});
            let children = app.post("/api/backend/jira/search-issues", &children).await;
            let refused = usize::from(first < 77 && 77 < first + 25) * 2;
            assert_eq!(children.expect(200)["total"], 24 - refused, "{epic}");
        }
    }
}

async fn count(app: &TestApp) -> u64 {
    let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=SHOP";
    app.get(path).await.expect(200)["total"].as_u64().unwrap()
}
