//! A blog platform as an ordinary axum app.

mod admin;
mod app;
pub mod auth;
mod config;
pub mod database;
pub mod ghost;
pub mod media;
pub mod model;
mod reader;
pub mod seed;
pub mod store;
pub mod text;
pub mod theme;
mod view;
mod web;

pub use app::Blog;
pub use config::Config;
