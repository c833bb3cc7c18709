//! No secret is readable in a dump of the database, nor its password in anything that the server says.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use serde_json::json;

use super::{KEYS, app};
use crate::secrets::{holds_half_of, issued};
use crate::support::TestApp;
use crate::support::admin::{ADMIN_KEY, APPS, PROJECTS};
use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::postgres::{PASSWORD, PrivatePostgres};
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::{SECRET_KEY, environment_of_process, free_port, with_key};

/// As PostgreSQL writes bytes in a dump.
fn hex(secret: &str) -> String {
    let digits = secret.bytes().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

#[tokio::test]
async fn a_dump_and_the_log_hold_no_secret() {
    let mut server = PrivatePostgres::start();
    let sandbox = TestSandbox::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut variables = environment_of_process(folder.path(), &sandbox.url, free_port());
    for (name, value) in [
        ("DATABASE_URL", server.url("postgres").as_str()),
        ("JUNCTURE_ENCRYPTION_KEYS", KEYS),
        // Everything that the server and its libraries can say.
        ("RUST_LOG", "trace"),
    ] {
        variables.push((name.to_owned(), value.to_owned()));
    }
    let pairs = variables.iter();
    let pairs: Vec<_> = pairs
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (process, address) = Process::serve(folder.path(), &pairs);
    let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
    let passed = browser.connect("a", BRUNO, "Acme").await;
    sandbox.control("tokens/expire", &json!({})).await;
    let token = "/api/backend/jira/get-projects?external_id=a";
    browser.get(token).await;
    browser.connect("b", BRUNO, "Acme").await;

    let dump = server.dump("postgres");
    for table in [
        "connection",
        "pending_connection",
        "used_state",
        "idempotency_key",
    ] {
        assert!(dump.contains(&format!("COPY public.{table} ")), "{table}");
    }
    let ends =
        "/api/backend/connection-info/get-connection-credentials?external_id=a&provider=jira";
    server.stop();
    let failed = browser.call(Method::GET, ends).await;
    assert_eq!(failed.status(), 500);
    let answer = failed.text().await.unwrap();
    let log = process.stop();
    assert!(
        log.contains("store_unavailable") || log.contains("the store"),
        "{log}"
    );

    let mut secrets = issued(&sandbox).await;
    let key = KEYS.split_once(':').unwrap().1;
    let ours = [SECRET_KEY, "sandbox-secret", key, PASSWORD];
    secrets.extend(ours.map(str::to_owned));
    secrets.extend([
        passed.state,
        passed.authorization_code,
        passed.connection_code,
    ]);
    let places = [
        ("the dump", &dump),
        ("the log", &log),
        ("an answer", &answer),
    ];
    assert_hold_none(&places, &secrets);
}

fn assert_hold_none(places: &[(&str, &String)], secrets: &[String]) {
    for (place, content) in places {
        for secret in secrets {
            for shape in [secret.clone(), hex(secret)] {
                let is_held = holds_half_of(content.as_bytes(), &shape);
                assert!(!is_held, "{place} holds half of {shape}");
            }
        }
    }
}

#[tokio::test]
async fn a_dump_in_the_middle_of_things_holds_no_secret() {
    let server = PrivatePostgres::start();
    let app = app(&server.url("postgres")).await;
    app.connect("a").await;
    let code = app.connection_code("b", BRUNO, Some("Acme")).await;
    let ticket = json!({
        "external_id": "a", "jira_project_id": "10000", "summary": "Nobody else's business",
        "issue_type_id": app.issue_type_id().await,
    });
    let request = with_key(Request::post("/api/backend/jira/create-ticket"))
        .header(CONTENT_TYPE, "application/json")
        .header("idempotency-key", "key-1");
    let request = request.body(Body::from(ticket.to_string())).unwrap();
    app.send(request).await.expect(201);
    let dump = server.dump("postgres");
    let rows = |table: &str| {
        let (_, table) = dump.split_once(&format!("COPY public.{table} ")).unwrap();
        table
            .lines()
            .skip(1)
            .take_while(|line| *line != "\\.")
            .count()
    };
    let tables = [
        "connection",
        "pending_connection",
        "used_state",
        "idempotency_key",
    ];
    assert_eq!(tables.map(rows), [1, 1, 2, 1]);
    let mut secrets = issued(&app.sandbox).await;
    secrets.extend([code, "Nobody else's business".to_owned()]);
    assert_hold_none(&[("the dump", &dump)], &secrets);
}

#[tokio::test]
async fn a_dump_holds_no_key_of_a_project_and_no_secret_of_its_app() {
    let server = PrivatePostgres::start();
    let variables = [
        ("DATABASE_URL", server.url("postgres")),
        ("JUNCTURE_ENCRYPTION_KEYS", KEYS.to_owned()),
        ("JUNCTURE_ADMIN_KEY", ADMIN_KEY.to_owned()),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
    let app = TestApp::on_sqlite_with(&variables, TestSandbox::start().await).await;
    let project = app.make_whole_project("Acme", &json!({})).await;
    app.set_app(&project, APPS[0]).await;
    // The answer to this one is kept, for whoever asks again.
    let once = Request::post(format!("{PROJECTS}/{}/keys", project.id))
        .header(AUTHORIZATION, format!("Bearer {ADMIN_KEY}"))
        .header(CONTENT_TYPE, "application/json")
        .header("idempotency-key", "key-1");
    let body = json!({"kind": "secret", "name": "Kept"}).to_string();
    let made = app.send(once.body(Body::from(body)).unwrap()).await;
    let made = made.expect(201)["key"].as_str().unwrap().to_owned();
    let dump = server.dump("postgres");
    for table in ["api_key", "oauth_app", "idempotency_key"] {
        let copied = dump.split_once(&format!("COPY public.{table} ")).unwrap().1;
        assert_ne!(copied.lines().nth(1), Some("\\."), "{table}");
    }
    assert!(
        dump.contains(&project.public_key),
        "which everybody may know"
    );
    let secrets = [
        project.secret_key,
        made,
        APPS[0].1.to_owned(),
        ADMIN_KEY.to_owned(),
    ];
    assert_hold_none(&[("the dump", &dump)], &secrets);
}
