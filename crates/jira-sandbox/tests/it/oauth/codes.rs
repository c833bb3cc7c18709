//! Codes, and the token endpoint around them.

use serde_json::json;

use crate::support::{CALLBACK, Cloud, SCOPES};

#[tokio::test]
async fn a_code_works_once_and_for_ten_minutes() {
    let cloud = Cloud::new().await;
    let refused =
        json!({"error": "invalid_request", "error_description": "authorization_code is invalid"});
    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    assert_eq!(cloud.redeem(&code).await.status, 200);
    assert_eq!(cloud.redeem(&code).await.answer(), (400, refused.clone()));

    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    cloud.advance(599).await;
    assert_eq!(cloud.redeem(&code).await.status, 200);
    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    cloud.advance(600).await;
    assert_eq!(cloud.redeem(&code).await.answer(), (400, refused));

    cloud
        .control("switches", json!({"refused_code": "invalid_grant"}))
        .await;
    let (status, body) = cloud.redeem("nonsense").await.answer();
    assert_eq!((status, &body["error"]), (403, &json!("invalid_grant")));
}

#[tokio::test]
async fn a_code_is_bound_to_its_redirect_uri() {
    let cloud = Cloud::new().await;
    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    let body = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:4000/other"});
    assert_eq!(cloud.token(body).await.status, 400);
    assert_eq!(cloud.redeem(&code).await.status, 200);
}

#[tokio::test]
async fn token_answer_is_long_opaque_and_uncached() {
    let cloud = Cloud::new().await;
    let code = cloud
        .consent("Bruno", "Acme", "read:jira-work offline_access")
        .await;
    let reply = cloud.redeem(&code).await;
    let body = reply.json();
    assert_eq!(body["expires_in"], 3_600);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "read:jira-work offline_access");
    for name in ["access_token", "refresh_token"] {
        let token = body[name].as_str().unwrap();
        assert!(
            token.len() > 1_000 && token.matches('.').count() == 2,
            "{name}"
        );
    }
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn token_requests_may_be_forms() {
    let cloud = Cloud::new().await;
    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", "sandbox-client")
        .append_pair("client_secret", "sandbox-secret")
        .append_pair("code", &code)
        .append_pair("redirect_uri", CALLBACK)
        .finish();
    let request = axum::http::Request::post("/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded");
    let reply = cloud.send(request.body(form.into()).unwrap()).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn refusals_of_the_token_endpoint_have_atlassians_bodies() {
    let cloud = Cloud::new().await;
    let grant_type = json!({"error": "invalid_request", "error_description": "grant_type must be one of [authorization_code|refresh_token|client_credentials]"});
    let unreadable =
        json!({"error": "invalid_request", "error_description": "Incorrect request parameters"});
    assert_eq!(
        cloud.token(json!({})).await.answer(),
        (400, grant_type.clone())
    );
    assert_eq!(
        cloud
            .token(json!({"grant_type": "password"}))
            .await
            .answer(),
        (400, grant_type)
    );
    assert_eq!(
        cloud.call("POST", "/oauth/token", "", "{").await.answer(),
        (400, unreadable)
    );

    let wrong =
        json!({"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "wrong"});
    let denied = json!({"error": "access_denied", "error_description": "Unauthorized"});
    assert_eq!(cloud.token(wrong.clone()).await.answer(), (401, denied));
    for (switch, status) in [("invalid_client400", 400), ("invalid_client401", 401)] {
        cloud
            .control("switches", json!({"refused_client": switch}))
            .await;
        let (found, body) = cloud.token(wrong.clone()).await.answer();
        assert_eq!((found, &body["error"]), (status, &json!("invalid_client")));
    }

    let unknown =
        json!({"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."});
    assert_eq!(cloud.refresh("x").await.answer(), (403, unknown));
    cloud
        .control(
            "switches",
            json!({"refused_refresh": "unauthorized_client"}),
        )
        .await;
    let live =
        json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"});
    assert_eq!(cloud.refresh("x").await.answer(), (403, live));
}
