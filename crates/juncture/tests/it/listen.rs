//! `juncture listen`: the built binary between a server and somebody's own address.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::support::database::TestDatabase;
use crate::support::deployment::{Deployment, Replica};
use crate::support::process::{self, Process};
use crate::support::real_time::eventually;
use crate::support::{SECRET_KEY, free_port};

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// What was posted to somebody: its id and its body, which must be signed.
#[derive(Clone)]
struct Receiver {
    received: Arc<Mutex<Vec<(String, Value)>>>,
    /// What it answers next; 204 where nothing is left.
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
    secret: String,
}

impl Receiver {
    fn new(secret: &str, answers: &[StatusCode]) -> Self {
        Self {
            received: Arc::default(),
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
            secret: secret.to_owned(),
        }
    }

    /// Begins to listen.
    async fn open(&self, port: u16) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
        let routes = Router::new().route(
            "/hook",
            post(
                async |receiver: State<Self>, headers: HeaderMap, body: Bytes| {
                    receiver.receive(&headers, &body)
                },
            ),
        );
        let serving = axum::serve(listener.unwrap(), routes.with_state(self.clone()));
        tokio::spawn(serving.into_future());
    }

    fn receive(&self, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        // By the machine's own time, and by code that is not ours.
        let library = Webhook::new(&self.secret).unwrap();
        if library.verify(body, headers).is_err() {
            return StatusCode::UNAUTHORIZED;
        }
        let id = headers["webhook-id"].to_str().unwrap().to_owned();
        let body = juncture_json::decode(body).unwrap();
        self.received.lock().unwrap().push((id, body));
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or(StatusCode::NO_CONTENT)
    }

    /// The types and customers of what has come, once there are so many.
    async fn told(&self, count: usize) -> Vec<String> {
        eventually(async || self.received.lock().unwrap().len() >= count).await;
        let received = self.received.lock().unwrap();
        let told = received.iter().map(|(_, body)| {
            let (kind, customer) = (&body["type"], &body["data"]["external_id"]);
            format!("{} {}", kind.as_str().unwrap(), customer.as_str().unwrap())
        });
        told.collect()
    }
}

/// A server on a port of its own that it has again when it is started anew.
async fn deployment() -> Deployment {
    let port = free_port().to_string();
    let database = TestDatabase::fresh().await;
    Deployment::start_on(database, &[("PORT", &port)], 0).await
}

/// `juncture listen`, once it listens, and all that it has said until then.
async fn listen(replica: &Replica, port: u16, more: &[&str]) -> (Process, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let to = format!("http://127.0.0.1:{port}/hook");
    let server = &replica.browser.server;
    let arguments = ["listen", "--forward-to", &to, "--server", server];
    let variables = [("JUNCTURE_SECRET_KEY", SECRET_KEY)];
    let command = process::command(folder.path(), &[&arguments, more].concat(), &variables);
    let starting = spawn_blocking(move || {
        Process::start(command, |line| line.starts_with("listening").then_some(()))
    });
    (starting.await.unwrap().0, folder)
}

/// Ends it as Ctrl-C does; what it has said.
async fn interrupt(process: Process) -> String {
    process.signal("-INT");
    spawn_blocking(|| process.wait()).await.unwrap()
}

/// The cursor that it has told at its end.
fn cursor(said: &str) -> &str {
    let last = said.lines().last().unwrap();
    last.strip_prefix("to go on from here: --after ").unwrap()
}

