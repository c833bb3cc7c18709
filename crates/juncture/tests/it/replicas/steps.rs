//! The whole flow with each step at another server, and what works once works once among them all.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::json;

use super::answer::Request;
use super::connecting::{Consenting, code_of, finalize, sites_of};
use super::fleet::{Fleet, SERVERS};
use crate::support::flow::{BRUNO, find};

async fn bruno(fleet: &Fleet) -> Consenting {
    let world = fleet.deployment.sandbox.world().await;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    Consenting {
        external_id: "a".to_owned(),
        account_id: text(&find(&world["users"], "name", BRUNO)["account_id"]),
        site_id: text(&find(&world["sites"], "name", "Acme")["id"]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_the_flow_may_meet_another_server() {
    let (fleet, _servers) = Fleet::start().await;
    let who = bruno(&fleet).await;
    let uri = fleet.initiate("a").await;
    let callback = fleet.consent(&uri, &who).await;
    let code = code_of(&fleet.insist(&callback).await);
    let page = Request::get(format!("/finalize-connection/jira/{code}")).without_key();
    assert_eq!(fleet.insist(&page).await.status, 200);
    let sites = fleet.insist(&sites_of(&code)).await.expect(200);
    assert_eq!(sites["sites"][0]["site_id"], *who.site_id);
    let connected = fleet.insist(&finalize(&code, &who.site_id)).await;
    assert_eq!(connected.expect(200), json!({"success": true}));
    let token = "/api/backend/connection-info/get-access-token?provider=jira&external_id=a";
    let projects = "/api/backend/jira/get-projects?external_id=a";
    let asked = fleet.deployment.sandbox.refreshes().await;
    let mut answers = Vec::new();
    for _ in 0..SERVERS {
        answers.push((
            fleet.insist(&Request::get(token)).await.expect(200),
            fleet.insist(&Request::get(projects)).await.expect(200),
        ));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "all give the same answers");
    assert_eq!(fleet.deployment.sandbox.refreshes().await, asked);
    // What one has learnt, the others know.
    let select = json!({"external_id": "a", "jira_project_id": "10000"});
    let select = Request::of(Method::POST, "/api/backend/jira/select-project", select);
    fleet.insist(&select).await.expect(200);
    let selected = Request::get("/api/backend/jira/get-selected-project?external_id=a");
    for _ in 0..SERVERS {
        let selected = fleet.insist(&selected).await.expect(200);
        assert_eq!(selected["jira_project_id"], "10000");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_and_a_connection_code_work_once_among_all_servers() {
    let (fleet, _servers) = Fleet::start().await;
    let who = bruno(&fleet).await;
    for _ in 0..5 {
        let uri = fleet.initiate("a").await;
        let callback = fleet.consent(&uri, &who).await;
        let answers = join_all([(); 3 * SERVERS].map(|()| fleet.insist(&callback))).await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 302);
        assert_eq!(good.len(), 1);
        assert!(bad.iter().all(|answer| answer.status == 400), "{bad:?}");
        let finalize = finalize(&code_of(good[0]), &who.site_id);
        let answers = join_all([(); 3 * SERVERS].map(|()| fleet.insist(&finalize))).await;
        let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(good.len(), 1);
        for answer in bad {
            assert_eq!(answer.expect(400)["code"], "connection_code_not_found");
        }
    }
}
