//! Juncture: an integration server.
