//! Tokens as they stand in the store: sealed, each in its place, for its owner.

use juncture_clock::Clock;
use uuid::Uuid;

use crate::connection::{access_token_place, refresh_token_place};
use crate::oauth::TokenPair;
use crate::seal::{Owner, Sealer};
use crate::store::connections::SealedTokens;

/// Seals tokens for their row in `connection`, and whose it is.
#[must_use]
pub fn seal_tokens(
    sealer: &Sealer,
    clock: &dyn Clock,
    id: Uuid,
    owner: Owner<'_>,
    pair: &TokenPair,
) -> SealedTokens {
    SealedTokens {
        refresh_token: sealer.seal_token(&refresh_token_place(id, owner), &pair.refresh_token),
        access_token: sealer.seal_token(&access_token_place(id, owner), &pair.access_token),
        access_token_expires_at: pair.expires_at(clock),
    }
}
