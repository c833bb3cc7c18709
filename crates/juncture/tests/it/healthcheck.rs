//! `juncture healthcheck`: one line and an exit code, for whatever state the server is in.

use std::process::Output;

use jiff::SignedDuration;
use juncture_server::accept::{Capacity, accept};
use juncture_server::config::Address;
use juncture_server::healthcheck::{self, PATIENCE, Question, Unhealthy};
use juncture_server::router::router;
use tokio::net::TcpListener;

use crate::support::process::{self, Process};
use crate::support::{TestApp, environment_of_process, free_port, real_time};

/// The command, in an empty folder.
fn check(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&["healthcheck"], arguments].concat();
    process::run(folder.path(), &arguments, variables)
}

/// What a healthy server is said to be.
#[track_caller]
fn assert_healthy(output: &Output, line: &str) {
    let said = process::text(&output.stdout);
    let complaint = process::text(&output.stderr);
    assert_eq!((output.status.code(), complaint.as_str()), (Some(0), ""));
    assert_eq!(said, format!("{line}\n"));
}

#[track_caller]
fn assert_unhealthy(output: &Output, line: &str) {
    let said = process::text(&output.stdout);
    let complaint = process::text(&output.stderr);
    assert_eq!((output.status.code(), said.as_str()), (Some(1), ""));
    assert_eq!(complaint, format!("juncture: {line}\n"));
}

#[test]
fn a_server_is_asked_at_the_address_that_the_same_environment_configures() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let variables = environment_of_process(folder.path(), &nowhere, free_port());
    let mut pairs: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let (server, address) = Process::serve(folder.path(), &pairs);
    // A proxy is for what leaves the machine.
    pairs.extend([("HTTP_PROXY", nowhere.as_str()), ("http_proxy", &nowhere)]);
    let lives = format!("http://{address}/healthz answers 200 OK");
    assert_healthy(&check(&[], &pairs), &lives);
    let is_ready = format!("http://{address}/readyz answers 200 OK");
    assert_healthy(&check(&["--ready"], &pairs), &is_ready);

    // The address alone will do, from an environment file too; all addresses are the loopback's.
    let port = address.strip_prefix("127.0.0.1:").unwrap();
    let all = [("HOST", "0.0.0.0"), ("PORT", port)];
    assert_healthy(&check(&[], &all), &lives);
    let file = folder.path().join("server.env");
    std::fs::write(&file, format!("HOST=0.0.0.0\nPORT={port}\n")).unwrap();
    let file = file.to_str().unwrap();
    assert_healthy(&check(&["--env-file", file], &[]), &lives);

    server.stop();
    let silent =
        format!("http://{address}/healthz does not answer: Connection refused (os error 111)");
    assert_unhealthy(&check(&[], &pairs), &silent);
}

#[test]
fn what_makes_the_question_impossible_is_said() {
    let port = free_port().to_string();
    let v6 = check(&["--ready"], &[("HOST", "::"), ("PORT", &port)]);
    let complaint = process::text(&v6.stderr);
    assert_eq!(v6.status.code(), Some(1));
    let address = format!("juncture: http://[::1]:{port}/readyz does not answer: ");
    assert!(complaint.starts_with(&address), "{complaint}");

    let unknown = "PORT is 0, so only the server knows which port it has taken";
    assert_unhealthy(&check(&[], &[("PORT", "0")]), unknown);
    let wrong = process::text(&check(&[], &[("PORT", "http")]).stderr);
    assert!(
        wrong.contains("\n  PORT must be a port number from 0 to 65535\n"),
        "{wrong}"
    );
}

#[tokio::test]
async fn a_server_whose_store_is_gone_lives_but_is_not_ready() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let capacity = Capacity::of_descriptors(1024);
    let (routes, forever) = (router(&app.app), std::future::pending());
    let serving = accept(listener, routes, app.app.clone(), capacity, forever);
    tokio::spawn(serving);
    app.app.store.close().await;
    let ask = async |arguments: &'static [&str]| {
        let port = address.port().to_string();
        let asked = move || check(arguments, &[("PORT", &port)]);
        tokio::task::spawn_blocking(asked).await.unwrap()
    };
    let lives = format!("http://{address}/healthz answers 200 OK");
    assert_healthy(&ask(&[]).await, &lives);
    let refused = ask(&["--ready"]).await;
    let line = format!(
        "http://{address}/readyz answers 503 Service Unavailable: \
         {{\"error\":\"Not ready\",\"code\":\"not_ready\",\"checks\":{{\"store\":\"unavailable\",\"cache\":\"ok\"}}}}"
    );
    assert_unhealthy(&refused, &line);
}

#[tokio::test]
async fn a_server_that_hangs_is_waited_for_five_seconds() {
    let app = TestApp::start().await;
    // Connections are made, and nobody ever takes them.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = Address {
        host: "127.0.0.1".to_owned(),
        port: listener.local_addr().unwrap().port(),
    };
    let began_at = app.clock_now();
    let mut asked = std::pin::pin!(healthcheck::ask(&address, Question::Lives, &app.clock));
    let refused = async {
        loop {
            tokio::select! {
                biased;
                answer = &mut asked => return answer.unwrap_err(),
                () = tokio::task::yield_now() => app.clock.advance(SignedDuration::from_secs(1)),
            }
        }
    };
    let refused = real_time::within(real_time::PATIENCE, refused).await;
    assert!(matches!(refused, Unhealthy::Slow { .. }), "{refused}");
    let line = format!("http://{address}/healthz does not answer within 5 seconds");
    assert_eq!(refused.to_string(), line);
    let patience = SignedDuration::try_from(PATIENCE).unwrap();
    assert_eq!(app.clock_now().duration_since(began_at), patience);
}
