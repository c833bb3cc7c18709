//! A server to which the crooked provider was added, and a customer of it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use juncture_server::connection::{Connection, Customer, ExternalId};
use juncture_server::oauth::Profile;
use juncture_server::project::ProjectId;
use juncture_server::provider::Provider;
use serde_json::{Value, json};
use url::Url;

use super::host::{Came, Host, Manners};
use super::provider::{CALLBACK, Crooked, NAME, plain};
use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::sandbox::TestSandbox;

pub(super) const HOUR: SignedDuration = SignedDuration::from_hours(1);

pub(super) struct Scene {
    pub(super) app: TestApp,
    pub(super) host: Host,
    pub(super) crooked: Arc<Crooked>,
}

impl Scene {
    /// A host with these manners, and the dialect that is said of it.
    pub(super) async fn of(manners: Manners, dialect: impl FnOnce(Profile) -> Profile) -> Self {
        let host = Host::start(manners).await;
        let crooked = Arc::new(Crooked::new(dialect(plain(&host))));
        let others = vec![crooked.clone() as Arc<dyn Provider>];
        let app = TestApp::start_beside(others, TestSandbox::start().await).await;
        Self { app, host, crooked }
    }

    /// The consent page of a new flow.
    pub(super) async fn consent_page(&self, external_id: &str) -> Url {
        let body = json!({"provider": NAME, "external_id": external_id});
        let path = "/api/frontend/oauth/initiate-oauth-flow";
        let answer = self.app.post(path, &body).await.expect(200);
        answer["authorization_uri"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The way back from a consent page, with `more` in its query.
    pub(super) async fn come_back(&self, page: &Url, code: &str, more: &[(&str, &str)]) -> Answer {
        let state = page.query_pairs().find(|(name, _)| name == "state");
        let (_, state) = state.unwrap();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("code", code)
            .append_pair("state", &state)
            .extend_pairs(more)
            .finish();
        self.app.visit(&format!("{CALLBACK}?{query}")).await
    }

    /// The whole flow, as far as the way back.
    pub(super) async fn consent(&self, external_id: &str) -> Answer {
        let page = self.consent_page(external_id).await;
        let code = self.host.consent(&page);
        self.come_back(&page, &code, &[]).await
    }

    /// The whole flow, in which nothing is to be chosen.
    pub(super) async fn connect(&self, external_id: &str) {
        let arrived = self.consent(external_id).await;
        assert_eq!(arrived.status, 200, "{}", arrived.text());
        assert!(
            arrived.text().contains("is connected"),
            "{}",
            arrived.text()
        );
    }

    pub(super) async fn info(&self, endpoint: &str, external_id: &str) -> Answer {
        let path = "/api/backend/connection-info";
        let path = format!("{path}/{endpoint}?external_id={external_id}&provider={NAME}");
        self.app.get(&path).await
    }

    /// The token of `a`, and until when it may be used by what is told.
    pub(super) async fn token(&self) -> (String, Option<Timestamp>) {
        let told = self.info("get-access-token", "a").await.expect(200);
        let end = told
            .get("expires_at")
            .map(|end| end.as_str().unwrap().parse().unwrap());
        (told["access_token"].as_str().unwrap().to_owned(), end)
    }

    /// The code of the refusal of a token for `a`, with its status.
    pub(super) async fn refusal(&self) -> (u16, String) {
        let answer = self.info("get-access-token", "a").await;
        let code = answer.json()["code"].as_str().unwrap().to_owned();
        (answer.status.as_u16(), code)
    }

    pub(super) async fn validity(&self) -> Value {
        self.info("check-connection-validity", "a")
            .await
            .expect(200)
    }

    /// The refresh token of `a`, if it has one.
    pub(super) async fn refresh_token(&self) -> Option<String> {
        let told = self
            .info("get-connection-credentials", "a")
            .await
            .expect(200);
        told.get("refresh_token")
            .map(|token| token.as_str().unwrap().to_owned())
    }

    /// The token requests since the last call of this.
    pub(super) fn came_after(&self, before: usize) -> Vec<Came> {
        self.host.came().split_off(before)
    }

    /// How many token requests there were.
    pub(super) fn requests(&self) -> usize {
        self.host.came().len()
    }

    /// What the store has of `a`.
    pub(super) async fn stored(&self) -> Connection {
        let customer = Customer {
            project: ProjectId::DEFAULT,
            external_id: ExternalId::parse("a").unwrap(),
        };
        let mut tx = self.app.app.store.begin_read().await.unwrap();
        let found = Connection::find(&mut tx, &customer, self.crooked.name()).await;
        found.unwrap().unwrap()
    }

    pub(super) async fn advance(&self, duration: SignedDuration) {
        self.app.advance(duration).await;
    }
}

pub(super) fn dead() -> (u16, String) {
    (403, "needs_reauthorization".to_owned())
}
