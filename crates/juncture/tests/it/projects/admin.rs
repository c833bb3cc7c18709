//! The API for whoever runs the server.

use axum::body::Body;
use axum::http::{Method, Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::admin::{ADMIN_KEY, PROJECTS};
use crate::support::rows::count_rows;

async fn get(app: &TestApp, path: &str) -> Value {
    app.admin(Method::GET, path, &Value::Null).await.expect(200)
}

#[tokio::test]
async fn without_its_key_the_api_is_not_there() {
    let app = TestApp::start().await;
    let body = json!({"error": "Not found", "code": "not_found"});
    for path in [PROJECTS, "/api/admin/projects/1/keys", "/api/admin"] {
        // The document tells of the API where it is there.
        let request =
            Request::get(path).header(header::AUTHORIZATION, format!("Bearer {ADMIN_KEY}"));
        let answer = app.send_to_any_jira(request.body(Body::empty()).unwrap());
        answer.await.assert(404, &body);
    }
}

#[tokio::test]
async fn no_other_key_opens_it() {
    let app = TestApp::start_with_admin().await;
    let (_, all) = app.make_secret(&app.default_project().await, &[]).await;
    let body = json!({"error": "Invalid admin key", "code": "invalid_admin_key"});
    for key in [all.as_str(), crate::support::SECRET_KEY, "", "wrong"] {
        for path in [PROJECTS, "/api/admin/nope"] {
            let refused = app.call(Method::GET, path, key, &Value::Null).await;
            refused.assert(401, &body);
            assert_eq!(refused.header("www-authenticate"), "Bearer");
            assert_eq!(refused.header("cache-control"), "no-store");
        }
    }
    // Nor does it open the back end.
    let projects = "/api/backend/jira/get-projects?external_id=a";
    let refused = app.call(Method::GET, projects, ADMIN_KEY, &Value::Null);
    assert_eq!(refused.await.expect(401)["code"], "invalid_secret_key");
}

#[tokio::test]
async fn a_project_is_made_told_changed_and_deleted() {
    let app = TestApp::start_with_admin().await;
    let body = json!({"name": "Acme", "settings": {
        "allowed_origins": ["https://App.Example.com:443/"], "branding": {"name": "Acme", "accent_colour": "#0052cc"},
        "may_use_default_apps": true
    }});
    let made = app.admin(Method::POST, PROJECTS, &body).await.expect(201);
    let path = format!("{PROJECTS}/{}", made["id"].as_str().unwrap());
    assert_eq!(
        made["settings"],
        json!({
            "allowed_origins": ["https://app.example.com"], "allowed_return_urls": [],
            "branding": {"name": "Acme", "accent_colour": "#0052cc"},
            "require_connect_sessions": false, "may_use_default_apps": true, "limits": {}
        })
    );
    assert_eq!(get(&app, &path).await, made);

    let change = json!({"name": "Acme 2", "settings": {
        "branding": {"accent_colour": null, "logo_url": "https://example.com/logo.svg"}, "allowed_origins": null,
        "limits": {"requests_per_minute": 600}
    }});
    let changed = app.admin(Method::PATCH, &path, &change).await.expect(200);
    assert_eq!(changed["name"], "Acme 2");
    let settings = &changed["settings"];
    assert_eq!(settings["allowed_origins"], json!([]));
    let branding = json!({"name": "Acme", "logo_url": "https://example.com/logo.svg"});
    assert_eq!(settings["branding"], branding);
    assert_eq!(settings["limits"], json!({"requests_per_minute": 600}));
    assert_eq!(settings["may_use_default_apps"], true);
    assert_eq!(get(&app, &path).await, changed);

    let unconfirmed = app.admin(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(unconfirmed.expect(400)["error"], "Missing confirm");
    let wrong = format!("{path}?confirm=Acme");
    let refused = app.admin(Method::DELETE, &wrong, &Value::Null).await;
    assert_eq!(refused.expect(400)["details"]["field"], "confirm");
    let right = format!("{path}?confirm=Acme%202");
    let deleted = app.admin(Method::DELETE, &right, &Value::Null).await;
    deleted.assert(200, &json!({"success": true}));
    let gone = json!({"error": "Project not found", "code": "project_not_found"});
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::DELETE, right),
        (Method::GET, format!("{path}/keys")),
        (Method::GET, format!("{path}/oauth-apps/jira")),
        (Method::GET, format!("{PROJECTS}/no-id")),
    ] {
        let answer = app.admin(method, &path, &Value::Null).await;
        answer.assert(404, &gone);
    }
}

