//! A customer and a caller's back end against a server of its own, over HTTP.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use url::{Position, Url};

use super::SECRET_KEY;
use super::flow::find;
use super::sandbox::http_client;

/// A server and an Atlassian, both known by their addresses alone.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) server: String,
    pub(crate) atlassian: String,
    pub(crate) http: reqwest::Client,
}

/// What passed through the browser and must be found nowhere else.
pub(crate) struct Passed {
    pub(crate) state: String,
    pub(crate) authorization_code: String,
    pub(crate) connection_code: String,
}

impl Browser {
    pub(crate) fn new(server: &str, atlassian: &str) -> Self {
        Self {
            server: server.to_owned(),
            atlassian: atlassian.to_owned(),
            http: http_client(),
        }
    }

    /// The whole connection flow, for somebody on a site.
    pub(crate) async fn connect(&self, external_id: &str, person: &str, site: &str) -> Passed {
        let world: Value = self
            .json(self.http.get(format!("{}/_sandbox/world", self.atlassian)))
            .await;
        let flow = json!({"provider": "jira", "external_id": external_id});
        let initiate = format!("{}/api/frontend/oauth/initiate-oauth-flow", self.server);
        let uri =
            self.json(self.http.post(initiate).json(&flow)).await["authorization_uri"].clone();
        let uri: Url = uri.as_str().unwrap().parse().unwrap();
        let mut form: BTreeMap<String, String> = uri.query_pairs().into_owned().collect();
        let state = form["state"].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let site_id = text(&find(&world["sites"], "name", site)["id"]);
        form.insert(
            "account_id".to_owned(),
            text(&find(&world["users"], "name", person)["account_id"]),
        );
        form.insert("site_id".to_owned(), site_id.clone());
        form.insert("decision".to_owned(), "allow".to_owned());
        let callback = self
            .redirect(
                self.http
                    .post(format!("{}/authorize", self.atlassian))
                    .form(&form),
            )
            .await;
        let (_, code) = callback
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap();
        let finalize = self.redirect(self.http.get(self.here(&callback))).await;
        let choice = [("choice", site_id)];
        let done = self
            .http
            .post(self.here(&finalize))
            .form(&choice)
            .send()
            .await
            .unwrap();
        assert_eq!(done.status(), 200);
        Passed {
            state,
            authorization_code: code.into_owned(),
            connection_code: finalize
                .path_segments()
                .unwrap()
                .next_back()
                .unwrap()
                .to_owned(),
        }
    }

    /// A page of this very server, of however many have the same public address.
    fn here(&self, page: &Url) -> String {
        format!("{}{}", self.server, &page[Position::BeforePath..])
    }

    /// A GET of the backend API.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.json(self.request(Method::GET, path)).await
    }

    /// A POST of the backend API, whatever comes of it.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let answer = self.request(Method::POST, path).json(body).send().await;
        let answer = answer.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        (status, juncture_json::decode(&text).unwrap())
    }

    /// A call of the backend API, whatever comes of it.
    pub(crate) async fn call(&self, method: Method, path: &str) -> reqwest::Response {
        self.request(method, path).send().await.unwrap()
    }

    /// What `get-access-token` answers, if it does.
    pub(crate) async fn ask_for_token(
        &self,
        external_id: &str,
    ) -> reqwest::Result<(StatusCode, Value)> {
        let path = "/api/backend/connection-info/get-access-token?provider=jira&external_id=";
        let request = self.request(Method::GET, &format!("{path}{external_id}"));
        let answer = request.send().await?;
        let status = answer.status();
        // Not `json`: a body that broke off is no answer, one that is not JSON is a wrong one.
        let text = answer.text().await?;
        let body = juncture_json::decode(&text).unwrap_or_else(|_| panic!("{status}: {text}"));
        Ok((status, body))
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.server))
            .bearer_auth(SECRET_KEY)
    }

    async fn json(&self, request: reqwest::RequestBuilder) -> Value {
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{status}: {text}");
        juncture_json::decode(&text).unwrap()
    }

    async fn redirect(&self, request: reqwest::RequestBuilder) -> Url {
        let answer = request.send().await.unwrap();
        let location = answer
            .headers()
            .get("location")
            .map(|location| location.to_str().unwrap().to_owned());
        location
            .unwrap_or_else(|| panic!("no redirect, but {}", answer.status()))
            .parse()
            .unwrap()
    }
}
