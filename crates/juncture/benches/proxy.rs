//! What the proxy costs beside the sandbox called directly, over HTTP: one after the other, so that both
//! meet the same machine.
//!
//! `cargo bench -p juncture --bench proxy` runs it. It prints a table; nothing here is an assertion about
//! time.

mod support;

use std::time::Duration;

use juncture_clock::{Clock, SystemClock};
use tokio::runtime::Handle;

use support::{Bench, SECRET_KEY, json, print, text};

const ROUNDS: usize = 10_000;

#[tokio::main]
async fn main() {
    let bench = Bench::start(&Handle::current(), 10).await;
    let token = format!(
        "{}/api/backend/connection-info/get-access-token?external_id=bench&provider=jira",
        bench.server
    );
    let token = json(bench.http.get(token).bearer_auth(SECRET_KEY)).await;
    let token = text(&token["access_token"]);
    let path = "rest/api/3/serverInfo";
    let direct = format!("{}/ex/jira/{}/{path}", bench.sandbox, bench.site_id);
    let proxied = format!("{}/api/backend/proxy/jira/{path}", bench.server);
    let (mut direct_times, mut proxied_times) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS + ROUNDS / 10 {
        let call = bench.http.get(&direct).bearer_auth(&token);
        let direct = time(call).await;
        let call = bench.http.get(&proxied).bearer_auth(SECRET_KEY);
        let proxied = time(call.header("x-juncture-external-id", "bench")).await;
        // The first are for warming up.
        if round >= ROUNDS / 10 {
            direct_times.push(direct);
            proxied_times.push(proxied);
        }
    }
    print("| way | median | 99 of 100 |\n| --- | --- | --- |");
    let direct = row("the sandbox itself", direct_times);
    let proxied = row("through the proxy", proxied_times);
    print(&format!(
        "\nthe proxy adds {:.2} ms at the median: {:.1} times as long",
        proxied - direct,
        proxied / direct
    ));
}

async fn time(call: reqwest::RequestBuilder) -> Duration {
    let began = SystemClock.steady();
    let answer = call.send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.bytes().await.expect("a body");
    SystemClock.steady().saturating_sub(began)
}

/// Prints a row and gives its median in milliseconds.
fn row(way: &str, mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1_000.0;
    print(&format!("| {way} | {:.2} ms | {:.2} ms |", at(50), at(99)));
    at(50)
}
