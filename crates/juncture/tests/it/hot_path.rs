//! What a call costs that memory answers, counted in allocations: they are the same on every machine,
//! however busy it is. docs/PERFORMANCE.md tells what else it costs.

use allocation_counter::{AllocationInfo, measure};
use axum::http::Method;
use juncture_server::accept::{Capacity, accept};
use juncture_server::router::router;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::support::rows::add_keys;
use crate::support::{SECRET_KEY, TestApp};

/// So many calls are counted together.
const CALLS: u64 = 1_000;

/// A server whose every task runs on the thread that counts, and a connection to it.
struct Scene {
    runtime: Runtime,
    connection: TcpStream,
    app: TestApp,
}

impl Scene {
    fn begin() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let (connection, app) = runtime.block_on(async {
            let app = TestApp::start_with_admin().await;
            app.connect("customer-1").await;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (routes, parts) = (router(&app.app), app.app.clone());
            let capacity = Capacity::of_descriptors(64);
            tokio::spawn(accept(
                listener,
                routes,
                parts,
                capacity,
                std::future::pending(),
            ));
            (TcpStream::connect(address).await.unwrap(), app)
        });
        Self {
            runtime,
            connection,
            app,
        }
    }

    /// A key of a project, beside 100,000 others, some of which are in use.
    fn key_among_others(&self) -> String {
        self.runtime.block_on(async {
            let project = self.app.default_project().await;
            add_keys(&self.app).await;
            for _ in 0..100 {
                let (_, other) = self.app.make_secret(&project, &[]).await;
                let path = "/api/backend/connection-info/check-connection-validity";
                let path = format!("{path}?external_id=customer-1&provider=jira");
                let call = self.app.call(Method::GET, &path, &other, &Value::Null);
                call.await.expect(200);
            }
            self.app.make_secret(&project, &["tokens:read"]).await.1
        })
    }

    /// What one call of `endpoint` allocates on the server, from its first byte to the last of its answer.
    fn cost(&mut self, endpoint: &str, key: &str) -> Cost {
        let path = format!("/api/backend/connection-info/{endpoint}");
        let call = format!(
            "GET {path}?external_id=customer-1&provider=jira HTTP/1.1\r\nhost: juncture\r\n\
             authorization: Bearer {key}\r\naccept: */*\r\nuser-agent: test\r\n\r\n"
        );
        // What is made once, such as the counts of the route, is there by then.
        let length = self.call(call.as_bytes(), 64, None);
        Cost::of(&measure(|| {
            self.call(call.as_bytes(), CALLS, Some(length));
        }))
    }

    /// Calls so often, and allocates nothing itself. Each answer has the length of the last one.
    fn call(&mut self, call: &[u8], times: u64, length: Option<usize>) -> usize {
        let Self {
            runtime,
            connection,
            ..
        } = self;
        runtime.block_on(async {
            let mut answer = [0; 8192];
            let mut known = length;
            for _ in 0..times {
                connection.write_all(call).await.unwrap();
                let mut read = 0;
                while known.map_or(read == 0, |length| read < length) {
                    let count = connection.read(&mut answer[read..]).await.unwrap();
                    assert!(count > 0, "the server has closed the connection");
                    read += count;
                }
                assert!(answer.starts_with(b"HTTP/1.1 200 OK"));
                known = Some(read);
            }
            known.unwrap_or_default()
        })
    }
}

/// Of one call.
#[derive(Debug)]
struct Cost {
    allocations: u64,
    bytes: u64,
}

impl Cost {
    /// Of the average call, rounded up.
    fn of(all: &AllocationInfo) -> Self {
        Self {
            allocations: all.count_total.div_ceil(CALLS),
            bytes: all.bytes_total.div_ceil(CALLS),
        }
    }

    fn assert_at_most(&self, allocations: u64, bytes: u64) {
        assert!(
            self.allocations <= allocations && self.bytes <= bytes,
            "{self:?} a call, where {allocations} allocations of {bytes} bytes in all are enough"
        );
    }
}

#[test]
fn a_token_from_memory_costs_few_allocations() {
    let cost = Scene::begin().cost("get-access-token", SECRET_KEY);
    println!("get-access-token: {cost:?}");
    cost.assert_at_most(31, 13_500);
}

#[test]
fn a_key_of_a_project_with_a_scope_costs_no_more() {
    let mut scene = Scene::begin();
    let key = scene.key_among_others();
    let cost = scene.cost("get-access-token", &key);
    println!("get-access-token with a key of a project: {cost:?}");
    cost.assert_at_most(31, 13_500);
}

#[test]
fn how_a_connection_stands_costs_few_allocations() {
    let cost = Scene::begin().cost("check-connection-validity", SECRET_KEY);
    println!("check-connection-validity: {cost:?}");
    cost.assert_at_most(31, 11_500);
}
