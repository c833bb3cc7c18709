//! The two reads of the hot path, and rounds of them by turns.

use axum::http::header;

use crate::bench::Bench;
use crate::console::{columns, row};
use crate::http;
use crate::keys::Keys;
use crate::load::{Generator, Rounds, SECRET_KEY, Target};
use crate::process::Process;
use crate::setup::{Answer, Bodies, start_reference};

/// A read of the hot path.
#[derive(Clone, Copy)]
pub(crate) struct Read {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
}

pub(crate) const TOKEN: Read = Read {
    name: "get-access-token",
    path: "/api/backend/connection-info/get-access-token",
};
pub(crate) const VALIDITY: Read = Read {
    name: "check-connection-validity",
    path: "/api/backend/connection-info/check-connection-validity",
};

/// Over how many customers reads are spread, where there are as many.
const MOST_CUSTOMERS: usize = 10_000;

/// What is asked of a customer, by the number.
const QUERY: &str = "external_id=customer-%d&provider=jira";

impl Read {
    /// The read, spread over a store of so many connections.
    pub(crate) fn target(self, connections: usize) -> Target {
        let customers = connections.min(MOST_CUSTOMERS);
        Target {
            path: format!("{}?{QUERY}", self.path),
            customers,
            step: connections / customers,
            keys: None,
        }
    }
}

/// A server that is asked.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) process: Process,
    /// How many connections its store has.
    pub(crate) connections: usize,
    /// The keys that it is asked with; the environment's where there are none.
    pub(crate) keys: Option<Keys>,
}

impl Subject {
    /// What it is asked for.
    pub(crate) fn target(&self, read: Read) -> Target {
        let keys = self.keys.clone();
        let target = read.target(self.connections);
        Target { keys, ..target }
    }
}

/// A bare server that answers both reads with the very bytes of this one, which has so many connections:
/// those of each customer over whom reads are spread.
pub(crate) async fn reference_to(
    bench: &Bench,
    name: &str,
    server: &Process,
    connections: usize,
) -> Subject {
    let client = http::client();
    let mut answers = Vec::new();
    for read in [TOKEN, VALIDITY] {
        let Target {
            customers, step, ..
        } = read.target(connections);
        let mut content_type = None;
        let mut bodies = Vec::new();
        for number in 1..=customers {
            let query = QUERY.replace("%d", &(number * step).to_string());
            let url = format!("{}{}?{query}", server.url(), read.path);
            let asked = client.get(url).bearer_auth(SECRET_KEY);
            let answer = asked.send().await.expect("an answer");
            assert!(answer.status().is_success(), "{}", answer.status());
            content_type = answer.headers().get(header::CONTENT_TYPE).cloned();
            bodies.push((query, answer.bytes().await.expect("a body").to_vec()));
        }
        let content_type = content_type.expect("a type of content");
        answers.push(Answer {
            path: read.path,
            content_type: content_type.to_str().expect("a text").to_owned(),
            // It need not look at the query of the only customer.
            bodies: match &mut bodies[..] {
                [(_, body)] => Bodies::One(std::mem::take(body)),
                _ => Bodies::ByQuery(bodies),
            },
        });
    }
    let folder = bench.folder(&format!("reference-{connections}"));
    Subject {
        name: name.to_owned(),
        process: start_reference(bench.reference(), &folder, bench.cores.server, &answers),
        connections,
        keys: None,
    }
}

/// Asks all of them by turns, and tells what the rounds have shown, in their order.
pub(crate) fn by_turns(
    bench: &Bench,
    generator: &Generator,
    subjects: &[&Subject],
    read: Read,
    connections: usize,
) -> Vec<Rounds> {
    let mut all = vec![Rounds::default(); subjects.len()];
    for round in 0..bench.rounds() {
        let mut turns: Vec<_> = subjects.iter().zip(&mut all).collect();
        // Who goes first has the machine as the last round left it.
        if round % 2 == 1 {
            turns.reverse();
        }
        for (subject, rounds) in turns {
            let target = subject.target(read);
            let round = generator.run(&subject.process, &target, connections, bench.seconds());
            rounds.push(round);
        }
    }
    all
}

/// The head of a table of [`print()`].
pub(crate) fn head() {
    columns(&[
        "read",
        "connections",
        "server",
        "requests a second",
        "p50, ms",
        "p99, ms",
        "CPU, µs",
        "of the first",
    ]);
}

/// A row for each server; the last column is its requests a second by those of the first one.
pub(crate) fn print(read: Read, connections: usize, subjects: &[&Subject], all: &[Rounds]) {
    for (subject, rounds) in subjects.iter().zip(all) {
        let share = rounds.rate.by(&all[0].rate).median() * 100.0;
        row([
            format!("`{}`", read.name),
            connections.to_string(),
            subject.name.clone(),
            rounds.rate.show(0),
            rounds.p50.show(2),
            rounds.p99.show(2),
            rounds.cpu.show(1),
            format!("{share:.0} %"),
        ]);
    }
}
