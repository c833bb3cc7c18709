//! The Jira of the bench: the sandbox, or its answers, recorded once and given again as the same bytes.
//!
//! Every answer about Jira takes [`LATENCY`], whoever asks. Making one takes the sandbox up to as long
//! again, on the same cores; a recording takes nothing of note, so that what is measured is who asks.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use juncture_clock::{Clock as _, SystemClock};
use juncture_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// How long Jira takes to answer.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);

/// How many boards the first project is said to have, each with the sprints of its own one.
pub(crate) const BOARDS: u64 = 5;

/// The largest body that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// Where answers about Jira come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// From the sandbox, at once.
    #[default]
    Direct,
    /// From the sandbox, [`LATENCY`] after it has made them.
    Live,
    /// From the recording, after [`LATENCY`]; what is not in it is recorded.
    Recorded,
}

/// A call to Jira.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) body: Bytes,
}

/// What came of one.
struct Given {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// The sandbox, and what it has said.
pub(crate) struct Upstream {
    sandbox: Router,
    state: Mutex<Said>,
}

#[derive(Default)]
struct Said {
    mode: Mode,
    /// The board with the many sprints.
    board: u64,
    recorded: HashMap<Asked, Arc<Given>>,
    calls: Vec<Asked>,
    /// How many of the calls were not in the recording.
    new: usize,
}

impl Upstream {
    /// Serves a sandbox on the loopback, and tells where.
    pub(crate) async fn serve(sandbox: &Sandbox) -> (Arc<Self>, String) {
        let upstream = Arc::new(Self {
            sandbox: sandbox.router(),
            state: Mutex::default(),
        });
        let routes = Router::new().fallback(answer).with_state(upstream.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        // Without it the end of a long answer may wait for the reader's word that it has the rest.
        let listener = listener.tap_io(|tcp| tcp.set_nodelay(true).expect("a socket of ours"));
        tokio::spawn(axum::serve(listener, routes).into_future());
        (upstream, url)
    }

    /// Says which board has the many sprints.
    pub(crate) fn multiply(&self, board: u64) {
        self.said().board = board;
    }

    /// From here on answers come from there.
    pub(crate) fn set(&self, mode: Mode) {
        self.said().mode = mode;
    }

    /// The calls about Jira since this was last asked, and how many of them had to be recorded.
    pub(crate) fn take_calls(&self) -> (Vec<Asked>, usize) {
        let mut said = self.said();
        (
            std::mem::take(&mut said.calls),
            std::mem::take(&mut said.new),
        )
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was recorded of a call.
    fn recorded(&self, asked: &Asked) -> Option<Arc<Given>> {
        let mut said = self.said();
        let given = said.recorded.get(asked).cloned();
        said.calls.push(asked.clone());
        said.new += usize::from(given.is_none());
        given
    }

    async fn ask_sandbox(&self, mut request: Request) -> Given {
        let board = self.said().board;
        let path = request.uri().path().to_owned();
        let (before, boards) = path.split_once("/rest/agile/1.0/board").unwrap_or_default();
        let is_of_sprints = boards.ends_with("/sprint");
        if is_of_sprints {
            let query = request.uri().query().unwrap_or_default();
            let target = format!("{before}/rest/agile/1.0/board/{board}/sprint?{query}");
            *request.uri_mut() = target.parse().expect("a path");
        }
        let answer = match self.sandbox.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, LARGEST).await.expect("a whole answer");
        let is_of_boards = !before.is_empty() && boards.is_empty();
        let mut headers = parts.headers;
        headers.remove(header::CONTENT_LENGTH);
        Given {
            status: parts.status,
            headers,
            body: if is_of_boards { several(&body) } else { body },
        }
    }
}

/// A page of boards, of which the first stands there several times, with ids of their own.
fn several(page: &Bytes) -> Bytes {
    let Ok(mut page) = juncture_json::decode::<Value>(page) else {
        return page.clone();
    };
    let first = page["values"][0].clone();
    let boards = (1..=BOARDS).map(|number| {
        let mut board = first.clone();
        board["id"] = json!(number);
        board
    });
    page["values"] = boards.collect();
    page["total"] = json!(BOARDS);
    page.to_string().into()
}

async fn answer(State(upstream): State<Arc<Upstream>>, request: Request) -> Response {
    let is_about_jira = request.uri().path().starts_with("/ex/jira/");
    let mode = upstream.said().mode;
    if mode != Mode::Recorded || !is_about_jira {
        let given = upstream.ask_sandbox(request).await;
        if mode == Mode::Live && is_about_jira {
            SystemClock.sleep(LATENCY).await;
        }
        return given.answer();
    }
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map(ToString::to_string);
    let asked = Asked {
        method: parts.method.clone(),
        target: target.unwrap_or_default(),
        body: to_bytes(body, LARGEST).await.unwrap_or_default(),
    };
    let given = if let Some(given) = upstream.recorded(&asked) {
        given
    } else {
        let request = Request::from_parts(parts, Body::from(asked.body.clone()));
        let given = Arc::new(upstream.ask_sandbox(request).await);
        upstream.said().recorded.insert(asked, given.clone());
        given
    };
    SystemClock.sleep(LATENCY).await;
    given.answer()
}

impl Given {
    fn answer(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}
