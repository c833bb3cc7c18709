//! How soon a product hears of what needs it.

use std::time::Duration;

use serde_json::json;

use super::scene::{ENDPOINTS, Receiver};
use crate::support::database::TestDatabase;
use crate::support::deployment::Deployment;
use crate::support::flow::{BRUNO, find};
use crate::support::real_time::{eventually, pause, timed};

/// What is promised, from the refusal to the delivery.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_refresh_is_delivered_once_and_soon_whichever_server_meets_it() {
    let allowed = [("JUNCTURE_EVENTS_ALLOWED_NETWORKS", "127.0.0.1")];
    let database = TestDatabase::fresh().await;
    let deployment = Deployment::start_on(database, &allowed, 0).await;
    let [first, second] = [deployment.serve().await, deployment.serve().await];
    let receiver = Receiver::start().await;
    let body = json!({"url": receiver.url, "types": ["connection.needs_reauthorization"]});
    let (status, made) = first.browser.post(ENDPOINTS, &body).await;
    assert_eq!(status, 201, "{made}");
    let secret = made["secret"].as_str().unwrap();
    let world = deployment.sandbox.world().await;
    let account = &find(&world["users"], "name", BRUNO)["account_id"];
    for (customer, refused_by) in [("a", &first), ("b", &second)] {
        refused_by.connect(customer).await;
        deployment.expire_tokens().await;
        let revoke = json!({"account_id": account});
        deployment.sandbox.control("revoke", &revoke).await;
        // Both ask, and both are refused; one of them by the provider.
        let calls = [first.call(customer), second.call(customer)];
        for call in calls {
            let (status, body) = call.await.unwrap().unwrap();
            assert_eq!(status, 403, "{body}");
        }
        let arrived = eventually(async || receiver.count() == 1);
        let ((), took) = timed(arrived).await;
        assert!(took < SOON, "{took:?}");
        let told = receiver.take().remove(0);
        told.verify(secret);
        let told = told.json();
        assert_eq!(told["type"], "connection.needs_reauthorization");
        assert_eq!(told["data"]["external_id"], customer);
        let asked = [first.call(customer), second.call(customer)];
        for call in asked {
            assert_eq!(call.await.unwrap().unwrap().0, 403);
        }
        pause(Duration::from_millis(1_500)).await;
        assert_eq!(receiver.count(), 0, "once");
    }
}
