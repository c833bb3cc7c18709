//! The three servers, and the client that takes them in turn.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

use super::answer::{Answer, Request};
use crate::support::SECRET_KEY;
use crate::support::database::TestDatabase;
use crate::support::deployment::{Deployment, Replica};
use crate::support::redis::PrivateRedis;

pub(super) const SERVERS: usize = 3;

pub(super) struct Fleet {
    pub(super) deployment: Deployment,
    pub(super) redis: PrivateRedis,
    /// Who serves just now, place by place.
    places: watch::Sender<[Place; SERVERS]>,
    next: AtomicUsize,
    /// How many requests were sent.
    pub(super) sent: watch::Sender<usize>,
}

/// One of the three places for a server.
#[derive(Clone, Default)]
struct Place {
    /// Where the server is; none while it is down.
    address: Option<String>,
    /// How many servers were here before.
    predecessors: usize,
}

impl Fleet {
    /// Three servers, ready.
    pub(super) async fn start() -> (Self, [Replica; SERVERS]) {
        let redis = PrivateRedis::start_on_port();
        let variables = [
            ("REDIS_URL", redis.url()),
            // All callers have one address here.
            ("PUBLIC_REQUESTS_PER_MINUTE", "0".to_owned()),
        ];
        let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
        let database = TestDatabase::postgres().await;
        let fleet = Self {
            deployment: Deployment::start_on(database, &variables, 600).await,
            redis,
            places: watch::Sender::default(),
            next: AtomicUsize::default(),
            sent: watch::Sender::default(),
        };
        let servers = [0, 1, 2].map(|place| fleet.serve(place));
        let servers = futures_util::future::join_all(servers).await;
        let servers = servers.try_into().unwrap_or_else(|_| unreachable!());
        (fleet, servers)
    }

    /// A server for this place, ready.
    pub(super) async fn serve(&self, place: usize) -> Replica {
        let server = self.deployment.serve().await;
        let address = server.browser.server.clone();
        self.places
            .send_modify(|places| places[place].address = Some(address));
        server
    }

    /// Ends the server of this place at once, whatever it is at.
    pub(super) fn kill(&self, place: usize, server: Replica) {
        self.places.send_modify(|places| {
            places[place] = Place {
                address: None,
                predecessors: places[place].predecessors + 1,
            }
        });
        server.kill();
    }

    /// The answer of the next server that takes the request; none if that server was killed before it
    /// had answered.
    pub(super) async fn ask(&self, request: &Request) -> Option<Answer> {
        self.sent.send_modify(|sent| *sent += 1);
        loop {
            let (
                place,
                Place {
                    address,
                    predecessors,
                },
            ) = self.next().await;
            let answered = self.send(&address.unwrap(), request).await;
            let error = match answered {
                Ok(answer) => return Some(answer),
                Err(error) => error,
            };
            let was_killed = self.places.borrow()[place].predecessors > predecessors;
            assert!(was_killed, "a server that lives gave no answer: {error:?}");
            // A request that nobody has taken goes to another server, as every balancer does it.
            if !error.is_connect() {
                return None;
            }
        }
    }

    /// The same again and again until it is answered: for what may be asked twice.
    pub(super) async fn insist(&self, request: &Request) -> Answer {
        loop {
            if let Some(answer) = self.ask(request).await {
                return answer;
            }
        }
    }

    /// The next place that has a server.
    async fn next(&self) -> (usize, Place) {
        let mut changes = self.places.subscribe();
        loop {
            for _ in 0..SERVERS {
                let place = self.next.fetch_add(1, Ordering::Relaxed) % SERVERS;
                let found = changes.borrow_and_update()[place].clone();
                if found.address.is_some() {
                    return (place, found);
                }
            }
            changes.changed().await.unwrap();
        }
    }

    async fn send(&self, server: &str, request: &Request) -> reqwest::Result<Answer> {
        let http = &self.deployment.sandbox.http;
        let mut built = http.request(request.method.clone(), format!("{server}{}", request.path));
        if request.has_secret_key {
            built = built.bearer_auth(SECRET_KEY);
        }
        if let Some(key) = &request.idempotency_key {
            built = built.header("Idempotency-Key", key);
        }
        if let Some(body) = &request.body {
            built = built.json(body);
        }
        Answer::of(built.send().await?).await
    }
}
