//! Behind a pooler that lends a connection for one transaction, as Neon's and PgBouncer's do.

use futures_util::future::join_all;
use jiff::SignedDuration;
use juncture_server::store::Store;
use serde_json::json;

use super::{app, config};
use crate::support::flow::BRUNO;
use crate::support::pooler::Pooler;
use crate::support::postgres::PrivatePostgres;
use crate::support::real_time::eventually;

#[tokio::test]
async fn everything_works_through_a_pooler_that_lends_by_transaction() {
    let server = PrivatePostgres::start();
    let pooler = Pooler::start(&server, 2);
    let app = app(&pooler.url("postgres")).await;
    let acme = app.site_id("Acme").await;
    let customers: Vec<String> = (0..8).map(|number| format!("customer-{number}")).collect();
    let codes = customers
        .iter()
        .map(|id| app.connection_code(id, BRUNO, Some("Acme")));
    let codes = join_all(codes).await;
    for connected in join_all(codes.iter().map(|code| app.finalize(code, &acme))).await {
        connected.assert(200, &json!({"success": true}));
    }
    app.advance(SignedDuration::from_hours(2)).await;
    for token in join_all(customers.iter().map(|id| app.access_token(id))).await {
        token.expect(200);
    }
    for _ in 0..10 {
        for validity in join_all(customers.iter().map(|id| app.validity(id))).await {
            assert_eq!(
                (&validity["exists"], &validity["is_invalid"]),
                (&json!(true), &json!(false))
            );
        }
    }
    app.sweep().await;
    app.get("/readyz").await.expect(200);

    // The next process finds the tables made, by the connections that the first one had.
    for _ in 0..4 {
        let config = config(&pooler.url("postgres")).unwrap();
        Store::open(&config.database).await.unwrap();
    }
    let ours = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'juncture'";
    assert!(
        server.number("postgres", ours).await <= 2,
        "the pooler lends"
    );
    let names = "SELECT COUNT(*) FROM pg_prepared_statements";
    let mut through = sqlx_connection(&pooler.url("postgres")).await;
    for _ in 0..4 {
        let left = number(&mut through, names).await;
        assert_eq!(left, 0, "nothing is left in a session");
    }
}

async fn sqlx_connection(url: &str) -> sqlx::PgConnection {
    use sqlx::ConnectOptions as _;
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    // The pooler does not know this setting, which sqlx would make.
    options.extra_float_digits(None).connect().await.unwrap()
}

async fn number(connection: &mut sqlx::PgConnection, sql: &'static str) -> i64 {
    use sqlx::Row as _;
    sqlx::raw_sql(sql)
        .fetch_one(connection)
        .await
        .unwrap()
        .get(0)
}

/// One connection for all: whoever wanted one for longer than a transaction would wait for ever.
#[tokio::test]
async fn many_processes_that_start_at_once_behind_one_connection_all_start() {
    let server = PrivatePostgres::start();
    let pooler = Pooler::start(&server, 1);
    let url = pooler.url("postgres");
    let starts = (0..5).map(async |_| {
        let config = config(&url).unwrap();
        Store::open(&config.database).await.unwrap().check().await
    });
    for answered in join_all(starts).await {
        answered.unwrap();
    }
    let steps = server.number("postgres", "SELECT COUNT(*) FROM _sqlx_migrations");
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../server/migrations"));
    assert_eq!(steps.await, i64::try_from(files.unwrap().count()).unwrap());
}

#[tokio::test]
async fn a_server_restarted_behind_a_pooler_is_found_again() {
    let mut server = PrivatePostgres::start();
    let pooler = Pooler::start(&server, 2);
    let app = app(&pooler.url("postgres")).await;
    app.connect("a").await;
    server.restart();
    // The pooler finds out by the first transactions that meet a broken connection. If it has tried the server
    // while that was starting, it does not for a while, and says so to all.
    eventually(async || {
        let path =
            "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";
        let status = app.get(path).await.status.as_u16();
        assert!(matches!(status, 200 | 500), "{status}");
        status == 200
    })
    .await;
}
