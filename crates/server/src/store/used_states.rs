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

/// Notes to which connection code a used state has led.
pub async fn lead_to(tx: &mut Tx, state_hash: &[u8], code_hash: &[u8]) -> Result<()> {
    const LEAD: &str = "UPDATE used_state SET code_hash = $1 WHERE state_hash = $2";
    change!(tx, query(LEAD).bind(code_hash).bind(state_hash))?;
    Ok(())
}

/// Forgets states that have expired by `now`.
pub async fn sweep(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SWEEP: &str = "DELETE FROM used_state WHERE expires_at <= $1";
    change!(tx, query(SWEEP).bind(now.as_millisecond()))
}
