//! From the start of the process to its first answer.

use crate::bench::Bench;
use crate::console::{columns, heading, row};
use crate::figures::Figures;
use crate::process::Process;
use crate::setup::{Answer, Bodies, HEALTH, start_reference};
use crate::verdicts::Bound;

/// How often each is started.
const STARTS: usize = 11;

pub(crate) fn run(bench: &mut Bench) {
    heading(
        "Start",
        "From the start of the process to its first 200 of `/healthz`, by turns.",
    );
    let answer = Answer {
        path: HEALTH,
        content_type: "application/json".to_owned(),
        bodies: Bodies::One(br#"{"status":"ok"}"#.to_vec()),
    };
    let old = bench.setup("old");
    drop(old.start(None));
    let mut figures = [const { Figures::new() }; 3];
    for round in 0..STARTS {
        let new = bench.setup(&format!("new-{round}"));
        let folder = bench.folder("reference");
        let reference = || {
            start_reference(
                bench.reference(),
                &folder,
                None,
                std::slice::from_ref(&answer),
            )
        };
        let [of_reference, of_old, of_new] = &mut figures;
        of_reference.push(milliseconds(reference()));
        of_old.push(milliseconds(old.start(None)));
        of_new.push(milliseconds(new.start(None)));
    }
    columns(&["server", "ms", "beyond bare axum, ms"]);
    let [reference, old, new] = &figures;
    for (name, figures) in [
        ("bare axum", reference),
        ("Juncture, an existing database", old),
        ("Juncture, a new database", new),
    ] {
        let beyond = figures.median() - reference.median();
        row([name.to_owned(), figures.show(1), format!("{beyond:.1}")]);
    }
    let beyond = |figures: &Figures| figures.median() - reference.median();
    let (old, new) = (beyond(old), beyond(new));
    bench.verdicts.add(
        "start with an existing database, beyond bare axum's",
        old,
        Bound::AtMost(20.0),
        " ms",
    );
    bench.verdicts.add(
        "start with a new database, beyond bare axum's",
        new,
        Bound::AtMost(60.0),
        " ms",
    );
}

/// What the start of a server has taken, which ends here.
#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn milliseconds(server: Process) -> f64 {
    server.took.as_secs_f64() * 1e3
}
