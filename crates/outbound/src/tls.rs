//! The cryptography of TLS: `ring`, for calls to others and for Redis alike.
//!
//! Without a word rustls takes the library that it was compiled with, but `reqwest` asks to be told.

use rustls::{ClientConfig, RootCertStore};

/// Makes `ring` the library of this process, unless one has been chosen. Call it before a client of
/// `reqwest` is built.
pub fn use_ring() {
    // An error says that one has been chosen.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A client that believes the authorities that the system trusts; to read them takes time.
pub(crate) fn trust_of_the_system() -> ClientConfig {
    use_ring();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth()
}
