//! What a key must be allowed to do, route by route. It is said once, where the route stands in the table,
//! held against the key before the route is called, and told in the OpenAPI document from there.

use std::collections::HashMap;

use axum::http::Method;

use crate::projects::scopes::Scope;

/// What the routes below some path need.
#[derive(Debug, Clone, Default)]
pub(crate) struct Needs(HashMap<Box<str>, Vec<(Method, Scope)>>);

/// What a call needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// This.
    Scope(Scope),
    /// Nothing: the route has other methods, and will say so.
    OtherMethod,
    /// Nobody has said it.
    Unknown,
}

impl Needs {
    /// Says what a method of a route needs.
    pub(crate) fn add(&mut self, route: &str, method: Method, scope: Scope) {
        self.0
            .entry(route.into())
            .or_default()
            .push((method, scope));
    }

    /// Those of other routes as well.
    pub(crate) fn merge(&mut self, other: Self) {
        for (route, needs) in other.0 {
            self.0.entry(route).or_default().extend(needs);
        }
    }

    /// The same for the same routes below `prefix`.
    pub(crate) fn below(self, prefix: &str) -> Self {
        let routes = self.0.into_iter();
        Self(
            routes
                .map(|(route, needs)| (format!("{prefix}{route}").into(), needs))
                .collect(),
        )
    }

    /// What a call needs.
    pub(crate) fn of(&self, route: &str, method: &Method) -> Need {
        let Some(needs) = self.0.get(route) else {
            return Need::Unknown;
        };
        let find = |method: &Method| needs.iter().find(|(known, _)| known == method);
        // Whatever answers GET answers HEAD (RFC 9110 §9.3.2).
        let found = find(method).or_else(|| find(&Method::GET).filter(|_| method == Method::HEAD));
        found.map_or(Need::OtherMethod, |(_, scope)| Need::Scope(*scope))
    }
}
