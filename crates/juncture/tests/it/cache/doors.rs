//! Who is trusted, and what a user of Redis must be allowed.

use jiff::SignedDuration;
use juncture_server::cache::Key;

use crate::support::redis::{PASSWORD, PrivateRedis};
use crate::support::replicas::{Replicas, cache};

const TEXT: Key<String> = Key::new("text", SignedDuration::from_hours(1));

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_trusted() {
    let (redis, stranger) = (
        PrivateRedis::start_on_tls_port(),
        PrivateRedis::start_on_tls_port(),
    );
    let clock = Replicas::in_memory().clock;
    let (url, own, foreign) = (redis.url(), redis.authority(), stranger.authority());
    for (variables, is_trusted) in [
        (vec![("REDIS_URL", url.as_str())], false),
        (
            vec![("REDIS_URL", &url), ("REDIS_CA_FILE", &foreign)],
            false,
        ),
        (vec![("REDIS_URL", &url), ("REDIS_CA_FILE", &own)], true),
    ] {
        let cache = cache(&variables, 1, &clock);
        cache.set(&TEXT, "a", &"value".to_owned()).await;
        assert_eq!(cache.get(&TEXT, "a").await.as_deref(), Some("value"));
        assert_eq!(cache.answers().await, is_trusted, "{variables:?}");
        let held: i64 = redis.ask(&["DBSIZE"]).await;
        assert_eq!(held > 0, is_trusted);
    }
}

#[tokio::test]
async fn a_user_who_may_get_and_set_under_the_prefix_is_enough() {
    let redis = PrivateRedis::start_on_port();
    let limited =
        "ACL SETUSER cache on >cache-password resetkeys ~juncture:* -@all +get +set +select";
    redis
        .ask::<()>(&limited.split(' ').collect::<Vec<_>>())
        .await;
    let url = redis
        .url()
        .replace("default", "cache")
        .replace(PASSWORD, "cache-password");
    let clock = Replicas::in_memory().clock;
    let [one, other] = [1, 1].map(|key| cache(&[("REDIS_URL", &url)], key, &clock));
    assert!(one.answers().await);
    one.set(&TEXT, "a", &"value".to_owned()).await;
    assert_eq!(other.get(&TEXT, "a").await.as_deref(), Some("value"));
}
