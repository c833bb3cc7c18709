//! A server that has the crooked provider and no other.

use std::sync::Arc;

use juncture_server::provider::Provider;
use serde_json::json;

use super::host::{Host, Manners};
use super::provider::{Crooked, plain};
use crate::support::TestApp;
use crate::support::sandbox::TestSandbox;

/// What is set to nothing is not set.
const WITHOUT_JIRA: [(&str, &str); 3] = [
    ("DEFAULT_JIRA_CLIENT_ID", ""),
    ("DEFAULT_JIRA_CLIENT_SECRET", ""),
    ("DEFAULT_JIRA_REDIRECT_URI", ""),
];

#[tokio::test]
async fn a_provider_that_is_not_configured_is_none() {
    let host = Host::start(Manners::default()).await;
    let crooked = Arc::new(Crooked::new(plain(&host))) as Arc<dyn Provider>;
    let sandbox = TestSandbox::start().await;
    let app = TestApp::start_beside_with(vec![crooked], &WITHOUT_JIRA, sandbox).await;
    let unknown = json!({
        "error": "Invalid provider. Ensure that all provider names are lowercase.",
        "code": "invalid_provider",
    });
    let flow = "/api/frontend/oauth/initiate-oauth-flow";
    let of = |provider| json!({"provider": provider, "external_id": "a"});
    app.post(flow, &of("jira")).await.assert(400, &unknown);
    app.post(flow, &of("crooked")).await.expect(200);
    for path in [
        "/api/backend/jira/get-projects?external_id=a",
        "/api/backend/jira/get-issue-details?external_id=a&issue_id_or_key=A-1",
        "/api/backend/connection-info/get-access-token?external_id=a&provider=jira",
        "/api/backend/proxy/jira/rest/api/3/myself?external_id=a",
        "/api/frontend/finalize-connection/jira/fetch-available-sites?connection_code=x",
    ] {
        app.get(path).await.assert(400, &unknown);
    }
    let ticket = json!({"external_id": "a", "summary": "A ticket", "issue_type_id": "10001"});
    app.post("/api/backend/jira/create-ticket", &ticket)
        .await
        .assert(400, &unknown);
    assert_eq!(app.visit("/healthz").await.status, 200);
}
