//! The consent page and where it leads.

use juncture_sandbox::Options;

use crate::support::{CALLBACK, Cloud, SCOPES, redirect_parameter, still};

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
