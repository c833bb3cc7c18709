//! `used_state`: OAuth states that came back, so that each works once.

use jiff::Timestamp;

use super::{Result, Tx, change, query};

/// Notes the use of a state; false if it had been used before.
pub async fn claim(tx: &mut Tx, state_hash: &[u8], expires_at: Timestamp) -> Result<bool> {
    const CLAIM: &str =
        "INSERT INTO used_state (state_hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let claimed = change!(
        tx,
        query(CLAIM)
            .bind(state_hash)
            .bind(expires_at.as_millisecond())
    )?;
    Ok(claimed == 1)
}

/// Forgets states that have expired by `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM used_state WHERE expires_at <= $1";
    change!(tx, query(SWEEP).bind(now.as_millisecond()))
}
