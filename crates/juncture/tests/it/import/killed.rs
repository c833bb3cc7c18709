//! An import that is killed goes on when it is run again.

use std::process::Stdio;
use std::time::Duration;

use sqlx::{Connection as _, raw_sql};

use super::original::Original;
use super::rows::assert_same;
use super::target::Target;
use crate::support::database::{TestDatabase, variable};
use crate::support::process::Process;
use crate::support::real_time::pause;

/// Two pages and a part of one.
const ROWS: usize = 2500;

/// As many as `TEST_IMPORT_ROWS` says, for who wants to see it with a hundred thousand.
fn rows() -> usize {
    variable("TEST_IMPORT_ROWS").map_or(ROWS, |rows| rows.parse().unwrap())
}

#[tokio::test]
async fn an_import_into_sqlite_goes_on_after_sigkill() {
    let original = Original::with(rows()).await;
    goes_on(&original, &Target::of(TestDatabase::sqlite())).await;
}

#[tokio::test]
async fn an_import_into_the_same_postgres_goes_on_after_sigkill() {
    let original = Original::with(rows()).await;
    goes_on(&original, &Target::in_the_same(&original)).await;
}

/// Killed while it waits for a page in the middle of the original.
async fn goes_on(original: &Original, target: &Target) {
    let taken = rows() / 2000 * 1000;
    original.hold_up_at_row(taken + 345).await;
    let mut holding = original.connect().await;
    let hold = raw_sql("SELECT pg_advisory_lock(7)");
    hold.execute(&mut holding).await.unwrap();
    let import = target.import(original.url(), &[]);
    let progress = format!("{taken} of {} read", rows());
    let (import, ()) = Process::start(import, |line| line.starts_with(&progress).then_some(()));
    drop(import);
    holding.close().await.unwrap();
    let there = original.rows().await;
    assert_same(&target.rows().await, &there[..taken]);

    let left = rows() - taken;
    target.run(original.url(), &[]).assert(left, taken, 0);
    assert_same(&target.rows().await, &there);
    target.run(original.url(), &[]).assert(0, rows(), 0);
}

#[tokio::test]
async fn killed_in_the_middle_of_a_page_it_leaves_nothing_of_that_page() {
    let original = Original::with(ROWS).await;
    let target = Target::in_the_same(&original);
    // Somebody else writes one of the rows of the second page, and has not decided yet.
    let mut other = original.connect().await;
    let insert = r#"BEGIN; INSERT INTO connection (connection_id, refresh_token, invalid_refresh_token, access_token,
            access_token_expires_at, token_version, expires_at, refreshed_at, created_at, last_updated, project_id, provider)
        SELECT connection_id, '', FALSE, '', 0, 1, 0, 0, 0, 0, '00000000-0000-0000-0000-000000000000', 'jira' FROM "juncture-core".connection
        ORDER BY connection_id OFFSET 1600 LIMIT 1"#;
    raw_sql(insert).execute(&mut other).await.unwrap();
    let import = target.import(original.url(), &[]);
    let (import, ()) = Process::start(import, |line| {
        line.starts_with("1000 of 2500 read").then_some(())
    });
    original.until_somebody_waits().await;
    drop(import);
    raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    let there = original.rows().await;
    assert_same(&target.rows().await, &there[..1000]);
    target.run(original.url(), &[]).assert(1500, 1000, 0);
    assert_same(&target.rows().await, &there);
}

#[tokio::test]
async fn at_whatever_moment_it_is_killed_only_whole_pages_are_there() {
    let original = Original::with(ROWS).await;
    let there = original.rows().await;
    let target = Target::of(TestDatabase::sqlite());
    // The tables and the key, so that the rows can be looked at from the beginning.
    target.open().await.store.close().await;
    let mut whole = 0;
    // A little later each time, until a few runs have come to their end.
    for milliseconds in (0..).step_by(40) {
        let mut import = target.import(original.url(), &[]);
        let import = import.stdout(Stdio::null()).stderr(Stdio::null());
        let mut import = import.spawn().unwrap();
        pause(Duration::from_millis(milliseconds)).await;
        import.kill().unwrap();
        import.wait().unwrap();
        let here = target.rows().await;
        assert_same(&here, &there[..here.len()]);
        assert!(
            here.len() % 1000 == 0 || here.len() == ROWS,
            "{}",
            here.len()
        );
        whole += usize::from(here.len() == ROWS);
        if whole == 3 {
            break;
        }
    }
    target.run(original.url(), &[]).assert(0, ROWS, 0);
}
