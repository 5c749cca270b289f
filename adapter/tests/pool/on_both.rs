//! A macro for tests of both database systems.

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
