//! Servers are killed, the database is stopped and endpoints fail: every event arrives all the same, in the order of
//! its subject, under one id.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use fastrand::Rng;
use futures_util::future::join_all;
use jiff::Timestamp;
use juncture_clock::{Clock as _, SystemClock};
use juncture_server::events::{self, Kind, New};
use juncture_server::project::ProjectId;
use juncture_server::seal::{Sealer, generate, parse_keys};
use juncture_server::store::{self, Store};
use juncture_server::webhooks::window::AT_ONCE;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use tokio::sync::{RwLock, watch};

use super::collector::{Collector, Manner};
use super::rows::count_of_subject;
use super::scene::ENDPOINTS;
use crate::support::database::{TestDatabase, variable};
use crate::support::deployment::{Deployment, Replica};
use crate::support::postgres::PrivatePostgres;
use crate::support::real_time::{eventually, pause, within};
use crate::support::rows::count_in;

/// How many events there are, and how many kills and stops while they are delivered. `TEST_EVENTS`, `TEST_KILLS` and
/// `TEST_STOPS` say other numbers, for a longer run.
const EVENTS: usize = 1_000;
const KILLS: usize = 4;
const STOPS: usize = 1;

/// How many events each subject has: they come one after the other.
const OF_SUBJECT: usize = 10;

/// One subject of so many is told of by the events that every receiver takes; the others go to one that takes all.
const RARE: usize = 10;

/// How many are recorded in one transaction, and by how many at once.
const BATCH: usize = 25;
const PRODUCERS: usize = 2;

/// Longer than all of it takes: an attempt that is left alone is made again after 40 seconds, one that failed twice
/// after six minutes.
const PATIENCE: Duration = Duration::from_mins(25);

fn number(name: &str, usual: usize) -> usize {
    variable(name).map_or(usual, |given| given.parse().unwrap())
}

/// What is killed and stopped, and who keeps account.
struct Stage {
    deployment: Deployment,
    sealer: Arc<Sealer>,
    collectors: Vec<Collector>,
    /// Held for writing while the database is away: nobody can start meanwhile.
    database: RwLock<()>,
    /// How many events are recorded.
    recorded: watch::Sender<usize>,
    /// How often servers were killed, and what was about to be sent may come again.
    kills: AtomicUsize,
}

impl Stage {
    async fn start(database: TestDatabase) -> Self {
        let keys = generate();
        let variables = [
            ("JUNCTURE_ENCRYPTION_KEYS", keys.as_str()),
            ("JUNCTURE_EVENTS_ALLOWED_NETWORKS", "127.0.0.1"),
            ("PUBLIC_REQUESTS_PER_MINUTE", "0"),
        ];
        let deployment = Deployment::start_on(database, &variables, 0).await;
        Self {
            deployment,
            sealer: Arc::new(Sealer::new(&parse_keys(&keys).unwrap())),
            collectors: join_all(Manner::ALL.map(Collector::start)).await,
            database: RwLock::default(),
            recorded: watch::Sender::default(),
            kills: AtomicUsize::default(),
        }
    }

    fn store(&self) -> &Store {
        &self.deployment.store
    }

    /// The one that takes everything: by what has arrived there the others go on.
    fn steady(&self) -> &Collector {
        &self.collectors[0]
    }

    /// Makes an endpoint for each collector.
    async fn make_endpoints(&self, server: &Replica) -> BTreeMap<String, Manner> {
        let mut made = BTreeMap::new();
        for collector in &self.collectors {
            let kinds = [Kind::ConnectionDeleted, Kind::ConnectionCreated];
            let takes = if collector.manner() == Manner::Takes {
                2
            } else {
                1
            };
            // What becomes of the endpoints themselves is told as well, but not to these.
            let types = kinds[..takes].iter().map(|kind| kind.as_str());
            let body = json!({"url": collector.url, "types": types.collect::<Vec<_>>()});
            let (status, endpoint) = server.browser.post(ENDPOINTS, &body).await;
            assert_eq!(status, 201, "{endpoint}");
            collector.expect(endpoint["secret"].as_str().unwrap());
            let id = endpoint["id"].as_str().unwrap().to_owned();
            made.insert(id, collector.manner());
        }
        made
    }

