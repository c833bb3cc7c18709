//! What alone may be chosen, and what must be selected.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::flow::{ADA, BRUNO, code_of};
use crate::support::sandbox::TestSandbox;
use crate::support::sessions::{Jar, ORIGIN, RETURN, told};

const SITES: &str = "/api/frontend/finalize-connection/jira/fetch-available-sites?connection_code=";
const FINISH: &str = "/api/frontend/finalize-connection/jira/create-connection";

/// Ada's grants for Acme open Globex too: Atlassian shows what was granted before.
async fn start() -> TestApp {
    let app = TestApp::start_for_pages().await;
    app.connect_as("earlier", ADA, "Globex").await;
    app
}

async fn connected(app: &TestApp, external_id: &str) -> Value {
    let listed = format!("/api/backend/connections?external_id_prefix={external_id}");
    let listed = app.get(&listed).await.expect(200);
    let data = listed["data"].as_array().unwrap();
    assert_eq!(data.len(), 1, "{listed}");
    json!([data[0]["site"]["name"], data[0]["selected_project_id"]])
}

async fn session(app: &TestApp, terms: Value) -> Value {
    let mut terms = terms;
    terms["return_url"] = json!(RETURN);
    app.session("a", &terms).await
}

#[tokio::test]
async fn the_only_allowed_site_is_chosen_whether_by_id_or_address() {
    let app = start().await;
    let id = app.site_id("Acme").await;
    let address = app.sandbox.world().await["sites"][0]["url"].clone();
    let address = address.as_str().unwrap().trim_end_matches('/').to_owned();
    for allowed in [
        json!([id]),
        json!([address]),
        json!([format!("{address}/")]),
        json!([
            "https://nobody.atlassian.net",
            address.to_uppercase().replace("HTTPS", "https")
        ]),
        json!(["nobody", id, id]),
    ] {
        let session = session(&app, json!({"allowed_sites": allowed})).await;
        let end = Jar::default().consent(&app, &session, (ADA, "Acme")).await;
        assert_eq!(told(&end)["status"], "success", "{allowed}");
        assert_eq!(connected(&app, "a").await[0], "Acme");
        app.delete("/api/backend/connection-info/delete-connection?provider=jira&external_id=a")
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn of_several_allowed_sites_the_customer_picks_one() {
    let app = start().await;
    app.connect_as("earliest", ADA, "Initech").await;
    let (acme, globex) = (app.site_id("Acme").await, app.site_id("Globex").await);
    let initech = app.site_id("Initech").await;
    let terms = json!({"allowed_sites": [acme, globex, "nobody"]});
    let mut browser = Jar::default();
    let page = browser
        .page(&app, &session(&app, terms).await, (ADA, "Acme"))
        .await;
    let shown = browser.visit(&app, &page).await;
    let text = shown.text();
    for (site, is_shown) in [(&acme, true), (&globex, true), (&initech, false)] {
        assert_eq!(
            text.contains(&format!("value=\"{site}\"")),
            is_shown,
            "{text}"
        );
    }
    let code = page.rsplit_once('/').unwrap().1;
    let sites = browser
        .visit(&app, &format!("{SITES}{code}"))
        .await
        .expect(200);
    assert_eq!(sites["sites"].as_array().unwrap().len(), 2);
    let foreign = json!({"connection_code": code, "site_id": initech});
    let refused = browser.post(&app, FINISH, &foreign).await.expect(400);
    assert_eq!(refused["details"]["field"], "site_id");
    let end = browser.submit(&app, &page, &[("choice", &globex)]).await;
    assert_eq!(told(&end)["status"], "success");
    assert_eq!(connected(&app, "a").await[0], "Globex");
}

#[tokio::test]
async fn a_grant_that_opens_no_allowed_site_is_told_so() {
    let app = start().await;
    let terms = json!({"allowed_sites": ["https://nobody.atlassian.net", "nobody"]});
    let mut browser = Jar::default();
    let page = browser
        .page(&app, &session(&app, terms).await, (ADA, "Acme"))
        .await;
    let shown = browser.visit(&app, &page).await;
    assert_eq!(shown.status, 200);
    let text = shown.text();
    assert!(
        text.contains("no Jira site that may be connected here"),
        "{text}"
    );
    assert!(text.contains("<li>nobody.atlassian.net</li>"), "{text}");
    assert!(!text.contains("Acme") && !text.contains("<form"), "{text}");
    let (_, back) = text.split_once("class=\"button\" href=\"").unwrap();
    let back = back.split_once('"').unwrap().0.replace("&#38;", "&");
    assert_eq!(
        back,
        "https://app.example.com/settings?tab=jira&status=error&provider=jira&external_id=a&error=no_allowed_site#connections"
    );
    let code = page.rsplit_once('/').unwrap().1;
    let told = browser
        .visit(&app, &format!("{SITES}{code}"))
        .await
        .expect(403);
    assert_eq!(told["code"], "no_allowed_site");
    let choice = json!({"connection_code": code, "site_id": app.site_id("Acme").await});
    let refused = browser.post(&app, FINISH, &choice).await.expect(403);
    assert_eq!(refused["code"], "no_allowed_site");
    let refused = browser
        .submit(&app, &page, &[("choice", &app.site_id("Acme").await)])
        .await;
    assert!(
        refused
            .text()
            .contains("no Jira site that may be connected here")
    );
    assert_eq!(app.validity("a").await["exists"], false);
}

/// The ids of the projects that a page offers.
fn offered(page: &Answer) -> Vec<String> {
    let text = page.text();
    let options = text.split("<option value=\"").skip(2);
    options
        .map(|rest| rest.split_once('"').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn a_project_is_selected_on_a_page_of_its_own() {
    let app = start().await;
    let acme = app.site_id("Acme").await;
    let mut browser = Jar::default();
    let terms = json!({"require_project": true});
    let page = browser
        .page(&app, &session(&app, terms).await, (ADA, "Acme"))
        .await;
    assert!(
        browser
            .visit(&app, &page)
            .await
            .text()
            .contains("name=\"choice\"")
    );
    let projects = browser.submit(&app, &page, &[("choice", &acme)]).await;
    assert_eq!(projects.status, 200);
    let text = projects.text();
    assert!(text.contains("<h1>Choose a Jira project</h1>"), "{text}");
    assert!(
        text.contains(&format!("name=\"choice\" value=\"{acme}\"")),
        "{text}"
    );
    let offered = offered(&projects);
    assert!(offered.len() > 1, "{offered:?}");
    let none = browser
        .submit(&app, &page, &[("choice", &acme), ("part", "")])
        .await;
    assert_eq!(none.status, 400);
    assert!(none.text().contains("Please pick one."));
    assert_eq!(app.validity("a").await["exists"], false);
    let end = browser
        .submit(&app, &page, &[("choice", &acme), ("part", &offered[1])])
        .await;
    assert_eq!(told(&end)["status"], "success");
    assert_eq!(connected(&app, "a").await, json!(["Acme", offered[1]]));
    let selected = app
        .get("/api/backend/jira/get-selected-project?external_id=a")
        .await;
    assert_eq!(selected.expect(200)["jira_project_id"], offered[1]);
}

#[tokio::test]
async fn with_one_allowed_site_the_page_asks_for_the_project_alone() {
    let app = start().await;
    let acme = app.site_id("Acme").await;
    let mut browser = Jar::default();
    let terms = json!({"require_project": true, "allowed_sites": [acme]});
    let page = browser
        .page(&app, &session(&app, terms).await, (ADA, "Acme"))
        .await;
    let projects = browser.visit(&app, &page).await;
    assert!(offered(&projects).len() > 1, "{}", projects.text());
    let id = &offered(&projects)[0];
    let end = browser
        .submit(&app, &page, &[("choice", &acme), ("part", id)])
        .await;
    assert_eq!(told(&end)["status"], "success");
    assert_eq!(connected(&app, "a").await, json!(["Acme", id]));
}

#[tokio::test]
async fn a_page_of_ones_own_selects_the_project_too() {
    let app = start().await;
    let acme = app.site_id("Acme").await;
    let mut browser = Jar::default();
    let terms = json!({"require_project": true});
    let end = browser
        .consent(&app, &session(&app, terms).await, (ADA, "Acme"))
        .await;
    let code = code_of(&end);
    let mut choice = json!({"connection_code": code, "site_id": acme});
    let missing = browser.post(&app, FINISH, &choice).await.expect(400);
    assert_eq!(missing["details"]["missing"], json!(["jira_project_id"]));
    let project = missing["details"]["projects"][0].clone();
    assert!(project["name"].is_string(), "{missing}");
    choice["jira_project_id"] = json!("999999");
    let foreign = browser.post(&app, FINISH, &choice).await.expect(400);
    assert_eq!(foreign["details"]["field"], "jira_project_id");
    choice["jira_project_id"] = project["key"].clone();
    browser.post(&app, FINISH, &choice).await.expect(200);
    assert_eq!(connected(&app, "a").await, json!(["Acme", project["id"]]));
}

#[tokio::test]
async fn the_only_project_is_selected_and_no_project_is_told() {
    for (projects, expected) in [(1, "success"), (0, "none")] {
        let app = TestApp::start_with(&ORIGIN, TestSandbox::start().await).await;
        let acme = app.site_id("Acme").await;
        let one = json!({"id": "10000", "key": "SHOP", "name": "Shop", "simplified": false});
        let values: Vec<_> = std::iter::repeat_n(one, projects).collect();
        let body = json!({"values": values, "total": projects, "isLast": true, "startAt": 0, "maxResults": 50});
        let fault = json!({"kind": "status", "status": 200, "body": body});
        app.sandbox
            .fault("/ex/jira/*/rest/api/3/project/search", &fault, None)
            .await;
        let terms = json!({"require_project": true});
        let mut browser = Jar::default();
        let page = browser
            .page(&app, &session(&app, terms).await, (BRUNO, "Acme"))
            .await;
        let end = browser.submit(&app, &page, &[("choice", &acme)]).await;
        if expected == "success" {
            assert_eq!(told(&end)["status"], expected);
            assert_eq!(connected(&app, "a").await, json!(["Acme", "10000"]));
            continue;
        }
        let text = end.text();
        assert!(
            text.contains("Your account can open no project of Acme."),
            "{text}"
        );
        assert!(text.contains("error=no_project"), "{text}");
        let code = page.rsplit_once('/').unwrap().1;
        let choice = json!({"connection_code": code, "site_id": acme});
        let refused = browser.post(&app, FINISH, &choice).await.expect(403);
        assert_eq!(refused["code"], "no_project");
        assert_eq!(app.validity("a").await["exists"], false);
    }
}
