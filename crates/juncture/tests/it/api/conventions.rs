//! What holds for every endpoint: errors, ids, the key, parameters.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

use crate::support::flow::BRUNO;
use crate::support::{BASE_URL, SECRET_KEY, TestApp, with_key};

const PROJECTS: &str = "/api/backend/jira/get-projects";
const SELECT: &str = "/api/backend/jira/select-project";
const FLOW: &str = "/api/frontend/oauth/initiate-oauth-flow";
const VALIDITY: &str = "/api/backend/connection-info/check-connection-validity";

/// Every endpoint of the backend API that exists, with its method.
const BACKEND: [(&str, Method); 36] = [
    (VALIDITY, Method::GET),
    (
        "/api/backend/connection-info/get-connection-credentials",
        Method::GET,
    ),
    ("/api/backend/connection-info/get-access-token", Method::GET),
    (
        "/api/backend/connection-info/delete-connection",
        Method::DELETE,
    ),
    (PROJECTS, Method::GET),
    ("/api/backend/jira/get-all-projects", Method::GET),
    (SELECT, Method::POST),
    ("/api/backend/jira/get-selected-project", Method::GET),
    ("/api/backend/jira/get-selected-project-id", Method::GET),
    ("/api/backend/jira/get-tickets-for-project", Method::GET),
    ("/api/backend/jira/get-project", Method::GET),
    ("/api/backend/jira/get-issue-types", Method::GET),
    ("/api/backend/jira/get-statuses", Method::GET),
    ("/api/backend/jira/get-priorities", Method::GET),
    ("/api/backend/jira/get-resolutions", Method::GET),
    ("/api/backend/jira/get-labels", Method::GET),
    ("/api/backend/jira/get-fields", Method::GET),
    ("/api/backend/jira/get-create-fields", Method::GET),
    ("/api/backend/jira/get-edit-fields", Method::GET),
    ("/api/backend/jira/search-users", Method::GET),
    ("/api/backend/jira/get-assignable-users", Method::GET),
    ("/api/backend/jira/get-current-user", Method::GET),
    ("/api/backend/jira/get-changelog", Method::GET),
    ("/api/backend/jira/get-transitions", Method::GET),
    ("/api/backend/jira/get-comments", Method::GET),
    ("/api/backend/jira/get-issue-details", Method::GET),
    ("/api/backend/jira/search-issues", Method::POST),
    ("/api/backend/jira/count-issues", Method::POST),
    ("/api/backend/jira/transition-issue", Method::POST),
    ("/api/backend/jira/add-comment", Method::POST),
    ("/api/backend/jira/edit-comment", Method::PUT),
    ("/api/backend/jira/delete-comment", Method::DELETE),
    (
        "/api/backend/integration-helpers/jira/get-projects",
        Method::GET,
    ),
    (
        "/api/backend/integration-helpers/jira/select-project",
        Method::POST,
    ),
    (
        "/api/backend/integration-helpers/jira/get-selected-project",
        Method::GET,
    ),
    (
        "/api/backend/integration-helpers/jira/get-tickets-for-project",
        Method::GET,
    ),
];

/// Those of Juncture's own things, which need no external id.
const THINGS: [(&str, Method); 3] = [
    ("/api/backend/connections", Method::GET),
    ("/api/backend/connections/nobody", Method::GET),
    ("/api/backend/connections/nobody", Method::DELETE),
];

#[tokio::test]
async fn unknown_routes_are_404_in_our_shape() {
    let app = TestApp::start().await;
    let body = json!({"error": "Not found", "code": "not_found"});
    for path in [
        "/nope",
        "/api",
        "/api/frontend/nope",
        "/api/backend/nope",
        "/api/backend/jira/nope",
    ] {
        app.get(path).await.assert(404, &body);
    }
}

