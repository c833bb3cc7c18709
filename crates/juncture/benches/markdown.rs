//! How long `/healthz` takes while the largest Markdown is converted, beside `/healthz` alone.
//!
//! `scripts/bench` runs it. The server has a runtime of two threads; the clients and the simulated
//! Jira have another one, and who looks at `/healthz` a third, all on the same machine: the simulated
//! Jira works long on large documents, and who looks must not wait for it. It prints tables; nothing
//! here is an assertion about time.

mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use juncture_clock::{Clock as _, SystemClock};
use serde_json::json;
use tokio::runtime::Builder;

use support::{Bench, SECRET_KEY, http_client, json, print};

/// The longest Markdown that the API takes, in characters.
const LONGEST: usize = 131_068;

/// How many looks at `/healthz` a row is made of, and the pause between two.
const LOOKS: usize = 2_000;
const PAUSE: Duration = Duration::from_millis(2);

/// How many clients edit at the same time.
const EDITORS: usize = 4;

/// What is repeated to fill the text: shapes that are slow, and hold no more text than Jira takes.
const SHAPES: [(&str, &str); 10] = [
    ("links", "[a](b)"),
    ("links in links", "[a [b](c)](d) "),
    ("definitions that are used", "[a]: b\n\n[a]\n\n"),
    ("points", "- a\n"),
    ("tasks", "- [ ] a\n"),
    ("headings", "# a\n"),
    ("a table", "| a | b |\n| - | - |\n"),
    ("entities", "&amp;"),
    ("tags", "<u>a</u>"),
    ("deep quotes", "> "),
];

fn main() {
    let mut server = Builder::new_multi_thread();
    let server = server.worker_threads(2).enable_all().build();
    let server = server.expect("a runtime");
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let bench = Bench::start(server.handle(), EDITORS).await;
        bench.measure().await;
    });
    server.shutdown_background();
}

impl Bench {
    async fn measure(&self) {
        let mut shapes = Vec::new();
        print("| largest Markdown | one edit |\n| --- | --- |");
        for (name, part) in SHAPES {
            let markdown = part.repeat(LONGEST / part.len());
            let began = SystemClock.now();
            if !self.edit(0, &markdown).await {
                print(&format!("| {name} | is refused |"));
                continue;
            }
            let took = SystemClock.now().duration_since(began).unsigned_abs();
            print(&format!("| {name} | {} ms |", took.as_millis()));
            shapes.push((took, markdown));
        }
        shapes.sort_unstable();
        shapes.reverse();

        print("\n| beside | median | 99 of 100 | worst |\n| --- | --- | --- | --- |");
        look(&self.server, "nothing", LOOKS / 10).await;
        print(&look(&self.server, "nothing", LOOKS).await);
        let (is_over, edits) = (AtomicBool::new(false), AtomicUsize::new(0));
        let editors = join_all((0..EDITORS).map(async |editor| {
            let (_, markdown) = &shapes[editor % shapes.len()];
            while !is_over.load(Ordering::Relaxed) {
                self.edit(editor, markdown).await;
                edits.fetch_add(1, Ordering::Relaxed);
            }
        }));
        let looks = async {
            let row = look(&self.server, "4 clients with the slowest", LOOKS).await;
            is_over.store(true, Ordering::Relaxed);
            row
        };
        let (row, _) = futures_util::join!(looks, editors);
        print(&row);
        let edits = edits.load(Ordering::Relaxed);
        print(&format!("\n{edits} edits beside {LOOKS} looks"));
    }

    /// Whether the description of an issue could be replaced.
    async fn edit(&self, issue: usize, markdown: &str) -> bool {
        let url = format!("{}/api/backend/jira/edit-issue", self.server);
        let body = json!({
            "external_id": "bench", "issue_id_or_key": format!("SHOP-{}", issue + 1),
            "description": markdown,
        });
        let request = self.http.put(url).bearer_auth(SECRET_KEY).json(&body);
        let answer = request.send().await.expect("an answer");
        answer.status().is_success()
    }
}

/// A row about so many looks at `/healthz`, from a thread of their own.
async fn look(server: &str, beside: &str, looks: usize) -> String {
    let url = format!("{server}/healthz");
    let looking = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(times(&url, looks))
    });
    let times = looking.await.expect("every look is answered");
    let at = |index: usize| times[index].as_secs_f64() * 1_000.0;
    format!(
        "| {beside} | {:.2} ms | {:.2} ms | {:.2} ms |",
        at(looks / 2),
        at(looks * 99 / 100),
        at(looks - 1)
    )
}

/// How long each of so many looks takes, the shortest first.
async fn times(url: &str, looks: usize) -> Vec<Duration> {
    let http = http_client();
    let mut times = Vec::new();
    for _ in 0..looks {
        SystemClock.sleep(PAUSE).await;
        let began = SystemClock.now();
        json(http.get(url)).await;
        times.push(SystemClock.now().duration_since(began).unsigned_abs());
    }
    times.sort_unstable();
    times
}
