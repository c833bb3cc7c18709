//! Servers of one database have the same encryption keys, though there be nothing yet to open.

use std::sync::Arc;

use futures_util::future::join_all;
use juncture_clock::SystemClock;
use juncture_server::app::App;
use juncture_server::config::Config;
use juncture_server::server::{self, StartError};

use super::on_each_store;
use crate::rotation::deployment::{Deployment, KEYS, fresh_key};
use crate::support::database::TestDatabase;
use crate::support::environment;

on_each_store! {
    of_five_first_starts_with_two_keys_all_that_succeed_have_the_same,
    a_server_with_another_key_is_refused_though_nothing_is_stored,
    a_database_of_an_earlier_version_gets_its_check_value,
}

async fn open(database: &TestDatabase, keys: &str) -> Result<App, StartError> {
    let variables = [&database.variables()[..], &[(KEYS, keys)]].concat();
    let environment = environment(database.folder(), "http://127.0.0.1:9", &variables);
    server::open(Config::read(&environment).unwrap(), Arc::new(SystemClock)).await
}

fn is_refused(opened: &Result<App, StartError>) -> bool {
    matches!(opened, Err(StartError::WrongKeys(_)))
}

async fn of_five_first_starts_with_two_keys_all_that_succeed_have_the_same(database: TestDatabase) {
    let keys = [fresh_key("k1"), fresh_key("k1")];
    let starts = keys.iter().cycle().take(5).map(|key| open(&database, key));
    let opened = join_all(starts).await;
    let (first, second): (Vec<_>, Vec<_>) = (0..5).partition(|number| number % 2 == 0);
    let well = |group: &[usize]| group.iter().all(|&number| opened[number].is_ok());
    let refused = |group: &[usize]| group.iter().all(|&number| is_refused(&opened[number]));
    assert!(
        well(&first) && refused(&second) || refused(&first) && well(&second),
        "{:?}",
        opened.iter().map(Result::is_ok).collect::<Vec<_>>()
    );
}

async fn a_server_with_another_key_is_refused_though_nothing_is_stored(database: TestDatabase) {
    let deployment = Deployment::of(database).await;
    let (old, new) = (fresh_key("old"), fresh_key("new"));
    let refused = "juncture: the encryption keys do not open what is sealed in the database (key_check.sealed/";
    deployment.serve(&[(KEYS, &old)]).0.stop();
    for other in [&new, &fresh_key("old")] {
        let complaint = deployment.refusal(&[(KEYS, other)]);
        assert!(complaint.starts_with(refused), "{complaint}");
    }
    // A rotation seals the check value too.
    let both = format!("{new},{old}");
    let said = deployment.rotate(&[], &[(KEYS, &both)]);
    assert!(
        said.contains("key_check.sealed: 1 sealed with `new`"),
        "{said}"
    );
    deployment.serve(&[(KEYS, &new)]).0.stop();
    let complaint = deployment.refusal(&[(KEYS, &old)]);
    assert!(complaint.starts_with(refused), "{complaint}");
}

async fn a_database_of_an_earlier_version_gets_its_check_value(database: TestDatabase) {
    let (key, other) = (fresh_key("k1"), fresh_key("k1"));
    let app = open(&database, &key).await.unwrap();
    let mut tx = app.store.begin_write().await.unwrap();
    crate::support::rows::change(&mut tx, "DELETE FROM key_check").await;
    tx.commit().await.unwrap();
    drop(open(&database, &key).await.unwrap());
    assert!(is_refused(&open(&database, &other).await));
}

/// With a key file, through a whole rotation, on a database without any token.
#[tokio::test]
async fn a_rotation_of_the_key_file_takes_the_check_value_along() {
    let deployment = Deployment::with_key_file().await;
    deployment.rotate(&[], &[]);
    assert_eq!(deployment.key_ids(), ["k2", "k1"]);
    deployment.age_key_file(std::time::Duration::from_hours(1));
    deployment.rotate(&["--forget-old"], &[]);
    assert_eq!(deployment.key_ids(), ["k2"]);
    deployment.serve(&[]).0.stop();
    std::fs::remove_file(deployment.key_file()).unwrap();
    let complaint = deployment.refusal(&[]);
    assert!(
        complaint.contains("is missing, but the database is sealed with it"),
        "{complaint}"
    );
    assert!(!deployment.key_file().exists(), "no other key is made");
}

/// One value that was altered must not keep all others from being served.
#[tokio::test]
async fn a_damaged_check_value_is_told_and_made_anew_where_the_keys_open_tokens() {
    let deployment = Deployment::with_key_file().await;
    deployment.fill(&deployment.sealer(), 3).await;
    let store = deployment.store().await;
    let mut tx = store.begin_write().await.unwrap();
    let spoil = "UPDATE key_check SET sealed = substr(sealed, 1, length(sealed) - 1)";
    crate::support::rows::change(&mut tx, spoil).await;
    tx.commit().await.unwrap();
    store.close().await;
    let told = "a stored value is lost";
    assert!(deployment.serve(&[]).0.stop().contains(told));
    assert!(!deployment.serve(&[]).0.stop().contains(told));
}