#[tokio::test]
async fn wrong_methods_are_405_with_allow() {
    let app = TestApp::start().await;
    let body = json!({"error": "Method not allowed", "code": "method_not_allowed"});
    for (path, allow) in [
        ("/healthz", "GET,HEAD"),
        ("/api/frontend/oauth/initiate-oauth-flow", "POST"),
        (PROJECTS, "GET,HEAD"),
        (SELECT, "POST"),
    ] {
        let answer = app
            .send(with_key(Request::put(path)).body(Body::empty()).unwrap())
            .await;
        answer.assert(405, &body);
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused() {
    let app = TestApp::start().await;
    let send = |media_type: &'static str, body: String| {
        let request = with_key(Request::post(SELECT)).header(header::CONTENT_TYPE, media_type);
        app.send(request.body(Body::from(body)).unwrap())
    };
    for body in ["{", "", "[]", "\"text\"", "{\"external_id\": \"a\"} tail"] {
        let refused = send("application/json", body.to_owned()).await.expect(400);
        assert_eq!(
            (&refused["error"], &refused["code"]),
            (&json!("Malformed JSON"), &json!("malformed_json")),
            "{body}"
        );
        assert!(refused["details"]["reason"].is_string(), "{body}");
    }
    let unsupported = json!({"error": "Unsupported media type", "code": "unsupported_media_type"});
    send("text/plain", "{}".to_owned())
        .await
        .assert(415, &unsupported);
    send(
        "application/x-www-form-urlencoded",
        "external_id=a".to_owned(),
    )
    .await
    .assert(415, &unsupported);
    send("application/json", " ".repeat(1024 * 1024 + 1))
        .await
        .assert(
            413,
            &json!({"error": "Request body too large", "code": "body_too_large"}),
        );
    // JSON by another name is JSON.
    let missing = send(
        "application/vnd.example+json; charset=utf-8",
        "{}".to_owned(),
    )
    .await
    .expect(400);
    assert_eq!(missing["error"], "Missing external_id or jira_project_id");
}

#[tokio::test]
async fn no_cache_keeps_what_may_hold_a_token_a_code_or_a_state() {
    let app = TestApp::start().await;
    let uri = app.initiate("a").await;
    let callback = app.consent(&uri, BRUNO, Some("Acme"), "allow").await;
    let accepted = app.visit(&callback).await;
    assert_eq!(accepted.status, 302);
    let used = app.visit(&callback).await;
    assert_eq!(used.status, 400);
    let page = accepted.header("location").replace(BASE_URL, "");
    let code = page.rsplit('/').next().unwrap();
    let sites = app.sites_of(code).await;
    assert_eq!(sites.status, 200);
    let form = app.submit(&page, &[("choice", "none such")]).await;
    assert_eq!(form.status, 400);
    let connected = app.finalize(code, &app.site_id("Acme").await).await;
    assert_eq!(connected.status, 200);
    let initiate = "/api/frontend/oauth/initiate-oauth-flow";
    let body = json!({"provider": "jira", "external_id": "a"});
    for (what, answer) in [
        ("get-access-token", app.access_token("a").await),
        (
            "get-connection-credentials",
            app.connection_info("get-connection-credentials", "a").await,
        ),
        (
            "check-connection-validity",
            app.connection_info("check-connection-validity", "a").await,
        ),
        ("initiate-oauth-flow", app.post(initiate, &body).await),
        (
            "a stranger's call",
            app.visit("/api/backend/jira/get-projects").await,
        ),
        ("an unknown path", app.get("/api/backend/nope").await),
        ("the callback", accepted),
        ("the callback, used", used),
        ("the sites", sites),
        ("the form, refused", form),
        ("the choice", connected),
        ("the page", app.visit(&page).await),
    ] {
        assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    }
    let kept = app.visit("/assets/juncture.css").await;
    assert_eq!(kept.header("cache-control"), "public, max-age=3600");
}

#[tokio::test]
async fn every_response_carries_a_request_id() {
    let app = TestApp::start().await;
    for path in ["/", "/healthz", "/nope", PROJECTS] {
        let fresh = app.visit(path).await;
        assert_eq!(fresh.header("x-request-id").len(), 36, "{path}");
        let request = Request::get(path).header("x-request-id", "caller-4711/a.b:c");
        let given = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(given.header("x-request-id"), "caller-4711/a.b:c", "{path}");
    }
    for insane in ["", "two words", "quote\"", &"x".repeat(129)] {
        let request = Request::get("/healthz").header("x-request-id", insane);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            answer.header("x-request-id").len(),
            36,
            "{insane:?} is replaced"
        );
    }
}

