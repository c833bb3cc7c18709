//! A database that stops, and the cache with it, behind the real server: tokens that work are served
//! throughout, new ones are not lost, and the server recovers by itself.

use std::time::Duration;

use juncture_clock::{Clock as _, SystemClock};
use juncture_server::seal;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, raw_sql};

use crate::support::browser::Browser;
use crate::support::flow::BRUNO;
use crate::support::postgres::PrivatePostgres;
use crate::support::process::Process;
use crate::support::real_time::find;
use crate::support::redis::PrivateRedis;
use crate::support::sandbox::TestSandbox;
use crate::support::{SECRET_KEY, environment_of_process, free_port, real_time};

/// A server process, its database, its cache and its Atlassian.
struct Scene {
    postgres: PrivatePostgres,
    redis: PrivateRedis,
    sandbox: TestSandbox,
    browser: Browser,
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    server: Option<Process>,
}

/// How the database and the cache stop, and come back.
type Outage = (fn(&mut Scene), fn(&mut Scene));

const OUTAGES: [Outage; 3] = [
    (Scene::freeze, Scene::thaw),
    (Scene::kill, Scene::restart),
    (Scene::stop, Scene::restart),
];

impl Scene {
    /// With an Atlassian that takes a used refresh token again for so long.
    async fn start(leeway_seconds: u32) -> Self {
        let postgres = PrivatePostgres::start();
        let redis = PrivateRedis::start();
        let sandbox = TestSandbox::start().await;
        let leeway = json!({"leeway_seconds": leeway_seconds});
        sandbox.set_switches(&leeway).await;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut variables = environment_of_process(folder.path(), &sandbox.url, port);
        variables.push(("DATABASE_URL".to_owned(), postgres.url("postgres")));
        variables.push(("JUNCTURE_ENCRYPTION_KEYS".to_owned(), seal::generate()));
        variables.push(("REDIS_URL".to_owned(), redis.url()));
        let browser = Browser::new(&format!("http://127.0.0.1:{port}"), &sandbox.url);
        let mut scene = Self {
            postgres,
            redis,
            sandbox,
            browser,
            folder,
            variables,
            server: None,
        };
        scene.begin();
        scene
    }

    fn freeze(&mut self) {
        self.postgres.pause();
        self.redis.pause();
    }

    fn thaw(&mut self) {
        self.postgres.resume();
        self.redis.resume();
    }

    fn kill(&mut self) {
        self.postgres.kill();
        self.redis.stop();
    }

    fn stop(&mut self) {
        self.postgres.stop();
        self.redis.stop();
    }

    fn restart(&mut self) {
        self.postgres.begin();
        self.redis.restart();
    }

    /// Starts the server, after ending the one that runs.
    fn begin(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        let variables: Vec<(&str, &str)> = self
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let (server, address) = Process::serve(self.folder.path(), &variables);
        self.server = Some(server);
        // Without the connections to the one that has ended.
        self.browser = Browser::new(&format!("http://{address}"), &self.sandbox.url);
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.browser.server);
        let request = self.browser.http.get(url).bearer_auth(SECRET_KEY);
        let answer = request.send().await.unwrap();
        (
            answer.status(),
            juncture_json::decode(answer.bytes().await.unwrap()).unwrap(),
        )
    }

    async fn token(&self, external_id: &str) -> (StatusCode, Value) {
        let path = "/api/backend/connection-info/get-access-token?provider=jira";
        self.get(&format!("{path}&external_id={external_id}")).await
    }

    /// Makes every stored access token one that has so long to live.
    async fn leave(&self, left: Duration) {
        let at = (SystemClock.now() + left).as_millisecond();
        let mut database = PgConnection::connect(&self.postgres.url("postgres"))
            .await
            .unwrap();
        let sql = format!("UPDATE connection SET access_token_expires_at = {at}");
        raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&mut database)
            .await
            .unwrap();
    }

    /// Waits until `/readyz` answers so.
    async fn until_ready(&self, status: u16) -> Value {
        find(async || {
            let (found, body) = self.get("/readyz").await;
            (found.as_u16() == status).then_some(body)
        })
        .await
    }
}

