//! Several server processes: what is changed on one of them holds on all.

use std::time::Duration;

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::admin::{ADMIN_KEY, PROJECTS};
use crate::support::database::TestDatabase;
use crate::support::deployment::{Deployment, Replica};
use crate::support::real_time::{pause, within};

const VALIDITY: &str =
    "/api/backend/connection-info/check-connection-validity?external_id=a&provider=jira";

/// The promise: how soon a deleted key is refused everywhere.
const SOON: Duration = Duration::from_secs(5);

impl Replica {
    async fn admin(&self, method: Method, path: &str, body: &Value) -> Value {
        let call = self
            .browser
            .http
            .request(method, format!("{}{path}", self.browser.server))
            .bearer_auth(ADMIN_KEY)
            .json(body);
        let answer = call.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        juncture_json::decode(answer.bytes().await.unwrap()).unwrap()
    }

    async fn status(&self, key: &str) -> u16 {
        let call = self
            .browser
            .http
            .get(format!("{}{VALIDITY}", self.browser.server));
        let answer = call.bearer_auth(key).send().await.unwrap();
        answer.status().as_u16()
    }
}

#[tokio::test]
async fn a_key_deleted_on_one_process_is_refused_by_all_within_seconds() {
    let variables = [("JUNCTURE_ADMIN_KEY", ADMIN_KEY)];
    let database = TestDatabase::postgres().await;
    let deployment = Deployment::start_on(database, &variables, 600).await;
    let replicas = join_all((0..3).map(|_| deployment.serve())).await;
    let listed = replicas[0].admin(Method::GET, PROJECTS, &json!({})).await;
    let keys = format!(
        "{PROJECTS}/{}/keys",
        listed["data"][0]["id"].as_str().unwrap()
    );
    let body = json!({"kind": "secret", "name": "Back end"});
    let made = replicas[0].admin(Method::POST, &keys, &body).await;
    let kept = replicas[1].admin(Method::POST, &keys, &body).await;
    let text = |made: &Value, name: &str| made[name].as_str().unwrap().to_owned();
    let (key, kept) = (text(&made, "key"), text(&kept, "key"));
    for replica in &replicas {
        assert_eq!(replica.status(&key).await, 200);
        assert_eq!(replica.status(&kept).await, 200);
    }
    let path = format!("{keys}/{}", text(&made, "id"));
    replicas[2].admin(Method::DELETE, &path, &json!({})).await;
    let all_refuse = async {
        for replica in &replicas {
            while replica.status(&key).await != 401 {
                pause(Duration::from_millis(20)).await;
            }
        }
    };
    within(SOON, all_refuse).await;
    for replica in &replicas {
        assert_eq!(replica.status(&key).await, 401);
        assert_eq!(replica.status(&kept).await, 200);
    }
}
