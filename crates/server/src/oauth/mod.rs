//! OAuth 2.0 with a provider (RFC 6749): the authorisation URL and the requests to its token endpoint.
//!
//! What providers do differently is data ([`Profile`]), and whose client asks is another thing
//! ([`OAuthApp`]). This is the only code that talks to a token endpoint, and it knows no provider by name.

mod answer;
mod app;
mod error;
mod pkce;
mod profile;
mod revocation;
mod token_endpoint;
mod token_pair;
mod verdict;
mod word;

pub use answer::{Answer, Unread};
pub use app::OAuthApp;
pub use error::{TokenError, TokenFailure};
pub use pkce::Verifier;
pub use profile::{
    Approval, Body, ClientAuth, Expiry, Keep, Parameters, Pkce, Profile, RefreshTokens, Revocation,
    TokenPaths, Way,
};
pub use revocation::NotRevoked;
pub use token_endpoint::{TOKEN_DEADLINE, TokenClient};
pub use token_pair::{Kept, MARGIN, TokenPair};
pub use verdict::{Grant, Judge, Refusal, Words};
pub use word::Word;
