//! Issues that a query finds: all of them, or page by page.

mod asked;
mod cursor;
mod page;
mod whole;

pub(crate) use asked::{SCOPES, Search};
pub(crate) use page::{MOST_ON_A_PAGE, page};
pub(crate) use whole::{MOST, whole};
