//! Receivers that keep account of what arrives: each event is known by its subject and its number there, and whatever
//! must not happen to it fails the test at once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::support::loopback::Loopback;
use crate::support::real_time::pause;

/// What a receiver does beside taking what comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Nothing.
    Takes,
    /// Answers 500 to some events when they come first.
    Fails,
    /// Leaves one request without an answer.
    Hangs,
    /// Sends one somewhere else.
    Redirects,
    /// Answers 429, and to wait for a second, now and then.
    Slows,
    /// Answers one with a body that does not end.
    NeverEnds,
    /// Answers one with 410.
    IsGone,
}

impl Manner {
    pub(super) const ALL: [Self; 7] = [
        Self::Takes,
        Self::Fails,
        Self::Hangs,
        Self::Redirects,
        Self::Slows,
        Self::NeverEnds,
        Self::IsGone,
    ];

    /// What it does with the `count`th request, which is not one that it has refused before; none if it takes it.
    fn refuses(self, count: usize) -> bool {
        match self {
            Self::Takes => false,
            Self::Fails => count.is_multiple_of(20),
            Self::Slows => count.is_multiple_of(50),
            Self::Hangs | Self::Redirects | Self::NeverEnds | Self::IsGone => count == 5,
        }
    }
}

/// What has arrived.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// The number of the last event of each subject, and its id.
    last: HashMap<String, (i64, String)>,
    /// How many events have arrived, each counted once.
    pub(super) events: usize,
    /// How often one came again that had been taken.
    pub(super) repeats: usize,
    /// How many requests there were.
    requests: usize,
    /// How often each answer was given that takes nothing.
    pub(super) refused: usize,
    /// What came and must not have.
    pub(super) wrong: Vec<String>,
    refused_before: HashSet<String>,
}

impl Account {
    /// The numbers of the last events of all subjects.
    pub(super) fn last(&self) -> BTreeMap<String, i64> {
        let last = self.last.iter();
        last.map(|(subject, (number, _))| (subject.clone(), *number))
            .collect()
    }

    /// Notes that an event is taken.
    fn take(&mut self, subject: &str, number: i64, id: &str) {
        let known = self.last.get(subject).cloned();
        match known {
            Some((last, known)) if last == number => {
                self.repeats += 1;
                if known != id {
                    self.wrong
                        .push(format!("{subject} {number} is {known} and {id}"));
                }
            }
            known => {
                let next = known.map_or(1, |(last, _)| last + 1);
                if number != next {
                    self.wrong
                        .push(format!("{subject} {number} instead of {next}"));
                }
                self.events += 1;
                self.last
                    .insert(subject.to_owned(), (number, id.to_owned()));
            }
        }
    }
}

struct Receiving {
    manner: Manner,
    /// Known when the endpoint is made.
    secret: Mutex<Option<Webhook>>,
    account: Mutex<Account>,
    taken: watch::Sender<usize>,
}

/// A receiver on loopback.
#[derive(Clone)]
pub(super) struct Collector {
    pub(super) url: String,
    state: Arc<Receiving>,
    _serving: Arc<AbortOnDropHandle<()>>,
}

impl Collector {
    pub(super) async fn start(manner: Manner) -> Self {
        let state = Arc::new(Receiving {
            manner,
            secret: Mutex::default(),
            account: Mutex::default(),
            taken: watch::Sender::default(),
        });
        let loopback = Loopback::bind().await;
        let router = Router::new().fallback(answer).with_state(state.clone());
        Self {
            url: format!("{}/hook", loopback.url),
            state,
            _serving: Arc::new(AbortOnDropHandle::new(loopback.serve(router))),
        }
    }

    pub(super) fn manner(&self) -> Manner {
        self.state.manner
    }

    /// From now on everything must be signed by this.
    pub(super) fn expect(&self, secret: &str) {
        *self.state.secret.lock().unwrap() = Some(Webhook::new(secret).unwrap());
    }

    /// What has arrived, for `look`.
    pub(super) fn account<T>(&self, look: impl FnOnce(&Account) -> T) -> T {
        look(&self.state.account.lock().unwrap())
    }

    /// Waits until so many events have arrived.
    pub(super) async fn until(&self, events: usize) {
        let mut taken = self.state.taken.subscribe();
        taken.wait_for(|taken| *taken >= events).await.unwrap();
    }
}

async fn answer(
    State(state): State<Arc<Receiving>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let is_signed = {
        let secret = state.secret.lock().unwrap();
        let secret = secret.as_ref().expect("an endpoint has a secret");
        secret.verify(&body, &headers).is_ok()
    };
    let told: Value = juncture_json::decode(&body).unwrap();
    let data = &told["data"];
    let id = headers["webhook-id"].to_str().unwrap().to_owned();
    let refuses = {
        let mut account = state.account.lock().unwrap();
        if !is_signed {
            account.wrong.push(format!("{id} is not signed"));
        }
        account.requests += 1;
        let is_known = account.refused_before.contains(&id);
        let refuses = !is_known && state.manner.refuses(account.requests);
        if refuses {
            account.refused += 1;
            account.refused_before.insert(id.clone());
        } else {
            let (subject, number) = (data["subject"].as_str(), data["number"].as_i64());
            account.take(subject.unwrap(), number.unwrap(), &id);
        }
        state.taken.send_replace(account.events);
        refuses
    };
    let status = |status: u16| Response::builder().status(status);
    let response = match state.manner {
        _ if !refuses => status(204).body(Body::empty()),
        Manner::Takes | Manner::Fails => status(500).body("not today".into()),
        Manner::Hangs => std::future::pending().await,
        Manner::Redirects => status(307)
            .header("location", "/elsewhere")
            .body(Body::empty()),
        Manner::Slows => status(429).header("retry-after", 1).body(Body::empty()),
        Manner::NeverEnds => status(500).body(endless()),
        Manner::IsGone => status(410).body(Body::empty()),
    };
    response.unwrap()
}

fn endless() -> Body {
    let pieces = stream::repeat(()).then(|()| async {
        pause(Duration::from_millis(50)).await;
        Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 64]))
    });
    Body::from_stream(pieces)
}
