//! Bodies of any length pass through a process whose memory does not grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use futures_util::{StreamExt as _, stream};
use ring::digest::{Context, SHA256};

use crate::support::SECRET_KEY;
use crate::support::browser::Browser;
use crate::support::database::TestDatabase;
use crate::support::environment_of_process;
use crate::support::flow::BRUNO;
use crate::support::loopback::Loopback;
use crate::support::process::Process;
use crate::support::real_time::{PATIENCE, find, pause};
use crate::support::sandbox::{TestSandbox, http_client};

const MIB: usize = 1024 * 1024;
const PIECE: usize = 64 * 1024;

/// By how much the process may grow.
const MOST: usize = 8 * MIB;

/// How much passes, in MiB, down and up; `PROXY_MIB=1024,200` tries more.
fn volume() -> (usize, usize) {
    let told = std::env::var_os("PROXY_MIB");
    let told = told.and_then(|told| {
        let (down, up) = told.to_str()?.split_once(',')?;
        Some((down.parse().ok()?, up.parse().ok()?))
    });
    told.unwrap_or((128, 64))
}

/// So many MiB, of which no two pieces are the same.
fn pieces(mib: usize) -> impl Iterator<Item = Bytes> {
    (0..mib * MIB / PIECE).map(|number| {
        let mut piece = vec![0x5a; PIECE];
        piece[..8].copy_from_slice(&(number as u64).to_le_bytes());
        piece.into()
    })
}

fn digest(pieces: impl Iterator<Item = Bytes>) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    pieces.for_each(|piece| context.update(&piece));
    context.finish().as_ref().to_vec()
}

async fn digest_of<E: std::fmt::Debug>(
    body: impl futures_util::Stream<Item = Result<Bytes, E>>,
) -> Vec<u8> {
    let mut context = Context::new(&SHA256);
    let mut body = std::pin::pin!(body);
    while let Some(piece) = body.next().await {
        context.update(&piece.unwrap());
    }
    context.finish().as_ref().to_vec()
}

/// An Atlassian with a site that gives and takes without end.
#[derive(Clone)]
struct Site {
    behind: String,
    /// How many pieces it has given.
    given: Arc<AtomicUsize>,
}

async fn start_site(behind: &str) -> (Site, String) {
    let site = Site {
        behind: behind.to_owned(),
        given: Arc::default(),
    };
    let down = |State(site): State<Site>, Path((_, mib)): Path<(String, usize)>| async move {
        let given = move |piece| {
            site.given.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(piece)
        };
        Body::from_stream(stream::iter(pieces(mib).map(given)))
    };
    let up = |request: Request| async { digest_of(request.into_body().into_data_stream()).await };
    let router = Router::new()
        .route("/ex/jira/{site}/down/{mib}", get(down))
        .route("/ex/jira/{site}/up", post(up))
        .fallback(pass_on)
        .with_state(site.clone());
    let loopback = Loopback::bind().await;
    let url = loopback.url.clone();
    loopback.serve(router);
    (site, url)
}

async fn pass_on(State(site): State<Site>, request: Request) -> Response {
    let answer = http_client().get(format!("{}{}", site.behind, request.uri()));
    let key = request.headers()["authorization"].clone();
    let answer = answer.header("authorization", key).send().await.unwrap();
    let status = answer.status();
    (status, answer.bytes().await.unwrap()).into_response()
}

/// A server process, and a site behind it.
struct Scene {
    server: Process,
    address: String,
    site: Site,
    http: reqwest::Client,
    _sandbox: TestSandbox,
    _database: TestDatabase,
}

impl Scene {
    async fn start() -> Self {
        let sandbox = TestSandbox::start_in_real_time().await;
        let (site, url) = start_site(&sandbox.url).await;
        let database = TestDatabase::sqlite();
        let mut variables = environment_of_process(database.folder(), &sandbox.url, 0);
        variables.push(("ATLASSIAN_API_URL".to_owned(), url));
        let pairs = variables.iter().map(|(name, value)| (&**name, &**value));
        let (server, address) = Process::serve(database.folder(), &pairs.collect::<Vec<_>>());
        let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
        browser.connect("customer-1", BRUNO, "Acme").await;
        let scene = Self {
            server,
            address,
            site,
            http: browser.http,
            _sandbox: sandbox,
            _database: database,
        };
        // What is made once is made now.
        let first = scene.call(Method::GET, "down/1").send().await.unwrap();
        assert_eq!(first.bytes().await.unwrap().len(), MIB);
        scene
    }

    fn call(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://{}/api/backend/proxy/jira/{path}", self.address);
        let call = self.http.request(method, url).bearer_auth(SECRET_KEY);
        call.header("x-juncture-external-id", "customer-1")
            .timeout(PATIENCE)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_passes_through_does_not_stay() {
    let scene = Scene::start().await;
    let (down, up) = volume();
    let before = scene.server.peak_memory();
    let answer = scene
        .call(Method::GET, &format!("down/{down}"))
        .send()
        .await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(
        digest_of(answer.bytes_stream()).await == digest(pieces(down)),
        "as it was sent"
    );
    let more_down = scene.server.peak_memory_above(before);
    let sent = stream::iter(pieces(up).map(Ok::<_, std::io::Error>));
    let sent = reqwest::Body::wrap_stream(sent);
    let answer = scene
        .call(Method::POST, "up")
        .body(sent)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(
        answer.bytes().await.unwrap() == digest(pieces(up)),
        "as it was sent"
    );
    let more = scene.server.peak_memory_above(before);
    println!(
        "{down} MiB down: {} KiB more; and {up} MiB up: {} KiB more",
        more_down / 1024,
        more / 1024
    );
    assert!(more <= MOST, "{} KiB", more / 1024);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_reads_is_not_fetched() {
    let scene = Scene::start().await;
    let before = scene.server.peak_memory();
    let first = scene.site.given.load(Ordering::SeqCst);
    let mut unread = Vec::new();
    for _ in 0..4 {
        unread.push(scene.call(Method::GET, "down/1024").send().await.unwrap());
    }
    // Until the systems between have all that they hold: nothing more comes in twenty looks.
    let given = find(async || {
        let given = scene.site.given.load(Ordering::SeqCst);
        pause(Duration::from_millis(400)).await;
        (given == scene.site.given.load(Ordering::SeqCst)).then_some(given - first)
    })
    .await;
    println!("{} KiB of 4 GiB were fetched", given * PIECE / 1024);
    assert!(given * PIECE < 128 * MIB, "{given} pieces");
    let more = scene.server.peak_memory_above(before);
    assert!(more <= MOST, "{} KiB", more / 1024);
    drop(unread);
}
