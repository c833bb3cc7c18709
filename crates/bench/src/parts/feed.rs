//! The feed: a page at any place among a million events.

use juncture_clock::{Clock as _, SystemClock};
use reqwest::Client;
use serde_json::Value;

use crate::bench::Bench;
use crate::console::{columns, heading, row, say};
use crate::events::{RARE, Waiting};
use crate::figures::Figures;
use crate::http::{client, json, text};
use crate::load::SECRET_KEY;
use crate::process::Process;
use crate::setup::{Database, Setup};
use crate::verdicts::Bound;

const EVENTS: i64 = 1_000_000;

/// At how many places a page is read.
const PLACES: usize = 250;

/// What is demanded of a page of 100, in milliseconds.
const DEMANDED: f64 = 5.0;

pub(crate) async fn run(bench: &mut Bench) -> anyhow::Result<()> {
    heading(
        "The feed",
        "`GET /api/backend/events` with a page of 100, at places all over a million events. Each cell is the median of \
         the places, then the least and the greatest.",
    );
    columns(&["store", "events", "ms", "the slowest of a hundred, ms"]);
    let setup = bench.setup("feed");
    pages(bench, "SQLite", &setup).await?;
    if let Some((postgres, redis)) = bench.servers() {
        let setup = bench.setup("feed-on-postgres").on_servers(postgres, redis);
        pages(bench, "PostgreSQL", &setup).await?;
    } else {
        say("No PostgreSQL was given.\n");
    }
    if let Database::Sqlite(file) = &setup.database {
        let size = std::fs::metadata(file)?.len();
        say(&format!("\nThe SQLite file has {} MB.", size / 1_000_000));
    }
    Ok(())
}

/// Pages at all places of a store.
async fn pages(bench: &mut Bench, store: &str, setup: &Setup) -> anyhow::Result<()> {
    drop(setup.start(None));
    bench
        .filler
        .add_events(&setup.database, EVENTS, Waiting::Not)
        .await?;
    let server = setup.start(bench.cores.server);
    let reader = Reader {
        http: client(),
        server: &server,
    };
    let cursors = reader.cursors().await;
    for (name, filter) in [
        ("all", String::new()),
        ("of one customer", "&external_id=customer-77".to_owned()),
        ("of a type that is rare", format!("&types={RARE}")),
        ("of both", format!("&external_id=customer-77&types={RARE}")),
    ] {
        let mut took = Vec::new();
        for cursor in &cursors {
            took.push(reader.page(cursor, &filter).await);
        }
        took.sort_by(f64::total_cmp);
        let slow = took[took.len() * 99 / 100];
        let figures: Figures = took.into_iter().collect();
        row([
            store.to_owned(),
            name.to_owned(),
            figures.show(2),
            format!("{slow:.2}"),
        ]);
        let demand = format!(
            "a page of 100 among 1,000,000 events in {store}, {name}: the slowest of a hundred places"
        );
        bench
            .verdicts
            .add(demand, slow, Bound::AtMost(DEMANDED), " ms");
    }
    Ok(())
}

struct Reader<'a> {
    http: Client,
    server: &'a Process,
}

impl Reader<'_> {
    /// Cursors of places all over the feed, as a reader comes by.
    async fn cursors(&self) -> Vec<String> {
        let mut cursors = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let cursor = after
                .map(|after| format!("&after={after}"))
                .unwrap_or_default();
            let page = self.ask(&format!("limit=500{cursor}")).await;
            let events = page["data"].as_array().expect("a list");
            if events.is_empty() {
                break;
            }
            cursors.push(text(&page["next_cursor"]));
            after = Some(text(&page["next_cursor"]));
        }
        let step = (cursors.len() / PLACES).max(1);
        cursors.into_iter().step_by(step).collect()
    }

    /// How long a page takes, in milliseconds.
    async fn page(&self, cursor: &str, filter: &str) -> f64 {
        let begun = SystemClock.steady();
        self.ask(&format!("limit=100&after={cursor}{filter}")).await;
        SystemClock.steady().saturating_sub(begun).as_secs_f64() * 1e3
    }

    async fn ask(&self, query: &str) -> Value {
        let url = format!("{}/api/backend/events?{query}", self.server.url());
        json(self.http.get(url).bearer_auth(SECRET_KEY)).await
    }
}
