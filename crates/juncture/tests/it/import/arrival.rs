//! What arrives is what was there, and only once.

use super::original::{Original, TOKEN};
use super::rows::{Rest, assert_same};
use super::target::Target;
use crate::support::database::TestDatabase;
use crate::support::pooler::Pooler;
use crate::support::postgres::PrivatePostgres;
use crate::support::process::output;
use crate::support::rows::count_in;

const ROWS: usize = 2500;

#[tokio::test]
async fn everything_arrives_in_sqlite() {
    let original = Original::with(ROWS).await;
    everything_arrives(&original, &Target::of(TestDatabase::sqlite())).await;
}

#[tokio::test]
async fn everything_arrives_in_another_postgres() {
    let original = Original::with(ROWS).await;
    everything_arrives(&original, &Target::of(TestDatabase::postgres().await)).await;
}

#[tokio::test]
async fn everything_arrives_in_the_same_database() {
    let original = Original::with(ROWS).await;
    everything_arrives(&original, &Target::in_the_same(&original)).await;
}

/// What arrives is told, the dead as such, and each connection's events are numbered without a gap.
async fn assert_told(target: &Target) {
    let store = target.open().await.store.clone();
    let count = async |count| count_in(&store, count).await;
    let created = "SELECT COUNT(*) FROM event WHERE type = 'connection.created'";
    assert_eq!(count(created).await, 2500);
    let dead = "SELECT COUNT(*) FROM event WHERE type = 'connection.needs_reauthorization'";
    let told = "SELECT COUNT(*) FROM connection WHERE told_dead = TRUE AND event_sequence = 2";
    let (dead, told) = (count(dead).await, count(told).await);
    assert!(dead > 10 && dead == told, "{dead} {told}");
    let off = "SELECT COUNT(*) FROM connection WHERE event_sequence <> \
        (SELECT COUNT(*) FROM event WHERE event.connection_id = connection.connection_id)";
    assert_eq!(count(off).await, 0);
    store.close().await;
}

/// Row by row; again without a change; then what is new.
async fn everything_arrives(original: &Original, target: &Target) {
    let untouched = original.fingerprint().await;
    let first = target.run(original.url(), &[]);
    first.assert(2500, 0, 0);
    assert_eq!(first.count("read"), 2500);
    let progress = first.progress_lines();
    let expected = ["1000", "2000", "2500"].map(|read| {
        format!("{read} of 2500 read: {read} taken, 0 renewed, 0 left as they are, 0 not taken")
    });
    assert_eq!(progress, expected);
    assert!(first.report.contains("must be stopped before the last run"));

    assert_told(target).await;
    let there = original.rows().await;
    assert_eq!(there.len(), ROWS);
    let here = target.whole_rows().await;
    assert_same(&target.rows().await, &there);
    for (row, rest) in &here {
        let expected = Rest {
            access_token: String::new(),
            access_token_expires_at: 0,
            token_version: 1,
            refreshed_at: row.times[2],
        };
        assert_eq!(rest, &expected);
    }
    // The rows are as different as those of a real deployment.
    let count = |is: &dyn Fn(&super::rows::Row) -> bool| there.iter().filter(|row| is(row)).count();
    assert!(count(&|row| row.is_invalid) > 10 && count(&|row| row.project.is_none()) > 100);
    assert!(count(&|row| row.external_id.contains('顧')) > 100);

    let sealed = target.sealed().await;
    target.run(original.url(), &[]).assert(0, 2500, 0);
    target
        .run(original.url(), &["--renew-unused"])
        .assert(0, 2500, 0);
    assert_eq!(target.sealed().await, sealed, "not a byte has changed");
    assert_eq!(original.fingerprint().await, untouched);

    original.add_connection("new").await;
    target.run(original.url(), &[]).assert(1, 2500, 0);
    assert_same(&target.rows().await, &original.rows().await);

    for said in [first.report, first.progress] {
        assert!(!said.contains(TOKEN), "{said}");
    }
}

#[tokio::test]
async fn a_user_who_may_only_read_is_enough() {
    let server = PrivatePostgres::start();
    let original = Original::on(&server, "postgres", 20).await;
    let reader = "CREATE ROLE reader LOGIN PASSWORD 'reader-password'; \
        GRANT USAGE ON SCHEMA \"juncture-core\" TO reader; \
        GRANT SELECT ON ALL TABLES IN SCHEMA \"juncture-core\" TO reader";
    original.execute(reader).await;
    let target = Target::of(TestDatabase::sqlite());
    let url = format!("postgres://reader@127.0.0.1:{}/postgres", server.port);
    let mut import = target.import(&url, &[]);
    let run = output(import.env("PGPASSWORD", "reader-password"));
    target.end(&run).assert(20, 0, 0);
    assert_same(&target.rows().await, &original.rows().await);
}

#[tokio::test]
async fn the_original_is_read_in_a_transaction_that_cannot_write() {
    let original = Original::with(20).await;
    original.refuse_writers().await;
    let target = Target::of(TestDatabase::sqlite());
    target.run(original.url(), &[]).assert(20, 0, 0);
}

#[tokio::test]
async fn a_pooler_may_stand_between_by_transaction() {
    let server = PrivatePostgres::start();
    let original = Original::on(&server, "postgres", 1500).await;
    let pooler = Pooler::start(&server, 2);
    let target = Target::of(TestDatabase::sqlite());
    target.run(&pooler.url("postgres"), &[]).assert(1500, 0, 0);
    assert_same(&target.rows().await, &original.rows().await);
}

#[tokio::test]
async fn an_original_without_connections_is_no_error() {
    let original = Original::with(0).await;
    let target = Target::of(TestDatabase::sqlite());
    target.run(original.url(), &[]).assert(0, 0, 0);
}
