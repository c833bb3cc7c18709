//! Imports that do not begin, or break off: what they say, and what they leave.

use std::path::Path;

use super::original::Original;
use super::target::Target;
use crate::support::database::TestDatabase;
use crate::support::free_port;
use crate::support::postgres::PrivatePostgres;
use crate::support::process::output;

/// What a run says that ends with exit code 1.
fn refusal(target: &Target, from: &str) -> String {
    let run = target.run(from, &[]);
    assert_eq!((run.code, run.report.as_str()), (1, ""), "{run:?}");
    assert!(!run.progress.contains("HIDDEN"), "{run:?}");
    run.progress
}

#[tokio::test]
async fn an_original_that_cannot_be_read_is_named_without_its_password() {
    let target = Target::of(TestDatabase::sqlite());
    for (from, problem) in [
        (
            "mysql://u:HIDDEN@127.0.0.1/original",
            "--from must begin with `postgres://`",
        ),
        ("HIDDEN", "--from must begin with `postgres://`"),
        (
            "postgres://u:HIDDEN@127.0.0.1/original?colour=red",
            "--from has the parameter `colour`, which is not known",
        ),
    ] {
        assert_eq!(refusal(&target, from), format!("juncture: {problem}\n"));
    }
    let port = free_port();
    let said = refusal(
        &target,
        &format!("postgres://u:HIDDEN@127.0.0.1:{port}/original"),
    );
    let expected = format!(
        "juncture: cannot read the original deployment in postgres://127.0.0.1:{port}/original: "
    );
    assert!(
        said.starts_with(&expected) && said.contains("refused"),
        "{said}"
    );
}

#[tokio::test]
async fn a_database_that_is_no_original_is_told_by_what_it_lacks() {
    let database = TestDatabase::postgres().await;
    let target = Target::of(TestDatabase::sqlite());
    let said = refusal(&target, database.url());
    assert!(
        said.contains(r#"relation "juncture-core.connection" does not exist"#),
        "{said}"
    );
    let original = Original::with(1).await;
    let rename = r#"ALTER TABLE "juncture-core".connection RENAME refresh_token TO token"#;
    original.execute(rename).await;
    let said = refusal(&target, original.url());
    assert!(
        said.contains(r#"column "refresh_token" does not exist"#),
        "{said}"
    );
}

#[tokio::test]
async fn a_user_who_may_not_read_is_told_so() {
    let server = PrivatePostgres::start();
    let original = Original::on(&server, "postgres", 1).await;
    original
        .execute("CREATE ROLE stranger LOGIN PASSWORD 'HIDDEN'")
        .await;
    let target = Target::of(TestDatabase::sqlite());
    let url = |password: &str| {
        format!(
            "postgres://stranger:{password}@127.0.0.1:{}/postgres",
            server.port
        )
    };
    let said = refusal(&target, &url("HIDDEN"));
    assert!(
        said.contains("permission denied for schema juncture-core"),
        "{said}"
    );
    let said = refusal(&target, &url("HIDDEN-wrong"));
    assert!(said.contains("password authentication failed"), "{said}");
}

#[tokio::test]
async fn a_report_that_cannot_be_written_is_told_before_anything_is_taken() {
    let original = Original::with(3).await;
    let target = Target::of(TestDatabase::sqlite());
    let folder = Path::new("no/such/folder.jsonl");
    let mut import = target.import_without_report(original.url());
    let run = target.end(&output(import.arg("--report").arg(folder)));
    assert_eq!(run.code, 1);
    assert!(
        run.progress
            .starts_with("juncture: cannot write the report no/such/folder.jsonl: "),
        "{}",
        run.progress
    );
    assert!(target.rows().await.is_empty());
    let run = output(&mut target.import_without_report(original.url()));
    target.end(&run).assert(3, 0, 0);
}

#[tokio::test]
async fn a_configuration_with_problems_is_refused_as_a_start_is() {
    let original = Original::with(1).await;
    let target = Target::of(TestDatabase::sqlite());
    let mut import = target.import(original.url(), &[]);
    let run = target.end(&output(import.env("JUNCTURE_SECRET_KEY", "")));
    assert_eq!(run.code, 1);
    assert!(
        run.progress.contains("JUNCTURE_SECRET_KEY is not set"),
        "{}",
        run.progress
    );
}

#[tokio::test]
async fn an_original_that_goes_away_breaks_it_off_and_the_next_run_goes_on() {
    let mut server = PrivatePostgres::start();
    let original = Original::on(&server, "postgres", 2500).await;
    original.hold_up_at_row(1234).await;
    let target = Target::of(TestDatabase::sqlite());
    let mut holding = original.connect().await;
    let hold = sqlx::raw_sql("SELECT pg_advisory_lock(7)");
    hold.execute(&mut holding).await.unwrap();
    let mut import = target.import(original.url(), &[]);
    let running = tokio::task::spawn_blocking(move || output(&mut import));
    original.until_somebody_waits().await;
    server.kill();
    let run = target.end(&running.await.unwrap());
    assert_eq!(run.code, 1);
    let lines = run.progress_lines();
    assert!(
        lines[0].starts_with("1000 of 2500 read"),
        "{}",
        run.progress
    );
    assert!(
        lines[1]
            .starts_with("juncture: cannot read the original deployment in postgres://127.0.0.1"),
        "{}",
        run.progress
    );
    assert_eq!(target.rows().await.len(), 1000);
    server.begin();
    target.run(original.url(), &[]).assert(1500, 1000, 0);
}
