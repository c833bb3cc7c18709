//! Routes, and what the OpenAPI document says of them, which stands at their handlers. It is made where it
//! is asked for: to make it takes longer than all else of a start.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use tower::{Layer, Service};
use utoipa::openapi::{HttpMethod, OpenApi};
use utoipa_axum::PathItemExt as _;
use utoipa_axum::router::UtoipaMethodRouter;

/// Routes of a state, and what is told of them.
#[derive(Clone)]
pub(crate) struct Routes<S> {
    router: Router<S>,
    told: Vec<Told>,
}

/// What is told of a route below a prefix.
#[derive(Clone)]
struct Told {
    prefix: String,
    tell: Arc<dyn Fn() -> OpenApi + Send + Sync>,
}

/// A handler, its path and its methods, and what is told of it: see [`handled`].
pub(crate) struct Handled<S> {
    pub(crate) path: String,
    pub(crate) methods: MethodRouter<S>,
    pub(crate) tell: fn() -> UtoipaMethodRouter<S>,
}

/// A handler that is described by `#[utoipa::path]`, as [`Handled`].
macro_rules! handled {
    ($module:ident :: $handler:ident) => {{
        let methods = ::utoipa_axum::routes!(@path [methods()] of $module::$handler);
        $crate::web::routes::Handled {
            path: ::utoipa_axum::routes!(@path [path()] of $module::$handler),
            methods: ::axum::routing::on($crate::web::routes::filter(&methods), $module::$handler),
            tell: || ::utoipa_axum::routes!($module::$handler),
        }
    }};
}
pub(crate) use handled;

/// What lets these methods through.
pub(crate) fn filter(methods: &[HttpMethod]) -> axum::routing::MethodFilter {
    let filters = methods.iter().map(HttpMethod::to_method_filter);
    let all = filters.reduce(axum::routing::MethodFilter::or);
    all.expect("a handler has a method")
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet.
    pub(crate) fn new() -> Self {
        Router::new().into()
    }

    /// Adds a handler.
    pub(crate) fn handle(self, handled: Handled<S>) -> Self {
        self.handle_below("", handled)
    }

    /// Adds a handler under its path below `prefix`. Other than a nested route it costs a request no
    /// copy of its path.
    pub(crate) fn handle_below(self, prefix: &str, handled: Handled<S>) -> Self {
        let tell = handled.tell;
        let path = format!("{prefix}{}", handled.path);
        let mut routes = self.route(&path, handled.methods);
        routes.told.push(Told {
            prefix: prefix.to_owned(),
            tell: Arc::new(move || {
                let (schemas, paths, _) = tell();
                let mut told = OpenApi::default();
                told.paths = paths;
                told.components.get_or_insert_default().schemas = schemas.into_iter().collect();
                told
            }),
        });
        routes
    }

    /// Adds a route of which nothing is told.
    pub(crate) fn route(mut self, path: &str, methods: MethodRouter<S>) -> Self {
        self.router = self.router.route(path, methods);
        self
    }

    /// Tells of what is told nowhere else.
    pub(crate) fn tell(mut self, tell: impl Fn() -> OpenApi + Send + Sync + 'static) -> Self {
        self.told.push(Told {
            prefix: String::new(),
            tell: Arc::new(tell),
        });
        self
    }

    /// Adds other routes below `prefix`.
    pub(crate) fn nest(mut self, prefix: &str, routes: Self) -> Self {
        self.router = self.router.nest(prefix, routes.router);
        self.told.extend(routes.told.into_iter().map(|told| Told {
            prefix: format!("{prefix}{}", told.prefix),
            ..told
        }));
        self
    }

    /// Adds other routes.
    pub(crate) fn merge(mut self, routes: Self) -> Self {
        self.router = self.router.merge(routes.router);
        self.told.extend(routes.told);
        self
    }

    /// Puts a layer around all of them.
    pub(crate) fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.router = self.router.layer(layer);
        self
    }

    /// Gives them their state.
    pub(crate) fn with_state<T>(self, state: S) -> Routes<T> {
        Routes {
            router: self.router.with_state(state),
            told: self.told,
        }
    }

    /// What is told of them, without them: nobody will call them, so they need no state.
    pub(crate) fn only_told<T: Clone + Send + Sync + 'static>(self) -> Routes<T> {
        Routes {
            router: Router::new(),
            told: self.told,
        }
    }

    /// The routes alone.
    pub(crate) fn into_router(self) -> Router<S> {
        self.router
    }

    /// Adds what is told of them to `document`.
    pub(crate) fn describe(&self, document: &mut OpenApi) {
        for Told { prefix, tell } in &self.told {
            let told = tell();
            for (path, item) in told.paths.paths {
                let path = format!("{prefix}{path}");
                match document.paths.paths.get_mut(&path) {
                    Some(known) => known.merge_operations(item),
                    None => drop(document.paths.paths.insert(path, item)),
                }
            }
            let schemas = told.components.unwrap_or_default().schemas;
            let components = document.components.get_or_insert_default();
            components.schemas.extend(schemas);
        }
    }
}

impl<S: Clone + Send + Sync + 'static> From<Router<S>> for Routes<S> {
    fn from(router: Router<S>) -> Self {
        let told = Vec::new();
        Self { router, told }
    }
}
