//! What was collected of connections is written.

use crate::store;
use crate::tokens::Tokens;

/// Writes which connections were used, and what their calls were.
pub async fn write(tokens: &Tokens) -> store::Result<()> {
    let (now, steady) = (tokens.clock.now(), tokens.clock.steady());
    for held in tokens.held.iter() {
        if let Some(at) = held.take_use(now, steady) {
            tokens.timeline.note_use(held.id, at);
        }
    }
    tokens.timeline.write(&tokens.store).await
}
