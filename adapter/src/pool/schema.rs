//! Whether the migrations were run, asked in one round trip.

use std::fmt;

use sqlx::Executor;
use sqlx_core::migrate::{Migration, Migrator};

use super::backend::Backend;

/// The newest migration that the database knows of.
const NEWEST: &str =
    "SELECT version, success, checksum FROM _sqlx_migrations ORDER BY version DESC LIMIT 1";

/// Why the database's schema is not the one that the program was built for.
#[derive(Debug)]
#[non_exhaustive]
pub enum SchemaError {
    /// Migrations are missing.
    Behind {
        /// The version of the program's newest migration.
        expected: i64,
        /// The newest that was applied; `None` where none ever was.
        found: Option<i64>,
    },
    /// The newest migration was begun and has failed.
    Failed {
        /// Its version.
        version: i64,
    },
    /// The newest migration was applied from another text than the program has.
    Changed {
        /// Its version.
        version: i64,
    },
    /// The database could not be asked.
    Query(sqlx::Error),
}

/// Looks whether the database has the newest migration of `migrator`, in one query and one round
/// trip, instead of what [`Migrator::run`] asks to find out that nothing is to be done.
///
/// Migrations are run when the function is deployed, once for all sandboxes; a start only looks.
/// A schema that is newer is in order: a deploy migrates first, and sandboxes of the old code go
/// on and start until the new code is there.
///
/// ```no_run
/// use lambdafy::pool::{self, PgPool};
/// use lambdafy::startup::Plan;
/// use sqlx::migrate::Migrator;
///
/// # async fn doc(url: &str) -> Result<(), lambdafy::BoxError> {
/// static MIGRATIONS: Migrator = Migrator::DEFAULT; // sqlx::migrate!()
///
/// let plan = Plan::new();
/// let pool = plan.step("database", async || PgPool::new(url));
/// plan.after(&pool).check("schema version", async |pool| {
///     pool::check_schema(&MIGRATIONS, pool).await
/// });
/// let pool = plan.run(pool).await?;
/// # Ok(())
/// # }
/// ```
///
/// It takes [`Pool`](super::Pool), sqlx's own pool, or a connection. A migrator without
/// migrations is content with any database, which is then not asked.
///
/// # Errors
///
/// [`SchemaError::Behind`], [`Failed`](SchemaError::Failed) and [`Changed`](SchemaError::Changed)
/// say what was found, and that the migrations are to be run at deploy time;
/// [`SchemaError::Query`] if the database can't be asked.
pub async fn check_schema<'e, DB, E>(migrator: &Migrator, executor: E) -> Result<(), SchemaError>
where
    DB: Backend,
    E: Executor<'e, Database = DB>,
{
    let ups = migrator.iter().filter(|migration| migration.migration_type.is_up_migration());
    let Some(expected) = ups.max_by_key(|migration| migration.version) else { return Ok(()) };
    // Not prepared, which would be a second round trip.
    let row = match executor.fetch_optional(sqlx::raw_sql(NEWEST)).await {
        Ok(row) => row,
        Err(sqlx::Error::Database(error)) if DB::is_missing_table(&*error) => None,
        Err(error) => return Err(SchemaError::Query(error)),
    };
    let applied = row.map(|row| DB::applied(&row)).transpose().map_err(SchemaError::Query)?;
    compare(expected, applied.as_ref())
}

fn compare(expected: &Migration, applied: Option<&Applied>) -> Result<(), SchemaError> {
    let Some(applied) = applied else {
        return Err(SchemaError::Behind { expected: expected.version, found: None });
    };
    let version = applied.version;
    if !applied.success {
        return Err(SchemaError::Failed { version });
    }
    if version < expected.version {
        return Err(SchemaError::Behind { expected: expected.version, found: Some(version) });
    }
    if version == expected.version && applied.checksum != *expected.checksum {
        return Err(SchemaError::Changed { version });
    }
    Ok(())
}

/// A row of sqlx's table.
#[derive(Debug)]
pub struct Applied {
    pub(super) version: i64,
    pub(super) success: bool,
    pub(super) checksum: Vec<u8>,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Behind { expected, found: None } => write!(
                f,
                "the database has no migrations yet, and this program needs version {expected}: \
                 run the migrations when you deploy, before the new code"
            ),
            Self::Behind { expected, found: Some(found) } => write!(
                f,
                "the database is at migration {found}, and this program needs version {expected}: \
                 run the migrations when you deploy, before the new code"
            ),
            Self::Failed { version } => write!(
                f,
                "migration {version} was begun and has failed: mend the database by hand, then run \
                 the migrations when you deploy"
            ),
            Self::Changed { version } => write!(
                f,
                "migration {version} was applied from another text than this program has: put the \
                 text back, and what is to change into a new migration"
            ),
            Self::Query(_) => f.write_str("the database can't be asked for its schema's version"),
        }
    }
}

impl std::error::Error for SchemaError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Query(error) => Some(error),
            _ => None,
        }
    }
}
