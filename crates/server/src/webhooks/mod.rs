//! Deliveries: events are posted to the endpoints of their project, signed, in the order of each subject.
//!
//! An **endpoint** is where they are posted to, a **lane** one subject there, a **delivery** an event that waits in
//! a lane, an **attempt** one request.

pub mod sign;
