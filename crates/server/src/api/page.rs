//! Lists of the server's own things: some of them, and where the next ones begin.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::web::error::Error;
use crate::web::extract::Text;

/// How many are told where nobody says so, and how many at the most.
const USUAL: u16 = 50;
const MOST: u16 = 200;

/// The parameters of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Page {
    /// How many to tell: 1 to 200, 50 if absent.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, example = 50)]
    limit: Text,
    /// Where to begin: the `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "AZrR7R2Xc4mVbVbVbVbVbQ")]
    cursor: Text,
}

impl Page {
    /// How many, and behind which.
    pub(super) fn parse(&self) -> Result<(u16, Option<Uuid>), Error> {
        parse(&self.limit, &self.cursor)
    }
}

/// How many, and behind which, by the two parameters of a list.
pub(super) fn parse(limit: &Text, cursor: &Text) -> Result<(u16, Option<Uuid>), Error> {
    let limit = limit.optional("limit")?;
    let limit = limit.map_or(Ok(USUAL), |text| {
        let limit = text.parse().ok();
        let limit = limit.filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(invalid_limit)
    })?;
    let cursor = cursor.optional("cursor")?;
    let after = cursor.map(|text| {
        let id = URL_SAFE_NO_PAD.decode(text).ok();
        let id = id.and_then(|id| Uuid::from_slice(&id).ok());
        id.ok_or_else(invalid_cursor)
    });
    Ok((limit, after.transpose()?))
}

/// The page of what was found, one more than was asked for if there is one, and where the next one begins.
pub(super) fn cut<T>(
    mut found: Vec<T>,
    limit: u16,
    id: impl Fn(&T) -> Uuid,
) -> (Vec<T>, Option<String>) {
    let is_all = found.len() <= usize::from(limit);
    found.truncate(limit.into());
    let last = found.last().filter(|_| !is_all);
    let next = last.map(|last| URL_SAFE_NO_PAD.encode(id(last)));
    (found, next)
}

/// What may be wrong with the parameters.
pub(super) fn refusals() -> Vec<Error> {
    vec![invalid_limit(), invalid_cursor()]
}

fn invalid_limit() -> Error {
    Error::invalid_field("limit", format!("must be a number from 1 to {MOST}"))
}

fn invalid_cursor() -> Error {
    Error::invalid_field("cursor", "is none of this list's")
}
