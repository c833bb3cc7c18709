//! The sandbox as a server: its routes, and the layers around them.

mod keep;
mod record;

use std::future::Future;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;

use crate::faults::strike::strike;
use crate::gateway::no_such_path;
use crate::sandbox::Sandbox;
use crate::webhooks::courier::keep_time;
use crate::wire::{Line, Wire};
use crate::{control, oauth, pictures, rest};

impl Sandbox {
    /// Every host of the simulated cloud on one address, and the controls under `/_sandbox/`.
    ///
    /// A router has no connection to cut: without [`Sandbox::serve`], a cut shows as a 502 whose
    /// body fails.
    pub fn router(&self) -> Router {
        let simulated = Router::new()
            .merge(oauth::routes())
            .merge(rest::routes(self).layer(from_fn_with_state(self.clone(), rest::announce)))
            .fallback(no_such_path)
            .layer(from_fn_with_state(self.clone(), strike))
            .layer(from_fn_with_state(self.clone(), record::record));
        Router::new()
            .merge(simulated)
            .merge(pictures::routes())
            .merge(control::routes().layer(from_fn_with_state(self.clone(), rest::announce)))
            .layer(from_fn_with_state(self.clone(), keep::keep))
            .with_state(self.clone())
    }

    /// Serves the router until `shutdown` ends, then lets hanging requests go, finishes the answers
    /// under way, and saves the state of a sandbox that is kept in a file.
    ///
    /// # Errors
    ///
    /// The listener's own, and those of the file.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let router = self.router();
        let sandbox = self.clone();
        let service = router.into_make_service_with_connect_info::<Wire>();
        let time = tokio::spawn(keep_time(self.clone()));
        let served = axum::serve(Line(listener), service)
            .with_graceful_shutdown(async move {
                shutdown.await;
                self.release().await;
            })
            .await;
        time.abort();
        served?;
        sandbox.save()
    }
}
