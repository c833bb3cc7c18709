//! The connection flow, as a customer's browser and a caller's front end walk it.

use std::collections::BTreeMap;

use axum::http::header;
use serde_json::{Value, json};
use url::Url;

use super::TestApp;
use super::answer::Answer;

/// Somebody on every site; Acme is listed twice for her.
pub(crate) const ADA: &str = "Ada Lindqvist";
/// Somebody on Acme alone.
pub(crate) const BRUNO: &str = "Bruno Okafor";
/// Somebody whose Jira speaks Korean, on Acme and Initech.
pub(crate) const JIWOO: &str = "한지우";
/// Somebody without a Jira site.
pub(crate) const FRIDA: &str = "Frida Nowak";

impl TestApp {
    /// The consent URL of a new flow.
    pub(crate) async fn initiate(&self, external_id: &str) -> Url {
        let body = json!({"provider": "jira", "external_id": external_id});
        let answer = self
            .post("/api/frontend/oauth/initiate-oauth-flow", &body)
            .await
            .expect(200);
        answer["authorization_uri"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The account id of one of the sandbox's people.
    pub(crate) async fn account_id(&self, person: &str) -> String {
        find(&self.sandbox.world().await["users"], "name", person)["account_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The id of one of the sandbox's sites.
    pub(crate) async fn site_id(&self, site: &str) -> String {
        find(&self.sandbox.world().await["sites"], "name", site)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A person decides at Atlassian's consent page. Returns where the browser is sent: our callback
    /// with its query, as a path.
    pub(crate) async fn consent(
        &self,
        uri: &Url,
        person: &str,
        site: Option<&str>,
        decision: &str,
    ) -> String {
        let mut form: BTreeMap<String, String> = uri.query_pairs().into_owned().collect();
        form.insert("account_id".to_owned(), self.account_id(person).await);
        if let Some(site) = site {
            form.insert("site_id".to_owned(), self.site_id(site).await);
        }
        form.insert("decision".to_owned(), decision.to_owned());
        let page = format!("{}/authorize", self.sandbox.url);
        let answer = self
            .sandbox
            .http
            .post(page)
            .form(&form)
            .send()
            .await
            .unwrap();
        let location: Url = answer.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(location.path(), super::CALLBACK, "{location}");
        format!("{}?{}", location.path(), location.query().unwrap())
    }

    /// From nothing to a connection code: consent and the way back.
    pub(crate) async fn connection_code(
        &self,
        external_id: &str,
        person: &str,
        site: Option<&str>,
    ) -> String {
        let uri = self.initiate(external_id).await;
        let callback = self.consent(&uri, person, site, "allow").await;
        code_of(&self.visit(&callback).await)
    }

    /// The sites that a connection code opens.
    pub(crate) async fn sites_of(&self, code: &str) -> Answer {
        self.get(&format!(
            "/api/frontend/finalize-connection/jira/fetch-available-sites?connection_code={code}"
        ))
        .await
    }

    pub(crate) async fn finalize(&self, code: &str, site_id: &str) -> Answer {
        let body = json!({"connection_code": code, "site_id": site_id});
        self.post(
            "/api/frontend/finalize-connection/jira/create-connection",
            &body,
        )
        .await
    }

    /// The whole flow.
    pub(crate) async fn connect_as(&self, external_id: &str, person: &str, site: &str) {
        let code = self.connection_code(external_id, person, Some(site)).await;
        let connected = self.finalize(&code, &self.site_id(site).await).await;
        connected.assert(200, &json!({"success": true}));
    }

    /// The whole flow, for somebody on Acme.
    pub(crate) async fn connect(&self, external_id: &str) {
        self.connect_as(external_id, BRUNO, "Acme").await;
    }

    /// The id of the active sprint of Acme's first project.
    pub(crate) async fn active_sprint_id(&self) -> String {
        let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000";
        let tickets = self.get(path).await.expect(200);
        tickets["sprint"]["id"].to_string()
    }

    /// The id of a type of issue that Acme's first project has.
    pub(crate) async fn issue_type_id(&self) -> String {
        self.issue_type_of("a", "Task").await
    }

    /// The id of the type with this name in Acme's first project, as this connection sees it.
    pub(crate) async fn issue_type_of(&self, external_id: &str, name: &str) -> String {
        let types = self
            .ask_jira(external_id, "issue/createmeta/SHOP/issuetypes")
            .await;
        let found = find(&types["issueTypes"], "name", name);
        found["id"].as_str().unwrap().to_owned()
    }

    /// The key of an issue of Acme's first project that has subtasks.
    pub(crate) async fn parent_issue(&self) -> String {
        let path = "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000";
        let tickets = self.get(path).await.expect(200);
        let subtask = find(&tickets["tickets"], "issueType", "Sub-task")["key"].clone();
        let path = format!("issue/{}", subtask.as_str().unwrap());
        let subtask = self.ask_jira("a", &path).await;
        subtask["fields"]["parent"]["key"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The id of a new comment.
    pub(crate) async fn comment_on(&self, issue: &str) -> String {
        let body = json!({"external_id": "a", "issue_id_or_key": issue, "body": "A comment"});
        let added = self.post("/api/backend/jira/add-comment", &body).await;
        let added = added.expect(201);
        added["comment"]["id"].as_str().unwrap().to_owned()
    }

    /// The id of a status that an issue has not: of Done, or of To Do.
    pub(crate) async fn other_status_of(&self, issue: &str) -> String {
        let issue = self.ask_jira("a", &format!("issue/{issue}")).await;
        let is_done = issue["fields"]["status"]["id"] == "10002";
        if is_done { "10000" } else { "10002" }.to_owned()
    }

    /// What Acme's Jira itself answers below `/rest/api/3/`.
    async fn ask_jira(&self, external_id: &str, path: &str) -> Value {
        let token = self.access_token(external_id).await.expect(200);
        let site = self.site_id("Acme").await;
        let url = format!("{}/ex/jira/{site}/rest/api/3/{path}", self.sandbox.url);
        let request = self.sandbox.http.get(url);
        let request = request.bearer_auth(token["access_token"].as_str().unwrap());
        juncture_json::decode(request.send().await.unwrap().bytes().await.unwrap()).unwrap()
    }

    pub(crate) async fn validity(&self, external_id: &str) -> Value {
        self.connection_info("check-connection-validity", external_id)
            .await
            .expect(200)
    }

    pub(crate) async fn access_token(&self, external_id: &str) -> Answer {
        self.connection_info("get-access-token", external_id).await
    }

    pub(crate) async fn connection_info(&self, endpoint: &str, external_id: &str) -> Answer {
        self.get(&format!(
            "/api/backend/connection-info/{endpoint}?external_id={external_id}&provider=jira"
        ))
        .await
    }
}

/// The connection code in the redirect to the finalise page.
#[track_caller]
pub(crate) fn code_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text());
    let location = answer.header("location");
    let prefix = format!("{}/finalize-connection/jira/", super::BASE_URL);
    location
        .strip_prefix(&prefix)
        .unwrap_or_else(|| panic!("not the finalise page: {location}"))
        .to_owned()
}

/// The entry of a list whose `key` is `value`.
#[track_caller]
pub(crate) fn find<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry[key] == value);
    found.unwrap_or_else(|| panic!("no {key} {value} in {list}"))
}

/// Where the button of the page leads on which a flow failed.
pub(crate) fn link_to_try_again(page: &Answer) -> Url {
    let text = page.text();
    let links = text.split("href=\"").skip(1);
    let mut links = links.filter_map(|rest| rest.split('"').next());
    let link = links.find(|link| link.contains("/try-again/"));
    let link = link.unwrap_or_else(|| panic!("no link to try again: {text}"));
    link.replace("&#38;", "&").parse().unwrap()
}
