//! What lives for some minutes lives no shorter and no longer because somebody set the clock.

use jiff::SignedDuration;
use serde_json::json;

use crate::support::TestApp;
use crate::support::flow::{BRUNO, code_of};
use crate::support::rows::count_rows;

#[tokio::test]
async fn a_used_state_is_not_forgotten_while_the_clock_is_ahead() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    code_of(&app.visit(&callback).await);
    let ahead = SignedDuration::from_secs(700);
    app.clock.jump(ahead);
    app.sweep().await;
    app.advance(SignedDuration::from_mins(1)).await;
    app.sweep().await;
    app.clock.jump(-ahead);
    let asked = app.sandbox.requests_to("/oauth/token").await.len();
    let again = app.visit(&callback).await;
    assert_eq!(again.status, 400);
    assert!(
        again.text().contains("Invalid state parameter"),
        "{}",
        again.text()
    );
    let asked_again = app.sandbox.requests_to("/oauth/token").await.len();
    assert_eq!(asked_again, asked, "nobody asks Atlassian");
    // In its time it goes.
    app.advance(SignedDuration::from_mins(75)).await;
    app.sweep().await;
    assert_eq!(count_rows(&app, "SELECT COUNT(*) FROM used_state").await, 0);
}

#[tokio::test]
async fn a_customer_may_choose_for_fifteen_minutes_whatever_the_clock_does() {
    let day = SignedDuration::from_hours(24);
    for jump in [day, -day] {
        let app = TestApp::start().await;
        let early = app.connection_code("early", BRUNO, Some("Acme")).await;
        app.clock.jump(jump);
        app.sweep().await;
        app.sites_of(&early).await.expect(200);
        let meanwhile = app.connection_code("meanwhile", BRUNO, Some("Acme")).await;
        app.advance(SignedDuration::from_secs(2)).await;
        app.clock.jump(-jump);
        app.sweep().await;
        let site = app.site_id("Acme").await;
        for code in [early, meanwhile] {
            let connected = app.finalize(&code, &site).await;
            connected.assert(200, &json!({"success": true}));
        }
    }
}
