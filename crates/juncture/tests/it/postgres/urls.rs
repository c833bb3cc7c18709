//! What `DATABASE_URL` may say, and what is told when it says something else.

use std::fs;

use juncture_server::store::settings::Database;

use super::{config, refusal};
use crate::support::postgres::PASSWORD;

/// The database of a good URL, as the log names it.
fn name(url: &str) -> String {
    let config = config(url).unwrap_or_else(|problems| panic!("{url}: {problems}"));
    assert!(matches!(config.database, Database::Postgres(_)));
    let debug = format!("{config:?}");
    assert!(!debug.contains("hidden"), "{debug}");
    config.database.to_string()
}

#[test]
fn urls_as_providers_hand_them_out_are_taken() {
    let neon = "postgresql://owner:hidden@ep-a-1-pooler.eu-central-1.aws.neon.tech/neondb?sslmode=require&channel_binding=require";
    assert_eq!(
        name(neon),
        "postgres://ep-a-1-pooler.eu-central-1.aws.neon.tech:5432/neondb"
    );
    let other = "postgres://user:hidden%40word@db.example.com:6543/app?pgbouncer=true&connection_limit=1&connect_timeout=15&application_name=ours";
    assert_eq!(name(other), "postgres://db.example.com:6543/app");
    let without_tls =
        "postgres://user:hidden@10.0.0.1/app?sslmode=disable&target_session_attrs=read-write";
    assert_eq!(name(without_tls), "postgres://10.0.0.1:5432/app");
    let schema =
        "postgres://user:hidden@db/app?options[search_path]=ours&options=-c%20work_mem%3D4MB";
    assert_eq!(name(schema), "postgres://db:5432/app");
    let socket = "postgres://user:hidden@%2Fvar%2Frun%2Fpostgresql/app";
    assert_eq!(name(socket), "postgres:///var/run/postgresql:5432/app");
}

#[test]
fn urls_of_clients_for_node_are_taken() {
    for query in [
        "sslmode=no-verify",
        "ssl=true",
        "ssl=false",
        "ssl=no-verify",
        "uselibpqcompat=true&sslmode=require",
        "schema=public",
        "schema=public&connection_limit=1&pool_timeout=0",
        "schema=ours&sslaccept=strict&socket_timeout=5",
        "statement_timeout=1000&max=5&idle_timeout=20&prepare=false",
    ] {
        let url = format!("postgres://u:hidden@127.0.0.1:1/db?{query}");
        assert_eq!(name(&url), "postgres://127.0.0.1:1/db", "{query}");
    }
}

#[test]
fn a_wrong_url_is_told_by_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent.pem").display().to_string();
    for (rest, reason) in [
        ("h:port/db", "must be a whole URL"),
        ("h1:5432,h2:5432/db", "must be a whole URL"),
        ("h1,h2/db", "must name one host"),
        (
            "h/db?sslmode=sometimes",
            "must have an `sslmode` of disable, allow, prefer, require, verify-ca or verify-full",
        ),
        (
            "h/db?sslmod=require",
            "has the parameter `sslmod`, which is not known",
        ),
        (
            "h/db?sslmod=require&colour=blue&prepare=false&shape=round",
            "has the parameters `sslmod`, `colour`, `shape`, which are not known",
        ),
        ("h/db?ssl=sometimes", "must have an `sslmode` of"),
        (
            "h/db?sslidentity=client.p12&sslpassword=hidden",
            "has the parameter `sslidentity`: give a client's certificate and key as PEM files",
        ),
        ("h/db?port=x", "must be a whole URL"),
        (
            &format!("h/db?sslrootcert={absent}"),
            "names a file in `sslrootcert` that cannot be read: No such file or directory",
        ),
        (
            "h/db?sslcert=client.pem",
            "must have `sslcert` and `sslkey` together, or neither",
        ),
    ] {
        let refused = refusal(&format!("postgres://user:{PASSWORD}@{rest}"));
        assert!(
            refused.contains(&format!("\n  DATABASE_URL {reason}")),
            "{rest}: {refused}"
        );
        assert_eq!(refused.matches("has 1 problem:").count(), 1, "{refused}");
    }
    fs::write(&absent, "now it is there").unwrap();
    config(&format!("postgres://user@h/db?sslrootcert={absent}")).unwrap();
}

#[test]
fn the_number_of_connections_is_one_that_a_server_may_have() {
    use crate::support::environment;
    use juncture_server::config::Config;
    for wrong in ["0", "-1", "1001", "many"] {
        let variables = [("DATABASE_MAX_CONNECTIONS", wrong)];
        let environment = environment(std::path::Path::new("/x"), "http://127.0.0.1:9", &variables);
        let refused = Config::read(&environment).unwrap_err().to_string();
        let told = "\n  DATABASE_MAX_CONNECTIONS must be a number from 1 to 1000\n";
        assert!(refused.contains(told), "{refused}");
    }
}