#[tokio::test]
async fn the_backend_asks_for_the_key_before_anything_else() {
    let app = TestApp::start().await;
    let body = json!({"error": "Invalid secret key", "code": "invalid_secret_key"});
    let wrong_keys: [Option<String>; 8] = [
        None,
        Some(String::new()),
        Some("Bearer".to_owned()),
        Some("Bearer ".to_owned()),
        Some(format!("Bearer {SECRET_KEY}x")),
        Some(format!("Bearer {}", &SECRET_KEY[1..])),
        Some(format!("Basic {SECRET_KEY}")),
        Some(SECRET_KEY.to_owned()),
    ];
    for (path, method) in BACKEND.into_iter().chain(THINGS) {
        for key in &wrong_keys {
            let mut request = Request::builder().method(method.clone()).uri(path);
            if let Some(key) = key {
                request = request.header(header::AUTHORIZATION, key);
            }
            // Neither the missing parameters nor the broken body matter yet.
            let answer = app.send(request.body(Body::from("{")).unwrap()).await;
            answer.assert(401, &body);
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    app.visit("/api/backend/nope").await.assert(401, &body);
}

#[tokio::test]
async fn the_scheme_of_the_key_is_case_insensitive() {
    let app = TestApp::start().await;
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
        let request =
            Request::get(PROJECTS).header(header::AUTHORIZATION, format!("{scheme} {SECRET_KEY}"));
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            answer.expect(400)["error"],
            "Missing external_id",
            "{scheme}"
        );
    }
}

#[tokio::test]
async fn missing_and_empty_parameters_get_the_documented_sentence() {
    let app = TestApp::start().await;
    let missing = |error: &str, fields: &[&str]| json!({"error": error, "code": "missing_parameter", "details": {"missing": fields}});
    for (path, method) in BACKEND
        .into_iter()
        .filter(|(path, method)| *method == Method::GET && path.contains("/jira/"))
    {
        assert_eq!(method, Method::GET);
        for query in ["", "?external_id=", "?external_id", "?other=1"] {
            let answer = app.get(&format!("{path}{query}")).await;
            answer.assert(400, &missing("Missing external_id", &["external_id"]));
        }
    }
    for (path, method) in BACKEND
        .into_iter()
        .filter(|(path, _)| path.contains("/connection-info/"))
    {
        let error = "Missing external_id or provider";
        for (query, fields) in [
            ("", &["external_id", "provider"][..]),
            ("?external_id=a", &["provider"]),
            ("?provider=jira", &["external_id"]),
        ] {
            let path = format!("{path}{query}");
            let answer = match method {
                Method::DELETE => app.delete(&path).await,
                _ => app.get(&path).await,
            };
            answer.assert(400, &missing(error, fields));
        }
    }
    let error = "Missing external_id or jira_project_id";
    let both = missing(error, &["external_id", "jira_project_id"]);
    app.post(SELECT, &json!({})).await.assert(400, &both);
    app.post(SELECT, &json!({"external_id": "", "jira_project_id": null}))
        .await
        .assert(400, &both);
    app.post(SELECT, &json!({"external_id": "a"}))
        .await
        .assert(400, &missing(error, &["jira_project_id"]));
    // No body at all is an empty one.
    let bare = app
        .send(with_key(Request::post(SELECT)).body(Body::empty()).unwrap())
        .await;
    bare.assert(400, &both);
    let error = "Missing external_id or provider";
    for path in [
        "/api/frontend/oauth/initiate-oauth-flow",
        "/api/frontend/oauth/get-authorization-uri",
    ] {
        app.post(path, &json!({"provider": "jira"}))
            .await
            .assert(400, &missing(error, &["external_id"]));
    }
    app.get("/api/frontend/finalize-connection/jira/fetch-available-sites")
        .await
        .assert(
            400,
            &missing("Missing connection_code", &["connection_code"]),
        );
    app.post(
        "/api/frontend/finalize-connection/jira/create-connection",
        &json!({"site_id": "x"}),
    )
    .await
    .assert(
        400,
        &missing("Missing connection_code or site_id", &["connection_code"]),
    );
}

#[tokio::test]
async fn parameters_of_another_type_are_refused_by_name() {
    let app = TestApp::start().await;
    for value in [json!(true), json!(1.5), json!(["a"]), json!({"a": 1})] {
        app.post(
            SELECT,
            &json!({"external_id": value, "jira_project_id": "10000"}),
        )
        .await
        .assert(
            400,
            &json!({
                "error": "Invalid external_id",
                "code": "invalid_parameter",
                "details": {"field": "external_id", "reason": "must be a string or an integer"},
            }),
        );
    }
    let twice = app
        .get(&format!("{PROJECTS}?external_id=a&external_id=b"))
        .await
        .expect(400);
    assert_eq!(
        (&twice["error"], &twice["code"]),
        (&json!("Malformed query string"), &json!("malformed_query"))
    );
}

