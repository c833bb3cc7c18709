//! The client against the simulated Atlassian Cloud, which shares no types with it.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use juncture_jira::secrecy::SecretString;
use juncture_jira::{Client, SystemClock, adf, oauth};
use juncture_sandbox::{Options, Sandbox};
use serde_json::Value;
use tokio::net::TcpListener;
use url::Url;

use crate::support::http;

const ISSUES: usize = 237;
const CALLBACK: &str = "http://localhost/callback";

/// A running sandbox and what its control page tells of its world.
struct Cloud {
    url: Url,
    world: Value,
}

impl Cloud {
    async fn start() -> Self {
        let sandbox = Sandbox::new(Options {
            issues: ISSUES,
            ..Options::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        tokio::spawn(sandbox.serve(listener, std::future::pending()));
        let world = http()
            .get(url.join("_sandbox/world").unwrap())
            .send()
            .await
            .unwrap();
        let world = world.json().await.unwrap();
        Self { url, world }
    }

    fn client(&self) -> Client {
        Client::new(http(), self.url.clone(), Arc::new(SystemClock))
    }

    /// The first user of the first site who speaks this language.
    fn user(&self, language: &str) -> &Value {
        let site = &self.world["sites"][0]["id"];
        let users = self.world["users"].as_array().unwrap().iter();
        let mut users = users.filter(|user| user["site_ids"].as_array().unwrap().contains(site));
        users.find(|user| user["language"] == language).unwrap()
    }

    /// An access token with these scopes, by way of the consent page.
    async fn token(&self, user: &Value, scopes: &str) -> SecretString {
        let consent = [
            ("client_id", "sandbox-client"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scopes),
            ("account_id", user["account_id"].as_str().unwrap()),
            ("site_id", self.world["sites"][0]["id"].as_str().unwrap()),
            ("decision", "allow"),
        ];
        let authorize = http().post(self.url.join("authorize").unwrap());
        let allowed = authorize.form(&consent).send().await.unwrap();
        let callback: Url = allowed.headers()["location"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        let (_, code) = callback
            .query_pairs()
            .find(|(name, _)| name == "code")
            .unwrap();
        let exchange = [
            ("grant_type", "authorization_code"),
            ("client_id", "sandbox-client"),
            ("client_secret", "sandbox-secret"),
            ("redirect_uri", CALLBACK),
            ("code", &code),
        ];
        let token = http().post(self.url.join("oauth/token").unwrap());
        let tokens: Value = token
            .form(&exchange)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        tokens["access_token"].as_str().unwrap().into()
    }
}

#[tokio::test]
async fn a_site_is_read_whole() {
    let cloud = Cloud::start().await;
    let token = cloud
        .token(cloud.user("en"), &oauth::DEFAULT_SCOPES.join(" "))
        .await;
    let client = cloud.client();

    let resources = client.accessible_resources(&token).await.unwrap();
    let of_jira = |scopes: &[String]| scopes.iter().any(|scope| oauth::is_jira_scope(scope));
    let resource = resources
        .iter()
        .find(|resource| of_jira(&resource.scopes))
        .unwrap();
    let site = client.site(&resource.id, &token);
    let me = site.myself().await.unwrap();
    assert_eq!(
        me.account_id,
        cloud.user("en")["account_id"].as_str().unwrap()
    );

    let projects = site.projects().try_concat().await.unwrap();
    let largest = cloud.world["sites"][0]["projects"][0]["key"]
        .as_str()
        .unwrap();
    let project = projects
        .iter()
        .find(|project| project.key == largest)
        .unwrap();
    assert_eq!(site.project(&project.id).await.unwrap().key, project.key);

    let jql = format!("project = \"{}\" ORDER BY created DESC", project.key);
    let fields = [
        "summary",
        "description",
        "status",
        "created",
        "assignee",
        "priority",
    ];
    let issues = site.search(&jql, &fields).try_concat().await.unwrap();
    let ids: HashSet<&str> = issues.iter().map(|issue| issue.id.as_str()).collect();
    assert_eq!((issues.len(), ids.len()), (ISSUES, ISSUES));
    assert_eq!(site.approximate_count(&jql).await.unwrap(), ISSUES as u64);
    for issue in &issues {
        assert!(issue.fields.summary.is_some() && issue.fields.created.is_some());
        assert!(
            issue
                .fields
                .status
                .as_ref()
                .unwrap()
                .status_category
                .is_some()
        );
        if let Some(description) = &issue.fields.description {
            assert!(!adf::to_markdown(description).is_empty());
        }
    }

    let some: Vec<&str> = issues
        .iter()
        .take(50)
        .map(|issue| issue.id.as_str())
        .collect();
    let bulk = site.bulk_fetch(&some, &["summary"]).await.unwrap();
    assert_eq!((bulk.issues.len(), bulk.issue_errors.len()), (50, 0));
    let one = site
        .issue(&issues[0].key.to_lowercase(), &[])
        .await
        .unwrap();
    assert_eq!(
        (one.id, one.key),
        (issues[0].id.clone(), issues[0].key.clone())
    );
    let names = site.fields().await.unwrap();
    assert!(
        names
            .iter()
            .any(|field| field.id == "summary" && !field.custom)
    );
    assert!(
        one.fields
            .custom
            .keys()
            .all(|id| names.iter().any(|field| field.id == *id))
    );
}

#[tokio::test]
async fn refusals_are_told_apart_and_in_english() {
    let cloud = Cloud::start().await;
    // A reader whose own language is another one, and whose grant lacks `read:jira-user`.
    let token = cloud.token(cloud.user("ko"), "read:jira-work").await;
    let client = cloud.client();
    let site_id = cloud.world["sites"][0]["id"].as_str().unwrap();
    let site = client.site(site_id, &token);

    assert!(site.myself().await.unwrap_err().is_missing_scope());
    let missing = site.project("NOPE").await.unwrap_err();
    assert!(missing.is_not_found());
    assert_eq!(
        missing.messages(),
        ["No project could be found with key 'NOPE'."]
    );
    let unbounded = site
        .approximate_count("ORDER BY created")
        .await
        .unwrap_err();
    assert!(unbounded.is_invalid());
    assert!(unbounded.messages()[0].starts_with("Unbounded JQL queries are not allowed here."));
    assert!(site.issue("NOPE-1", &[]).await.unwrap_err().is_not_found());
    let made_up = SecretString::from("made-up");
    assert!(
        client
            .site(site_id, &made_up)
            .myself()
            .await
            .unwrap_err()
            .is_unauthorized()
    );
}
