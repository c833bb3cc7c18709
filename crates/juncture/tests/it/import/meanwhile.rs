//! A server of ours that connects customers while the import runs, and another import.

use sqlx::{AssertSqlSafe, Connection as _, raw_sql};

use super::original::Original;
use super::target::{Run, Target};
use crate::support::process::output;

/// An import that meets what another session does in a transaction, which commits when the import
/// waits for it.
async fn import_beside(original: &Original, target: &Target, transaction: String) -> Run {
    let mut other = original.connect().await;
    let begin = AssertSqlSafe(format!("BEGIN; {transaction}"));
    raw_sql(begin).execute(&mut other).await.unwrap();
    let mut import = target.import(original.url(), &[]);
    let running = tokio::task::spawn_blocking(move || output(&mut import));
    original.until_somebody_waits().await;
    raw_sql("COMMIT").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    target.end(&running.await.unwrap())
}

/// The project of a deployment that has one.
const PROJECT: &str = "00000000-0000-0000-0000-000000000000";

/// Rows of ours that connect a customer.
fn connect(external_id: &str, connection_id: &str) -> String {
    format!(
        "INSERT INTO connection (connection_id, refresh_token, invalid_refresh_token, access_token, \
            access_token_expires_at, token_version, expires_at, refreshed_at, created_at, last_updated, \
            project_id, provider) \
        VALUES ('{connection_id}', '\\x01', FALSE, '\\x01', 1, 1, 1, 1, 1, 1, '{PROJECT}', 'jira'); \
        INSERT INTO connection_external_map (project_id, provider, external_id, connection_id) \
        VALUES ('{PROJECT}', 'jira', '{external_id}', '{connection_id}'); "
    )
}

#[tokio::test]
async fn a_customer_who_connects_at_the_same_moment_is_connected_once() {
    let original = Original::with(50).await;
    let target = Target::in_the_same(&original);
    let connect = connect("project-10", "99999999-0000-4000-8000-000000000000");
    let run = import_beside(&original, &target, connect).await;
    run.assert(49, 0, 1);
    assert_eq!(run.lines[0]["external_id"], "project-10");
    assert_eq!(run.lines[0]["reason"], "already_connected");
}

#[tokio::test]
async fn what_another_import_takes_while_this_one_looks_is_not_told_as_deleted() {
    let original = Original::with(49).await;
    original.add_connection("theirs").await;
    let target = Target::in_the_same(&original);
    let rows = original.rows().await;
    let theirs = rows.iter().find(|row| row.external_id == "theirs");
    let id = theirs.unwrap().connection_id;
    let take = connect("theirs", &id.to_string())
        + &format!("INSERT INTO imported_connection VALUES ('{PROJECT}', '{id}', 1); ")
        // Who asks what was imported waits.
        + "LOCK TABLE imported_connection IN ACCESS EXCLUSIVE MODE";
    let run = import_beside(&original, &target, take).await;
    run.assert(49, 1, 0);
}

#[tokio::test]
async fn of_two_imports_at_once_each_connection_is_taken_by_one() {
    let original = Original::with(2500).await;
    let target = Target::in_the_same(&original);
    let mut runs = Vec::new();
    for _ in 0..2 {
        let mut import = target.import(original.url(), &[]);
        runs.push(tokio::task::spawn_blocking(move || output(&mut import)));
    }
    let mut taken = 0;
    for run in runs {
        let run = target.end(&run.await.unwrap());
        assert_eq!((run.code, run.count("not taken")), (0, 0), "{run:?}");
        assert_eq!(run.count("taken") + run.count("here already"), 2500);
        taken += run.count("taken");
    }
    assert_eq!(taken, 2500);
    super::rows::assert_same(&target.rows().await, &original.rows().await);
}