#[tokio::test]
async fn a_setting_that_is_unfit_is_named() {
    let app = TestApp::start_with_admin().await;
    let many: Vec<String> = (0..101)
        .map(|n| format!("https://{n}.example.com"))
        .collect();
    for (settings, field) in [
        (json!({"allowed_orgins": []}), "settings.allowed_orgins"),
        (
            json!({"allowed_origins": "https://a.example.com"}),
            "settings.allowed_origins",
        ),
        (
            json!({"allowed_origins": ["https://a.example.com", "https://*.example.com"]}),
            "settings.allowed_origins[1]",
        ),
        (
            json!({"allowed_origins": ["https://a.example.com/path"]}),
            "settings.allowed_origins[0]",
        ),
        (json!({"allowed_origins": many}), "settings.allowed_origins"),
        (
            json!({"allowed_return_urls": ["javascript:alert(1)"]}),
            "settings.allowed_return_urls[0]",
        ),
        (
            json!({"allowed_return_urls": ["https://user@example.com/"]}),
            "settings.allowed_return_urls[0]",
        ),
        (
            json!({"branding": {"accent_color": "#000000"}}),
            "settings.branding.accent_color",
        ),
        (
            json!({"branding": {"accent_colour": "blue"}}),
            "settings.branding.accent_colour",
        ),
        (
            json!({"branding": {"accent_colour": "#0052CÉ"}}),
            "settings.branding.accent_colour",
        ),
        (json!({"branding": {"name": ""}}), "settings.branding.name"),
        (
            json!({"branding": {"logo_url": "logo.svg"}}),
            "settings.branding.logo_url",
        ),
        (
            json!({"require_connect_sessions": "yes"}),
            "settings.require_connect_sessions",
        ),
        (
            json!({"limits": {"requests_per_minute": 0}}),
            "settings.limits.requests_per_minute",
        ),
        (
            json!({"limits": {"requests_per_minute": -1}}),
            "settings.limits.requests_per_minute",
        ),
        (json!({"limits": []}), "settings.limits"),
        (json!([]), "settings"),
    ] {
        let body = json!({"name": "Acme", "settings": settings});
        let refused = app.admin(Method::POST, PROJECTS, &body).await.expect(400);
        assert_eq!(refused["code"], "invalid_parameter", "{settings}");
        assert_eq!(refused["details"]["field"], field, "{settings}: {refused}");
        assert!(refused["details"]["reason"].as_str().unwrap().len() > 5);
    }
    assert_eq!(count_rows(&app, "SELECT COUNT(*) FROM project").await, 1);
}

