//! The schema: embedded migrations, run by a command; a start only compares versions.

use sqlx::migrate::{MigrateError, Migrator};

use super::{Database, Engine, Error, Pool, Row};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static MYSQL: Migrator = sqlx::migrate!("migrations/mysql");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

impl Database {
    /// Brings the schema to this program's version; returns how many steps that took.
    ///
    /// # Errors
    /// If a step fails, the database has steps that this program doesn't know, or the server takes the
    /// blog's text for something else than UTF-8.
    pub async fn migrate(&self) -> Result<usize, MigrateError> {
        self.check_characters().await.map_err(|error| MigrateError::Source(Box::new(error)))?;
        let before = self.schema_version().await.ok().flatten().unwrap_or(0);
        match &self.pool {
            Pool::Sqlite(pool) => SQLITE.run(pool).await?,
            Pool::MySql(pool) => MYSQL.run(pool).await?,
            Pool::Postgres(pool) => POSTGRES.run(pool).await?,
        }
        Ok(self.migrator().iter().filter(|step| step.version > before).count())
    }

    /// The schema's version; nothing if there is no schema.
    ///
    /// # Errors
    /// If the database can't be asked, or would read the blog's text as something else than UTF-8.
    pub async fn schema_version(&self) -> Result<Option<i64>, Error> {
        let mut session = self.session().await?;
        let is_mysql = self.engine() == Engine::MySql;
        // MySQL can be told to ignore what a client says of its text.
        let sql = if is_mysql {
            "SELECT MAX(version) AS version, @@character_set_client AS characters \
             FROM _sqlx_migrations"
        } else {
            "SELECT MAX(version) AS version FROM _sqlx_migrations"
        };
        let row = session.first(sql, vec![]).await;
        session.give_back().await;
        let Some(row) = row? else { return Ok(None) };
        if is_mysql {
            check_is_utf8(&row)?;
        }
        row.integer_or_null("version")
    }

    /// As [`Self::schema_version`] does, where there may be no schema yet.
    async fn check_characters(&self) -> Result<(), Error> {
        if self.engine() != Engine::MySql {
            return Ok(());
        }
        let row = self.first("SELECT @@character_set_client AS characters", vec![]).await?;
        row.map_or(Ok(()), |row| check_is_utf8(&row))
    }

    /// The version that this program was written for.
    #[must_use]
    pub fn expected_version(&self) -> i64 {
        self.migrator().iter().map(|step| step.version).max().unwrap_or(0)
    }

    fn migrator(&self) -> &'static Migrator {
        match &self.pool {
            Pool::Sqlite(_) => &SQLITE,
            Pool::MySql(_) => &MYSQL,
            Pool::Postgres(_) => &POSTGRES,
        }
    }
}

fn check_is_utf8(row: &Row) -> Result<(), Error> {
    if row.text("characters")? == "utf8mb4" { Ok(()) } else { Err(Error::of_characters()) }
}
