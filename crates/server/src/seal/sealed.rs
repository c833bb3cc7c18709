//! A sealed value, the place it belongs to, and why it may not open.

use std::fmt;

use ring::aead::NONCE_LEN;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Encode, Type};

use crate::project::ProjectId;

/// The first byte of the layout that `seal` describes; another layout would take another number.
const VERSION: u8 = 1;

/// A sealed value, as it stands in the store. Whatever stands there is taken as bytes: whether it is
/// sealed at all shows when it is opened, and concerns nobody who reads it among others.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl<DB: Database> Type<DB> for Sealed
where
    Vec<u8>: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <Vec<u8> as Type<DB>>::type_info()
    }

    fn compatible(_: &DB::TypeInfo) -> bool {
        true
    }
}

impl<'r, DB: Database> Decode<'r, DB> for Sealed
where
    Vec<u8>: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Vec::decode(value).map(Self)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for Sealed
where
    Vec<u8>: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.0.encode_by_ref(buffer)
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl Sealed {
    /// Takes bytes that came from outside, such as an OAuth state. Whether they are sealed at all
    /// shows when they are opened.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes to store or to send.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn of_parts(key_id: &str, nonce: &[u8; NONCE_LEN], ciphertext: &[u8]) -> Self {
        Self([&beginning(key_id), &nonce[..], ciphertext].concat())
    }

    pub(super) fn parts(&self) -> Option<(&str, [u8; NONCE_LEN], &[u8])> {
        let (&version, rest) = self.0.split_first()?;
        let (&id_length, rest) = rest.split_first()?;
        let (id, rest) = rest.split_at_checked(id_length.into())?;
        let (nonce, ciphertext) = rest.split_first_chunk()?;
        (version == VERSION).then_some((str::from_utf8(id).ok()?, *nonce, ciphertext))
    }
}

/// How every value that is sealed with this key begins, and no other value.
pub(super) fn beginning(key_id: &str) -> Vec<u8> {
    let length = u8::try_from(key_id.len()).expect("ids are at most 32 characters long");
    [&[VERSION, length], key_id.as_bytes()].concat()
}

/// A sealed value does not open.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{place} does not open: {reason}")]
pub struct SealError {
    /// Where it belongs.
    pub place: Place,
    /// Why not.
    pub reason: Unopenable,
}

/// Why a sealed value does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unopenable {
    /// The bytes do not have the layout of a sealed value.
    #[error("it is damaged")]
    Damaged,
    /// The value names a key that is not there.
    #[error("it needs the encryption key {0:?}, which is not there")]
    UnknownKey(String),
    /// Wrong key, altered bytes, or a value moved from another place or to another owner.
    #[error("its key, its bytes, its place or its owner is another")]
    Refused,
}

/// Whose a connection is: a customer of a project, at a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The project.
    pub project: ProjectId,
    /// The name of the provider.
    pub provider: &'a str,
    /// The caller's own id of the customer.
    pub external_id: &'a str,
}

/// Where a sealed value belongs, and to whom. It opens nowhere else, and for nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Table, column and row, or what kind of thing it is.
    name: String,
    /// Project, provider and external id. Not part of the name: that is for the log.
    owner: Option<String>,
}

impl Place {
    /// A column of one row, by the name that the store has for it. The row's owner belongs to it:
    /// whoever can write the database must not hand the tokens of one customer to another by changing
    /// whose a row is.
    #[must_use]
    pub fn stored(name: String, owner: Option<Owner<'_>>) -> Self {
        Self {
            name,
            // None of them has control characters, so no two owners read the same.
            owner: owner.map(|owner| {
                let Owner {
                    project,
                    provider,
                    external_id,
                } = owner;
                format!("{project}\0{provider}\0{external_id}")
            }),
        }
    }

    /// An entry of the cache that replicas share.
    #[must_use]
    pub fn cached(name: &str) -> Self {
        Self::unowned(format!("cache/{name}"))
    }

    /// A value that travels outside the store, such as the OAuth state.
    #[must_use]
    pub fn message(kind: &str) -> Self {
        Self::unowned(format!("message/{kind}"))
    }

    fn unowned(name: String) -> Self {
        Self { name, owner: None }
    }

    /// The associated data of the encryption.
    pub(super) fn associated_data(&self) -> Vec<u8> {
        let name = format!("juncture/{}", self.name);
        match &self.owner {
            Some(owner) => format!("{name}\0{owner}").into_bytes(),
            None => name.into_bytes(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
