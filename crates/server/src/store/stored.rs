//! A value as it stands in a row, which may be none of its type: SQLite lets anything stand anywhere,
//! and a hand or a broken disk may have written it.

use std::fmt::Display;

use jiff::Timestamp;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Type, ValueRef as _};

use super::{Result, StoreError};

/// What a column holds. Reading the row never fails because of it; only asking for the value does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored<T>(Option<T>);

impl<T> Stored<T> {
    /// The value, if it is one.
    pub fn value(self) -> Option<T> {
        self.0
    }

    /// The value, or which column of which row cannot be read.
    pub fn read(self, table: &'static str, column: &'static str, row: impl Display) -> Result<T> {
        self.0
            .ok_or_else(|| StoreError::unreadable(table, column, row))
    }
}

impl Stored<i64> {
    /// The time, of milliseconds since the epoch.
    pub fn time(
        self,
        table: &'static str,
        column: &'static str,
        row: impl Display,
    ) -> Result<Timestamp> {
        let time = self.0.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        time.ok_or_else(|| StoreError::unreadable(table, column, row))
    }
}

impl<T> From<T> for Stored<T> {
    fn from(value: T) -> Self {
        Self(Some(value))
    }
}

impl<DB: Database, T: Type<DB>> Type<DB> for Stored<T> {
    fn type_info() -> DB::TypeInfo {
        T::type_info()
    }

    fn compatible(_: &DB::TypeInfo) -> bool {
        true
    }
}

impl<'r, DB: Database, T: Decode<'r, DB> + Type<DB>> Decode<'r, DB> for Stored<T> {
    fn decode(value: DB::ValueRef<'r>) -> std::result::Result<Self, BoxDynError> {
        let is_one = !value.is_null() && T::compatible(&value.type_info());
        Ok(Self(is_one.then(|| T::decode(value).ok()).flatten()))
    }
}
