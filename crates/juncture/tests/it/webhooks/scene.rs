//! A server that delivers, and receivers on loopback that answer as a test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use jiff::{SignedDuration, Timestamp};
use juncture_clock::{Clock as _, SystemClock};
use juncture_server::events::{self, Kind, New};
use juncture_server::project::ProjectId;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio_util::task::AbortOnDropHandle;

use crate::support::TestApp;
use crate::support::database::TestDatabase;
use crate::support::loopback::Loopback;
use crate::support::real_time;
use crate::support::sandbox::TestSandbox;

pub(super) const ENDPOINTS: &str = "/api/backend/event-endpoints";
pub(super) const DELIVERIES: &str = "/api/backend/event-deliveries";

/// The connection that events say they are of.
pub(super) const CONNECTION: &str = "019a3f4e-7a1c-7000-8000-1d2c3b4a5968";

/// How a receiver answers.
#[derive(Debug, Clone)]
pub(super) enum Says {
    Status(u16),
    /// A status, and how many seconds to wait.
    Later(u16, u64),
    Redirect(String),
    Never,
    /// A body that does not end.
    Endlessly,
}

/// A request that came.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Received {
    pub(super) fn id(&self) -> &str {
        self.headers["webhook-id"].to_str().unwrap()
    }

    pub(super) fn is_replay(&self) -> bool {
        self.headers.contains_key("juncture-replay")
    }

    pub(super) fn json(&self) -> Value {
        juncture_json::decode(&self.body).unwrap()
    }

    /// The number that [`Scene::record`] has given it.
    pub(super) fn number(&self) -> i64 {
        number_of(&self.json()).unwrap()
    }

    /// Whether the library of the specification finds it signed by this secret.
    pub(super) fn is_signed(&self, secret: &str) -> bool {
        is_signed(secret, &self.headers, &self.body)
    }

    /// Makes sure that it is signed, and that nothing of it could be another.
    pub(super) fn verify(&self, secret: &str) {
        assert!(self.is_signed(secret), "{:?}", self.headers);
        let mut body = self.body.to_vec();
        body[0] ^= 1;
        assert!(!is_signed(secret, &self.headers, &body));
        for name in ["webhook-id", "webhook-timestamp"] {
            let mut headers = self.headers.clone();
            let other = headers[name].to_str().unwrap().replace('1', "2") + "3";
            headers.insert(name, other.parse().unwrap());
            assert!(!is_signed(secret, &headers, &self.body), "{name}");
        }
    }
}

fn is_signed(secret: &str, headers: &HeaderMap, body: &[u8]) -> bool {
    let webhook = Webhook::new(secret).unwrap();
    let text = |name: &str| headers[name].to_str().unwrap();
    let seconds: i64 = text("webhook-timestamp").parse().unwrap();
    let distance = (SystemClock.now().as_second() - seconds).abs();
    if distance < 240 {
        return webhook.verify(body, headers).is_ok();
    }
    // The library knows the machine's time alone; what tests let pass is compared by what it signs.
    let signed = webhook.sign(text("webhook-id"), seconds, body);
    signed.is_ok_and(|signed| {
        text("webhook-signature")
            .split(' ')
            .any(|one| one == signed)
    })
}

/// The number that [`Scene::record`] has given an event: events count from 1 within a connection.
fn number_of(event: &Value) -> Option<i64> {
    event["data"]["sequence"]
        .as_i64()
        .map(|sequence| sequence - 1)
}

/// A receiver on loopback.
pub(super) struct Receiver {
    pub(super) url: String,
    state: Arc<Mutex<Answers>>,
    _serving: AbortOnDropHandle<()>,
}

