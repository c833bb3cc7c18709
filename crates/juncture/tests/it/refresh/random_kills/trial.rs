//! A deployment whose one server is killed again and again while callers ask it for tokens.

use std::collections::BTreeSet;
use std::time::Duration;

use fastrand::Rng;
use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::watch;

use super::report::Report;
use crate::support::browser::Browser;
use crate::support::deployment::{Deployment, Replica};
use crate::support::flow::{ADA, BRUNO, JIWOO, find};
use crate::support::real_time::{PATIENCE, eventually, pause, timed, within};
use crate::support::rows::{count_in, lease_owners, token_versions};
use crate::support::sandbox::subject;

const KILLS: usize = 50;
const CONNECTIONS: usize = 20;
const CALLERS: usize = 4;

/// The server hands out no token with less than 60 seconds left: these are refreshed when they are
/// 6 seconds old.
const TOKEN_SECONDS: u32 = 66;

pub(super) struct Trial {
    deployment: Deployment,
    customers: Vec<Customer>,
    /// The server that lives, or the last one; none when the killing is over.
    server: watch::Sender<Option<Browser>>,
    /// Told of every token that a caller was given.
    answered: watch::Sender<()>,
}

/// A connection, and whose it is.
struct Customer {
    external_id: String,
    account_id: String,
}

impl Trial {
    /// All of it.
    pub(super) async fn run(mut rng: Rng) -> Report {
        let (trial, server) = Self::begin().await;
        let connected = trial.versions().await;
        let callers: Vec<Rng> = (0..CALLERS).map(|_| rng.fork()).collect();
        let callers = callers.into_iter().map(|rng| trial.call(rng));
        let ((mut report, server), answered) =
            tokio::join!(trial.kill(server, rng), join_all(callers));
        for of_one in answered {
            report.add(of_one);
        }
        ((), report.settled_in) = timed(Box::pin(trial.settle())).await;
        report.committed = trial.versions().await - connected;
        report.refreshes = trial.deployment.sandbox.refreshes().await;
        trial.assert_all_tokens_are_right(&report).await;
        trial.assert_nothing_is_lost(server).await;
        report
    }

    async fn begin() -> (Self, Replica) {
        let deployment = Deployment::start(600).await;
        let sandbox = &deployment.sandbox;
        sandbox
            .set_switches(&json!({"access_token_seconds": TOKEN_SECONDS}))
            .await;
        let users = sandbox.world().await["users"].clone();
        let server = deployment.serve().await;
        let mut customers = Vec::new();
        for (number, person) in (0..CONNECTIONS).zip([ADA, BRUNO, JIWOO].into_iter().cycle()) {
            let external_id = format!("customer-{number}");
            server.browser.connect(&external_id, person, "Acme").await;
            let account_id = find(&users, "name", person)["account_id"].as_str();
            customers.push(Customer {
                external_id,
                account_id: account_id.unwrap().to_owned(),
            });
        }
        // Atlassian acts at once and takes its time to answer: in between a kill is at its worst.
        let slow = json!({"kind": "slow_body", "milliseconds": 20, "pieces": 3});
        sandbox.fault("/oauth/token", &slow, None).await;
        let trial = Self {
            deployment,
            customers,
            server: watch::Sender::new(Some(server.browser.clone())),
            answered: watch::Sender::new(()),
        };
        (trial, server)
    }

    /// Kills the server and starts it again, many times. Returns the last one.
    async fn kill(&self, mut server: Replica, mut rng: Rng) -> (Report, Replica) {
        let mut report = Report::default();
        for _ in 0..KILLS {
            // Some die while they start, some at work, and some live long enough to finish what their
            // predecessors have left.
            if rng.bool() {
                let mut answered = self.answered.subscribe();
                within(PATIENCE, answered.changed()).await.unwrap();
            }
            let longest = if rng.u8(..8) == 0 { 2_000 } else { 150 };
            pause(Duration::from_millis(rng.u64(..longest))).await;
            server.kill();
            let left = lease_owners(&self.deployment.store).await;
            report.interrupted.extend(left);
            let (restarted, took) = timed(self.deployment.serve()).await;
            server = restarted;
            report.starts.push(took);
            self.server.send_replace(Some(server.browser.clone()));
        }
        self.server.send_replace(None);
        (report, server)
    }

    /// Asks for tokens for as long as the killing goes on.
    async fn call(&self, mut rng: Rng) -> Report {
        let mut report = Report::default();
        let mut server = self.server.subscribe();
        loop {
            let Some(browser) = server.borrow_and_update().clone() else {
                return report;
            };
            let customer = rng.choice(&self.customers).unwrap();
            let Ok((status, body)) = browser.ask_for_token(&customer.external_id).await else {
                report.count("none: the server was killed");
                within(PATIENCE, server.changed()).await.unwrap();
                continue;
            };
            match (status.as_u16(), body["code"].as_str()) {
                (200, None) => {
                    let token = body["access_token"].as_str().unwrap();
                    assert!(self.deployment.sandbox.takes(token).await);
                    assert_eq!(subject(token), customer.account_id);
                    let asked_for = report.tokens.entry(token.to_owned()).or_default();
                    asked_for.insert(customer.external_id.clone());
                    report.count("200");
                    self.answered.send_replace(());
                }
                (500, Some(code)) => report.count(&format!("500 {code}")),
                _ => panic!("{status} {body}"),
            }
        }
    }

    /// Waits until no refresh is under way or interrupted. Nobody asks for a token meanwhile.
    async fn settle(&self) {
        const UNFINISHED: &str =
            "SELECT COUNT(*) FROM connection WHERE refresh_started_at IS NOT NULL";
        eventually(async || count_in(&self.deployment.store, UNFINISHED).await == 0).await;
    }

    /// How many times tokens were stored.
    async fn versions(&self) -> i64 {
        token_versions(&self.deployment.store).await.values().sum()
    }

    /// Asserts that every token was issued by Atlassian, and given for one connection.
    async fn assert_all_tokens_are_right(&self, report: &Report) {
        let issued = self.deployment.sandbox.read("issued").await;
        let issued = issued["access_tokens"].as_array().unwrap().iter();
        let issued: BTreeSet<&str> = issued.map(|token| token.as_str().unwrap()).collect();
        for (token, external_ids) in &report.tokens {
            assert!(issued.contains(token.as_str()));
            assert_eq!(external_ids.len(), 1, "{external_ids:?}");
        }
    }

    /// Asserts that every connection has a token that works and a refresh token that is taken.
    async fn assert_nothing_is_lost(&self, server: Replica) {
        let sandbox = &self.deployment.sandbox;
        for Customer { external_id, .. } in &self.customers {
            let path = "/api/backend/connection-info/check-connection-validity?provider=jira";
            let validity = server
                .browser
                .get(&format!("{path}&external_id={external_id}"))
                .await;
            assert_eq!(validity["is_invalid"], false, "{external_id}");
            assert!(sandbox.takes(&server.token(external_id).await).await);
        }
        server.ask_to_stop().await;
        server.wait().await;
        // The next one has nothing but the refresh tokens, and what it gets needs no other refresh.
        let an_hour = json!({"access_token_seconds": 3600});
        sandbox.set_switches(&an_hour).await;
        self.deployment.expire_tokens().await;
        let refreshes = sandbox.refreshes().await;
        let heir = self.deployment.serve().await;
        for Customer { external_id, .. } in &self.customers {
            assert!(sandbox.takes(&heir.token(external_id).await).await);
        }
        assert_eq!(sandbox.refreshes().await, refreshes + CONNECTIONS);
    }
}
