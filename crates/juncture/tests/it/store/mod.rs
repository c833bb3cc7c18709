//! The store's functions, where the API cannot show what they promise: each on SQLite and PostgreSQL.

mod claims;
mod faulty_disk;
mod keys;
mod lost_files;
mod modes;
mod opening;
mod readiness;
mod sealed_columns;
mod transactions;
mod unreadable;

/// Stamps a test for each kind of store from functions that take a `TestDatabase`.
macro_rules! on_each_store {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::support::database::TestDatabase::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test(crate::support::database::TestDatabase::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_each_store;
