//! A grant that the customer took back: found out once, told once, and healed by connecting again.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::flow::{BRUNO, find};
use crate::support::process::Process;
use crate::support::sandbox::TestSandbox;
use crate::support::{SECRET_KEY, environment_of_process, free_port};

const TOKEN: &str = "/api/backend/connection-info/get-access-token?external_id=a&provider=jira";
const PROJECTS: &str = "/api/backend/jira/get-projects?external_id=a";
const SELECTED: &str = "/api/backend/jira/get-selected-project?external_id=a";

async fn status(browser: &Browser, path: &str) -> StatusCode {
    let url = format!("{}{path}", browser.server);
    let answer = browser.http.get(url).bearer_auth(SECRET_KEY).send().await;
    answer.unwrap().status()
}

fn events<'a>(log: &'a [Value], message: &str) -> Vec<&'a Value> {
    log.iter()
        .filter(|event| event["message"] == message)
        .collect()
}

#[tokio::test]
async fn a_revocation_is_marked_by_the_first_refresh_logged_once_and_healed_by_connecting_again() {
    for leeway_seconds in [0, 600] {
        let sandbox = TestSandbox::start().await;
        sandbox
            .set_switches(&json!({"leeway_seconds": leeway_seconds}))
            .await;
        let folder = tempfile::tempdir().unwrap();
        let variables = environment_of_process(folder.path(), &sandbox.url, free_port());
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let (server, address) = Process::serve(folder.path(), &variables);
        let browser = Browser::new(&format!("http://{address}"), &sandbox.url);
        browser.connect("a", BRUNO, "Acme").await;
        let select = json!({"external_id": "a", "jira_project_id": "10000"});
        let selected = browser
            .http
            .post(format!(
                "{}/api/backend/jira/select-project",
                browser.server
            ))
            .bearer_auth(SECRET_KEY)
            .json(&select);
        assert_eq!(selected.send().await.unwrap().status(), 200);
        assert_eq!(status(&browser, TOKEN).await, 200);

        let world = sandbox.world().await;
        let account_id = find(&world["users"], "name", BRUNO)["account_id"].clone();
        sandbox
            .control("revoke", &json!({"account_id": account_id}))
            .await;
        for path in [PROJECTS, TOKEN, PROJECTS, TOKEN] {
            assert_eq!(status(&browser, path).await, 403, "{path}");
        }
        assert_eq!(sandbox.refreshes().await, 1);

        browser.connect("a", BRUNO, "Acme").await;
        for path in [TOKEN, PROJECTS] {
            assert_eq!(status(&browser, path).await, 200, "{path}");
        }
        let kept = json!({"jira_project_id": "10000"});
        assert_eq!(browser.get(SELECTED).await, kept);

        let log = server.stop();
        let log: Vec<Value> = log
            .lines()
            .filter_map(|line| juncture_json::decode(line).ok())
            .collect();
        let dead = events(&log, "the grant is dead; the customer must connect again");
        let connected = events(&log, "connected");
        assert_eq!((dead.len(), connected.len()), (1, 2));
        let ids: Vec<&Value> = dead
            .iter()
            .chain(&connected)
            .map(|event| &event["connection_id"])
            .collect();
        assert!(
            ids.iter().all(|id| id.is_string() && *id == ids[0]),
            "{ids:?}"
        );
    }
}
