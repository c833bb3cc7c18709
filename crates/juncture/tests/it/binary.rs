//! `juncture serve` against `juncture sandbox`, as separate processes.

use std::collections::BTreeSet;

use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::process::{self, Process};
use crate::support::{environment_of_process, free_port};

#[tokio::test]
async fn the_flow_over_plain_http_ends_in_all_1237_tickets() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port().to_string();
    let command = process::command(
        folder.path(),
        &["sandbox", "--port", &port, "--issues", "1237"],
        &[],
    );
    let address = format!("http://127.0.0.1:{port}");
    let (_sandbox, ()) = Process::start(command, |line| {
        line.contains(&format!("ATLASSIAN_API_URL={address}"))
            .then_some(())
    });
    let variables = environment_of_process(folder.path(), &address, free_port());
    let pairs: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (server, at) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{at}"), &address);

    browser.connect("customer-1", BRUNO, "Acme").await;
    let token = browser
        .get("/api/backend/connection-info/get-access-token?external_id=customer-1&provider=jira")
        .await;
    assert!(token["access_token"].as_str().unwrap().len() > 1000);
    let body = browser.get("/api/backend/jira/get-tickets-for-project?external_id=customer-1&jira_project_id=10000").await;
    let tickets = body["tickets"].as_array().unwrap();
    assert_eq!(
        (tickets.len(), &body["total"]),
        (1237, &serde_json::json!(1237))
    );
    assert_eq!(
        tickets
            .iter()
            .map(|ticket| ticket["id"].as_str().unwrap())
            .collect::<BTreeSet<_>>()
            .len(),
        1237
    );
    assert!(tickets.is_sorted_by_key(|ticket| std::cmp::Reverse(
        ticket["created"].as_str().map(instant).unwrap()
    )));

    // A restart loses nothing.
    server.stop();
    let (server, at) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{at}"), &address);
    let after = browser
        .get("/api/backend/connection-info/get-access-token?external_id=customer-1&provider=jira")
        .await;
    assert_eq!(after, token);
    server.stop();
}

fn instant(created: &str) -> jiff::Timestamp {
    jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", created)
        .unwrap()
        .to_timestamp()
        .unwrap()
}

#[test]
fn demo_check_walks_the_flow_headlessly() {
    let folder = tempfile::tempdir().unwrap();
    let output = process::run(folder.path(), &["demo", "--check", "--issues", "137"], &[]);
    let text = process::text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{text}\n{}",
        process::text(&output.stderr)
    );
    let mut lines = text.lines().rev();
    assert_eq!(
        lines.next(),
        Some("demo check passed: 137 tickets"),
        "{text}"
    );
    let story = lines.next().unwrap_or_default();
    assert!(story.starts_with("PLAT-"), "{text}");
    assert!(
        story.ends_with(
            ": created, commented on, moved from To Do to Done (Won't Do), and read back; \
             what was sent twice was done once"
        ),
        "{text}"
    );
}
