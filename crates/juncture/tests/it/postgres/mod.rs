//! What PostgreSQL brings with it: a server that is reached over a network, may be away, and is
//! shared by many processes.

mod connecting;
mod outages;
mod pooler;
mod secrets;
mod starts;
mod tls;
mod urls;

use juncture_server::config::Config;
use juncture_server::environment::reader::Problems;

use crate::support::sandbox::TestSandbox;
use crate::support::{TestApp, environment, postgres};

/// Keys as an operator would set them.
const KEYS: &str = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// The configuration of a server with this database.
fn config(url: &str) -> Result<Config, Problems> {
    let folder = std::path::Path::new("/nowhere");
    let variables = [("DATABASE_URL", url), ("JUNCTURE_ENCRYPTION_KEYS", KEYS)];
    Config::read(&environment(folder, "http://127.0.0.1:9", &variables))
}

/// A server under test with this database.
async fn app(url: &str) -> TestApp {
    let variables = [("DATABASE_URL", url), ("JUNCTURE_ENCRYPTION_KEYS", KEYS)];
    TestApp::on_sqlite_with(&variables, TestSandbox::start().await).await
}

/// The message of a start that is refused, which never shows the password.
fn refusal(url: &str) -> String {
    let refused = config(url).unwrap_err().to_string();
    assert!(!refused.contains(postgres::PASSWORD), "{refused}");
    refused
}
