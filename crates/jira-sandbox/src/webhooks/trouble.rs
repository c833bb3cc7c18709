//! What goes wrong between Jira and a receiver, when it is asked to.

use fastrand::Rng;
use serde::{Deserialize, Serialize};

/// Loss, doubles, delays and disorder. Each delivery draws from the seed and its own number, so that
/// the same changes meet the same trouble.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Trouble {
    pub(crate) seed: u64,
    /// Whether nothing leaves until it is released.
    pub(crate) hold: bool,
    /// The share of deliveries that are lost, from 0 to 1.
    pub(crate) lose: f64,
    /// Events of which every delivery is lost.
    pub(crate) lose_events: Vec<String>,
    /// The share of deliveries that are made once more, though the receiver has taken them.
    pub(crate) double: f64,
    /// Whether what is due leaves in no order.
    pub(crate) shuffle: bool,
    /// For how many seconds of the sandbox's clock a delivery waits.
    pub(crate) delay_seconds: u32,
    /// The same of what followed from another change.
    pub(crate) secondary_delay_seconds: u32,
    /// How many deliveries may wait. What comes beyond them is lost.
    pub(crate) most_waiting: usize,
    /// How many requests of a site are on their way to one host at once.
    pub(crate) at_once: usize,
    /// The same of what followed from another change.
    pub(crate) secondary_at_once: usize,
}

impl Default for Trouble {
    fn default() -> Self {
        Self {
            seed: 1,
            hold: false,
            lose: 0.0,
            lose_events: Vec::new(),
            double: 0.0,
            shuffle: false,
            delay_seconds: 0,
            secondary_delay_seconds: 0,
            most_waiting: 20_000,
            at_once: 20,
            secondary_at_once: 10,
        }
    }
}

/// What a delivery has drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lot {
    pub(super) is_lost: bool,
    pub(super) is_doubled: bool,
    /// Its place among those that are due; all have the same where order is kept.
    pub(super) rank: u32,
}

impl Trouble {
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let is_share = |share: f64| (0.0..=1.0).contains(&share);
        if !is_share(self.lose) || !is_share(self.double) {
            return Err("lose and double are shares from 0 to 1");
        }
        if self.at_once == 0 || self.secondary_at_once == 0 {
            return Err("at_once and secondary_at_once are at least 1; hold keeps everything");
        }
        Ok(())
    }

    pub(super) fn draw(&self, number: u64, event: &str) -> Lot {
        let mut rng = self.rng(number, 0);
        let is_drawn = rng.f64() < self.lose;
        let is_named = self.lose_events.iter().any(|lost| lost == event);
        Lot {
            is_lost: is_drawn || is_named,
            is_doubled: rng.f64() < self.double,
            rank: if self.shuffle { rng.u32(..) } else { 0 },
        }
    }

    /// The seconds until the next attempt: 5 to 15 minutes (Atlassian, "Webhooks").
    pub(super) fn pause(&self, number: u64, retries: u32) -> i64 {
        self.rng(number, retries).i64(5 * 60..=15 * 60)
    }

    fn rng(&self, number: u64, step: u32) -> Rng {
        let mut rng = Rng::with_seed(self.seed ^ number.rotate_left(32));
        for _ in 0..step {
            rng = rng.fork();
        }
        rng
    }
}
