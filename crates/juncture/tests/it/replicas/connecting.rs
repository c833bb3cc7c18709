//! The connection flow, each step at whichever server is next.

use std::collections::BTreeMap;

use axum::http::Method;
use serde_json::{Value, json};
use url::{Position, Url};

use super::answer::{Answer, Request};
use super::fleet::Fleet;

/// Who connects, and to which site.
#[derive(Clone)]
pub(super) struct Consenting {
    pub(super) external_id: String,
    pub(super) account_id: String,
    pub(super) site_id: String,
}

const FRONTEND: &str = "/api/frontend/finalize-connection/jira";

impl Fleet {
    /// Where the customer's browser is sent to consent.
    pub(super) async fn initiate(&self, external_id: &str) -> Url {
        let body = json!({"provider": "jira", "external_id": external_id});
        let path = "/api/frontend/oauth/initiate-oauth-flow";
        let request = Request::of(Method::POST, path, body).without_key();
        let answer = self.insist(&request).await.expect(200);
        answer["authorization_uri"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The customer consents at Atlassian. Returns our callback, as a request.
    pub(super) async fn consent(&self, uri: &Url, who: &Consenting) -> Request {
        let mut form: BTreeMap<String, String> = uri.query_pairs().into_owned().collect();
        form.insert("account_id".to_owned(), who.account_id.clone());
        form.insert("site_id".to_owned(), who.site_id.clone());
        form.insert("decision".to_owned(), "allow".to_owned());
        let sandbox = &self.deployment.sandbox;
        let page = format!("{}/authorize", sandbox.url);
        let answer = sandbox.http.post(page).form(&form).send().await.unwrap();
        let answer = Answer::of(answer).await.unwrap();
        let callback: Url = answer.location.unwrap().parse().unwrap();
        Request::get(&callback[Position::BeforePath..]).without_key()
    }

    /// The whole flow, from its beginning again where a server died in the middle of a step that
    /// works once.
    pub(super) async fn connect(&self, who: &Consenting) {
        while self.try_to_connect(who).await.is_none() {}
    }

    async fn try_to_connect(&self, who: &Consenting) -> Option<()> {
        let uri = self.initiate(&who.external_id).await;
        let callback = self.consent(&uri, who).await;
        let code = code_of(&self.ask(&callback).await?);
        let page = Request::get(format!("/finalize-connection/jira/{code}")).without_key();
        assert_eq!(self.insist(&page).await.status, 200);
        let sites = self.insist(&sites_of(&code)).await.expect(200);
        let is_here = |site: &Value| site["site_id"] == *who.site_id;
        assert!(
            sites["sites"].as_array().unwrap().iter().any(is_here),
            "{sites}"
        );
        let connected = self.ask(&finalize(&code, &who.site_id)).await?;
        assert_eq!(connected.expect(200), json!({"success": true}));
        Some(())
    }
}

/// The connection code in the redirect to the finalise page.
#[track_caller]
pub(super) fn code_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{answer:?}");
    let page = answer.location.as_deref().unwrap();
    let (_, code) = page.rsplit_once('/').unwrap();
    code.to_owned()
}

/// The sites that a connection code opens.
pub(super) fn sites_of(code: &str) -> Request {
    let path = format!("{FRONTEND}/fetch-available-sites?connection_code={code}");
    Request::get(path).without_key()
}

/// The choice of a site.
pub(super) fn finalize(code: &str, site_id: &str) -> Request {
    let body = json!({"connection_code": code, "site_id": site_id});
    let path = format!("{FRONTEND}/create-connection");
    Request::of(Method::POST, path, body).without_key()
}
