//! A page of the feed reads a bounded part of it, however much there is.

use std::time::Duration;

use juncture_server::events::{Kind, New, Of, cursor, record_all};
use juncture_server::project::ProjectId;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use uuid::Uuid;

use super::page;
use crate::support::TestApp;
use crate::support::real_time::timed;

/// How many events there are, and how many are recorded at once.
const MANY: i64 = 20_000;
const AT_ONCE: i64 = 1_000;

/// An event: each eighth of another customer, one in ten thousand of another type.
fn event(app: &TestApp, number: i64) -> New {
    let customer = number % 8;
    let kind = if number % 10_000 == 7 {
        Kind::ConnectionDeleted
    } else {
        Kind::ConnectionCreated
    };
    New {
        kind,
        subject: customer.to_string(),
        of: Some(Of {
            connection: Uuid::from_u128(u128::try_from(customer).unwrap()),
            provider: "jira".to_owned(),
            external_id: format!("customer-{customer}"),
            sequence: number / 8 + 1,
            dedupe_key: None,
            account: None,
        }),
        occurred_at: app.clock_now(),
        data: to_raw_value(&json!({"external_id": "x".repeat(900)})).unwrap(),
    }
}

#[tokio::test]
async fn a_page_takes_no_longer_where_there_are_many_events() {
    let app = TestApp::start().await;
    let (project, now) = (ProjectId::DEFAULT, app.clock_now());
    for batch in 0..MANY / AT_ONCE {
        let numbers = batch * AT_ONCE..(batch + 1) * AT_ONCE;
        let new = numbers.map(|number| event(&app, number)).collect();
        let mut tx = app.app.store.begin_write().await.unwrap();
        record_all(&mut tx, &app.app.sealer, project, new, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let found = |page: &Value| page["data"].as_array().unwrap().len();
    for (query, in_all) in [
        ("", 100),
        ("external_id=customer-3", 100),
        ("external_id=nobody", 0),
        ("types=connection.deleted", 2),
        ("types=connection.recovered,connection.expiring", 0),
        // The other one is behind what one look goes through.
        ("external_id=customer-7&types=connection.deleted", 1),
        ("external_id=customer-3&types=connection.deleted", 0),
    ] {
        for (after, is_begin) in [(0, true), (MANY / 2, false), (MANY - 60, false)] {
            let after = cursor::write(project, after);
            let path = format!("{query}&after={after}");
            let (page, took) = timed(page(&app, &path)).await;
            // A page that reads all of them takes several times as long, here and without optimisation.
            assert!(took < Duration::from_millis(500), "{path}: {took:?}");
            let is_short = found(&page) < 100 && page["has_more"] == true;
            assert!(!is_short || path.contains("external_id=customer"), "{path}");
            assert!(found(&page) <= in_all, "{path}");
            assert!(
                !is_begin || found(&page) == in_all,
                "{path}: {}",
                found(&page)
            );
        }
    }
}