#[tokio::test]
async fn external_ids_are_1_to_255_bytes_without_control_characters() {
    let app = TestApp::start().await;
    let not_found = json!({"error": "Connection not found", "code": "connection_not_found"});
    for good in ["a", &"x".repeat(255), "user 1/..?&#", "日本語", "🙂"] {
        app.get(&query(PROJECTS, good))
            .await
            .assert(404, &not_found);
    }
    let refused = |reason: &str| {
        json!({
            "error": "Invalid external_id",
            "code": "invalid_parameter",
            "details": {"field": "external_id", "reason": reason},
        })
    };
    for long in ["x".repeat(256), "é".repeat(128)] {
        app.get(&query(PROJECTS, &long))
            .await
            .assert(400, &refused("must be 1 to 255 bytes long"));
    }
    for control in ["a\nb", "\0", "\u{7f}", "a\u{85}"] {
        app.get(&query(PROJECTS, control))
            .await
            .assert(400, &refused("must not contain control characters"));
    }
}

#[tokio::test]
async fn providers_are_exact_lower_case_names() {
    let app = TestApp::start().await;
    let body = json!({
        "error": "Invalid provider. Ensure that all provider names are lowercase.",
        "code": "invalid_provider",
    });
    for provider in ["Jira", "JIRA", "github", " jira", "jira "] {
        let path = format!("{VALIDITY}?external_id=a&provider={}", encode(provider));
        app.get(&path).await.assert(400, &body);
        let flow = json!({"external_id": "a", "provider": provider});
        app.post("/api/frontend/oauth/initiate-oauth-flow", &flow)
            .await
            .assert(400, &body);
    }
}

#[tokio::test]
async fn an_unknown_connection_is_what_each_endpoint_documents() {
    let app = TestApp::start().await;
    let body = json!({"error": "Connection not found", "code": "connection_not_found"});
    for (path, method) in BACKEND {
        let query = "external_id=nobody&provider=jira&jira_project_id=10000&issue_id_or_key=SHOP-1\
            &issue_type_id=10001&comment_id=10000&query=ada";
        let path = format!("{path}?{query}");
        let wanted = json!({
            "external_id": "nobody", "jira_project_id": 10000, "issue_id_or_key": "SHOP-1",
            "comment_id": "10000", "body": "x", "jql": "project = SHOP", "to_category": "done",
        });
        let answer = match method {
            Method::POST => app.post(&path, &wanted).await,
            Method::PUT => app.put(&path, &wanted).await,
            Method::DELETE => app.delete(&path).await,
            _ => app.get(&path).await,
        };
        if path.contains("check-connection-validity") {
            answer.assert(
                200,
                &json!({"exists": false, "is_expired": false, "is_invalid": false, "site_unavailable": false}),
            );
        } else if path.contains("get-access-token") {
            answer.assert(401, &body);
        } else {
            answer.assert(404, &body);
        }
    }
}

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing() {
    let app = TestApp::start().await;
    let flow = json!({"external_id": "a", "provider": "jira"});
    app.post("/api/frontend/oauth/initiate-oauth-flow/", &flow)
        .await
        .expect(200);
    assert_eq!(
        app.get(&format!("{PROJECTS}/")).await.expect(400)["error"],
        "Missing external_id"
    );
}

#[tokio::test]
async fn cors_is_for_the_configured_origins_and_the_frontend_only() {
    let origins = [(
        "CORS_ALLOWED_ORIGINS",
        "https://app.example.com, http://localhost:3000",
    )];
    let app = TestApp::start_with(
        &origins,
        crate::support::sandbox::TestSandbox::start().await,
    )
    .await;
    let ask = |path: &'static str, origin: &'static str, headers: &'static str| {
        let request = Request::options(path)
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, headers);
        app.send(request.body(Body::empty()).unwrap())
    };
    let preflight = |path, origin| ask(path, origin, "content-type");
    let cors_headers = |answer: &crate::support::answer::Answer| {
        answer
            .headers
            .keys()
            .filter(|name| name.as_str().starts_with("access-control-"))
            .count()
    };
    for origin in ["https://app.example.com", "http://localhost:3000"] {
        for headers in [
            "content-type",
            "content-type,sentry-trace,baggage",
            "content-type,traceparent,tracestate",
            "content-type,x-requested-with",
            "content-type,x-datadog-trace-id,x-datadog-parent-id",
        ] {
            let answer = ask(FLOW, origin, headers).await;
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert_eq!(answer.header("access-control-allow-headers"), headers);
            let credentials = answer.headers.get("access-control-allow-credentials");
            assert!(credentials.is_none(), "none are used");
        }
    }
    for origin in ["https://evil.example.com", "http://app.example.com", "null"] {
        assert_eq!(cors_headers(&preflight(FLOW, origin).await), 0, "{origin}");
    }
    assert_eq!(
        cors_headers(&preflight(SELECT, "https://app.example.com").await),
        0,
        "the backend is for back ends"
    );
    // A request without an origin passes.
    app.post(FLOW, &json!({"external_id": "a", "provider": "jira"}))
        .await
        .expect(200);
}