#[tokio::test]
async fn names_are_unique_and_the_environments_project_stays() {
    let app = TestApp::start_with_admin().await;
    let acme = app.make_project("Acme", &json!({})).await;
    app.make_project("Bolt", &json!({})).await;
    for name in ["Acme", "default"] {
        let taken = app
            .admin(Method::POST, PROJECTS, &json!({"name": name}))
            .await;
        assert_eq!(taken.expect(409)["code"], "name_taken");
    }
    let path = format!("{PROJECTS}/{acme}");
    let taken = app
        .admin(Method::PATCH, &path, &json!({"name": "Bolt"}))
        .await;
    assert_eq!(taken.expect(409)["code"], "name_taken");
    let same = app
        .admin(Method::PATCH, &path, &json!({"name": "Acme"}))
        .await;
    same.expect(200);
    for name in [" Acme", "Ac\nme", &"x".repeat(101)] {
        let unfit = app
            .admin(Method::POST, PROJECTS, &json!({"name": name}))
            .await;
        assert_eq!(unfit.expect(400)["details"]["field"], "name");
    }
    let path = format!("{PROJECTS}/{}", app.default_project().await);
    let renamed = app
        .admin(Method::PATCH, &path, &json!({"name": "other"}))
        .await;
    assert_eq!(renamed.expect(409)["code"], "default_project");
    let confirmed = format!("{path}?confirm=default");
    let deleted = app.admin(Method::DELETE, &confirmed, &Value::Null).await;
    assert_eq!(deleted.expect(409)["code"], "default_project");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let app = TestApp::start_with_admin().await;
    let mut names = vec!["default".to_owned()];
    for number in 0..7 {
        app.clock.advance(SignedDuration::from_secs(1));
        names.push(format!("Project {number}"));
        app.make_project(&names[number + 1], &json!({})).await;
    }
    let mut seen = Vec::new();
    let mut path = format!("{PROJECTS}?limit=3");
    loop {
        let page = get(&app, &path).await;
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 3);
        seen.extend(
            data.iter()
                .map(|it| it["name"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("{PROJECTS}?limit=3&cursor={cursor}");
    }
    assert_eq!(seen, names);
    let whole = get(&app, &format!("{PROJECTS}?limit=8")).await;
    assert_eq!(
        (
            whole["data"].as_array().unwrap().len(),
            &whole["next_cursor"]
        ),
        (8, &Value::Null)
    );
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let path = format!("{PROJECTS}?{query}");
        let refused = app.admin(Method::GET, &path, &Value::Null).await;
        assert_eq!(refused.expect(400)["details"]["field"], field);
    }
    let id = app.default_project().await;
    for number in 0..3 {
        let body = json!({"kind": "secret", "name": format!("Key {number}")});
        app.clock.advance(SignedDuration::from_secs(1));
        app.make_key(&id, &body).await;
    }
    let keys = format!("{PROJECTS}/{id}/keys");
    let first = get(&app, &format!("{keys}?limit=2")).await;
    let next = first["next_cursor"].as_str().unwrap();
    let second = get(&app, &format!("{keys}?limit=2&cursor={next}")).await;
    assert_eq!(second["data"].as_array().unwrap().len(), 1);
    assert_eq!(second["data"][0]["name"], "Key 2");
}

#[tokio::test]
async fn what_is_made_twice_with_one_key_is_made_once() {
    let app = TestApp::start_with_admin().await;
    let send = async |path: &str, body: &Value| {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {ADMIN_KEY}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", "once");
        app.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    };
    let acme = json!({"name": "Acme"});
    let first = send(PROJECTS, &acme).await.expect(201);
    assert_eq!(send(PROJECTS, &acme).await.expect(201), first);
    let other = send(PROJECTS, &json!({"name": "Bolt"})).await;
    assert_eq!(other.expect(409)["code"], "idempotency_key_reused");
    // The same word for another thing, or in another project, is another key.
    let keys = |id: &str| format!("{PROJECTS}/{id}/keys");
    let body = json!({"kind": "secret", "name": "Back end"});
    let acme = keys(first["id"].as_str().unwrap());
    let key = send(&acme, &body).await.expect(201);
    assert_eq!(send(&acme, &body).await.expect(201), key);
    let default = keys(&app.default_project().await);
    assert_ne!(send(&default, &body).await.expect(201)["key"], key["key"]);
    assert_eq!(count_rows(&app, "SELECT COUNT(*) FROM api_key").await, 2);
}

#[tokio::test]
async fn a_secret_key_is_told_once_and_a_public_one_always() {
    let app = TestApp::start_with_admin().await;
    let id = app.default_project().await;
    let path = format!("{PROJECTS}/{id}/keys");
    let (_, secret) = app.make_secret(&id, &["proxy", "jira:read"]).await;
    let public = json!({"kind": "public", "name": "Page"});
    let (_, public) = app.make_key(&id, &public).await;
    assert!(secret.starts_with("jct_sk_") && public.starts_with("jct_pk_"));
    let listed = app.admin(Method::GET, &path, &Value::Null).await;
    assert!(!listed.text().contains(&secret[..20]));
    let listed = listed.expect(200);
    let one = |kind: &str| crate::support::flow::find(&listed["data"], "kind", kind).clone();
    assert_eq!(one("secret")["shown"], secret[..13]);
    assert_eq!(one("secret")["scopes"], json!(["jira:read", "proxy"]));
    assert_eq!(one("public")["shown"], public);
    for (body, field) in [
        (json!({"kind": "secrets", "name": "x"}), "kind"),
        (
            json!({"kind": "secret", "name": "x", "scopes": ["jira:raed"]}),
            "scopes",
        ),
        (
            json!({"kind": "secret", "name": "x", "scopes": "jira:read"}),
            "scopes",
        ),
        (
            json!({"kind": "public", "name": "x", "scopes": ["jira:read"]}),
            "scopes",
        ),
        (
            json!({"kind": "secret", "name": "x", "expires_at": "tomorrow"}),
            "expires_at",
        ),
        (
            json!({"kind": "secret", "name": "x", "expires_at": "2026-11-02T09:00:00Z"}),
            "expires_at",
        ),
    ] {
        let refused = app.admin(Method::POST, &path, &body).await.expect(400);
        assert_eq!(refused["details"]["field"], field, "{body}");
    }
    let missing = app.admin(Method::POST, &path, &json!({"name": "x"})).await;
    assert_eq!(missing.expect(400)["error"], "Missing kind or name");
}

#[tokio::test]
async fn an_oauth_app_is_set_told_without_its_secret_and_taken_away() {
    let app = TestApp::start_with_admin().await;
    let id = app.make_project("Acme", &json!({})).await;
    let path = format!("{PROJECTS}/{id}/oauth-apps/jira");
    let none = app.admin(Method::GET, &path, &Value::Null).await;
    assert_eq!(none.expect(404)["code"], "oauth_app_not_found");
    let body = json!({"client_id": "acme-1", "client_secret": "the-secret-of-acme", "scopes": ["read:jira-work"]});
    let set = app.admin(Method::PUT, &path, &body).await;
    assert!(!set.text().contains("the-secret"));
    let set = set.expect(200);
    assert_eq!(set["client_id"], "acme-1");
    let callback = format!("{}{}", crate::support::BASE_URL, crate::support::CALLBACK);
    assert_eq!(set["redirect_uri"], callback);
    assert_eq!(get(&app, &path).await, set);
    // The same client id is the same app, whose secret may stay.
    let again = app
        .admin(Method::PUT, &path, &json!({"client_id": "acme-1"}))
        .await;
    assert_eq!(again.expect(200)["id"], set["id"]);
    // Another one is another app, and needs its own.
    let bare = app
        .admin(Method::PUT, &path, &json!({"client_id": "acme-2"}))
        .await;
    assert_eq!(bare.expect(400)["details"]["field"], "client_secret");
    let body = json!({"client_id": "acme-2", "client_secret": "another"});
    let other = app.admin(Method::PUT, &path, &body).await.expect(200);
    assert_ne!(other["id"], set["id"]);
    let body = json!({"client_id": "acme-1"});
    let back = app.admin(Method::PUT, &path, &body).await.expect(200);
    assert_eq!(back["id"], set["id"], "the old one serves again");
    let count = "SELECT COUNT(*) FROM oauth_app WHERE retired_at IS NULL";
    assert_eq!(count_rows(&app, count).await, 1);
    for (body, field) in [
        (
            json!({"client_id": "a b", "client_secret": "x"}),
            "client_id",
        ),
        (
            json!({"client_id": "a", "client_secret": "x", "scopes": ["a b"]}),
            "scopes",
        ),
        (
            json!({"client_id": "a", "client_secret": "x", "redirect_uri": "/here"}),
            "redirect_uri",
        ),
    ] {
        let refused = app.admin(Method::PUT, &path, &body).await.expect(400);
        assert_eq!(refused["details"]["field"], field, "{body}");
    }
    let foreign = format!("{PROJECTS}/{id}/oauth-apps/nope");
    let refused = app.admin(Method::GET, &foreign, &Value::Null).await;
    assert_eq!(refused.expect(400)["code"], "invalid_provider");
    let removed = app.admin(Method::DELETE, &path, &Value::Null).await;
    removed.assert(200, &json!({"success": true}));
    let again = app.admin(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(again.expect(404)["code"], "oauth_app_not_found");
}