#[derive(Default)]
struct Answers {
    received: Vec<Received>,
    next: VecDeque<Says>,
    always: Option<Says>,
    /// What to say to events of a number.
    to: Vec<(i64, Says)>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let state: Arc<Mutex<Answers>> = Arc::default();
        let loopback = Loopback::bind().await;
        let router = Router::new().fallback(answer).with_state(state.clone());
        Self {
            url: format!("{}/hook", loopback.url),
            state,
            _serving: AbortOnDropHandle::new(loopback.serve(router)),
        }
    }

    /// From now on it says this.
    pub(super) fn says(&self, says: Says) {
        self.state.lock().unwrap().always = Some(says);
    }

    /// It says this next, once.
    pub(super) fn says_next(&self, says: Says) {
        self.state.lock().unwrap().next.push_back(says);
    }

    /// It says this to an event of this number, whatever it says else; or no longer.
    pub(super) fn says_to(&self, number: i64, says: Option<Says>) {
        let mut state = self.state.lock().unwrap();
        state.to.retain(|(known, _)| *known != number);
        state.to.extend(says.map(|says| (number, says)));
    }

    pub(super) fn count(&self) -> usize {
        self.state.lock().unwrap().received.len()
    }

    /// What came since it was asked last.
    pub(super) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.state.lock().unwrap().received)
    }

    /// The numbers of what came since it was asked last.
    pub(super) fn numbers(&self) -> Vec<i64> {
        self.take().iter().map(Received::number).collect()
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Answers>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let received = Received { headers, body };
    let says = {
        let mut state = state.lock().unwrap();
        let number = number_of(&received.json());
        let to = state.to.iter().find(|(known, _)| Some(*known) == number);
        let to = to.map(|(_, says)| says.clone());
        state.received.push(received);
        let next = to.or_else(|| state.next.pop_front());
        next.or_else(|| state.always.clone())
    };
    match says.unwrap_or(Says::Status(204)) {
        Says::Status(status) => Response::builder()
            .status(status)
            .body(Body::from("what it says"))
            .unwrap(),
        Says::Later(status, seconds) => Response::builder()
            .status(status)
            .header("retry-after", seconds)
            .body(Body::empty())
            .unwrap(),
        Says::Redirect(to) => Response::builder()
            .status(307)
            .header("location", to)
            .body(Body::empty())
            .unwrap(),
        Says::Never => std::future::pending().await,
        Says::Endlessly => {
            let endless = futures_util::stream::repeat_with(|| {
                Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b'x'; 1_024]))
            });
            Response::new(Body::from_stream(endless))
        }
    }
}

/// An endpoint that was made.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) secret: String,
}

/// A server that may send to loopback.
pub(super) struct Scene {
    pub(super) app: TestApp,
}

impl Scene {
    pub(super) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(super) async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::start_on(TestDatabase::fresh().await, variables).await
    }

    pub(super) async fn start_on(database: TestDatabase, variables: &[(&str, &str)]) -> Self {
        let allowed = [("JUNCTURE_EVENTS_ALLOWED_NETWORKS", "127.0.0.1")];
        let variables = [&allowed, variables].concat();
        let sandbox = TestSandbox::start().await;
        let app = TestApp::start_on(database, &variables, sandbox).await;
        // What is signed is signed for now.
        let begins = SystemClock.now().duration_since(app.clock_now());
        app.clock.jump(begins);
        Self { app }
    }

    pub(super) async fn endpoint(&self, receiver: &Receiver) -> Made {
        self.endpoint_with(json!({"url": receiver.url})).await
    }

    pub(super) async fn endpoint_with(&self, body: Value) -> Made {
        let made = self.app.post(ENDPOINTS, &body).await.expect(201);
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Made {
            id: text("id"),
            secret: text("secret"),
        }
    }

    /// How an endpoint fares.
    pub(super) async fn look(&self, made: &Made) -> Value {
        let path = format!("{ENDPOINTS}/{}", made.id);
        self.app.get(&path).await.expect(200)
    }

    /// Posts to what is below an endpoint.
    pub(super) async fn tell(&self, made: &Made, what: &str, body: Value, status: u16) -> Value {
        let path = format!("{ENDPOINTS}/{}/{what}", made.id);
        self.app.post(&path, &body).await.expect(status)
    }

    pub(super) async fn deliveries(&self, made: &Made, state: &str) -> Vec<Value> {
        let path = format!(
            "{DELIVERIES}?endpoint_id={}&state={state}&limit=200",
            made.id
        );
        let answer = self.app.get(&path).await.expect(200);
        answer["data"].as_array().unwrap().clone()
    }

    /// Records an event about a subject.
    pub(super) async fn record(&self, subject: &str, number: i64) {
        self.record_in(ProjectId::DEFAULT, subject, number).await;
    }

    pub(super) async fn record_in(&self, project: ProjectId, subject: &str, number: i64) {
        let app = &self.app.app;
        let now = self.app.clock_now();
        let new = New {
            kind: Kind::ConnectionCreated,
            subject: subject.to_owned(),
            of: None,
            occurred_at: now,
            data: to_raw_value(&json!({"sequence": number + 1, "connection_id": CONNECTION}))
                .unwrap(),
        };
        let mut tx = app.store.begin_write().await.unwrap();
        let recorded = events::record(&mut tx, &app.sealer, project, new, now).await;
        recorded.unwrap();
        tx.commit().await.unwrap();
    }

    /// Begins to deliver what is due.
    pub(super) async fn start_delivering(&self) {
        let deliverer = &self.app.app.webhooks.deliverer;
        deliverer.start_due().await.unwrap();
    }

    /// Delivers what is due, to the end.
    pub(super) async fn deliver(&self) {
        self.start_delivering().await;
        let idle = self.app.app.webhooks.deliverer.idle();
        real_time::within(Duration::from_mins(1), idle).await;
    }

    /// Lets time pass, and delivers what is due then.
    pub(super) async fn after(&self, seconds: i64) {
        self.app.clock.advance(SignedDuration::from_secs(seconds));
        self.deliver().await;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.app.clock_now()
    }
}
