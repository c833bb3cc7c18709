//! A server of ours that connects customers while the import runs.

use sqlx::{Connection as _, raw_sql};

use super::original::Original;
use super::target::Target;

#[tokio::test]
async fn a_customer_who_connects_at_the_same_moment_is_connected_once() {
    let original = Original::with(50).await;
    let target = Target::in_the_same(&original);
    // Another process is about to commit this customer's new connection.
    let mut server = original.connect().await;
    let connect = "BEGIN; \
        INSERT INTO connection (connection_id, refresh_token, invalid_refresh_token, access_token, \
            access_token_expires_at, token_version, expires_at, created_at, last_updated) \
        VALUES ('99999999-0000-4000-8000-000000000000', '\\x01', FALSE, '\\x01', 1, 1, 1, 1, 1); \
        INSERT INTO connection_external_map VALUES ('project-10', 'jira', '99999999-0000-4000-8000-000000000000')";
    raw_sql(connect).execute(&mut server).await.unwrap();
    let import = target.import(original.url(), &[]);
    let running = tokio::task::spawn_blocking({
        let mut import = import;
        move || import.output().unwrap()
    });
    original.until_somebody_waits().await;
    raw_sql("COMMIT").execute(&mut server).await.unwrap();
    server.close().await.unwrap();
    let run = target.end(&running.await.unwrap());
    run.assert(49, 0, 1);
    assert_eq!(run.lines[0]["external_id"], "project-10");
    assert_eq!(run.lines[0]["reason"], "already_connected");
}

#[tokio::test]
async fn of_two_imports_at_once_each_connection_is_taken_by_one() {
    let original = Original::with(2500).await;
    let target = Target::in_the_same(&original);
    let mut runs = Vec::new();
    for _ in 0..2 {
        let mut import = target.import(original.url(), &[]);
        runs.push(tokio::task::spawn_blocking(move || {
            import.output().unwrap()
        }));
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
