//! A port of this machine, and a router that answers there.

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A port that is taken; who comes before anything is served waits.
pub(crate) struct Loopback {
    pub(crate) url: String,
    listener: TcpListener,
}

impl Loopback {
    pub(crate) async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { url, listener }
    }

    /// Serves, until the test ends or the task is aborted.
    pub(crate) fn serve(self, router: Router) -> JoinHandle<()> {
        let listener = self.listener;
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() })
    }
}
