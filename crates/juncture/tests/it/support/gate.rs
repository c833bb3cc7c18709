//! A gate in front of Atlassian's token endpoint: each refresh waits there, on its way in and on
//! its way out, until the test lets it go on. Everything else passes.
//!
//! A request that has arrived goes its way whether or not its client still waits, as it would on a
//! real network.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::sync::oneshot;

use super::loopback::Loopback;
use super::sandbox::http_client;

const TOKEN_PATH: &str = "/oauth/token";

/// The gate, with a door for each server.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Inner>);

struct Inner {
    atlassian: String,
    http: reqwest::Client,
    state: Mutex<Passage>,
}

#[derive(Default)]
struct Passage {
    held: Vec<Held>,
    /// How many refreshes have arrived so far.
    arrivals: usize,
    pairs: Vec<Pair>,
}

/// A refresh that waits at the gate.
struct Held {
    number: usize,
    door: usize,
    refresh_token: String,
    body: Bytes,
    answer: Option<Answer>,
    client: oneshot::Sender<Verdict>,
}

/// A refresh that waits at the gate, as the test sees it.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// Counts from 0 in the order of arrival.
    pub(crate) number: usize,
    /// Through which door it came.
    pub(crate) door: usize,
    /// What it sends to Atlassian.
    pub(crate) refresh_token: String,
    /// What Atlassian has answered; none if it has not been asked yet.
    pub(crate) status: Option<u16>,
    /// Whether somebody still waits for the answer.
    pub(crate) is_awaited: bool,
}

/// A pair of tokens that Atlassian gave.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// For which refresh token; none for the code of a consent.
    pub(crate) replaced: Option<String>,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// An answer for a client.
#[derive(Clone, Debug)]
struct Answer {
    status: StatusCode,
    retry_after: Option<u64>,
    body: Bytes,
}

enum Verdict {
    Answer(Answer),
    Cut,
}

impl Gate {
    /// A gate in front of the Atlassian at this address.
    pub(crate) fn new(atlassian: &str) -> Self {
        Self(Arc::new(Inner {
            atlassian: atlassian.to_owned(),
            http: http_client(),
            state: Mutex::default(),
        }))
    }

    /// Opens a door; its address is Atlassian's for whoever shall come through it.
    pub(crate) async fn open_door(&self, door: usize) -> String {
        let loopback = Loopback::bind().await;
        let url = loopback.url.clone();
        let router = Router::new()
            .fallback(pass)
            .with_state((self.clone(), door));
        loopback.serve(router);
        url
    }

    /// The refreshes at the gate, in the order of arrival.
    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        let state = self.lock();
        let waiting = state.held.iter().map(|held| Waiting {
            number: held.number,
            door: held.door,
            refresh_token: held.refresh_token.clone(),
            status: held.answer.as_ref().map(|answer| answer.status.as_u16()),
            is_awaited: !held.client.is_closed(),
        });
        waiting.collect()
    }

    /// Lets a refresh through to Atlassian, which acts on it. Its answer waits. Gives its status.
    pub(crate) async fn forward(&self, number: usize) -> u16 {
        let (token, body) = self.find(number, |held| {
            (held.refresh_token.clone(), held.body.clone())
        });
        let answer = self.ask(body, Some(token)).await;
        let status = answer.status.as_u16();
        self.find(number, |held| held.answer = Some(answer));
        status
    }

    /// Lets the answer through to the client, if there still is one.
    pub(crate) fn deliver(&self, number: usize) {
        self.end(number, |held| {
            Verdict::Answer(held.answer.take().expect("Atlassian has answered"))
        });
    }

    /// Cuts the client's connection. What Atlassian has done it has done.
    pub(crate) fn cut(&self, number: usize) {
        self.end(number, |_| Verdict::Cut);
    }

    /// Refuses in Atlassian's place, as a gateway before it does; Atlassian may have acted.
    pub(crate) fn refuse(&self, number: usize, status: u16, retry_after: Option<u64>) {
        let answer = Answer {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after,
            body: Bytes::new(),
        };
        self.end(number, |_| Verdict::Answer(answer));
    }

    /// Every pair of tokens that Atlassian has given, in order.
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        self.lock().pairs.clone()
    }

    /// Forgets what was, for a new beginning.
    pub(crate) fn clear(&self) {
        *self.lock() = Passage::default();
    }

    /// Asks Atlassian's token endpoint, and notes the tokens that it gives for `replaced`.
    async fn ask(&self, body: Bytes, replaced: Option<String>) -> Answer {
        let url = format!("{}{TOKEN_PATH}", self.0.atlassian);
        let request = self.0.http.post(url).body(body);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let answer = request.send().await.unwrap();
        let (status, body) = (answer.status(), answer.bytes().await.unwrap());
        let tokens: Value = juncture_json::decode(&body).unwrap_or_default();
        let text = |name: &str| tokens[name].as_str().map(str::to_owned);
        if let (Some(access_token), Some(refresh_token)) =
            (text("access_token"), text("refresh_token"))
        {
            self.lock().pairs.push(Pair {
                replaced,
                access_token,
                refresh_token,
            });
        }
        Answer {
            status,
            retry_after: None,
            body,
        }
    }

    fn hold(&self, door: usize, refresh_token: String, body: Bytes) -> oneshot::Receiver<Verdict> {
        let (client, verdict) = oneshot::channel();
        let mut state = self.lock();
        let number = state.arrivals;
        state.arrivals += 1;
        state.held.push(Held {
            number,
            door,
            refresh_token,
            body,
            answer: None,
            client,
        });
        verdict
    }

    fn find<T>(&self, number: usize, see: impl FnOnce(&mut Held) -> T) -> T {
        let mut state = self.lock();
        let mut held = state.held.iter_mut();
        see(held.find(|held| held.number == number).expect("it waits"))
    }

    fn end(&self, number: usize, verdict: impl FnOnce(&mut Held) -> Verdict) {
        let mut state = self.lock();
        let place = state.held.iter().position(|held| held.number == number);
        let mut held = state.held.remove(place.expect("it waits"));
        let verdict = verdict(&mut held);
        // Nobody hears it if the client has gone.
        drop(held.client.send(verdict));
    }

    fn lock(&self) -> MutexGuard<'_, Passage> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Only the token endpoint is asked through the gate: a refresh waits, a code passes.
async fn pass(State((gate, door)): State<(Gate, usize)>, request: Request<Body>) -> Response {
    assert_eq!(request.uri().path(), TOKEN_PATH);
    let body = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    let body = body.unwrap_or_default();
    let asked: Value = juncture_json::decode(&body).unwrap_or_default();
    let verdict = match asked["refresh_token"].as_str() {
        None => Verdict::Answer(gate.ask(body, None).await),
        Some(token) => gate
            .hold(door, token.to_owned(), body)
            .await
            .unwrap_or(Verdict::Cut),
    };
    match verdict {
        Verdict::Answer(answer) => {
            let retry_after = answer.retry_after.map(HeaderValue::from);
            let retry_after = retry_after.map(|seconds| (header::RETRY_AFTER, seconds));
            let json = [(header::CONTENT_TYPE, "application/json")];
            let headers = axum::response::AppendHeaders(retry_after);
            (answer.status, json, headers, answer.body).into_response()
        }
        // A body that fails ends the connection.
        Verdict::Cut => Body::from_stream(futures_util::stream::once(async {
            Err::<Bytes, _>(std::io::Error::other("cut"))
        }))
        .into_response(),
    }
}
