//! `juncture demo`: the server, the sandbox and a small example app in one process, each on a free
//! loopback port, to be tried in a browser or walked by a program ([`check()`]).
//!
//! Nothing here is a shortcut into the server: it is configured as an operator would configure it,
//! and the three speak to each other over HTTP alone.

mod addresses;
mod app;
mod backend;
mod calls;
mod check;
mod forms;
mod options;
mod pages;
mod start;
mod trouble;

use std::path::PathBuf;

pub use options::{DemoError, Options};

use juncture_server::shutdown;

use start::Demo;

/// Runs the demo until the process is asked to end; `say` prints where it is. The folder of its
/// database stays.
pub async fn run(options: &Options, say: impl Fn(&str)) -> Result<(), DemoError> {
    let stop = shutdown::requested();
    let demo = Demo::start(options).await?;
    let addresses = &demo.addresses;
    say(&format!(
        "Open {app}\n\n  \
         example app  {app}\n  \
         Juncture     {juncture}\n  \
         sandbox      {sandbox}_sandbox/ (a simulated Jira; no account needed)\n  \
         database     {folder}\n\n\
         Ctrl-C ends the demo.",
        app = addresses.app,
        juncture = addresses.juncture,
        sandbox = addresses.sandbox,
        folder = demo.folder().display(),
    ));
    stop.await;
    let folder: PathBuf = demo.stop().await.keep();
    say(&format!("The database stays in {}", folder.display()));
    Ok(())
}

/// Walks the whole flow over HTTP as a visitor would, lets `say` print the tickets and what became of
/// the one that it made, and removes the folder of the database. Any deviation is an error.
pub async fn check(options: &Options, say: impl Fn(&str)) -> Result<(), DemoError> {
    let stop = shutdown::requested();
    let demo = Demo::start(options).await?;
    let walked = tokio::select! {
        walked = check::walk(&demo.addresses) => walked,
        () = stop => Err("it was interrupted".to_owned()),
    };
    drop(demo.stop().await);
    let (tickets, story) = walked.map_err(DemoError::Check)?;
    say(&tickets.to_text());
    let [from, to] = &story.statuses;
    say(&format!(
        "{key}: created, commented on, moved from {from} to {to} ({resolution}), and read back; \
         what was sent twice was done once",
        key = story.key,
        resolution = story.resolution,
    ));
    say(&format!(
        "demo check passed: {} tickets",
        tickets.rows.len()
    ));
    Ok(())
}
