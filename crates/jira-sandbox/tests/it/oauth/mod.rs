//! Consent, codes, tokens, and the sites they reach.

mod codes;
mod consent;
mod refresh;
mod sites;