    /// Records the events of every `PRODUCERS`th subject, beginning with this one.
    async fn produce(&self, first: usize, events: usize) {
        let subjects: Vec<usize> = (first..events / OF_SUBJECT).step_by(PRODUCERS).collect();
        let share = events / PRODUCERS;
        for begin in (0..share).step_by(BATCH) {
            let end = share.min(begin + BATCH);
            let batch = || {
                let of = |number: usize| {
                    let subject = subjects[number % subjects.len()];
                    let place = number / subjects.len() + 1;
                    new_event(subject, i64::try_from(place).unwrap())
                };
                (begin..end).map(of).collect::<Vec<_>>()
            };
            let mark = format!("subject-{}", subjects[begin % subjects.len()]);
            let place = begin / subjects.len() + 1;
            while let Err(error) = self.record(batch()).await {
                // Nobody knows whether it was recorded: the database does, when it is back.
                drop(error);
                if self.is_recorded(&mark, place).await {
                    break;
                }
            }
            self.recorded
                .send_modify(|recorded| *recorded += end - begin);
            self.keep_pace(events).await;
        }
    }

    /// Records no more than can be delivered, so that servers are killed among both.
    async fn keep_pace(&self, events: usize) {
        let recorded = *self.recorded.borrow();
        let ahead = events * 4 / OF_SUBJECT;
        self.steady().until(recorded.saturating_sub(ahead)).await;
    }

    async fn record(&self, batch: Vec<New>) -> store::Result<()> {
        let now = SystemClock.now();
        let mut tx = self.store().begin_write().await?;
        events::record_all(&mut tx, &self.sealer, ProjectId::DEFAULT, batch, now).await?;
        tx.commit().await
    }

    /// Whether the event of a subject with this number is there, asked until the database answers.
    async fn is_recorded(&self, subject: &str, number: usize) -> bool {
        loop {
            let _is_there = self.database.read().await;
            let Ok(mut tx) = self.store().begin_read().await else {
                pause(Duration::from_millis(20)).await;
                continue;
            };
            if let Ok(count) = count_of_subject(&mut tx, subject).await {
                return count >= number;
            }
        }
    }

    /// Kills the server of a place again and again, and starts another; the last one.
    async fn kill(&self, events: usize, kills: usize, mut rng: Rng) -> Replica {
        let mut server = self.deployment.serve().await;
        for kill in 1..=kills {
            let at = events * kill / (kills + 1) + rng.usize(..(events / (kills + 1)).max(1));
            self.steady().until(at.min(events)).await;
            pause(Duration::from_millis(rng.u64(..30))).await;
            server.kill();
            self.kills.fetch_add(1, Ordering::Relaxed);
            let _is_there = self.database.read().await;
            server = self.deployment.serve().await;
        }
        self.until_all_arrived(events).await;
        server
    }

    /// Lets endpoints go on that are paused because they have said that they are gone.
    async fn resume(&self, server: &Replica, endpoints: &BTreeMap<String, Manner>) {
        for (id, _) in endpoints
            .iter()
            .filter(|(_, manner)| **manner == Manner::IsGone)
        {
            let path = format!("{ENDPOINTS}/{id}");
            let ask = async |method: Method, path: &str| {
                // The database may be away.
                let answer = server.browser.call(method, path).await;
                if answer.status() != 200 {
                    return None;
                }
                let body = answer.bytes().await.unwrap();
                Some(juncture_json::decode::<Value>(&body).unwrap())
            };
            let is_gone = async || {
                let told = ask(Method::GET, &path).await;
                told.is_some_and(|told| told["reason"] == "gone")
            };
            eventually(is_gone).await;
            let resume = format!("{path}/resume");
            eventually(async || ask(Method::POST, &resume).await.is_some()).await;
        }
    }

    async fn until_all_arrived(&self, events: usize) {
        let all = self.collectors.iter();
        join_all(all.map(|one| one.until(expected(one.manner(), events)))).await;
    }

    /// Everything has arrived, in order, once but for what was under way.
    #[expect(clippy::print_stdout, reason = "the figures are what it is about")]
    async fn judge(&self, events: usize, interruptions: usize) {
        // What has arrived is written down as well, in its time.
        let waiting = "SELECT COUNT(*) FROM event_lane WHERE lane LIKE 'subject-%'";
        eventually(async || count_in(self.store(), waiting).await == 0).await;
        let recorded = count_in(self.store(), "SELECT COUNT(*) FROM event").await;
        let own = "SELECT COUNT(*) FROM event WHERE subject NOT LIKE 'subject-%'";
        let own = count_in(self.store(), own).await;
        assert_eq!(usize::try_from(recorded - own), Ok(events));
        for collector in &self.collectors {
            let manner = collector.manner();
            collector.account(|account| {
                println!(
                    "{manner:?}: {} events, {} refused, {} came again",
                    account.events, account.refused, account.repeats
                );
                let events = expected(manner, events);
                assert_eq!(account.wrong, [""; 0], "{manner:?}");
                assert_eq!(account.events, events, "{manner:?}");
                let last: i64 = account.last().values().sum();
                assert_eq!(usize::try_from(last), Ok(events), "each number once");
                assert_eq!(account.refused > 0, manner != Manner::Takes, "{manner:?}");
                assert!(account.repeats <= interruptions * AT_ONCE, "{manner:?}");
            });
        }
    }
}

