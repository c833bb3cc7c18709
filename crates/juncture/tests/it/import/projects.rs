//! Into which project an original arrives.

use uuid::Uuid;

use super::original::Original;
use super::rows::assert_same;
use super::target::Target;
use crate::support::database::TestDatabase;
use crate::support::rows::count_in;

const OTHER: [&str; 2] = ["--project", "other"];

/// A target that has a project `other` beside the one of every deployment.
async fn target() -> Target {
    let target = Target::of(TestDatabase::sqlite());
    let app = target.open().await;
    let mut tx = app.store.begin_write().await.unwrap();
    let now = app.clock.now();
    let inserted =
        juncture_server::store::projects::insert(&mut tx, Uuid::max(), "other", "{}", now);
    assert!(inserted.await.unwrap());
    tx.commit().await.unwrap();
    app.store.close().await;
    target
}

/// How many customers the project `other` has.
async fn customers_of_the_other(target: &Target) -> i64 {
    const COUNT: &str = "SELECT COUNT(*) FROM connection \
        JOIN connection_external_map USING (connection_id, project_id, provider) \
        JOIN project USING (project_id) WHERE name = 'other'";
    let app = target.open().await;
    let count = count_in(&app.store, COUNT).await;
    app.store.close().await;
    count
}

#[tokio::test]
async fn an_original_arrives_in_the_project_that_is_named_and_in_no_other() {
    let original = Original::with(50).await;
    let target = target().await;
    target.run(original.url(), &OTHER).assert(50, 0, 0);
    assert_eq!(customers_of_the_other(&target).await, 50);
    assert_same(&target.rows().await, &original.rows().await);
    target.run(original.url(), &OTHER).assert(0, 50, 0);

    let refused = target.run(original.url(), &[]);
    refused.assert(0, 0, 50);
    assert_eq!(refused.lines[0]["reason"], "in_another_project");
    assert_eq!(customers_of_the_other(&target).await, 50);
}

#[tokio::test]
async fn two_projects_have_customers_of_the_same_names() {
    let (first, second) = (Original::with(0).await, Original::with(0).await);
    for original in [&first, &second] {
        original.add_connection("same").await;
    }
    let target = target().await;
    target.run(first.url(), &[]).assert(1, 0, 0);
    target.run(second.url(), &OTHER).assert(1, 0, 0);
    assert_eq!(customers_of_the_other(&target).await, 1);
    let mut there = [first.rows().await, second.rows().await].concat();
    there.sort_by_key(|row| row.connection_id);
    assert_same(&target.rows().await, &there);
    target.run(first.url(), &[]).assert(0, 1, 0);
}

#[tokio::test]
async fn a_project_that_is_not_there_is_told() {
    let original = Original::with(1).await;
    let run = target()
        .await
        .run(original.url(), &["--project", "nowhere"]);
    assert_eq!((run.code, run.report.as_str()), (1, ""), "{run:?}");
    assert_eq!(
        run.progress,
        "juncture: --project: there is no project \"nowhere\"; make it first, or leave --project out for the project \"default\"\n"
    );
}
