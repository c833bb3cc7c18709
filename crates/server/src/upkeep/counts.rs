//! How many connections there are, for the metrics.

use metrics::gauge;

use crate::store::{self, changes};
use crate::tokens::Tokens;

/// Counts the connections of every provider by state.
pub async fn count(tokens: &Tokens) -> store::Result<()> {
    let mut tx = tokens.store.begin_read().await?;
    let rows = changes::count(&mut tx, tokens.clock.now()).await?;
    drop(tx);
    for provider in tokens.providers.iter() {
        let name = provider.name();
        let mut counts = [("active", 0), ("invalid", 0), ("expired", 0)];
        for row in rows.iter().filter(|row| row.provider == name.as_str()) {
            let state = match (row.is_invalid, row.is_expired) {
                (true, _) => 1,
                (false, true) => 2,
                (false, false) => 0,
            };
            counts[state].1 += row.connections;
        }
        for (state, connections) in counts {
            let labels = [("provider", name.as_str()), ("state", state)];
            let connections = u32::try_from(connections).unwrap_or(u32::MAX);
            tokens
                .metrics
                .record(|| gauge!("juncture_connections", &labels).set(f64::from(connections)));
        }
    }
    Ok(())
}
