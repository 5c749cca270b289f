//! The database that the options name.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use blog_demo::database::{Database, Engine, ErrorKind};
use lambdafy::pool::{Config, PoolOptionsExt};
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

/// How long a server that does not answer, or is starting, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a process waits while another one writes to the same SQLite file.
const BUSY: Duration = Duration::from_secs(5);

/// A pool for this URL, which connects when it is first used.
///
/// # Errors
/// If the URL is none of a database that the blog knows.
pub(crate) fn open(url: &str) -> anyhow::Result<Database> {
    let (scheme, _) = url.split_once(':').unwrap_or_default();
    let in_sandboxes = lambdafy::on_lambda();
    // Nothing of the URL in the error: it may hold a password.
    let wrong =
        || format!("DATABASE_URL is no address of a database that can be read: {scheme}:...");
    Ok(match scheme {
        "sqlite" => SqlitePoolOptions::new().connect_lazy_with(sqlite(url)?).into(),
        "mysql" | "mariadb" if in_sandboxes => MySqlPoolOptions::new()
            .connect_in_sandboxes(Config::new(), url.parse().with_context(wrong)?)
            .into(),
        "mysql" | "mariadb" => MySqlPoolOptions::new()
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(mysql(url).with_context(wrong)?)
            .into(),
        "postgres" | "postgresql" if in_sandboxes => PgPoolOptions::new()
            .connect_in_sandboxes(Config::new(), url.parse().with_context(wrong)?)
            .into(),
        "postgres" | "postgresql" => PgPoolOptions::new()
            .acquire_timeout(PATIENCE)
            .connect_lazy(url)
            .with_context(wrong)?
            .into(),
        _ => bail!(
            "DATABASE_URL begins with neither sqlite:, mysql:// nor postgres://, such as \
             sqlite:blog.db"
        ),
    })
}

/// Without the SET that sqlx sends first: UTF-8 is agreed on in the handshake, and no statement of the
/// blog depends on the rest. It would be a quarter of what a start and two home pages ask.
fn mysql(url: &str) -> Result<MySqlConnectOptions, sqlx::Error> {
    let options: MySqlConnectOptions = url.parse()?;
    Ok(options.pipes_as_concat(false).no_engine_substitution(false).timezone(None).set_names(false))
}

fn sqlite(url: &str) -> anyhow::Result<SqliteConnectOptions> {
    let options: SqliteConnectOptions = url
        .parse()
        .context("DATABASE_URL is no address of an SQLite file, such as sqlite:blog.db")?;
    if url.contains("mode=ro") || url.contains("immutable=1") {
        return Ok(options);
    }
    if let Some(folder) = options.get_filename().parent() {
        std::fs::create_dir_all(folder).context("the SQLite file's folder can't be made")?;
    }
    // Readers don't wait for a writer, in this process or another.
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY))
}

/// Sees that the schema is this program's, by one query. SQLite's, which nobody else could, it
/// brings there.
///
/// # Errors
/// If the database can't be reached, or has another version.
pub(crate) async fn check_schema(database: &Database) -> anyhow::Result<()> {
    let expected = database.expected_version();
    let found = version(database).await?;
    if found < expected && database.engine() == Engine::Sqlite {
        database.migrate().await.context("the SQLite file's schema can't be brought up to date")?;
        return Ok(());
    }
    ensure!(
        found >= expected,
        "the database's schema has version {found}, this program needs {expected}: run \
         `blog-demo migrate`"
    );
    ensure!(
        found == expected,
        "the database's schema has version {found}, newer than this program's {expected}: deploy \
         the newer program"
    );
    Ok(())
}

/// The schema's version; 0 if there is no schema.
///
/// # Errors
/// If the database can't be reached.
pub(crate) async fn version(database: &Database) -> anyhow::Result<i64> {
    match database.schema_version().await {
        Ok(version) => Ok(version.unwrap_or(0)),
        Err(error) if error.kind() == ErrorKind::Unavailable => {
            Err(error).context("is it running, and does DATABASE_URL lead there?")
        }
        Err(error) if error.kind() == ErrorKind::Characters => Err(error.into()),
        // There is no such table yet.
        Err(_) => Ok(0),
    }
}
