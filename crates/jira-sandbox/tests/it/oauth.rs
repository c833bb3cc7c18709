//! Consent, codes, tokens, and the sites they reach.

use juncture_sandbox::Options;
use serde_json::json;

use crate::support::{CALLBACK, Cloud, SCOPES, redirect_parameter, still, tokens};

const AUTHORIZE: &str = "/authorize?audience=api.atlassian.com&client_id=sandbox-client&scope=read%3Ajira-work%20offline_access&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Fcallback&state=s%26%3Ct%3E&response_type=code&prompt=consent";

#[tokio::test]
async fn consent_page_shows_people_then_their_own_sites_and_the_scopes_asked() {
    let cloud = Cloud::new().await;
    let first = cloud.get(AUTHORIZE, "").await;
    assert_eq!(first.status, 200);
    assert!(first.text.contains("This is a simulation"));
    assert!(first.text.contains("Ada Lindqvist") && first.text.contains("no Jira site"));
    assert!(!first.text.contains("<script"));

    let bruno = cloud.person("Bruno");
    let second = cloud
        .get(&format!("{AUTHORIZE}&account_id={bruno}"), "")
        .await;
    assert!(second.text.contains("acme.atlassian.example"));
    assert!(!second.text.contains("globex.atlassian.example"));
    assert!(!second.text.contains("Create, change"));
    assert!(second.text.contains("Keep this access while you are away"));
    assert!(!second.text.contains("s&<t>"), "the state is escaped");
}

#[tokio::test]
async fn allowing_redirects_with_a_long_code_and_the_state_unchanged() {
    let cloud = Cloud::new().await;
    let (person, site) = (cloud.person("Bruno"), cloud.site("Acme"));
    let reply = cloud
        .decide(&[
            ("client_id", "sandbox-client"),
            ("redirect_uri", "http://localhost:4000/callback?kept=1"),
            ("response_type", "code"),
            ("scope", SCOPES),
            ("state", "s&<t> +%"),
            ("account_id", &person),
            ("site_id", &site),
            ("decision", "allow"),
        ])
        .await;
    assert_eq!(reply.status, 302);
    assert!(
        reply
            .header("location")
            .starts_with("http://localhost:4000/callback?kept=1&")
    );
    assert_eq!(redirect_parameter(&reply, "state"), "s&<t> +%");
    assert!(redirect_parameter(&reply, "code").len() > 700);
}

#[tokio::test]
async fn denying_redirects_with_access_denied() {
    let cloud = Cloud::new().await;
    let person = cloud.person("Bruno");
    let reply = cloud
        .decide(&[
            ("client_id", "sandbox-client"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", SCOPES),
            ("state", "s"),
            ("account_id", &person),
            ("decision", "deny"),
        ])
        .await;
    assert_eq!(redirect_parameter(&reply, "error"), "access_denied");
    assert_eq!(redirect_parameter(&reply, "state"), "s");
    assert!(!redirect_parameter(&reply, "error_description").is_empty());
}

#[tokio::test]
async fn mistakes_of_the_app_end_on_an_error_page_and_never_at_the_callback() {
    let cloud = Cloud::new().await;
    let changes = [
        (
            "client_id=sandbox-client",
            "client_id=other",
            "unauthorized_client",
        ),
        ("127.0.0.1", "evil.example", "unauthorized_client"),
        (
            "http%3A%2F%2F127",
            "https%3A%2F%2F127",
            "unauthorized_client",
        ),
        (
            "response_type=code",
            "response_type=token",
            "unsupported_response_type",
        ),
        ("offline_access", "read%3Aeverything", "invalid_scope"),
    ];
    for (from, to, error) in changes {
        let reply = cloud.get(&AUTHORIZE.replace(from, to), "").await;
        assert_eq!(reply.status, 302);
        let location = reply.header("location");
        assert!(
            location.starts_with(&format!("/error?error={error}&")),
            "{location}"
        );
        let page = cloud.get(location, "").await;
        assert_eq!(page.status, 400);
        assert!(page.text.contains(error));
    }
}

#[tokio::test]
async fn registered_redirect_uris_match_exactly() {
    let options = Options {
        redirect_uris: vec!["https://app.example/callback".to_owned()],
        ..still()
    };
    let cloud = Cloud::with(options).await;
    let registered = AUTHORIZE.replace(
        "http%3A%2F%2F127.0.0.1%3A4000%2Fcallback",
        "https%3A%2F%2Fapp.example%2Fcallback",
    );
    assert_eq!(cloud.get(&registered, "").await.status, 200);
    let longer = registered.replace("%2Fcallback", "%2Fcallback%2F");
    for other in [AUTHORIZE, longer.as_str()] {
        let reply = cloud.get(other, "").await;
        assert!(
            reply
                .header("location")
                .starts_with("/error?error=unauthorized_client")
        );
    }
}

#[tokio::test]
async fn a_site_of_somebody_else_cannot_be_chosen() {
    let cloud = Cloud::new().await;
    let (person, foreign) = (cloud.person("Bruno"), cloud.site("Globex"));
    for site in [foreign.as_str(), ""] {
        let reply = cloud
            .decide(&[
                ("client_id", "sandbox-client"),
                ("redirect_uri", CALLBACK),
                ("response_type", "code"),
                ("scope", SCOPES),
                ("account_id", &person),
                ("site_id", site),
                ("decision", "allow"),
            ])
            .await;
        assert!(
            reply
                .header("location")
                .starts_with("/error?error=invalid_request")
        );
    }
}

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

#[tokio::test]
async fn refresh_tokens_come_with_offline_access_only() {
    let cloud = Cloud::new().await;
    let code = cloud.consent("Bruno", "Acme", "read:jira-work").await;
    assert!(
        cloud
            .redeem(&code)
            .await
            .json()
            .get("refresh_token")
            .is_none()
    );
}

#[tokio::test]
async fn used_refresh_token_may_be_used_again_within_the_leeway() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    cloud.advance(599).await;
    let third = tokens(&cloud.refresh(&first.refresh).await);
    assert_ne!(second.refresh, third.refresh);
    assert_eq!(cloud.refresh(&second.refresh).await.status, 200);
    assert_eq!(cloud.refresh(&third.refresh).await.status, 200);
}

