//! What a list costs of the hourly quota when little is left of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::console::{columns, heading, row};
use crate::http::{json, text};
use crate::process::Process;
use crate::upstream::{Asked, Mode};
use crate::verdicts::Bound;
use crate::world::World;

/// Less than a tenth of the 65,000 points of an hour, and enough for what is done here.
const LITTLE: u64 = 6_000;

pub(crate) async fn run(bench: &mut Bench) {
    heading(
        "Points",
        "Points of the quota that a list of 1,000 tickets costs, as the simulated Jira counts them: one for a call, one for each issue.",
    );
    let world = World::start().await;
    let server = bench.setup("points").calling(&world.url).start(None);
    world.connect(&server).await;
    let [small, middle, _] = world.projects.clone();
    world.upstream.set(Mode::Recorded);
    world.read(&server, &World::tickets(&small)).await;
    let (calls, _) = world.upstream.take_calls();
    world.upstream.set(Mode::Direct);
    world
        .control("switches", &json!({"limits": "enforced"}))
        .await;
    let much = points(&world, world.read(&server, &World::tickets(&middle))).await;
    world
        .control("quota", &json!({"remaining_points": LITTLE}))
        .await;
    // By this answer it is known that little is left.
    world.read(&server, &World::tickets(&small)).await;
    let ours = points(&world, world.read(&server, &World::tickets(&middle))).await;
    let first = calls
        .iter()
        .find(|call| call.target.ends_with("/search/jql"));
    let first = first.expect("a list of tickets is a search");
    let plain = points(&world, walk(&world, &server, first, &middle)).await;
    columns(&["way", "points"]);
    for (way, points) in [
        ("Juncture, much is left", much),
        ("Juncture, little is left", ours),
        ("the plain walk", plain),
    ] {
        row([way.to_owned(), points.to_string()]);
    }
    let ratio = ours / plain;
    bench.verdicts.add(
        "1,000 tickets, little is left: points of the plain walk's",
        ratio,
        Bound::AtMost(1.1),
        "×",
    );
}

/// What it costs to wait for this.
async fn points(world: &World, work: impl Future<Output = ()>) -> f64 {
    let left = async || {
        let quota = json(world.http.get(format!("{}/_sandbox/quota", world.url))).await;
        quota["remaining_points"].as_f64().expect("a number")
    };
    let before = left().await;
    work.await;
    before - left().await
}

/// Page after page of a project's tickets, asked for as `first` asks.
async fn walk(world: &World, server: &Process, first: &Asked, project: &str) {
    let token = token(world, server).await;
    let mut body: Value = juncture_json::decode(&first.body).expect("JSON");
    body["jql"] = json!(format!(
        r#"project = "{project}" ORDER BY created DESC, key DESC"#
    ));
    loop {
        let page = world
            .http
            .request(Method::POST, format!("{}{}", world.url, first.target));
        let page = json(page.bearer_auth(&token).json(&body)).await;
        match &page["nextPageToken"] {
            Value::String(next) if page["isLast"] != true => body["nextPageToken"] = json!(next),
            _ => break,
        }
    }
}

/// An access token of the customer's.
pub(crate) async fn token(world: &World, server: &Process) -> String {
    let path = "connection-info/get-access-token?external_id=bench&provider=jira";
    text(&json(world.ask(server, path)).await["access_token"])
}
