//! How many connections there are, for the metrics.

use metrics::gauge;

use crate::store::{self, changes};
use crate::tokens::Tokens;

/// Counts the connections of every provider by state.
pub async fn count(tokens: &Tokens) -> store::Result<()> {
    let mut tx = tokens.store.begin_read().await?;
    let rows = changes::count_of_any_project(&mut tx, tokens.clock.now()).await?;
    drop(tx);
    for provider in tokens.providers.iter() {
        let name = provider.name();
        let of_provider = rows.iter().find(|row| row.provider == name.as_str());
        let (invalid, expired) = of_provider.map_or((0, 0), |row| (row.invalid, row.expired));
        let active = of_provider.map_or(0, |row| row.in_all - invalid - expired);
        let counts = [
            ("active", active),
            ("invalid", invalid),
            ("expired", expired),
        ];
        for (state, connections) in counts {
            let labels = [("provider", name.as_str()), ("state", state)];
            let connections = u32::try_from(connections.max(0)).unwrap_or(u32::MAX);
            tokens
                .metrics
                .record(|| gauge!("juncture_connections", &labels).set(f64::from(connections)));
        }
    }
    Ok(())
}