#[tokio::test]
async fn readiness_names_what_does_not_answer() {
    let app = TestApp::start().await;
    let ready = json!({"status": "ok", "checks": {"store": "ok", "cache": "ok"}});
    app.visit("/readyz").await.assert(200, &ready);
    app.app.store.close().await;
    let unready = json!({
        "error": "Not ready",
        "code": "not_ready",
        "checks": {"store": "unavailable", "cache": "ok"},
    });
    app.visit("/readyz").await.assert(503, &unready);
    app.visit("/healthz")
        .await
        .assert(200, &json!({"status": "ok"}));
    app.get(&query(PROJECTS, "a")).await.assert(
        500,
        &json!({"error": "Internal server error", "code": "store_unavailable"}),
    );
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_never_by_id() {
    let app = TestApp::start().await;
    for id in ["customer-1", "customer-2"] {
        app.get(&query(PROJECTS, id)).await.expect(404);
    }
    app.visit("/finalize-connection/jira/secret-code").await;
    let odd = Request::builder().method("BREW").uri("/teapot");
    app.send(odd.body(Body::empty()).unwrap()).await;
    let metrics = app.visit("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert_eq!(
        metrics.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let text = metrics.text();
    let count = format!(
        "juncture_http_requests_total{{method=\"GET\",route=\"{PROJECTS}\",status=\"404\"}} 2"
    );
    assert!(text.contains(&count), "{text}");
    assert!(
        text.contains(
            "juncture_http_requests_total{method=\"other\",route=\"none\",status=\"404\"} 1"
        ),
        "{text}"
    );
    assert!(
        text.contains("juncture_http_request_duration_seconds_bucket"),
        "{text}"
    );
    for secret in ["customer-1", "secret-code", "BREW", "teapot", SECRET_KEY] {
        assert!(!text.contains(secret), "{secret}");
    }
}

fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

fn query(path: &str, external_id: &str) -> String {
    format!("{path}?external_id={}", encode(external_id))
}

#[tokio::test]
async fn answers_are_compressed_for_who_asks_and_never_those_with_secrets() {
    let app = TestApp::start().await;
    app.connect("a").await;
    let encoding = async |path: &str, accepted: &str| {
        let request = with_key(Request::get(path)).header(header::ACCEPT_ENCODING, accepted);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 200, "{path}");
        let encoding = answer.headers.get(header::CONTENT_ENCODING);
        encoding.map(|encoding| encoding.to_str().unwrap().to_owned())
    };
    for path in [
        "/openapi.json",
        "/docs",
        "/api/backend/jira/get-tickets-for-project?external_id=a&jira_project_id=10000",
    ] {
        assert_eq!(encoding(path, "gzip").await.as_deref(), Some("gzip"));
        assert_eq!(encoding(path, "zstd").await.as_deref(), Some("zstd"));
        assert_eq!(encoding(path, "identity").await, None, "{path}");
    }
    for path in [
        "/api/backend/connection-info/get-access-token?external_id=a&provider=jira",
        "/api/backend/connection-info/get-connection-credentials?external_id=a&provider=jira",
        "/api/frontend/finalize-connection/jira/fetch-available-sites?connection_code=",
    ] {
        let code = app.connection_code("b", BRUNO, Some("Acme")).await;
        let path = if path.ends_with('=') {
            format!("{path}{code}")
        } else {
            path.to_owned()
        };
        assert_eq!(encoding(&path, "gzip, zstd").await, None, "{path}");
    }
}
