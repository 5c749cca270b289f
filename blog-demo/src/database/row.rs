//! What comes out of a query.

use sqlx::mysql::MySqlRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row as _, Type};

use super::Error;

/// A row; its columns are read by name.
#[derive(Debug)]
pub struct Row(Kind);

enum Kind {
    Sqlite(SqliteRow),
    MySql(MySqlRow),
    Postgres(PgRow),
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A row may hold what nobody is to see in a log.
        f.write_str("..")
    }
}

impl Row {
    /// The text in a column.
    ///
    /// # Errors
    /// If there is no such column, or no text in it.
    pub fn text(&self, column: &str) -> Result<String, Error> {
        self.read(column)
    }

    /// The text in a column, or nothing where it is NULL.
    ///
    /// # Errors
    /// If there is no such column, or something else in it.
    pub fn text_or_null(&self, column: &str) -> Result<Option<String>, Error> {
        self.read(column)
    }

    /// The integer in a column.
    ///
    /// # Errors
    /// If there is no such column, or no integer in it.
    pub fn integer(&self, column: &str) -> Result<i64, Error> {
        self.read(column)
    }

    /// The integer in a column, or nothing where it is NULL.
    ///
    /// # Errors
    /// If there is no such column, or something else in it.
    pub fn integer_or_null(&self, column: &str) -> Result<Option<i64>, Error> {
        self.read(column)
    }

    /// The flag in a column.
    ///
    /// # Errors
    /// If there is no such column, or no integer in it.
    pub fn flag(&self, column: &str) -> Result<bool, Error> {
        Ok(self.integer(column)? != 0)
    }

    fn read<'r, T>(&'r self, column: &str) -> Result<T, Error>
    where
        T: Decode<'r, sqlx::Sqlite> + Type<sqlx::Sqlite>,
        T: Decode<'r, sqlx::MySql> + Type<sqlx::MySql>,
        T: Decode<'r, sqlx::Postgres> + Type<sqlx::Postgres>,
        for<'c> &'c str: ColumnIndex<SqliteRow> + ColumnIndex<MySqlRow> + ColumnIndex<PgRow>,
    {
        Ok(match &self.0 {
            Kind::Sqlite(row) => row.try_get(column)?,
            // Unchecked: sqlx takes text of a `_bin` collation for bytes; it is decoded as UTF-8.
            Kind::MySql(row) => row.try_get_unchecked(column)?,
            Kind::Postgres(row) => row.try_get(column)?,
        })
    }
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self(Kind::Sqlite(row))
    }
}

impl From<MySqlRow> for Row {
    fn from(row: MySqlRow) -> Self {
        Self(Kind::MySql(row))
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self(Kind::Postgres(row))
    }
}
