//! The schema's version, compared with the program's migrations.

use lambdafy::pool::{Config, Pool, SchemaError};
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::database::{Server, System};

on_both!(
    a_database_without_migrations_is_behind,
    a_schema_is_in_order_when_it_is_as_new_or_newer,
    a_migration_that_has_failed_is_named,
    a_migration_whose_text_has_changed_is_named,
    a_program_without_migrations_asks_nothing,
);

/// Migrations 1 to `newest`, each of which makes a table.
fn migrator(newest: i64) -> Migrator {
    let migration = |version| {
        let sql = format!("CREATE TABLE made_by_{version} (id int)");
        Migration::new(version, "".into(), MigrationType::Simple, sql.into(), false)
    };
    Migrator { migrations: (1..=newest).map(migration).collect(), ..Migrator::DEFAULT }
}

/// A server whose database is at migration 2.
async fn migrated<DB: System>() -> (Server<DB>, Pool<DB>) {
    let server = DB::with_slots(10);
    let pool = server.pool(Config::new());
    DB::migrate(&mut pool.get().await.unwrap(), &migrator(2)).await;
    (server, pool)
}

async fn a_database_without_migrations_is_behind<DB: System>() {
    let server = DB::with_slots(10);
    let pool = server.pool(Config::new());
    let error = DB::check_schema(&pool, &migrator(2)).await.unwrap_err();
    assert!(matches!(error, SchemaError::Behind { expected: 2, found: None }), "{error:?}");
    let says = "the database has no migrations yet, and this program needs version 2: \
                run the migrations when you deploy, before the new code";
    assert_eq!(error.to_string(), says);
    // The connection is as good as before.
    DB::migrate(&mut pool.get().await.unwrap(), &migrator(2)).await;
    DB::check_schema(&pool, &migrator(2)).await.unwrap();
}

async fn a_schema_is_in_order_when_it_is_as_new_or_newer<DB: System>() {
    let (_server, pool) = migrated::<DB>().await;
    DB::check_schema(&pool, &migrator(2)).await.unwrap();
    DB::check_schema(&pool, &migrator(1)).await.unwrap();
    let error = DB::check_schema(&pool, &migrator(3)).await.unwrap_err();
    assert!(matches!(error, SchemaError::Behind { expected: 3, found: Some(2) }), "{error:?}");
}

async fn a_migration_that_has_failed_is_named<DB: System>() {
    let (_server, pool) = migrated::<DB>().await;
    let sql = "UPDATE _sqlx_migrations SET success = false WHERE version = 2";
    DB::run(&mut pool.get().await.unwrap(), sql).await.unwrap();
    let error = DB::check_schema(&pool, &migrator(2)).await.unwrap_err();
    assert!(matches!(error, SchemaError::Failed { version: 2 }), "{error:?}");
}

async fn a_migration_whose_text_has_changed_is_named<DB: System>() {
    let (_server, pool) = migrated::<DB>().await;
    let mut edited = migrator(2);
    edited.migrations.to_mut()[1].checksum = vec![0; 48].into();
    let error = DB::check_schema(&pool, &edited).await.unwrap_err();
    assert!(matches!(error, SchemaError::Changed { version: 2 }), "{error:?}");
}

async fn a_program_without_migrations_asks_nothing<DB: System>() {
    let server = DB::with_slots(10);
    let pool = server.pool(Config::new());
    DB::check_schema(&pool, &migrator(0)).await.unwrap();
    assert_eq!(pool.status().connects, 0);
}