#[tokio::test]
async fn reused_refresh_token_outside_leeway_revokes_the_family() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    let other = cloud.connect("Bruno", "Acme", SCOPES).await;
    cloud.advance(600).await;
    assert_eq!(cloud.refresh(&first.refresh).await.status, 403);
    assert_eq!(
        cloud.refresh(&second.refresh).await.status,
        403,
        "the family is dead"
    );
    assert_eq!(
        cloud.refresh(&other.refresh).await.status,
        200,
        "another consent's family lives"
    );
}

#[tokio::test]
async fn strict_leeway_of_zero_refuses_any_reuse() {
    let cloud = Cloud::new().await;
    cloud
        .control("switches", json!({"leeway_seconds": 0}))
        .await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    assert_eq!(cloud.refresh(&first.refresh).await.status, 403);
    assert_eq!(cloud.refresh(&second.refresh).await.status, 403);
}

#[tokio::test]
async fn refresh_tokens_die_of_ninety_idle_days_and_each_rotation_starts_them_anew() {
    let cloud = Cloud::new().await;
    let day = 24 * 60 * 60;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await;
    cloud.advance(90 * day - 1).await;
    let second = tokens(&cloud.refresh(&first.refresh).await);
    cloud.advance(90 * day - 1).await;
    let third = tokens(&cloud.refresh(&second.refresh).await);
    cloud.advance(90 * day).await;
    assert_eq!(cloud.refresh(&third.refresh).await.status, 403);
}

#[tokio::test]
async fn a_family_dies_after_a_year_unless_the_switch_says_otherwise() {
    let cloud = Cloud::new().await;
    let month = 30 * 24 * 60 * 60;
    let mut token = cloud.connect("Bruno", "Acme", SCOPES).await.refresh;
    for _ in 0..12 {
        cloud.advance(month).await;
        token = tokens(&cloud.refresh(&token).await).refresh;
    }
    cloud.advance(month).await;
    assert_eq!(cloud.refresh(&token).await.status, 403);
    cloud
        .control("switches", json!({"absolute_expiry": false}))
        .await;
    assert_eq!(cloud.refresh(&token).await.status, 200);
}

