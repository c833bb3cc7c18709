//! What goes wrong with the store while nobody's request is under way: told once, however often and by
//! however much work it is met.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::error::{Result, StoreError};

/// What of the work in the background fails, and why.
#[derive(Debug, Default)]
pub(super) struct Trouble(Mutex<BTreeMap<&'static str, String>>);

impl Trouble {
    /// Notes what came of a work. A failure is told if no other work has failed for the same reason
    /// since it last succeeded, and that nothing fails any more once.
    pub(super) fn note(&self, work: &'static str, done: &Result<()>) {
        let mut failing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Ok(()) => {
                if failing.remove(work).is_some() && failing.is_empty() {
                    tracing::info!("the store does its work again");
                }
            }
            // Who found out has told it.
            Err(StoreError::Lost(_)) => {}
            Err(StoreError::Shared(shared)) if matches!(**shared, StoreError::Lost(_)) => {}
            Err(error) => {
                let reason = error.reason();
                let is_told = failing.values().any(|told| *told == reason);
                failing.insert(work, reason);
                if !is_told {
                    tracing::warn!(
                        work,
                        error = error as &dyn std::error::Error,
                        "the store fails; what was to be done will be tried again"
                    );
                }
            }
        }
    }
}
