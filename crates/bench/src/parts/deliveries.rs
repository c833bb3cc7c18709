//! Deliveries: how fast events come to one endpoint, and what a dead one takes from the others.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use juncture_clock::{Clock as _, SystemClock};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use uuid::Uuid;

use crate::bench::Bench;
use crate::console::{columns, heading, row, say};
use crate::cores::on_core;
use crate::events::Waiting;
use crate::figures::Figures;
use crate::http::{client, json as ask, text};
use crate::load::SECRET_KEY;
use crate::process::{Process, free_port};
use crate::setup::Setup;
use crate::verdicts::Bound;

/// How many events are drained in a round: some seconds, of which the first, with few at once, are little.
const EVENTS: usize = 20_000;

/// … of how many subjects.
const SUBJECTS: i64 = 1_000;

/// How many wait for the endpoint that is dead.
const DEAD: i64 = 100_000;

/// How many connections are deleted, one after the other, to see how soon that is told.
const DELETED: usize = 300;

/// The loops that only sign and post: what they are, and what the poster is told.
const LOOPS: [(&str, [&str; 2]); 3] = [
    (
        "a loop that signs and posts, one after the other",
        ["1", "kept"],
    ),
    ("sixteen, with a connection for each post", ["16", "new"]),
    (
        "sixteen, each over a connection that it keeps",
        ["16", "kept"],
    ),
];

pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    heading(
        "Deliveries",
        "Events to a receiver that takes them at once; the loops sign and post bodies of the same length, on the \
         server's core.",
    );
    columns(&["who", "events a second", "Juncture takes of that"]);
    let setup = bench.setup("deliveries");
    drain(bench, "a SQLite file", &setup).await?;
    if let Some((postgres, redis)) = bench.servers() {
        let setup = bench.setup("deliveries-on-postgres");
        let setup = setup.on_servers(postgres, redis);
        drain(bench, "PostgreSQL", &setup).await?;
    } else {
        say("No PostgreSQL was given.\n");
    }
    beside_a_dead_one(bench).await
}

/// A receiver that takes everything.
struct Receiver {
    url: String,
    taken: watch::Receiver<usize>,
}

impl Receiver {
    async fn start() -> Self {
        let (count, taken) = watch::channel(0);
        let count = Arc::new(count);
        let take = async |State(count): State<Arc<watch::Sender<usize>>>, _body: Bytes| {
            count.send_modify(|count| *count += 1);
            StatusCode::NO_CONTENT
        };
        let router = Router::new().route("/hook", post(take)).with_state(count);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url: format!("http://{address}/hook"),
            taken,
        }
    }

    fn count(&self) -> usize {
        *self.taken.borrow()
    }

    async fn until(&mut self, count: usize) {
        let taken = self.taken.wait_for(|taken| *taken >= count).await;
        taken.expect("the receiver lives");
    }
}

/// A server, and who manages its endpoints.
struct Served {
    process: Process,
    http: Client,
}

impl Served {
    fn start(setup: &Setup, core: Option<usize>) -> Self {
        Self {
            process: setup.start(core),
            http: client(),
        }
    }

    async fn tell(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/api/backend/event-endpoints{path}", self.process.url());
        ask(self.http.post(url).bearer_auth(SECRET_KEY).json(&body)).await
    }

    /// Makes an endpoint; its id and its secret.
    async fn endpoint(&self, url: &str) -> (Uuid, String) {
        let made = self.tell("", json!({"url": url})).await;
        let id = text(&made["id"]).parse().expect("a UUID");
        (id, text(&made["secret"]))
    }

    /// Deletes the connection of a customer.
    async fn delete(&self, customer: usize) {
        let url = format!(
            "{}/api/backend/connection-info/delete-connection",
            self.process.url()
        );
        let query = [
            ("external_id", format!("customer-{customer}")),
            ("provider", "jira".to_owned()),
        ];
        let deleted = self.http.delete(url).query(&query).bearer_auth(SECRET_KEY);
        crate::http::bytes(deleted).await;
    }
}

