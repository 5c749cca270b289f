//! A blog platform as an ordinary axum app.

pub mod database;
pub mod model;
pub mod store;
pub mod text;