/// How many of so many events come to a receiver.
fn expected(manner: Manner, events: usize) -> usize {
    if manner == Manner::Takes {
        events
    } else {
        events / RARE
    }
}

fn new_event(subject: usize, number: i64) -> New {
    let kind = if subject.is_multiple_of(RARE) {
        Kind::ConnectionDeleted
    } else {
        Kind::ConnectionCreated
    };
    let subject = format!("subject-{subject}");
    New {
        kind,
        occurred_at: Timestamp::UNIX_EPOCH,
        data: to_raw_value(&json!({"subject": subject, "number": number})).unwrap(),
        subject,
        of: None,
    }
}

#[expect(
    clippy::print_stdout,
    reason = "whoever looks at a failure plays it again"
)]
fn seed() -> Rng {
    let given = variable("TEST_SEED").map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    println!("TEST_SEED={seed}");
    Rng::with_seed(seed)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_servers_on_postgres_are_killed_and_it_is_stopped_and_every_event_arrives_in_order() {
    let (events, kills) = (number("TEST_EVENTS", EVENTS), number("TEST_KILLS", KILLS));
    let stops = number("TEST_STOPS", STOPS);
    let mut rng = seed();
    let mut postgres = PrivatePostgres::start();
    let database = TestDatabase::on(&postgres).await;
    let stage = Stage::start(database).await;
    let steady = stage.deployment.serve().await;
    let endpoints = stage.make_endpoints(&steady).await;
    let forks = [rng.fork(), rng.fork()];
    let stopping = async {
        for stop in 1..=stops {
            stage.steady().until(events * stop / (stops + 1)).await;
            let is_away = stage.database.write().await;
            let with_notice = rng.bool();
            tokio::task::block_in_place(|| {
                if with_notice {
                    postgres.stop();
                } else {
                    postgres.kill();
                }
            });
            pause(Duration::from_millis(rng.u64(..1_500))).await;
            tokio::task::block_in_place(|| postgres.begin());
            drop(is_away);
        }
    };
    let killers = forks.map(|rng| stage.kill(events, kills / 2, rng));
    let all = async {
        tokio::join!(
            stopping,
            stage.resume(&steady, &endpoints),
            join_all((0..PRODUCERS).map(|first| stage.produce(first, events))),
            join_all(killers),
        )
    };
    let ((), (), _, _last) = Box::pin(within(PATIENCE, all)).await;
    let killed = stage.kills.load(Ordering::Relaxed);
    println!("{events} events, {killed} kills, {stops} stops");
    // Of a stop each of the three servers may have something under way.
    stage.judge(events, killed + 3 * stops).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_sqlite_is_killed_and_its_file_is_locked_and_every_event_arrives_in_order() {
    let (events, kills) = (number("TEST_EVENTS", EVENTS), number("TEST_KILLS", KILLS));
    let stops = number("TEST_STOPS", STOPS);
    let stage = Stage::start(TestDatabase::sqlite()).await;
    let first = stage.deployment.serve().await;
    let endpoints = stage.make_endpoints(&first).await;
    let locking = async {
        for stop in 1..=stops {
            stage.steady().until(events * stop / (stops + 1)).await;
            let _is_away = stage.database.write().await;
            let locked = stage.deployment.hold_connections().await;
            // Longer than anybody waits for a turn.
            pause(Duration::from_secs(6)).await;
            drop(locked);
        }
    };
    let killer = async {
        // Who lets endpoints go on needs one that lives.
        stage.resume(&first, &endpoints).await;
        first.kill();
        stage.kill(events, kills, seed()).await
    };
    let all = async {
        tokio::join!(
            locking,
            join_all((0..PRODUCERS).map(|first| stage.produce(first, events))),
            killer,
        )
    };
    let ((), _, _last) = Box::pin(within(PATIENCE, all)).await;
    let killed = stage.kills.load(Ordering::Relaxed) + 1;
    println!("{events} events, {killed} kills, {stops} locks");
    stage.judge(events, killed + stops).await;
}
