//! A way through: calls that we do not know, passed on to what a customer has connected.

use async_trait::async_trait;
use juncture_outbound::forward::{Answer, Cause, Passing};

use crate::connection::Customer;
use crate::failure::Failure;

/// A provider to which calls can be passed on.
#[async_trait]
pub trait Passage: Send + Sync {
    /// Passes a call on to what the customer has chosen, below which it stays, with a token that works
    /// and at the pace that all our calls there share. Gives the answer as soon as it has begun, whatever
    /// its status.
    async fn pass(&self, customer: Customer, passing: Passing) -> Result<Answer, NotPassed>;
}

/// Why there is no answer to pass back.
#[derive(Debug)]
pub enum NotPassed {
    /// The rest of the caller's body did not come.
    Caller(Cause),
    /// The call cannot be sent: this is what it has too much of.
    Unfit(&'static str),
    /// What means the same whatever was to be done.
    Failed(Failure),
}

impl From<Failure> for NotPassed {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
