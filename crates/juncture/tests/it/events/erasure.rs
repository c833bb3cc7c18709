//! What events tell is erased by connection, by customer and by account; that they were stays.

use serde_json::{Value, json};

use super::{EVENTS, all, told};
use crate::support::TestApp;
use crate::support::flow::BRUNO;
use crate::support::rows::{connection_id, count_rows};

async fn erase(app: &TestApp, query: &str) -> Value {
    app.delete(&format!("{EVENTS}?{query}")).await.expect(200)
}

#[tokio::test]
async fn what_is_erased_leaves_no_gap_and_no_trace() {
    let app = TestApp::start().await;
    for name in ["a", "b", "c"] {
        app.connect(name).await;
    }
    let before = all(&app).await;
    let id = connection_id(&app, "a").await.unwrap();
    let delete = "/api/backend/connection-info/delete-connection?external_id=a&provider=jira";
    app.delete(delete).await.expect(200);

    let of_connection = erase(&app, &format!("connection_id={id}")).await;
    assert_eq!(of_connection, json!({"erased": 2, "has_more": false}));
    assert_eq!(erase(&app, "external_id=b").await["erased"], 1);
    assert_eq!(erase(&app, "external_id=b").await["erased"], 0);
    let after = all(&app).await;
    assert_eq!(
        told(&after),
        [
            ("created", 1),
            ("created", 1),
            ("created", 1),
            ("deleted", 2)
        ]
    );
    for (was, is) in before.iter().zip(&after) {
        for member in ["id", "cursor", "type", "timestamp"] {
            assert_eq!(was[member], is[member]);
        }
    }
    let erased = json!({"connection_id": id.to_string(), "sequence": 1, "erased": true});
    assert_eq!(after[0]["data"], erased);
    assert_eq!(after[2], before[2]);

    let account = app.account_id(BRUNO).await;
    let of_account = format!("account_id={account}&provider=jira");
    assert_eq!(erase(&app, &of_account).await["erased"], 1);
    let left = "SELECT COUNT(*) FROM event WHERE data IS NOT NULL OR external_id IS NOT NULL";
    assert_eq!(count_rows(&app, left).await, 0);
    let accounts = "SELECT COUNT(*) FROM event_account";
    assert_eq!(count_rows(&app, accounts).await, 0);
    for refused in [
        "",
        "external_id=a&account_id=b",
        "account_id=b",
        "connection_id=none",
        "account_id=b&provider=none",
    ] {
        app.delete(&format!("{EVENTS}?{refused}")).await.expect(400);
    }
}
