//! What the parts of a request take by themselves, on one core, in process.
//!
//! `scripts/bench micro` runs it, with the settings of the shipped binary.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use jiff::SignedDuration;
use juncture_clock::SystemClock;
use juncture_jira::{BulkIssues, adf};
use juncture_server::app::App;
use juncture_server::config::Config;
use juncture_server::connection::seal_tokens;
use juncture_server::environment::Environment;
use juncture_server::oauth::{Kept, TokenPair};
use juncture_server::project::ProjectId;
use juncture_server::providers::jira::table;
use juncture_server::router::router;
use juncture_server::seal::{EncryptionKey, Owner, Place, Sealer};
use juncture_server::server;
use juncture_server::store::connections::{self, ChoiceRow, GrantRow};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;
use uuid::Uuid;

const SECRET_KEY: &str = "bench-secret-key-of-32-characters";

/// Of the site.
const SITE: &str = "11223344-a1b2-4b33-8c44-def123456789";

/// How long Atlassian's access tokens are, in bytes.
const TOKEN: usize = 2_000;

/// How many issues a page has.
const ISSUES: usize = 100;

/// A description as people write them.
const MARKDOWN: &str = "\
## What happens

The **editor** loses the *last* paragraph when it is saved [twice](https://example.com/a?b=c) in a row, \
see `save()` in the log.

1. Open a page
2. Save it
   - and save it again
3. Look

| browser | happens |
| --- | --- |
| Firefox | yes |
| Safari | ~~no~~ yes |

```js
editor.save().then(() => editor.save());
```

> It worked last week.
";

fn main() {
    divan::main();
}

fn sealer() -> (Sealer, Place, Vec<u8>) {
    let sealer = Sealer::new(&[EncryptionKey::generate("bench".to_owned())]);
    (sealer, Place::message("bench"), vec![b'x'; TOKEN])
}

#[divan::bench]
fn seal_a_token(bencher: Bencher<'_, '_>) {
    let (sealer, place, token) = sealer();
    bencher.bench(|| sealer.seal(&place, &token));
}

#[divan::bench]
fn open_a_token(bencher: Bencher<'_, '_>) {
    let (sealer, place, token) = sealer();
    let sealed = sealer.seal(&place, &token);
    bencher.bench(|| sealer.open(&place, &sealed));
}

/// The document of the description.
fn document() -> Box<RawValue> {
    to_raw_value(&adf::from_markdown(MARKDOWN)).expect("JSON")
}

#[divan::bench]
fn markdown_to_adf(bencher: Bencher<'_, '_>) {
    let bencher = bencher.counter(BytesCount::of_str(MARKDOWN));
    bencher.bench(|| adf::from_markdown(black_box(MARKDOWN)));
}

#[divan::bench]
fn adf_to_markdown(bencher: Bencher<'_, '_>) {
    let document = document();
    let bencher = bencher.counter(BytesCount::of_str(document.get()));
    bencher.bench(|| adf::to_markdown(&document));
}

#[divan::bench]
fn edit_adf_by_markdown(bencher: Bencher<'_, '_>) {
    let document = document();
    let edited = adf::to_markdown(&document).replace("last week", "on Monday");
    bencher.bench(|| adf::edit(&document, &edited));
}

/// A page of issues as Jira sends it.
fn page() -> String {
    let description = adf::from_markdown(MARKDOWN);
    let person = json!({
        "accountId": "712020:11223344-a1b2-4b33-8c44-def123456789", "displayName": "Ada",
        "emailAddress": "ada@example.com", "active": true, "timeZone": "Europe/Berlin",
    });
    let issue = |number: usize| {
        json!({
            "id": (10_000 + number).to_string(), "key": format!("SHOP-{number}"),
            "self": format!("https://api.atlassian.com/rest/api/3/issue/{number}"),
            "fields": {
                "summary": "The editor loses the last paragraph", "description": description,
                "status": {"id": "3", "name": "In Progress", "statusCategory": {"id": 4, "key": "indeterminate", "name": "In Progress"}},
                "issuetype": {"id": "10001", "name": "Bug", "subtask": false, "hierarchyLevel": 0},
                "assignee": person, "reporter": person,
                "priority": {"id": "3", "name": "Medium"},
                "created": "2026-01-02T03:04:05.678+0100", "updated": "2026-02-03T04:05:06.789+0100",
            },
        })
    };
    let issues: Vec<Value> = (1..=ISSUES).map(issue).collect();
    json!({"issues": issues, "issueErrors": []}).to_string()
}

#[divan::bench]
fn decode_a_page_of_100_issues(bencher: Bencher<'_, '_>) {
    let page = page();
    let bencher = bencher.counter(BytesCount::of_str(&page));
    let bencher = bencher.counter(ItemsCount::new(ISSUES));
    bencher.bench(|| juncture_json::decode::<BulkIssues>(black_box(&page)).expect("a page"));
}

/// The server in process, with one connection, on one thread.
struct InProcess {
    runtime: Runtime,
    router: Router,
    _folder: tempfile::TempDir,
}

impl InProcess {
    fn start() -> Self {
        juncture_outbound::use_ring();
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let environment: Environment = [
            ("JUNCTURE_SECRET_KEY", SECRET_KEY),
            ("DEFAULT_JIRA_CLIENT_ID", "bench"),
            ("DEFAULT_JIRA_CLIENT_SECRET", "bench"),
            (
                "DEFAULT_JIRA_REDIRECT_URI",
                "http://127.0.0.1:8000/api/frontend/oauth/authorization-callback/jira",
            ),
            (
                "JUNCTURE_DATA_DIR",
                folder.path().to_str().expect("a UTF-8 path"),
            ),
        ]
        .into_iter()
        .collect();
        let config = Config::read(&environment).expect("a good configuration");
        let router = runtime.block_on(async {
            let app = server::open(config, Arc::new(SystemClock)).await;
            let app = app.expect("a new database");
            connect(&app).await;
            router(&app)
        });
        Self {
            runtime,
            router,
            _folder: folder,
        }
    }

    /// Asks, and reads the answer.
    fn ask(&self, path: &str) -> usize {
        let request = Request::get(path)
            .header(header::HOST, "127.0.0.1")
            .header(header::AUTHORIZATION, format!("Bearer {SECRET_KEY}"))
            .body(Body::empty());
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request.expect("a request"));
            let answer = answer.await.expect("the router always answers");
            assert_eq!(answer.status(), StatusCode::OK);
            let body = to_bytes(answer.into_body(), usize::MAX).await;
            body.expect("a body").len()
        })
    }
}