/// What waits in a store goes to one endpoint, by turns with the loops.
async fn drain(bench: &mut Bench, store: &str, setup: &Setup) -> anyhow::Result<()> {
    let setup = setup.clone().sending_to_loopback();
    let served = Served::start(&setup, bench.cores.server);
    let mut receiver = Receiver::start().await;
    let (endpoint, secret) = served.endpoint(&receiver.url).await;
    let mut ours = Figures::new();
    let mut loops = LOOPS.map(|(name, told)| (name, told, Figures::new()));
    let body = json!({"type": "connection.created", "timestamp": "2026-01-01T00:00:00Z", "data": "x".repeat(460)});
    for _ in 0..bench.rounds() {
        served.tell(&format!("/{endpoint}/pause"), json!({})).await;
        let waiting = Waiting::At(endpoint, SUBJECTS);
        let count = i64::try_from(EVENTS)?;
        bench
            .filler
            .add_events(&setup.database, count, waiting)
            .await?;
        let begun = SystemClock.steady();
        let until = receiver.count() + EVENTS;
        served.tell(&format!("/{endpoint}/resume"), json!({})).await;
        receiver.until(until).await;
        let took = SystemClock.steady().saturating_sub(begun);
        ours.push(per_second(took));
        for (_, told, alone) in &mut loops {
            let poster = bench.reference().with_file_name("bench-poster");
            let mut posting = on_core(bench.cores.server, &poster);
            let (count, body) = (EVENTS.to_string(), body.to_string());
            posting
                .args([&receiver.url, &secret, &count, &body])
                .args(*told);
            let posted = tokio::task::spawn_blocking(move || posting.output()).await??;
            let seconds: f64 = String::from_utf8(posted.stdout)?.trim().parse()?;
            alone.push(per_second(Duration::from_secs_f64(seconds)));
        }
    }
    row([format!("Juncture, on {store}"), ours.show(0), String::new()]);
    for (name, _, alone) in &loops {
        let share = ours.by(alone).median() * 100.0;
        row([(*name).to_owned(), alone.show(0), format!("{share:.0} %")]);
        let demand = format!("deliveries to one endpoint from {store}, events a second: of {name}");
        let bound = Bound::AtLeast(50.0);
        bench.verdicts.add(demand, share, bound, " %");
    }
    Ok(())
}

fn per_second(took: Duration) -> f64 {
    f64::from(u32::try_from(EVENTS).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

/// From the answer to a deletion to its event, with and without a dead endpoint beside the one that is told.
async fn beside_a_dead_one(bench: &mut Bench) -> anyhow::Result<()> {
    let mut scenes = Vec::new();
    for (name, has_dead) in [
        ("alone", false),
        ("beside a dead one for which 100,000 wait", true),
    ] {
        let folder = format!("dead-{has_dead}");
        let setup = bench.setup(&folder).sending_to_loopback();
        bench
            .fill(&setup, (bench.rounds() * DELETED) as u64)
            .await?;
        let served = Served::start(&setup, bench.cores.server);
        if has_dead {
            let nobody = format!("http://127.0.0.1:{}/hook", free_port());
            let (dead, _) = served.endpoint(&nobody).await;
            bench
                .filler
                .add_events(&setup.database, DEAD, Waiting::At(dead, SUBJECTS))
                .await?;
        }
        let receiver = Receiver::start().await;
        served.endpoint(&receiver.url).await;
        scenes.push((name, served, receiver, Figures::new(), Figures::new()));
    }
    for round in 0..bench.rounds() {
        for (_, served, receiver, middle, slowest) in &mut scenes {
            let mut took = Vec::new();
            for number in 0..DELETED {
                let until = receiver.count() + 1;
                served.delete(round * DELETED + number + 1).await;
                let begun = SystemClock.steady();
                receiver.until(until).await;
                took.push(SystemClock.steady().saturating_sub(begun).as_secs_f64() * 1e3);
            }
            took.sort_by(f64::total_cmp);
            middle.push(took[took.len() / 2]);
            slowest.push(took[took.len() * 99 / 100]);
        }
    }
    say("");
    columns(&[
        "an endpoint that is told of deletions",
        "p50, ms",
        "p99, ms",
    ]);
    for (name, _, _, middle, slowest) in &scenes {
        row([(*name).to_owned(), middle.show(2), slowest.show(2)]);
    }
    let growth = scenes[1].4.by(&scenes[0].4).median();
    let demand = "deliveries beside a dead endpoint for which 100,000 wait: p99, of alone";
    bench.verdicts.add(demand, growth, Bound::AtMost(1.05), "×");
    Ok(())
}