#[tokio::test]
async fn tokens_that_work_are_served_while_the_database_and_the_cache_are_away() {
    let mut scene = Scene::start(0).await;
    scene.browser.connect("held", BRUNO, "Acme").await;
    let boards = "/api/backend/jira/get-boards-for-project?external_id=held";
    let named = format!("{boards}&jira_project_id=SHOP");
    let (status, shown) = scene.get(&named).await;
    assert_eq!(status, 200);
    let (status, token) = scene.token("held").await;
    assert_eq!(status, 200);
    for (number, (stop, start)) in OUTAGES.into_iter().enumerate() {
        // Any call that has this one's token would leave it with the server.
        let unheld = format!("unheld-{number}");
        scene.browser.connect(&unheld, BRUNO, "Acme").await;
        stop(&mut scene);
        let mut times = Vec::new();
        for _ in 0..100 {
            let began = SystemClock.now();
            assert_eq!(scene.token("held").await, (StatusCode::OK, token.clone()));
            times.push(SystemClock.now().duration_since(began));
        }
        times.sort_unstable();
        println!("median of a read while both are away: {:?}", times[50]);
        // A commit of the second before still speaks for the store.
        let away = json!({"store": "unavailable", "cache": "unavailable"});
        real_time::eventually(async || scene.get("/readyz").await.1["checks"] == away).await;
        // A Jira that is known is read; which project is selected, only the store knows.
        assert_eq!(
            scene.get(&named).await,
            (StatusCode::OK, shown.clone()),
            "its token is held"
        );
        let (status, body) = scene.get(boards).await;
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (500, &json!("store_unavailable"))
        );
        let (status, body) = scene.token(&unheld).await;
        assert_eq!(
            (status.as_u16(), &body["code"]),
            (500, &json!("store_unavailable"))
        );
        start(&mut scene);
        scene.until_ready(200).await;
        let (status, _) = scene
            .get(&format!(
                "/api/backend/jira/get-projects?external_id={unheld}"
            ))
            .await;
        assert_eq!(status, 200);
    }
    scene.server.take().unwrap().stop();
}

#[tokio::test]
async fn a_refresh_outlives_a_database_that_stops_in_the_middle_of_it() {
    outlive_outages(0).await;
}

#[tokio::test]
async fn a_refresh_outlives_it_likewise_where_the_old_token_would_be_taken_again() {
    outlive_outages(600).await;
}

async fn outlive_outages(leeway_seconds: u32) {
    let mut scene = Scene::start(leeway_seconds).await;
    scene.browser.connect("a", BRUNO, "Acme").await;
    for (number, (stop, start)) in OUTAGES.into_iter().enumerate() {
        // Too little for a caller, if more can be had; and enough for the whole outage.
        scene.leave(Duration::from_secs(50)).await;
        scene.begin();
        scene.sandbox.hang("/oauth/token", true).await;
        let requests = scene.sandbox.requests_to("/oauth/token").await.len();
        let (status, old) = scene.token("a").await;
        assert_eq!(status, 200, "it works, though not for long");
        scene
            .sandbox
            .until_request("/oauth/token", requests + 1)
            .await;
        stop(&mut scene);
        // Atlassian's answer arrives, and cannot be stored.
        scene.sandbox.clear_faults().await;
        for _ in 0..20 {
            assert_eq!(scene.token("a").await, (StatusCode::OK, old.clone()));
        }
        scene.until_ready(503).await;
        start(&mut scene);
        let fresh = find(async || {
            let (status, token) = scene.token("a").await;
            assert_eq!(status, 200);
            (token != old).then_some(token)
        })
        .await;
        assert_eq!(scene.sandbox.refreshes().await, number + 1);
        scene.begin();
        assert_eq!(
            scene.token("a").await,
            (StatusCode::OK, fresh),
            "it is stored"
        );
    }
}
