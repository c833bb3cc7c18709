//! `key_check`: a sealed value that everybody knows, by which servers find out whether they have the same
//! keys, also while there is nothing else to open.

use uuid::Uuid;

use super::sealed_columns::{KEY_CHECK, RowKey};
use super::{Result, StoreError, Tx, change, on, query, query_scalar};
use crate::seal::{Place, SealError, Sealed, Sealer};

/// The one row.
const ID: Uuid = Uuid::nil();

/// What is sealed.
const KNOWN: &[u8] = b"juncture";

/// The value that stands, if there is one yet.
pub async fn find(tx: &mut Tx) -> Result<Option<Sealed>> {
    const FIND: &str = "SELECT sealed FROM key_check WHERE id = $1";
    on!(tx, |db| query_scalar(FIND).bind(ID).fetch_optional(db))
}

/// The value that stands: this sealer's own, unless another server's came first.
pub async fn find_or_insert(tx: &mut Tx, sealer: &Sealer) -> Result<Sealed> {
    const INSERT: &str =
        "INSERT INTO key_check (id, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let own = sealer.seal(&place(), KNOWN);
    change!(&mut *tx, query(INSERT).bind(ID).bind(&own))?;
    find(tx)
        .await?
        .ok_or_else(|| StoreError::unreadable("key_check", "sealed", ID))
}

/// Whether the keys of `sealer` open it.
pub fn verify(sealer: &Sealer, sealed: &Sealed) -> std::result::Result<(), SealError> {
    sealer.open(&place(), sealed).map(drop)
}

/// Puts a sound value in the place of a damaged one.
pub async fn replace(tx: &mut Tx, damaged: &Sealed, sealer: &Sealer) -> Result<()> {
    let sound = sealer.seal(&place(), KNOWN);
    KEY_CHECK
        .replace(tx, &RowKey::Id(ID), damaged, &sound)
        .await?;
    Ok(())
}

fn place() -> Place {
    KEY_CHECK.place(&RowKey::Id(ID), None)
}
