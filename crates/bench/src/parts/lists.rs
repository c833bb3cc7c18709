//! Lists of Jira's, beside a client that makes the fewest round trips in a row and parses nothing.

use juncture_clock::{Clock as _, SystemClock};

use super::floor::{Floor, Way};
use crate::bench::Bench;
use crate::console::{columns, heading, row};
use crate::figures::Figures;
use crate::process::Process;
use crate::upstream::{BOARDS, LATENCY, Mode};
use crate::verdicts::Bound;
use crate::world::{CUSTOMER, IN_SPRINT, PROJECTS, SPRINTS, World};

/// A list, and what it may take by the floor's time.
struct List {
    name: String,
    path: String,
    way: Way,
    most: f64,
}

/// What rounds of a list have shown.
#[derive(Default)]
struct Shown {
    ours: Figures,
    floor: Figures,
    /// What a list took of the server's CPU, in milliseconds.
    cpu: Figures,
}

pub(crate) async fn run(bench: &mut Bench) {
    heading(
        "Lists",
        &format!(
            "At {} ms for each answer of Jira's: one that was recorded, or that the simulated Jira makes on the same cores. The floor is a client that makes the fewest round trips in a row and gets the same answers, which it does not parse.",
            LATENCY.as_millis()
        ),
    );
    let world = World::start().await;
    let server = bench.setup("lists").calling(&world.url).start(None);
    world.connect(&server).await;
    let lists = lists(&world, &server).await;
    columns(&[
        "list",
        "Jira",
        "calls",
        "Juncture, ms",
        "the floor, ms",
        "ratio",
        "CPU, ms",
    ]);
    for list in lists {
        world.upstream.set(Mode::Recorded);
        let floor = Floor::to(&world, &server, &list.path, list.way).await;
        for (mode, jira, times) in [
            (Mode::Recorded, "recorded", 3 * bench.rounds()),
            (Mode::Live, "simulated", bench.rounds()),
        ] {
            world.upstream.set(mode);
            let shown = rounds(&world, &server, &list, &floor, times).await;
            let ratio = shown.ours.by(&shown.floor).median();
            row([
                list.name.clone(),
                jira.to_owned(),
                format!("{} (floor {})", floor.calls_of_ours, floor.calls()),
                shown.ours.show(0),
                shown.floor.show(0),
                format!("{ratio:.2}"),
                shown.cpu.show(0),
            ]);
            let demand = format!("{}, {jira}: time by the floor's", list.name);
            let most = Bound::AtMost(list.most);
            bench.verdicts.add(demand, ratio, most, "×");
        }
    }
}

async fn lists(world: &World, server: &Process) -> Vec<List> {
    let [small, middle, large] = &world.projects;
    let sprint = world.sprint(server).await;
    let list = |name: &str, path: String, way, most| List {
        name: name.to_owned(),
        path,
        way,
        most,
    };
    let sprints =
        format!("jira/get-all-sprints-for-project?external_id={CUSTOMER}&jira_project_id={large}");
    vec![
        list("100 tickets", World::tickets(small), Way::FirstPage, 1.2),
        list("1,000 tickets", World::tickets(middle), Way::ByIds, 1.4),
        list("5,000 tickets", World::tickets(large), Way::ByIds, 1.4),
        list(
            &format!("{PROJECTS} projects"),
            format!("jira/get-projects?external_id={CUSTOMER}"),
            Way::Pages {
                first: "startAt=0&",
            },
            1.15,
        ),
        list(
            &format!("{BOARDS} boards of {SPRINTS} sprints"),
            sprints,
            Way::Pages { first: "/board?" },
            1.4,
        ),
        list(
            &format!("a sprint's {IN_SPRINT} tickets"),
            World::sprint_tickets(sprint),
            Way::ByIds,
            1.15,
        ),
    ]
}

/// Rounds by turns.
async fn rounds(
    world: &World,
    server: &Process,
    list: &List,
    floor: &Floor,
    rounds: usize,
) -> Shown {
    let mut shown = Shown::default();
    for round in 0..rounds {
        if round % 2 == 0 {
            shown.floor.push(time(floor.read(world)).await);
        }
        let before = server.cpu();
        shown.ours.push(time(world.read(server, &list.path)).await);
        let cpu = server.cpu().saturating_sub(before);
        shown.cpu.push(cpu.as_secs_f64() * 1e3);
        if round % 2 == 1 {
            shown.floor.push(time(floor.read(world)).await);
        }
    }
    let (_, new) = world.upstream.take_calls();
    assert_eq!(new, 0, "every answer was recorded before");
    shown
}

/// How long it takes, in milliseconds.
async fn time(work: impl Future<Output = ()>) -> f64 {
    let began = SystemClock.steady();
    work.await;
    SystemClock.steady().saturating_sub(began).as_secs_f64() * 1e3
}
