//! A real server before a sandbox, and a client of it by way of a proxy that loses answers.

pub(crate) mod clock;
pub(crate) mod front;
pub(crate) mod world;

use std::sync::Arc;

use juncture_client::jira::{Jira, ListTickets, NewTicket};
use juncture_client::{Juncture, Options};

use clock::TestClock;
use front::Front;
use world::{SECRET_KEY, World};

/// The id of a type of issues that the sandbox's first project has.
pub(crate) const BUG: &str = "10004";

/// A customer who is connected and has selected a project.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) front: Front,
    pub(crate) clock: TestClock,
    pub(crate) juncture: Juncture,
    pub(crate) jira: Jira,
}

impl Scene {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// A scene whose server has these variables on top of what it needs.
    pub(crate) async fn start_with(variables: &[(&str, &str)]) -> Self {
        let world = World::start_with(variables).await;
        let front = Front::of(&world.juncture).await;
        let clock = TestClock::default();
        let options = Options {
            clock: Arc::new(clock.clone()),
            ..Options::default()
        };
        let juncture = Juncture::with_options(&front.url, SECRET_KEY, options).unwrap();
        world.connect(&juncture, "customer-1").await;
        let jira = juncture.jira("customer-1");
        jira.projects().select("SHOP").await.unwrap();
        front.meets([]);
        Self {
            world,
            front,
            clock,
            juncture,
            jira,
        }
    }

    /// The same customer's Jira, of which nothing is asked twice.
    pub(crate) fn impatient(&self) -> Jira {
        let juncture = self.juncture.adjusted(|options| options.max_retries = 0);
        juncture.jira("customer-1")
    }

    /// The key of a new ticket.
    pub(crate) async fn new_ticket(&self) -> String {
        let made = self.jira.tickets().create(&bug("Made by a test")).await;
        made.unwrap().ticket.ticket.key
    }

    /// How many tickets have this title.
    pub(crate) async fn made(&self, summary: &str) -> usize {
        let tickets = self
            .jira
            .tickets()
            .list(&ListTickets::default())
            .await
            .unwrap();
        let titles = tickets
            .tickets
            .iter()
            .map(|ticket| ticket.summary.as_deref());
        titles.filter(|title| *title == Some(summary)).count()
    }
}

/// A ticket to be, in the selected project.
pub(crate) fn bug(summary: &str) -> NewTicket {
    NewTicket::new(BUG, summary)
}
