//! The pool on real servers: the installed PostgreSQL and MariaDB, with TLS.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

/// Writes each test once for both database systems.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name::<sqlx::Postgres>().await;
            })*
        }

        mod mysql {
            $(#[tokio::test]
            async fn $name() {
                super::$name::<sqlx::MySql>().await;
            })*
        }
    };
}

#[path = "pool/credentials.rs"]
mod credentials;
#[path = "pool/database.rs"]
mod database;
#[path = "pool/doctor.rs"]
mod doctor;
#[path = "pool/full_server.rs"]
mod full_server;
#[path = "pool/keeping.rs"]
mod keeping;
#[path = "pool/liveness.rs"]
mod liveness;
#[path = "pool/path.rs"]
mod path;
#[path = "pool/proxy.rs"]
mod proxy;
#[path = "pool/sessions.rs"]
mod sessions;
#[path = "pool/sqlx_pool.rs"]
mod sqlx_pool;
#[path = "pool/statements.rs"]
mod statements;
#[path = "pool/transactions.rs"]
mod transactions;
#[path = "pool/unavailable.rs"]
mod unavailable;