async fn connect(app: &App) {
    let now = app.clock.now();
    let id = Uuid::from_u128(1);
    let owner = Owner {
        project: ProjectId::DEFAULT,
        provider: "jira",
        external_id: "bench",
    };
    let pair = TokenPair {
        access_token: "x".repeat(TOKEN).into(),
        ends: Some(app.clock.steady() + Duration::from_hours(1)),
        refresh_token: Some("x".repeat(1_100).into()),
        scopes: None,
        kept: Kept::default(),
    };
    let grant = GrantRow {
        tokens: seal_tokens(&app.sealer, &*app.clock, id, owner, &pair),
        oauth_app_id: None,
        expires_at: Some(now + SignedDuration::from_hours(24)),
        end_due_at: None,
        choice: Some(ChoiceRow {
            id: SITE,
            name: "Acme",
            url: None,
        }),
        account: None,
    };
    let site = table::ImportRow {
        connection_id: id,
        jira_site_id: SITE.to_owned(),
        selected_jira_project_id: None,
        created_at: now,
        last_updated: now,
    };
    let written = async {
        let mut tx = app.store.begin_write().await?;
        let project = owner.project;
        connections::insert(&mut tx, project, owner.provider, id, &grant, now).await?;
        connections::map(&mut tx, project, owner.external_id, owner.provider, id).await?;
        table::insert(&mut tx, &[&site]).await?;
        tx.commit().await
    };
    written.await.expect("the database takes a connection");
}

#[divan::bench(args = ["get-access-token", "check-connection-validity"])]
fn the_router(bencher: Bencher<'_, '_>, read: &str) {
    let server = InProcess::start();
    let path = format!("/api/backend/connection-info/{read}?external_id=bench&provider=jira");
    bencher.bench_local(|| server.ask(&path));
}
