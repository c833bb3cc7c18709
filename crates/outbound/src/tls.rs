//! The cryptography of TLS: `ring`, for calls to others and for Redis alike.
//!
//! Without a word rustls takes the library that it was compiled with, but `reqwest` asks to be told.

/// Makes `ring` the library of this process, unless one has been chosen. Call it before a client of
/// `reqwest` is built.
pub fn use_ring() {
    // An error says that one has been chosen.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
