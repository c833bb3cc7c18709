//! Which cache replicas share, if any: Upstash wins over Redis, as documented.

use redis::{Client, ConnectionAddr, ConnectionInfo, TlsCertificates};
use secrecy::SecretString;
use url::Url;

use crate::environment::reader::Reader;

const REDIS_URL: &str = "REDIS_URL";
const REDIS_CA_FILE: &str = "REDIS_CA_FILE";
const UPSTASH_URL: &str = "UPSTASH_REDIS_REST_URL";
const UPSTASH_TOKEN: &str = "UPSTASH_REDIS_REST_TOKEN";

const STREAM: &str = "JUNCTURE_EVENTS_REDIS_STREAM";
const STREAM_LENGTH: &str = "JUNCTURE_EVENTS_REDIS_STREAM_LENGTH";

/// About how many entries a stream keeps where nobody says so.
const STREAM_KEEPS: u64 = 100_000;

/// How long the beginning of a stream's name may be.
const LONGEST_NAME: usize = 100;

/// Where entries of the cache are kept beside this process's memory.
#[derive(Debug)]
pub enum CacheConfig {
    /// Nowhere.
    Memory,
    /// `REDIS_URL`, `REDIS_CA_FILE`.
    Redis(RedisConfig),
    /// `UPSTASH_REDIS_REST_…`.
    Upstash(UpstashConfig),
}

/// A Redis server.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// `REDIS_URL`.
    pub server: ConnectionInfo,
    /// The content of `REDIS_CA_FILE`: certificates of authorities in PEM form.
    pub authority: Option<Vec<u8>>,
}

/// Streams of events in a Redis server.
#[derive(Debug, Clone)]
pub struct StreamConfig {
    /// That of the cache.
    pub server: RedisConfig,
    /// `JUNCTURE_EVENTS_REDIS_STREAM`: with what their names begin.
    pub stream: String,
    /// `JUNCTURE_EVENTS_REDIS_STREAM_LENGTH`: about how many entries each keeps; 0 is all.
    pub keep: u64,
}

/// A database at Upstash.
#[derive(Debug, Clone)]
pub struct UpstashConfig {
    /// `UPSTASH_REDIS_REST_URL`.
    pub url: Url,
    /// `UPSTASH_REDIS_REST_TOKEN`.
    pub token: SecretString,
}

pub(crate) fn read(reader: &mut Reader<'_>) -> (CacheConfig, Option<Box<StreamConfig>>) {
    // Both are read, so that what is wrong with either is told.
    let redis = read_redis(reader);
    let upstash = read_upstash(reader);
    let stream = read_stream(reader, redis.as_ref());
    let cache = match (upstash, redis) {
        (Some(database), _) => CacheConfig::Upstash(database),
        (None, Some(server)) => CacheConfig::Redis(server),
        (None, None) => CacheConfig::Memory,
    };
    (cache, stream)
}

fn read_stream(reader: &mut Reader<'_>, server: Option<&RedisConfig>) -> Option<Box<StreamConfig>> {
    let keep = reader.parsed(STREAM_LENGTH, "a number of entries, or 0 to keep all");
    let stream = reader.text(STREAM)?;
    let is_fit = stream.len() <= LONGEST_NAME && stream.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_fit {
        let reason = format!("must be a name without spaces, of {LONGEST_NAME} characters at most");
        reader.problem(STREAM, reason);
    }
    if reader.text(REDIS_URL).is_none() {
        reader.problem(
            STREAM,
            format!("needs {REDIS_URL}, the Redis that the streams are in"),
        );
    }
    let stream = StreamConfig {
        server: server?.clone(),
        stream,
        keep: keep.unwrap_or(STREAM_KEEPS),
    };
    Some(stream.into())
}

fn read_upstash(reader: &mut Reader<'_>) -> Option<UpstashConfig> {
    let token = reader.text(UPSTASH_TOKEN);
    match (reader.text(UPSTASH_URL).is_some(), &token) {
        (true, None) => reader.problem(
            UPSTASH_TOKEN,
            format!("is not set, though {UPSTASH_URL} is"),
        ),
        (false, Some(_)) => reader.problem(
            UPSTASH_URL,
            format!("is not set, though {UPSTASH_TOKEN} is"),
        ),
        _ => {}
    }
    let is_token = |token: &String| token.bytes().all(|byte| byte.is_ascii_graphic());
    if !token.iter().all(is_token) {
        reader.problem(
            UPSTASH_TOKEN,
            "must be the token alone: no spaces, ASCII only",
        );
    }
    Some(UpstashConfig {
        url: reader.url(UPSTASH_URL)?,
        token: token?.into(),
    })
}

fn read_redis(reader: &mut Reader<'_>) -> Option<RedisConfig> {
    let authority = read_authority(reader);
    let Some(url) = reader.text(REDIS_URL) else {
        if authority.is_some() {
            reader.problem(REDIS_CA_FILE, format!("must be unset where {REDIS_URL} is"));
        }
        return None;
    };
    let Ok(server) = url.parse::<ConnectionInfo>() else {
        reader.problem(REDIS_URL, "must be redis://[user:password@]host[:port][/database], the same with rediss:// for TLS, or redis+unix:///path/of/the/socket");
        return None;
    };
    let is_tls = match server.addr() {
        ConnectionAddr::TcpTls { insecure, .. } => {
            if *insecure {
                reader.problem(REDIS_URL, format!("must not end in #insecure; {REDIS_CA_FILE} may name the authority of your own certificate"));
            }
            true
        }
        _ => false,
    };
    if let Some(authority) = &authority {
        if is_tls {
            check_authority(reader, &server, authority);
        } else {
            reader.problem(
                REDIS_CA_FILE,
                format!("must be unset unless {REDIS_URL} begins with rediss://"),
            );
        }
    }
    Some(RedisConfig { server, authority })
}

/// The content of the PEM file, if one is named.
fn read_authority(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    match std::fs::read(reader.text(REDIS_CA_FILE)?) {
        Ok(pem) => Some(pem),
        Err(reason) => {
            reader.problem(
                REDIS_CA_FILE,
                format!("must name a file that can be read: {reason}"),
            );
            None
        }
    }
}

/// Whether the server's certificate can be checked against `authority`.
fn check_authority(reader: &mut Reader<'_>, server: &ConnectionInfo, authority: &[u8]) {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    // Without this look a file of something else would trust nobody.
    let has_certificate = authority.windows(BEGIN.len()).any(|part| part == BEGIN);
    let certificates = TlsCertificates {
        client_tls: None,
        root_cert: Some(authority.to_vec()),
    };
    if !has_certificate || Client::build_with_tls(server.clone(), certificates).is_err() {
        reader.problem(
            REDIS_CA_FILE,
            "must name a file of certificates in PEM form",
        );
    }
}
