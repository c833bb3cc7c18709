//! How long `get-access-token` takes from memory, beside an endpoint that reads the store, over HTTP.
//!
//! `scripts/bench` runs it. It prints a table; nothing here is an assertion about time.

mod support;

use std::time::Duration;

use futures_util::future::join_all;
use juncture_clock::{Clock, SystemClock};
use tokio::runtime::Handle;

use support::{Bench, SECRET_KEY, json, print};

const REQUESTS: u32 = 20_000;

#[tokio::main]
async fn main() {
    print(
        "| callers | endpoint | median | 99 of 100 | requests a second |\n| --- | --- | --- | --- | --- |",
    );
    let bench = Bench::start(&Handle::current(), 10).await;
    for callers in [1, 32] {
        for (endpoint, what) in [
            ("get-access-token", "`get-access-token` (memory)"),
            (
                "check-connection-validity",
                "`check-connection-validity` (store)",
            ),
        ] {
            bench.ask(endpoint, callers, REQUESTS / 10).await;
            let began = SystemClock.now();
            let mut times = bench.ask(endpoint, callers, REQUESTS).await;
            let wall = SystemClock.now().duration_since(began).as_secs_f64();
            times.sort_unstable();
            let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1_000.0;
            let rate = f64::from(REQUESTS) / wall;
            print(&format!(
                "| {callers} | {what} | {:.2} ms | {:.2} ms | {rate:.0} |",
                at(50),
                at(99)
            ));
        }
    }
}

impl Bench {
    /// What each of `requests` took, asked by `callers` at once.
    async fn ask(&self, endpoint: &str, callers: u32, requests: u32) -> Vec<Duration> {
        let path =
            format!("/api/backend/connection-info/{endpoint}?external_id=bench&provider=jira");
        let url = format!("{}{path}", self.server);
        let caller = async || {
            let mut times = Vec::new();
            for _ in 0..requests / callers {
                let began = SystemClock.now();
                json(self.http.get(&url).bearer_auth(SECRET_KEY)).await;
                times.push(SystemClock.now().duration_since(began).unsigned_abs());
            }
            times
        };
        join_all((0..callers).map(|_| caller())).await.concat()
    }
}
