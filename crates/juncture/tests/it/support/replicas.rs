//! Caches of several replicas over one back end, and the stamp that runs a test on each back end.

use std::sync::Arc;

use juncture_server::cache::Cache;
use juncture_server::config::Config;
use juncture_server::seal::{EncryptionKey, Sealer};
use secrecy::SecretBox;

use super::clock::HandSetClock;
use super::real_time::eventually;
use super::redis::PrivateRedis;
use super::sandbox::http_client;
use super::upstash::FakeUpstash;
use super::{beginning, environment};

/// Where the replicas of a test keep entries.
pub(crate) enum BackEnd {
    /// Memory is of one process: all replicas are one.
    Memory(Arc<Cache>),
    Redis(PrivateRedis),
    Upstash(FakeUpstash),
}

/// Replicas that share a clock and a back end.
pub(crate) struct Replicas {
    pub(crate) clock: HandSetClock,
    pub(crate) back_end: BackEnd,
}

impl Replicas {
    pub(crate) fn in_memory() -> Self {
        let clock = HandSetClock::at(beginning());
        let cache = Arc::new(cache(&[], 1, &clock));
        Self {
            clock,
            back_end: BackEnd::Memory(cache),
        }
    }

    pub(crate) fn on_redis(redis: PrivateRedis) -> Self {
        Self {
            clock: HandSetClock::at(beginning()),
            back_end: BackEnd::Redis(redis),
        }
    }

    pub(crate) async fn on_upstash() -> Self {
        Self {
            clock: HandSetClock::at(beginning()),
            back_end: BackEnd::Upstash(FakeUpstash::start().await),
        }
    }

    /// The cache of one more replica, connected.
    pub(crate) async fn replica(&self) -> Arc<Cache> {
        self.replica_with_key(1).await
    }

    /// The cache of a replica whose encryption key is this byte, 32 times.
    pub(crate) async fn replica_with_key(&self, key: u8) -> Arc<Cache> {
        let replica = match &self.back_end {
            BackEnd::Memory(cache) => cache.clone(),
            BackEnd::Redis(redis) => {
                let (url, authority) = (redis.url(), redis.authority());
                let mut variables = vec![("REDIS_URL", url.as_str())];
                if url.starts_with("rediss://") {
                    variables.push(("REDIS_CA_FILE", &authority));
                }
                Arc::new(cache(&variables, key, &self.clock))
            }
            BackEnd::Upstash(upstash) => {
                let variables = upstash.variables();
                Arc::new(cache(&variables, key, &self.clock))
            }
        };
        // A busy machine may be slow to connect.
        eventually(async || replica.answers().await).await;
        replica
    }
}

/// A cache as these variables configure it.
pub(crate) fn cache(variables: &[(&str, &str)], key: u8, clock: &HandSetClock) -> Cache {
    let environment = environment("unused".as_ref(), "http://127.0.0.1:9", variables);
    let config = Config::read(&environment).unwrap();
    let key = EncryptionKey {
        id: format!("k{key}"),
        secret: SecretBox::new(Box::new([key; 32])),
    };
    let sealer = Arc::new(Sealer::new(&[key]));
    Cache::new(
        &config.cache,
        sealer,
        Arc::new(clock.clone()),
        http_client().into(),
    )
}

/// Runs each of these functions, which take `&Replicas`, on every back end: one test a pair.
macro_rules! on_each_cache {
    ($($test:ident,)*) => {
        $crate::support::replicas::on_each_shared_cache!($($test,)*);
        mod memory {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&$crate::support::replicas::Replicas::in_memory()).await;
            })*
        }
        mod redis_over_tcp {
            $(#[tokio::test]
            async fn $test() {
                let redis = $crate::support::redis::PrivateRedis::start_on_port();
                super::$test(&$crate::support::replicas::Replicas::on_redis(redis)).await;
            })*
        }
        mod redis_over_tls {
            $(#[tokio::test]
            async fn $test() {
                let redis = $crate::support::redis::PrivateRedis::start_on_tls_port();
                super::$test(&$crate::support::replicas::Replicas::on_redis(redis)).await;
            })*
        }
    };
}

/// Likewise, on every back end outside the process, by its simplest door.
macro_rules! on_each_shared_cache {
    ($($test:ident,)*) => {
        mod redis_over_a_socket {
            $(#[tokio::test]
            async fn $test() {
                let redis = $crate::support::redis::PrivateRedis::start();
                super::$test(&$crate::support::replicas::Replicas::on_redis(redis)).await;
            })*
        }
        mod upstash_over_rest {
            $(#[tokio::test]
            async fn $test() {
                super::$test(&$crate::support::replicas::Replicas::on_upstash().await).await;
            })*
        }
    };
}

pub(crate) use {on_each_cache, on_each_shared_cache};
