//! Routes, and what the OpenAPI document says of them, which stands at their handlers. It is made where it
//! is asked for: to make it takes longer than all else of a start.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use tower::{Layer, Service};
use utoipa::openapi::{HttpMethod, OpenApi};
use utoipa_axum::PathItemExt as _;
use utoipa_axum::router::UtoipaMethodRouter;

use crate::projects::scopes::Scope;
use crate::web::needs::Needs;
use crate::web::openapi::tell_scope;

/// Routes of a state, what is told of them, and what a key needs for them.
#[derive(Clone)]
pub(crate) struct Routes<S> {
    router: Router<S>,
    told: Vec<Told>,
    needs: Needs,
}

/// What is told of a route below a prefix.
#[derive(Clone)]
struct Told {
    prefix: String,
    scope: Option<Scope>,
    tell: Arc<dyn Fn() -> OpenApi + Send + Sync>,
}

/// A handler, its path and its methods, what is told of it, and what a key needs for it: see [`handled`].
pub(crate) struct Handled<S> {
    pub(crate) path: String,
    pub(crate) methods: MethodRouter<S>,
    pub(crate) names: Vec<Method>,
    pub(crate) tell: fn() -> UtoipaMethodRouter<S>,
    pub(crate) scope: Option<Scope>,
}

/// A handler that is described by `#[utoipa::path]`, as [`Handled`]; with the scope that a key needs for it,
/// where it needs a key: `handled!(projects::get_projects, JiraRead)`.
macro_rules! handled {
    ($module:ident :: $handler:ident) => {
        $crate::web::routes::handled!(@of $module::$handler, None)
    };
    ($module:ident :: $handler:ident, $scope:ident) => {
        $crate::web::routes::handled!(@of $module::$handler, Some($crate::projects::scopes::Scope::$scope))
    };
    (@of $module:ident :: $handler:ident, $scope:expr) => {{
        let methods = ::utoipa_axum::routes!(@path [methods()] of $module::$handler);
        $crate::web::routes::Handled {
            path: ::utoipa_axum::routes!(@path [path()] of $module::$handler),
            names: methods.iter().map($crate::web::routes::name).collect(),
            methods: ::axum::routing::on($crate::web::routes::filter(&methods), $module::$handler),
            tell: || ::utoipa_axum::routes!($module::$handler),
            scope: $scope,
        }
    }};
}
pub(crate) use handled;

/// A method as a request has it.
pub(crate) fn name(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

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
        let (tell, scope) = (handled.tell, handled.scope);
        let path = format!("{prefix}{}", handled.path);
        let mut routes = self.alias(&path, handled);
        routes.told.push(Told {
            prefix: prefix.to_owned(),
            scope,
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

    /// Adds a handler under another path, of which nothing is told.
    pub(crate) fn alias(self, path: &str, handled: Handled<S>) -> Self {
        match handled.scope {
            Some(scope) => self.needing(path, &handled.names, scope),
            None => self,
        }
        .route(path, handled.methods)
    }

    /// Adds a route of which nothing is told.
    pub(crate) fn route(mut self, path: &str, methods: MethodRouter<S>) -> Self {
        self.router = self.router.route(path, methods);
        self
    }

    /// Says what a key needs for a route.
    pub(crate) fn needing(mut self, path: &str, methods: &[Method], scope: Scope) -> Self {
        for method in methods {
            self.needs.add(path, method.clone(), scope);
        }
        self
    }

    /// Tells of what is told nowhere else, for which a key needs this.
    pub(crate) fn tell(
        mut self,
        scope: Scope,
        tell: impl Fn() -> OpenApi + Send + Sync + 'static,
    ) -> Self {
        self.told.push(Told {
            prefix: String::new(),
            scope: Some(scope),
            tell: Arc::new(tell),
        });
        self
    }

    /// The same routes, of which nothing is told.
    pub(crate) fn untold(self) -> Self {
        Self {
            told: Vec::new(),
            ..self
        }
    }

    /// What a key needs for them.
    pub(crate) fn needs(&self) -> Needs {
        self.needs.clone()
    }

    /// Adds other routes below `prefix`.
    pub(crate) fn nest(mut self, prefix: &str, routes: Self) -> Self {
        self.router = self.router.nest(prefix, routes.router);
        self.needs.merge(routes.needs.below(prefix));
        self.told.extend(routes.told.into_iter().map(|told| Told {
            prefix: format!("{prefix}{}", told.prefix),
            ..told
        }));
        self
    }

    /// Adds other routes.
    pub(crate) fn merge(mut self, routes: Self) -> Self {
        self.router = self.router.merge(routes.router);
        self.needs.merge(routes.needs);
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
            needs: self.needs,
        }
    }

    /// What is told of them, without them: nobody will call them, so they need no state.
    pub(crate) fn only_told<T: Clone + Send + Sync + 'static>(self) -> Routes<T> {
        Routes {
            router: Router::new(),
            told: self.told,
            needs: self.needs,
        }
    }

    /// The routes alone.
    pub(crate) fn into_router(self) -> Router<S> {
        self.router
    }

    /// Adds what is told of them to `document`.
    pub(crate) fn describe(&self, document: &mut OpenApi) {
        for Told {
            prefix,
            scope,
            tell,
        } in &self.told
        {
            let told = tell();
            for (path, mut item) in told.paths.paths {
                if let Some(scope) = scope {
                    tell_scope(&mut item, *scope);
                }
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
        Self {
            router,
            told: Vec::new(),
            needs: Needs::default(),
        }
    }
}
