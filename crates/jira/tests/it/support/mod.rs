//! What the tests stand on: a clock set by hand, a server that obeys, a client of the two.

mod clock;
mod fake;
#[path = "../../../../json/tests/support/hostile.rs"]
pub(crate) mod hostile;
mod issues;

use std::sync::Arc;

use juncture_jira::Client;
use juncture_jira::secrecy::SecretString;
use proptest::test_runner::{Config, RngSeed};
use url::Url;

pub(crate) use clock::HandClock;
pub(crate) use fake::{Fake, Reply, Request};
pub(crate) use issues::{Event, Issues};

pub(crate) const SITE: &str = "11111111-2222-3333-4444-555555555555";
pub(crate) const TOKEN: &str = "tok3n-that-nobody-may-see";

/// What random cases are drawn from, so that the suite tries the same ones each time.
const SEED: u64 = 20_261_123;

/// So many random cases; others, and more of them, where `PROPTEST_RNG_SEED` and `PROPTEST_CASES` say
/// so.
pub(crate) fn cases(count: u32) -> Config {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = count;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(SEED);
    }
    config
}

pub(crate) fn token() -> SecretString {
    SecretString::from(TOKEN)
}

/// HTTP without the machine's proxy, and without redirects, as the client asks for.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests' own client: loopback only"
)]
pub(crate) fn http() -> reqwest::Client {
    // An error says that it has been chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy();
    http.redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A client of that server under that clock.
pub(crate) fn client(url: &Url, clock: &Arc<HandClock>) -> Client {
    Client::new(http(), url.clone(), Arc::<HandClock>::clone(clock) as _)
}

/// The path of a call to [`SITE`].
pub(crate) fn path(tail: &str) -> String {
    format!("/ex/jira/{SITE}/rest/api/3/{tail}")
}

/// Runs a future to its end, where a test cannot be one.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}