#[tokio::test]
async fn second_grant_of_an_account_shows_the_sites_of_both_to_either_token() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Esther", "Globex", SCOPES).await.access;
    assert_eq!(site_names(&cloud, &first).await, ["Globex"]);
    let second = cloud.connect("Esther", "Initech", SCOPES).await.access;
    assert_eq!(site_names(&cloud, &second).await, ["Globex", "Initech"]);
    assert_eq!(site_names(&cloud, &first).await, ["Globex", "Initech"]);
    assert_eq!(
        cloud
            .get(&cloud.api("Initech", "field"), &first)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn site_restricted_grants_keep_each_token_to_its_site() {
    let cloud = Cloud::new().await;
    cloud
        .control("switches", json!({"site_restricted_grants": true}))
        .await;
    let first = cloud.connect("Esther", "Globex", SCOPES).await;
    let second = cloud.connect("Esther", "Initech", SCOPES).await;
    assert_eq!(site_names(&cloud, &first.access).await, ["Globex"]);
    assert_eq!(site_names(&cloud, &second.access).await, ["Initech"]);
    let rotated = tokens(&cloud.refresh(&first.refresh).await);
    assert_eq!(site_names(&cloud, &rotated.access).await, ["Globex"]);
}

#[tokio::test]
async fn later_consent_replaces_the_scopes_of_tokens_already_out() {
    let cloud = Cloud::new().await;
    let first = cloud.connect("Bruno", "Acme", SCOPES).await.access;
    let path = cloud.api("Acme", "project/search");
    assert_eq!(cloud.get(&path, &first).await.status, 200);
    cloud.connect("Bruno", "Acme", "read:jira-user").await;
    let expected = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    assert_eq!(cloud.get(&path, &first).await.answer(), (401, expected));
}

#[tokio::test]
async fn one_site_is_listed_twice_for_who_uses_confluence_too() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Ada", "Acme", SCOPES).await.access;
    let list = cloud
        .get("/oauth/token/accessible-resources", &token)
        .await
        .json();
    let entries = list.as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["id"], entries[1]["id"]);
    assert_ne!(entries[0]["scopes"], entries[1]["scopes"]);
    for entry in entries {
        let picture = entry["avatarUrl"].as_str().unwrap();
        let path = picture.strip_prefix("http://sandbox.test:8080").unwrap();
        assert_eq!(
            cloud.get(path, "").await.header("content-type"),
            "image/svg+xml"
        );
    }
}

#[tokio::test]
async fn order_of_sites_is_not_to_be_trusted() {
    let cloud = Cloud::new().await;
    cloud.connect("Ada", "Acme", SCOPES).await;
    cloud.connect("Ada", "Globex", SCOPES).await;
    let token = cloud.connect("Ada", "Initech", SCOPES).await.access;
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..100 {
        orders.insert(
            cloud
                .get("/oauth/token/accessible-resources", &token)
                .await
                .text,
        );
    }
    assert!(orders.len() > 1);
}

#[tokio::test]
async fn somebody_without_a_site_may_allow_and_reaches_nothing() {
    let cloud = Cloud::new().await;
    let person = cloud.person("Frida");
    let reply = cloud
        .decide(&[
            ("client_id", "sandbox-client"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", SCOPES),
            ("account_id", &person),
            ("decision", "allow"),
        ])
        .await;
    let token = tokens(&cloud.redeem(&redirect_parameter(&reply, "code")).await).access;
    let list = cloud.get("/oauth/token/accessible-resources", &token).await;
    assert_eq!(list.answer(), (200, json!([])));
}

#[tokio::test]
async fn profile_needs_its_own_scope() {
    let cloud = Cloud::new().await;
    let token = cloud.connect("Bruno", "Acme", "read:me").await.access;
    let body = cloud.get("/me", &token).await.json();
    assert_eq!(body["account_id"], json!(cloud.person("Bruno")));
    assert_eq!(body["email"], "bruno.okafor@people.example");
    cloud.connect("Bruno", "Acme", SCOPES).await;
    assert_eq!(cloud.get("/me", &token).await.status, 401);
    assert_eq!(
        cloud.get("/me", "").await.answer(),
        (401, json!({"code": 401, "message": "Unauthorized"}))
    );
}

#[tokio::test]
async fn revoking_the_app_kills_every_token_and_code_at_once() {
    let cloud = Cloud::new().await;
    let tokens = cloud.connect("Bruno", "Acme", SCOPES).await;
    let code = cloud.consent("Bruno", "Acme", SCOPES).await;
    let other = cloud.connect("Esther", "Globex", SCOPES).await;
    let account = json!({"account_id": cloud.person("Bruno")});
    assert_eq!(cloud.control("revoke", account).await["revoked"], true);
    assert_eq!(
        cloud
            .get(&cloud.api("Acme", "field"), &tokens.access)
            .await
            .status,
        401
    );
    assert_eq!(cloud.refresh(&tokens.refresh).await.status, 403);
    assert_eq!(cloud.redeem(&code).await.status, 400);
    assert_eq!(cloud.refresh(&other.refresh).await.status, 200);
}

async fn site_names(cloud: &Cloud, token: &str) -> Vec<String> {
    let list = cloud
        .get("/oauth/token/accessible-resources", token)
        .await
        .json();
    let names = list.as_array().unwrap().iter();
    let mut names: Vec<String> = names
        .map(|site| site["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
