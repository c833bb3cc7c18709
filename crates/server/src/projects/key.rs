//! An API key: what it looks like, and by what it is known.
//!
//! A key has 256 random bits. Nothing of it is stored but its SHA-256, which needs no salt and no slow
//! function: there is nothing to guess. It is looked up by that digest, and how long a look-up takes tells
//! nothing of use: whoever would steer a digest towards a stored one would have to invert SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::random;

pub use crate::auth::Digest;

/// How much of a secret key is shown, to tell keys apart: its kind, and 36 of its 256 bits.
const SHOWN: usize = PREFIX + 6;

/// How long the beginnings of keys are.
const PREFIX: usize = 7;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Names the project of calls from browsers. Everybody may know it.
    Public,
    /// Lets a back end in.
    Secret,
}

impl Kind {
    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Secret => "secret",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Public, Self::Secret]
            .into_iter()
            .find(|known| known.as_str() == word)
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::Public => "jct_pk_",
            Self::Secret => "jct_sk_",
        }
    }

    /// A new key of this kind.
    #[must_use]
    pub fn make(self) -> SecretString {
        let key = [self.prefix(), &random::url_safe_code()].concat();
        key.into()
    }

    /// Whether this may be a key of this kind: what cannot be one is looked for nowhere.
    #[must_use]
    pub fn may_be(self, given: &[u8]) -> bool {
        let code = given.strip_prefix(self.prefix().as_bytes());
        let decoded = code.map(|code| URL_SAFE_NO_PAD.decode_slice(code, &mut [0; 32]));
        decoded == Some(Ok(32))
    }

    /// What may be shown of a key.
    #[must_use]
    pub fn shown(self, key: &SecretString) -> &str {
        let key = key.expose_secret();
        match self {
            Self::Public => key,
            Self::Secret => &key[..SHOWN],
        }
    }
}
