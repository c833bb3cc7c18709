//! Every order of a few events.
//!
//! A core is a few events, each of which happens once at most, and between them all that can become of
//! the refreshes. Each core is walked through without gaps; all events in one core would be more orders
//! than there is time for. Longer stories are [`random`](super::random)'s.

use std::collections::HashSet;

use jiff::SignedDuration;

use super::clock::LOOK;
use super::schedule::Move::{self, Call, Connect, Crash, Deliver, Forward, Pass, Stall};
use super::world::Side::{A, B};
use super::world::{SIDES, Violation, World};

/// Longer than a lease.
const LAPSE: SignedDuration = SignedDuration::from_secs(16);

/// Whoever has seen no more has not seen much.
const LEAST_STATES: usize = 50;

/// A few events, each of which happens once at most, in any order.
struct Core {
    /// What had happened before, after [`BEFORE`].
    before: &'static [Move],
    events: &'static [Move],
}

/// What had happened before: both servers hold a token, which has expired.
const BEFORE: [Move; 4] = [
    Connect(A),
    Call(A),
    Call(B),
    Pass(SignedDuration::from_hours(1)),
];

/// Two refreshers, a crash and a reconnection. The servers are alike, so it is always A that crashes.
const CRASH_AND_RECONNECTION: Core = Core {
    before: &[],
    events: &[Call(A), Call(B), Crash(A), Connect(B)],
};

/// How long a server leaves a lease that has run out to its owner.
const COURTESY: SignedDuration = SignedDuration::from_secs(1);

/// A refresher that gets no processor time, so that its lease ends before its refresh; another one, which
/// takes over; and a reconnection.
const LATE_ANSWER: Core = Core {
    before: &[Stall(A), Call(A), Pass(LAPSE)],
    events: &[Call(B), Connect(B), Pass(COURTESY)],
};

/// Walks through every order of the events of a core, and brings each of them to its end.
async fn explore(core: &Core, is_strict: bool) {
    let mut world = World::new().await;
    let mut seen = HashSet::new();
    let mut ahead: Vec<Vec<Move>> = vec![Vec::new()];
    while let Some(mut path) = ahead.pop() {
        world.begin(is_strict, SignedDuration::ZERO).await;
        if let Err(violation) = follow(core, &mut world, &mut path, &mut seen, &mut ahead).await {
            panic!("{violation}, after {path:?}: {:#?}", world.case.story);
        }
    }
    assert!(seen.len() > LEAST_STATES, "no more than {}", seen.len());
}

/// Walks to the end of `path`, and on from there to the end of a schedule or to a state that was seen
/// before. What else could have happened on the way is still ahead.
async fn follow(
    core: &Core,
    world: &mut World,
    path: &mut Vec<Move>,
    seen: &mut HashSet<String>,
    ahead: &mut Vec<Vec<Move>>,
) -> Result<(), Violation> {
    world.walk(&BEFORE).await?;
    world.walk(core.before).await?;
    world.walk(path).await?;
    loop {
        let left = core.events.iter().filter(|event| !path.contains(event));
        let left: Vec<Move> = left.copied().collect();
        if !seen.insert(format!("{left:?} {}", world.fingerprint().await)) {
            return world.abandon().await;
        }
        let mut possible = world.possible(&left).await;
        // The end of what waits for an answer or a look lies behind that; where nothing is left to
        // do, all has just been found well.
        let goes_on = world.is_waiting().await || world.is_at_peace().await;
        let next = if goes_on { possible.pop() } else { None };
        ahead.extend(possible.iter().map(|step| [path, &[*step][..]].concat()));
        let Some(next) = next else {
            return world.finish().await;
        };
        path.push(next);
        world.step(next).await?;
    }
}

impl World {
    /// Whether a server waits for something that can happen at any time.
    async fn is_waiting(&self) -> bool {
        let asks = |side| self.waiting(side).next().is_some();
        SIDES.into_iter().any(asks) || self.is_worth_a_look().await
    }

    /// What may happen next, if these events are left.
    async fn possible(&self, left: &[Move]) -> Vec<Move> {
        let is_up = |side| self.processes[side as usize].is_some();
        let can_happen = |event: &Move| match *event {
            Call(side) | Connect(side) | Crash(side) => is_up(side),
            _ => true,
        };
        let mut possible: Vec<Move> = left.iter().copied().filter(can_happen).collect();
        if self.is_worth_a_look().await {
            possible.push(Pass(LOOK.try_into().unwrap()));
        }
        let waiting = self.gate.waiting();
        let unasked = waiting.iter().filter(|waiting| waiting.status.is_none());
        possible.extend((0..unasked.count()).map(Forward));
        // An answer that nobody waits for changes nothing.
        let answered = waiting
            .iter()
            .filter(|waiting| waiting.status.is_some())
            .enumerate();
        let awaited = answered.filter(|(_, waiting)| waiting.is_awaited);
        possible.extend(awaited.map(|(number, _)| Deliver(number)));
        possible
    }
}

#[tokio::test]
async fn no_order_of_two_refreshers_a_crash_and_a_reconnection_costs_a_grant() {
    explore(&CRASH_AND_RECONNECTION, false).await;
}

#[tokio::test]
async fn no_order_of_two_refreshers_a_crash_and_a_reconnection_costs_a_grant_of_strict_rotation() {
    explore(&CRASH_AND_RECONNECTION, true).await;
}

#[tokio::test]
async fn no_order_in_which_an_answer_comes_after_its_lease_costs_a_grant() {
    explore(&LATE_ANSWER, false).await;
}

#[tokio::test]
async fn no_order_in_which_an_answer_comes_after_its_lease_marks_a_good_grant_of_strict_rotation() {
    explore(&LATE_ANSWER, true).await;
}
