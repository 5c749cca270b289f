//! Each test runs on every database, in an empty one of its own.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use blog_demo::database::Database;
use blog_demo::model::Role;
use blog_demo::store::{NewUser, Store};
use lambdafy_backends::{MariaDb, PostgreSql};
use sqlx::mysql::{MySqlPool, MySqlPoolOptions};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

static POSTGRES: LazyLock<PostgreSql> = LazyLock::new(|| PostgreSql::builder().start().unwrap());
static MARIADB: LazyLock<MariaDb> = LazyLock::new(|| MariaDb::builder().start().unwrap());
static NUMBER: AtomicU32 = AtomicU32::new(1);

/// Runs a test on each database.
macro_rules! on_every_database {
    ($($(#[$meta:meta])* async fn $name:ident($store:ident: Store) $body:block)*) => { $(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs all of them")]
            use super::*;

            async fn test($store: blog_demo::store::Store) $body

            #[tokio::test]
            async fn sqlite() {
                test(crate::databases::sqlite().await).await;
            }

            #[tokio::test]
            async fn mariadb() {
                test(crate::databases::mariadb().await).await;
            }

            #[tokio::test]
            async fn postgresql() {
                test(crate::databases::postgresql().await).await;
            }
        }
    )* };
}
pub(crate) use on_every_database;

pub(crate) async fn sqlite() -> Store {
    let options = SqliteConnectOptions::new().in_memory(true);
    // One connection: each would have a database in memory of its own.
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    migrated(Database::from(pool)).await
}

pub(crate) async fn mariadb() -> Store {
    let name = new_name();
    MARIADB.execute(&format!("CREATE DATABASE {name}; GRANT ALL ON {name}.* TO app")).unwrap();
    let pool: MySqlPool = MySqlPoolOptions::new()
        .max_connections(4)
        .connect(&named(&MARIADB.url(), &name))
        .await
        .unwrap();
    migrated(Database::from(pool)).await
}

pub(crate) async fn postgresql() -> Store {
    let name = new_name();
    POSTGRES.execute(&format!("CREATE DATABASE {name} OWNER app")).unwrap();
    let pool: PgPool = PgPoolOptions::new()
        .max_connections(4)
        .connect(&named(&POSTGRES.url(), &name))
        .await
        .unwrap();
    migrated(Database::from(pool)).await
}

/// An author whose posts a test may write.
pub(crate) async fn author(store: &Store) -> String {
    let new = NewUser {
        name: "Ada Lovelace".to_owned(),
        email: "Ada@Example.org".to_owned(),
        password_hash: None,
        role: Role::Author,
    };
    store.create_user(&new).await.unwrap().id
}

async fn migrated(database: Database) -> Store {
    assert_eq!(database.migrate().await.unwrap(), 1);
    Store::new(database)
}

fn new_name() -> String {
    format!("blog_{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// The URL with another database.
fn named(url: &str, database: &str) -> String {
    let (start, query) = url.split_once('?').map_or((url, ""), |(start, query)| (start, query));
    let (server, _) = start.rsplit_once('/').unwrap();
    format!("{server}/{database}?{query}")
}
