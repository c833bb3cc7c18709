//! A word of a dialect: written in a source, or read from somewhere.

use std::borrow::Cow;

/// A name or a value that a provider gives a meaning to.
pub type Word = Cow<'static, str>;
