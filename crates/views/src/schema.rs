//! Schemas of what no type of ours describes: texts out of a closed set, and objects of any members.

use utoipa::openapi::schema::{AdditionalProperties, Schema, SchemaType, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};

/// A text that is one of these words.
#[must_use]
pub fn one_of(description: &str, words: &[&'static str]) -> RefOr<Schema> {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words.iter().copied()));
    RefOr::T(text.description(Some(description.trim())).into())
}

/// An object whose members are called anything.
#[must_use]
pub fn any_members(
    description: &str,
    values: impl Into<AdditionalProperties<Schema>>,
) -> RefOr<Schema> {
    let object = ObjectBuilder::new().additional_properties(Some(values));
    RefOr::T(object.description(Some(description.trim())).into())
}

/// Members of such an object that are anything.
#[must_use]
pub fn anything() -> AdditionalProperties<Schema> {
    AdditionalProperties::FreeForm(true)
}

/// Members that are all of one type.
#[must_use]
pub fn each(kind: Type) -> Schema {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(kind))
        .into()
}

/// Names a schema: its doc comment is its description.
#[macro_export]
macro_rules! schema {
    ($(#[doc = $description:literal])+ $name:ident as $shown:literal, one of $words:expr) => {
        $crate::schema!(
            $(#[doc = $description])+ $name as $shown,
            $crate::schema::one_of(concat!($($description),+), &$words)
        );
    };
    ($(#[doc = $description:literal])+ $name:ident as $shown:literal, any members: $values:expr) => {
        $crate::schema!(
            $(#[doc = $description])+ $name as $shown,
            $crate::schema::any_members(concat!($($description),+), $values)
        );
    };
    ($(#[doc = $description:literal])+ $name:ident as $shown:literal, $schema:expr) => {
        $(#[doc = $description])+
        pub struct $name;

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $schema
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                $shown.into()
            }
        }
    };
}
pub use crate::schema;

schema!(
    /// An id: a text, or a whole number, which means its digits.
    Id as "Id", id()
);

fn id() -> RefOr<Schema> {
    let kinds = SchemaType::from_iter([Type::String, Type::Integer]);
    let id = ObjectBuilder::new().schema_type(kinds);
    let description = "An id: a text, or a whole number, which means its digits.";
    RefOr::T(id.description(Some(description)).into())
}
