//! `juncture doctor`: looks at all that a server needs from outside, and says what is wrong and what to
//! do about it.
//!
//! It looks and does not touch: no table is made or brought up to date, no key is made. The database
//! gets the probe of `/readyz`, and Atlassian's token host a refresh token that nobody has ever had.
//! Each look has a bound of its own; the slowest, of a connection, refreshes its tokens as a server
//! would.

mod callback;
mod connection;
mod finding;
mod hosts;
mod stored;

use std::sync::Arc;

use juncture_clock::Clock;

use crate::app::App;
use crate::config::Config;
use crate::connection::ExternalId;
use finding::{TOO_LATE, within};

pub use finding::{Finding, PATIENCE, State};

/// A customer by the names that people know.
#[derive(Debug)]
pub struct Named {
    /// The name of the project.
    pub project: String,
    /// Its own id of the customer.
    pub external_id: ExternalId,
}

/// Looks at everything, and at the connection of `customer` if there is one to look at. The findings
/// come in the order in which one thing needs another.
pub async fn examine(
    config: Config,
    clock: Arc<dyn Clock>,
    customer: Option<&Named>,
) -> Vec<Finding> {
    let mut findings = vec![Finding::good("configuration", "every variable is good")];
    findings.extend(config.warnings.iter().map(|warning| {
        Finding::doubtful(
            "configuration",
            warning,
            "see docs/CONFIG.md; it may be meant as it is",
        )
    }));
    let http = juncture_outbound::Http::default();
    let (stored, cache, hosts, callback) = tokio::join!(
        within(&*clock, Box::pin(stored::look(&config))),
        stored::cache(&config, &clock, http.clone()),
        hosts::look(&config.jira, &http, &clock),
        callback::look(&config, &http, &*clock),
    );
    let late = || stored::Seen::of(Finding::bad("database", TOO_LATE, stored::ADVICE));
    let stored = stored.unwrap_or_else(late);
    findings.extend(stored.findings);
    findings.push(cache);
    findings.extend(hosts);
    findings.extend(callback);
    match (customer, stored.opened) {
        (None, _) => {}
        (Some(_), None) => findings.push(Finding::bad(
            connection::WHAT,
            "was not looked at",
            "let the database be well first",
        )),
        (Some(customer), Some((store, sealer))) => {
            let app = App::new(config, store, sealer, clock.clone(), Vec::new());
            let looked = Box::pin(connection::look(&app, customer));
            let looked = within(&*clock, looked).await;
            findings
                .extend(looked.unwrap_or_else(|| {
                    vec![Finding::bad(connection::WHAT, TOO_LATE, "try again")]
                }));
            // A refresh that has begun is not given up.
            app.tasks.close();
            within(&*clock, app.tasks.wait()).await;
        }
    }
    findings
}
