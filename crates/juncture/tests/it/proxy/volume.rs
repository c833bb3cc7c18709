//! Bodies of any length pass through a process whose memory does not grow.

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
use crate::support::process::Process;
use crate::support::real_time::PATIENCE;
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

fn body(mib: usize) -> Body {
    Body::from_stream(stream::iter(pieces(mib).map(Ok::<_, std::io::Error>)))
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
async fn start_site(behind: &str) -> String {
    let down = |Path((_, mib)): Path<(String, usize)>| async move { body(mib) };
    let up = |request: Request| async { digest_of(request.into_body().into_data_stream()).await };
    let router = Router::new()
        .route("/ex/jira/{site}/down/{mib}", get(down))
        .route("/ex/jira/{site}/up", post(up))
        .fallback(pass_on)
        .with_state(behind.to_owned());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await });
    url
}

async fn pass_on(State(behind): State<String>, request: Request) -> Response {
    let answer = http_client().get(format!("{behind}{}", request.uri()));
    let key = request.headers()["authorization"].clone();
    let answer = answer.header("authorization", key).send().await.unwrap();
    let status = answer.status();
    (status, answer.bytes().await.unwrap()).into_response()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_passes_through_does_not_stay() {
    let sandbox = TestSandbox::start_in_real_time().await;
    let url = start_site(&sandbox.url).await;
    let database = TestDatabase::sqlite();
    let mut variables = environment_of_process(database.folder(), &sandbox.url, 0);
    variables.push(("ATLASSIAN_API_URL".to_owned(), url));
    let pairs = variables.iter().map(|(name, value)| (&**name, &**value));
    let (server, address) = Process::serve(database.folder(), &pairs.collect::<Vec<_>>());
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    browser.connect("customer-1", BRUNO, "Acme").await;
    let call = |method: Method, path: &str| {
        let url = format!("http://{address}/api/backend/proxy/jira/{path}");
        let call = browser.http.request(method, url).bearer_auth(SECRET_KEY);
        call.header("x-juncture-external-id", "customer-1")
            .timeout(PATIENCE)
    };

    let (down, up) = volume();
    let first = call(Method::GET, "down/1").send().await.unwrap();
    assert_eq!(first.bytes().await.unwrap().len(), MIB);
    let before = server.peak_memory();
    let answer = call(Method::GET, &format!("down/{down}"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(
        digest_of(answer.bytes_stream()).await == digest(pieces(down)),
        "as it was sent"
    );
    let after_down = server.peak_memory();
    let sent = reqwest::Body::wrap_stream(stream::iter(pieces(up).map(Ok::<_, std::io::Error>)));
    let answer = call(Method::POST, "up").body(sent).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(
        answer.bytes().await.unwrap() == digest(pieces(up)),
        "as it was sent"
    );
    let after = server.peak_memory();
    println!(
        "{down} MiB down: {} KiB more; {up} MiB up after it: {} KiB more",
        (after_down - before) / 1024,
        (after - after_down) / 1024
    );
    assert!(after - before <= MOST, "{} KiB", (after - before) / 1024);
}
