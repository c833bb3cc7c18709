//! Where foreign texts are converted: never for long on the threads that serve.

pub use juncture_json::beside::convert;
