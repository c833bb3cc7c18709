//! Tokens as they stand in the store: sealed, each in its place, for its owner.

use uuid::Uuid;

use crate::app::App;
use crate::oauth::Tokens;
use crate::seal::{Owner, Place};
use crate::store::connections::SealedTokens;
use crate::store::sealed_columns::{ACCESS_TOKEN, REFRESH_TOKEN, RowKey};

/// Seals tokens for their row in `connection`, and whose it is.
#[must_use]
pub fn seal_tokens(app: &App, id: Uuid, owner: Owner<'_>, tokens: &Tokens) -> SealedTokens {
    SealedTokens {
        refresh_token: app
            .sealer
            .seal_token(&refresh_token_place(id, owner), &tokens.refresh_token),
        access_token: app
            .sealer
            .seal_token(&access_token_place(id, owner), &tokens.access_token),
        access_token_expires_at: tokens.expires_at(&*app.clock),
    }
}

/// Where the refresh token of a connection is sealed.
#[must_use]
pub fn refresh_token_place(id: Uuid, owner: Owner<'_>) -> Place {
    REFRESH_TOKEN.place(&RowKey::Id(id), Some(owner))
}

/// Where the access token of a connection is sealed.
#[must_use]
pub fn access_token_place(id: Uuid, owner: Owner<'_>) -> Place {
    ACCESS_TOKEN.place(&RowKey::Id(id), Some(owner))
}
