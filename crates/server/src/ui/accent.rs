//! The accent colour of a project's pages: a stylesheet made of the colour in its path, so that pages need no
//! style of their own. Text stays readable whatever the colour (WCAG 2.2, 1.4.3): it is made darker on light
//! ground, and lighter on dark ground, as far as that needs.

use axum::response::{IntoResponse as _, Response};

use crate::web::error::Error;
use crate::web::extract::Path;

/// The least contrast of text and its ground.
const READABLE: f64 = 4.5;

const WHITE: Colour = Colour([255; 3]);
const BLACK: Colour = Colour([0; 3]);

/// The worst grounds of `juncture.css` for text in the accent colour: `--ground` by day, `--paper` by night.
const BY_DAY: Colour = Colour([0xf3, 0xf5, 0xf8]);
const BY_NIGHT: Colour = Colour([0x17, 0x1d, 0x26]);

/// `GET /assets/accent/{file}`: `0052cc.css`.
pub async fn stylesheet(Path(file): Path<String>) -> Response {
    match file.strip_suffix(".css").and_then(Colour::parse) {
        Some(accent) => super::asset("text/css; charset=utf-8", css(accent)).into_response(),
        None => Error::RouteNotFound.into_response(),
    }
}

fn css(accent: Colour) -> String {
    let day = scheme(accent, (WHITE, BY_DAY), BLACK);
    let night = scheme(accent, (BY_NIGHT, BY_NIGHT), WHITE);
    format!(":root{{{day}}}@media (prefers-color-scheme:dark){{:root{{{night}}}}}")
}

/// The variables of `juncture.css` on this paper and its worst ground, where text moves towards `ink`.
fn scheme(accent: Colour, (paper, ground): (Colour, Colour), ink: Colour) -> String {
    let accent = accent.readable_on(ground, ink);
    let soft = paper.mixed(accent, 0.1);
    let strong = accent.mixed(ink, 0.2).readable_on(soft, ink);
    format!("--accent:{accent};--accent-strong:{strong};--accent-soft:{soft}")
}

/// A colour of the web, in sRGB.
#[derive(Debug, Clone, Copy)]
struct Colour([u8; 3]);

impl Colour {
    /// The colour of six hexadecimal digits.
    fn parse(digits: &str) -> Option<Self> {
        let is_one = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_one)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// This with so much of another.
    fn mixed(self, other: Self, share: f64) -> Self {
        let mix = |one: u8, other: u8| {
            let mixed = f64::from(one) + (f64::from(other) - f64::from(one)) * share;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between two bytes is a byte"
            )]
            let mixed = mixed.round() as u8;
            mixed
        };
        let pairs = self.0.into_iter().zip(other.0);
        let mut mixed = [0; 3];
        for (mixed, (one, other)) in mixed.iter_mut().zip(pairs) {
            *mixed = mix(one, other);
        }
        Self(mixed)
    }

    /// This, moved towards `ink` until it is readable on a ground.
    fn readable_on(self, ground: Self, ink: Self) -> Self {
        let steps = (0..=50).map(|step| self.mixed(ink, f64::from(step) / 50.0));
        let mut readable = steps.filter(|colour| contrast(*colour, ground) >= READABLE);
        readable.next().unwrap_or(ink)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = self.0.map(|byte| {
            let share = f64::from(byte) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// WCAG 2.2, "contrast ratio".
fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
