//! Orders of many events, drawn at random; what fails is made as short as it can be.

use std::cell::RefCell;

use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

use super::observer::Trouble;
use super::process::Chore;
use super::schedule::{Move, Refusal};
use super::world::Side::{A, B};
use super::world::{Side, Violation, World};
use crate::support::database::variable;

/// How many schedules a test draws: some twenty seconds of a processor's time.
const CASES: u32 = 100;

/// What is drawn.
#[derive(Clone, Debug)]
struct Draw {
    is_strict: bool,
    /// How far the clock of B is ahead, in seconds.
    skew: i64,
    /// Who holds the first access token.
    holders: Vec<Side>,
    /// How old the first access token is.
    age: SignedDuration,
    schedule: Vec<Move>,
}

fn draws(is_strict: bool) -> impl Strategy<Value = Draw> {
    let holders = proptest::sample::subsequence(vec![A, B], 0..=2);
    let age = prop_oneof![
        1 => Just(SignedDuration::ZERO),
        2 => Just(SignedDuration::from_mins(57)),
        // Less than a minute is left.
        2 => Just(SignedDuration::from_secs(3_600 - 30)),
        4 => Just(SignedDuration::from_hours(1)),
    ];
    (-2..=2_i64, holders, age, vec(moves(), 4..28)).prop_map(
        move |(skew, holders, age, schedule)| Draw {
            is_strict,
            skew,
            holders,
            age,
            schedule,
        },
    )
}

fn moves() -> impl Strategy<Value = Move> {
    let side = || prop_oneof![Just(A), Just(B)];
    let number = || 0..3_usize;
    let chore = prop_oneof![
        3 => Just(Chore::Resume),
        1 => Just(Chore::RefreshAhead),
        1 => Just(Chore::RefreshIdle),
        3 => Just(Chore::Follow),
    ];
    let refusal = prop_oneof![
        Just(Refusal::Unavailable),
        (0..=1_200_u64).prop_map(Refusal::RateLimited),
    ];
    let trouble = prop_oneof![Just(Trouble::Everything), Just(Trouble::Writes)];
    prop_oneof![
        10 => side().prop_map(Move::Call),
        4 => (side(), chore).prop_map(|(side, chore)| Move::Begin(side, chore)),
        10 => number().prop_map(Move::Forward),
        10 => number().prop_map(Move::Deliver),
        3 => number().prop_map(Move::Cut),
        3 => (number(), refusal).prop_map(|(number, refusal)| Move::Refuse(number, refusal)),
        3 => side().prop_map(Move::Connect),
        1 => side().prop_map(Move::Delete),
        1 => Just(Move::Revoke),
        2 => side().prop_map(Move::Crash),
        2 => side().prop_map(Move::Start),
        1 => side().prop_map(Move::Stall),
        2 => side().prop_map(Move::Recover),
        2 => trouble.prop_map(Move::Harm),
        3 => Just(Move::Mend),
        12 => spans().prop_map(Move::Pass),
    ]
}

fn spans() -> impl Strategy<Value = SignedDuration> {
    prop_oneof![
        6 => (0..2_000_i64).prop_map(SignedDuration::from_millis),
        // About the ends of a request, of a lease, of a back-off, of somebody's patience.
        8 => (9..40_i64).prop_map(SignedDuration::from_secs),
        1 => (4..12_i64).prop_map(SignedDuration::from_mins),
        1 => (50..70_i64).prop_map(SignedDuration::from_mins),
        1 => (79..92_i64).prop_map(|days| SignedDuration::from_hours(24 * days)),
    ]
}

/// What the schedules are drawn from, so that the suite walks the same ones each time.
const SEED: u64 = 20_261_122;

/// Walks through [`CASES`] schedules; through others, and more of them, where `PROPTEST_RNG_SEED` and
/// `PROPTEST_CASES` say so.
fn walk_at_random(is_strict: bool) {
    let mut config = Config {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    if variable("PROPTEST_CASES").is_none() {
        config.cases = CASES;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.unwrap();
    let world: RefCell<Option<World>> = RefCell::default();
    let outcome = TestRunner::new(config).run(&draws(is_strict), |draw| {
        runtime.block_on(async {
            let mut used = match world.take() {
                Some(used) => used,
                None => World::new().await,
            };
            // A world in which something went wrong is left.
            if let Err(violation) = walk(&mut used, &draw).await {
                let story = used.case.story.join("\n");
                return Err(TestCaseError::fail(format!("{violation}\n{story}\n")));
            }
            world.replace(Some(used));
            Ok(())
        })
    });
    runtime.block_on(async { drop(world.take()) });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

async fn walk(world: &mut World, draw: &Draw) -> Result<(), Violation> {
    let skew = SignedDuration::from_secs(draw.skew);
    world.begin(draw.is_strict, skew).await;
    world.step(Move::Connect(A)).await?;
    for side in &draw.holders {
        world.step(Move::Call(*side)).await?;
    }
    world.step(Move::Pass(draw.age)).await?;
    world.walk(&draw.schedule).await?;
    world.finish().await
}

#[test]
fn no_order_of_many_events_costs_a_grant() {
    walk_at_random(false);
}

#[test]
fn no_order_of_many_events_costs_a_grant_of_strict_rotation() {
    walk_at_random(true);
}
