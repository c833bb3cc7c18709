//! The example app: the pages that a visitor sees, and what its back end does for each.
//!
//! One user stands for all visitors; signing in is the business of a real product, not of this one.

mod new_ticket;
mod ticket;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::addresses::Addresses;
use super::backend::Backend;
use super::pages::{ConnectPage, ProjectsPage, Site, TicketsPage, TroublePage};
use super::trouble::Trouble;

/// What the handlers share.
pub(super) struct ExampleApp {
    backend: Backend,
    site: Site,
    policy: HeaderValue,
}

type Shared = State<Arc<ExampleApp>>;

/// The whole example app.
pub(super) fn router(backend: Backend, addresses: &Addresses) -> Router {
    // Browsers apply `form-action` to the redirect behind a form as well: *Connect Jira* leads to
    // the consent page, which is at another origin.
    let consent = addresses.sandbox.origin().ascii_serialization();
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {consent}; base-uri 'none'; frame-ancestors 'none'"
    );
    let app = ExampleApp {
        backend,
        site: Site::of(addresses),
        policy: HeaderValue::from_str(&policy).expect("an origin is plain ASCII"),
    };
    Router::new()
        .route("/", get(home))
        .route("/connect", post(connect))
        .route("/projects", get(projects).post(select_project))
        .route("/tickets", get(tickets).post(new_ticket::create))
        .route("/tickets/new", get(new_ticket::show))
        .route("/tickets/{key}", get(ticket::show))
        .route("/tickets/{key}/comments", post(ticket::comment))
        .route("/tickets/{key}/moves", post(ticket::make_move))
        .route("/assets/juncture.css", get(juncture_server::ui::stylesheet))
        .route("/assets/demo.css", get(stylesheet))
        .fallback(not_found)
        .with_state(Arc::new(app))
}

/// `GET /`: the connect page, or on to where the visitor left off.
async fn home(State(app): Shared) -> Response {
    let shown = async {
        let validity = app.backend.check_validity().await?;
        if !validity.is_usable() {
            let is_worn_out = validity.is_worn_out();
            return app.show(StatusCode::OK, |view| ConnectPage { view, is_worn_out });
        }
        let selected = app.backend.get_selected_project().await?;
        let next = if selected.jira_project_id.is_some() {
            "/tickets"
        } else {
            "/projects"
        };
        Ok(Redirect::to(next).into_response())
    };
    shown.await.unwrap_or_else(|trouble| app.tell(&trouble))
}

/// `POST /connect`: off to the consent page.
async fn connect(State(app): Shared) -> Response {
    match app.backend.initiate().await {
        Ok(initiated) => Redirect::to(initiated.authorization_uri.as_str()).into_response(),
        Err(trouble) => app.tell(&trouble),
    }
}

/// `GET /projects`
async fn projects(State(app): Shared) -> Response {
    let shown = async {
        let listed = app.backend.get_projects().await?;
        app.show(StatusCode::OK, |view| ProjectsPage { view, listed })
    };
    shown.await.unwrap_or_else(|trouble| app.tell(&trouble))
}

/// What the form on the projects page sends.
#[derive(Deserialize)]
struct Picked {
    project: Option<String>,
}

/// `POST /projects`
async fn select_project(State(app): Shared, Form(picked): Form<Picked>) -> Response {
    let selected = async {
        let nothing = Trouble::Visitor(StatusCode::BAD_REQUEST, "Please pick a project.");
        let id = picked.project.ok_or(nothing)?;
        app.backend.select_project(&id).await?;
        Ok(Redirect::to("/tickets").into_response())
    };
    selected.await.unwrap_or_else(|trouble| app.tell(&trouble))
}

/// `GET /tickets`
async fn tickets(State(app): Shared) -> Response {
    let shown = async {
        let projects = app.backend.get_projects().await?;
        let found = app.backend.get_tickets().await?;
        let project = projects
            .projects
            .into_iter()
            .find(|project| Some(&project.id) == projects.selected_project_id.as_ref());
        app.show(StatusCode::OK, |view| {
            TicketsPage::new(view, project, found)
        })
    };
    match shown.await {
        Err(trouble) if trouble.code() == Some("no_project_selected") => {
            Redirect::to("/projects").into_response()
        }
        shown => shown.unwrap_or_else(|trouble| app.tell(&trouble)),
    }
}

async fn not_found(State(app): Shared) -> Response {
    app.tell(&Trouble::Visitor(
        StatusCode::NOT_FOUND,
        "There is no such page here.",
    ))
}

async fn stylesheet() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (headers, include_str!("../../assets/demo.css"))
}

impl ExampleApp {
    /// Answers with a page, the calls made so far beside it.
    fn show<T: askama::Template>(
        &self,
        status: StatusCode,
        page: impl FnOnce(super::pages::View) -> T,
    ) -> Result<Response, Trouble> {
        let html = page(self.site.view(self.backend.calls.latest())).render()?;
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CONTENT_SECURITY_POLICY, self.policy.clone()),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            ),
        ];
        Ok((status, headers, html).into_response())
    }

    /// Answers with a page about what went wrong.
    fn tell(&self, trouble: &Trouble) -> Response {
        tracing::info!(%trouble, "the example app tells its visitor of trouble");
        self.show(trouble.status(), |view| TroublePage { view, trouble })
            .unwrap_or_else(|broken| (broken.status(), broken.to_string()).into_response())
    }
}
