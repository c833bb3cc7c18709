//! TLS, as the URL says.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use juncture_server::store::{Store, StoreError};

use super::config;
use crate::support::certificates;
use crate::support::postgres::{PASSWORD, PrivatePostgres, give};

/// A server that takes connections by TLS alone, with a certificate for `localhost` of an authority
/// of its own, `authority.pem` in its folder; `other/authority.pem` is another one by the same name.
fn server_with_tls() -> PrivatePostgres {
    let mut server = PrivatePostgres::start();
    let folder = server.folder().to_owned();
    fs::create_dir(folder.join("other")).unwrap();
    certificates::make(&folder);
    certificates::make(&folder.join("other"));
    let key = folder.join("server-key.pem");
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    give(&key);
    let hosts = "hostssl all all 127.0.0.1/32 password\n";
    fs::write(server.data().join("pg_hba.conf"), hosts).unwrap();
    let certificate = folder.join("server.pem");
    server.set(&[
        &format!("ssl_cert_file={}", certificate.display()),
        &format!("ssl_key_file={}", key.display()),
        "ssl=on",
    ]);
    server
}

/// Opens the database by a URL with this host and these parameters, or tells why not.
async fn open(server: &PrivatePostgres, host: &str, parameters: &str) -> Result<(), String> {
    let port = server.port;
    let folder = server.folder().display();
    let parameters = parameters.replace("FOLDER", &folder.to_string());
    let url = format!("postgres://juncture:{PASSWORD}@{host}:{port}/postgres?{parameters}");
    let opened = Store::open(&config(&url).unwrap().database).await;
    match opened {
        Ok(store) => {
            store.check().await.unwrap();
            Ok(())
        }
        Err(StoreError::Open { reason, .. }) => Err(reason),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn tls_is_as_the_url_says() {
    let server = server_with_tls();
    for (host, parameters) in [
        ("localhost", ""),
        ("localhost", "sslmode=prefer"),
        ("localhost", "sslmode=allow"),
        ("127.0.0.1", "sslmode=require"),
        ("127.0.0.1", "sslmode=no-verify"),
        ("127.0.0.1", "ssl=no-verify"),
        ("127.0.0.1", "sslaccept=accept_invalid_certs"),
        ("localhost", "ssl=true&sslrootcert=FOLDER/authority.pem"),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/authority.pem",
        ),
        (
            "localhost",
            "sslmode=require&channel_binding=require&sslrootcert=FOLDER/authority.pem",
        ),
        (
            "127.0.0.1",
            "sslmode=verify-ca&sslrootcert=FOLDER/authority.pem",
        ),
        (
            "127.0.0.1",
            "sslmode=require&sslrootcert=FOLDER/authority.pem",
        ),
    ] {
        let opened = open(&server, host, parameters).await;
        assert_eq!(opened, Ok(()), "{host} {parameters}");
    }
    for (host, parameters, reason) in [
        ("localhost", "sslmode=disable", "no encryption"),
        ("localhost", "sslmode=verify-full", "UnknownIssuer"),
        ("localhost", "ssl=true", "UnknownIssuer"),
        ("localhost", "sslaccept=strict", "UnknownIssuer"),
        ("localhost", "sslmode=verify-ca", "UnknownIssuer"),
        ("localhost", "sslrootcert=system", "UnknownIssuer"),
        // Somebody in between is found out by the name in the certificate instead.
        (
            "localhost",
            "sslmode=require&channel_binding=require",
            "UnknownIssuer",
        ),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=FOLDER/other/authority.pem",
            "BadSignature",
        ),
        (
            "localhost",
            "sslmode=require&sslrootcert=FOLDER/other/authority.pem",
            "BadSignature",
        ),
        (
            "127.0.0.1",
            "sslmode=verify-full&sslrootcert=FOLDER/authority.pem",
            "not valid for name",
        ),
    ] {
        let refused = open(&server, host, parameters).await.unwrap_err();
        assert!(refused.contains(reason), "{host} {parameters}: {refused}");
        assert!(!refused.contains(PASSWORD));
    }
}
