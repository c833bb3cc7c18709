//! `juncture serve`.

use std::sync::Arc;

use juncture_clock::SystemClock;
use juncture_server::config::Config;
use juncture_server::environment::Environment;
use juncture_server::telemetry::{self, LogConfig};
use juncture_server::{server, shutdown};

/// Serves until the process is asked to stop.
pub(crate) async fn run(environment: &Environment) -> anyhow::Result<()> {
    telemetry::start(&LogConfig::read(environment));
    let config = Config::read(environment)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let mut stop = Box::pin(shutdown::requested());
    // The address first: a second server by mistake must not touch the first one's files.
    let listener = server::listen(&config).await?;
    let app = tokio::select! {
        opened = server::open(config, Arc::new(SystemClock)) => opened?,
        () = &mut stop => return Ok(()),
    };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        address = %listener.local_addr()?,
        base_url = %app.config.base_url,
        database = %app.config.database,
        cache = %app.cache,
        "serving"
    );
    server::serve(app, listener, stop).await;
    Ok(())
}