async fn disconnect(replica: &Replica, external_id: &str) {
    let path = "/api/backend/connection-info/delete-connection?provider=jira";
    let path = format!("{path}&external_id={external_id}");
    let answer = replica.browser.call(Method::DELETE, &path).await;
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn events_come_in_order_signed_and_from_where_one_left_off() {
    let deployment = deployment().await;
    let replica = deployment.serve().await;
    replica.connect("before").await;
    let receiver = Receiver::new(SECRET, &[]);
    let port = free_port();
    receiver.open(port).await;

    let with_secret = ["--secret", SECRET];
    let (listening, _folder) = listen(&replica, port, &with_secret).await;
    replica.connect("a").await;
    replica.connect("b").await;
    disconnect(&replica, "a").await;
    let all = [
        "connection.created a",
        "connection.created b",
        "connection.deleted a",
    ];
    assert_eq!(receiver.told(3).await, all);
    let said = interrupt(listening).await;
    assert!(said.contains("connection.deleted"), "{said}");
    assert!(
        !said.contains(SECRET) && !said.contains(SECRET_KEY),
        "{said}"
    );

    // What is posted is what the feed has.
    let feed = replica.browser.get("/api/backend/events").await;
    let of_feed = feed["data"].as_array().unwrap()[1..].iter().map(|event| {
        let body =
            json!({"type": event["type"], "timestamp": event["timestamp"], "data": event["data"]});
        (event["id"].as_str().unwrap().to_owned(), body)
    });
    assert_eq!(
        *receiver.received.lock().unwrap(),
        of_feed.collect::<Vec<_>>()
    );

    // While nobody listened something happened.
    replica.connect("c").await;
    let after = [&with_secret[..], &["--after", cursor(&said)]].concat();
    let (listening, _folder) = listen(&replica, port, &after).await;
    assert_eq!(receiver.told(4).await[3..], ["connection.created c"]);
    interrupt(listening).await;
}

#[tokio::test]
async fn events_wait_for_a_receiver_and_outlast_the_server() {
    let deployment = deployment().await;
    let replica = deployment.serve().await;
    let port = free_port();
    let (listening, _folder) = listen(&replica, port, &[]).await;
    replica.connect("a").await;
    replica.connect("b").await;
    replica.kill();
    let replica = deployment.serve().await;
    replica.connect("c").await;

    // The secret that it has made is told once.
    let (listening, secret) = {
        let said = listening.said();
        let told = said
            .lines()
            .filter_map(|line| line.strip_prefix("signing secret: "));
        let told: Vec<_> = told.map(str::to_owned).collect();
        assert_eq!(told.len(), 1, "{said}");
        (listening, told[0].clone())
    };
    // The first is answered twice with a failure, and then taken; the second never.
    let failure = StatusCode::INTERNAL_SERVER_ERROR;
    let receiver = Receiver::new(
        &secret,
        &[failure, failure, StatusCode::OK, failure, failure, failure],
    );
    receiver.open(port).await;
    let told = receiver.told(7).await;
    let times = |what: &str| told.iter().filter(|told| *told == what).count();
    let counts = ["a", "b", "c"].map(|of| times(&format!("connection.created {of}")));
    assert_eq!(counts, [3, 3, 1], "{told:?}");
    assert!(told.is_sorted(), "{told:?}");
    let said = interrupt(listening).await;
    assert!(said.contains("500") && said.contains("going on"), "{said}");
}

/// Arguments, variables, and what is said of them.
type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

#[tokio::test]
async fn what_cannot_work_is_told_in_a_sentence() {
    let deployment = deployment().await;
    let replica = deployment.serve().await;
    let folder = tempfile::tempdir().unwrap();
    let wrong = "a-wrong-key-0123456789";
    let server = replica.browser.server.clone();
    let cases: [Case<'_>; 6] = [
        (
            &["--forward-to", "http://127.0.0.1:9/"],
            &[("JUNCTURE_SECRET_KEY", wrong)],
            "(401)",
        ),
        (
            &["--forward-to", "http://127.0.0.1:9/"],
            &[],
            "JUNCTURE_SECRET_KEY is not set",
        ),
        (
            &["--forward-to", "ftp://127.0.0.1/"],
            &[("JUNCTURE_SECRET_KEY", SECRET_KEY)],
            "--forward-to",
        ),
        (
            &[
                "--forward-to",
                "http://127.0.0.1:9/",
                "--secret",
                "hunter2-hunter2",
            ],
            &[("JUNCTURE_SECRET_KEY", SECRET_KEY)],
            "--secret",
        ),
        (
            &["--forward-to", "http://127.0.0.1:9/", "--after", "nonsense"],
            &[("JUNCTURE_SECRET_KEY", SECRET_KEY)],
            "is no cursor of this feed",
        ),
        (&[], &[("JUNCTURE_SECRET_KEY", SECRET_KEY)], "--forward-to"),
    ];
    for (arguments, variables, sentence) in cases {
        let arguments = [&["listen", "--server", &server], arguments].concat();
        let command = process::command(folder.path(), &arguments, variables);
        let output = spawn_blocking(move || process::output(&mut { command }))
            .await
            .unwrap();
        let said = process::text(&output.stdout) + &process::text(&output.stderr);
        assert!(!output.status.success(), "{said}");
        assert!(said.contains(sentence), "{sentence}: {said}");
        assert!(!said.contains(wrong) && !said.contains("hunter2"), "{said}");
    }
}
