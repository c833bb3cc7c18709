//! A server that can be killed: the whole of it on a runtime of its own, so that its end ends all that is
//! under way in it and nothing else.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use juncture_server::config::Config;
use juncture_server::router::router;
use juncture_server::server;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use super::answer::Answer;
use super::{TestApp, environment};

/// A server that can be killed.
pub(crate) struct Mortal {
    /// None only while it goes down.
    runtime: Option<Runtime>,
    router: Router,
}

impl TestApp {
    /// Another server of the same configuration on the same database, with the same Atlassian and the
    /// same clock, that can be killed.
    pub(crate) async fn mortal(&self) -> Mortal {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let variables = self.variables.iter();
        let variables = variables.map(|(name, value)| (name.as_str(), value.as_str()));
        let variables = [self.database.variables(), variables.collect()].concat();
        let environment = environment(self.database.folder(), &self.sandbox.url, &variables);
        let (config, clock) = (Config::read(&environment).unwrap(), self.clock.clone());
        let opening = runtime.spawn(async move {
            let app = server::open(config, Arc::new(clock)).await.unwrap();
            router(&app)
        });
        Mortal {
            router: opening.await.unwrap(),
            runtime: Some(runtime),
        }
    }
}

impl Mortal {
    /// Sends it a request, whose answer never comes if it is killed first.
    pub(crate) fn send(&self, request: Request<Body>) -> JoinHandle<Answer> {
        let asked = self.router.clone().oneshot(request);
        let runtime = self.runtime.as_ref().expect("it lives");
        runtime.spawn(async move { Answer::of(asked.await.unwrap()).await })
    }

    /// Ends it, and all that is under way in it.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.end();
    }
}
