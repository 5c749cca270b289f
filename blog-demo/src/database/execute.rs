//! Statements on a connection.

use std::borrow::Cow;

use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{Encode, Executor, IntoArguments, MySql, Postgres, Sqlite, Type};

use super::{Error, Row, Value};

/// A connection that is out of the pool.
#[derive(Debug)]
pub(super) enum Session {
    Sqlite(PoolConnection<Sqlite>),
    MySql(PoolConnection<MySql>),
    Postgres(PoolConnection<Postgres>),
}

impl Session {
    pub(super) async fn all(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<Row>, Error> {
        match self {
            Self::Sqlite(connection) => all(&mut **connection, sql, values).await,
            Self::MySql(connection) => all(&mut **connection, sql, values).await,
            Self::Postgres(connection) => all(&mut **connection, &numbered(sql), values).await,
        }
    }

    pub(super) async fn first(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, Error> {
        match self {
            Self::Sqlite(connection) => first(&mut **connection, sql, values).await,
            Self::MySql(connection) => first(&mut **connection, sql, values).await,
            Self::Postgres(connection) => first(&mut **connection, &numbered(sql), values).await,
        }
    }

    pub(super) async fn execute(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, Error> {
        Ok(match self {
            Self::Sqlite(c) => query(sql, values).execute(&mut **c).await?.rows_affected(),
            Self::MySql(c) => query(sql, values).execute(&mut **c).await?.rows_affected(),
            Self::Postgres(c) => {
                query(&numbered(sql), values).execute(&mut **c).await?.rows_affected()
            }
        })
    }

    /// Gives the connection back to the pool before anything else happens. Dropping it does so in a
    /// task, and who comes before that has run opens another one.
    pub(super) async fn give_back(self) {
        match self {
            Self::Sqlite(mut connection) => connection.return_to_pool().await,
            Self::MySql(mut connection) => connection.return_to_pool().await,
            Self::Postgres(mut connection) => connection.return_to_pool().await,
        }
    }
}

pub(super) async fn all<'c, DB>(
    connection: impl Executor<'c, Database = DB>,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<Row>, Error>
where
    DB: Holds,
    for<'q> DB::Arguments<'q>: IntoArguments<'q, DB>,
    Row: From<DB::Row>,
{
    let rows = query::<DB>(sql, values).fetch_all(connection).await?;
    Ok(rows.into_iter().map(Row::from).collect())
}

pub(super) async fn first<'c, DB>(
    connection: impl Executor<'c, Database = DB>,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<Row>, Error>
where
    DB: Holds,
    for<'q> DB::Arguments<'q>: IntoArguments<'q, DB>,
    Row: From<DB::Row>,
{
    Ok(query::<DB>(sql, values).fetch_optional(connection).await?.map(Row::from))
}

pub(super) fn query<DB>(sql: &str, values: Vec<Value>) -> Query<'_, DB, DB::Arguments<'_>>
where
    DB: Holds,
    for<'q> DB::Arguments<'q>: IntoArguments<'q, DB>,
{
    values.into_iter().fold(sqlx::query(sql), DB::bind)
}

/// A database that holds the two types.
pub(super) trait Holds: sqlx::Database {
    fn bind<'q>(
        query: Query<'q, Self, Self::Arguments<'q>>,
        value: Value,
    ) -> Query<'q, Self, Self::Arguments<'q>>;
}

impl<DB> Holds for DB
where
    DB: sqlx::Database,
    for<'q> Option<i64>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<String>: Encode<'q, DB> + Type<DB>,
{
    fn bind<'q>(
        query: Query<'q, Self, Self::Arguments<'q>>,
        value: Value,
    ) -> Query<'q, Self, Self::Arguments<'q>> {
        match value {
            Value::Integer(integer) => query.bind(integer),
            Value::Text(text) => query.bind(text),
        }
    }
}

/// PostgreSQL's parameters have numbers. No statement of ours has a `?` in a literal.
pub(super) fn numbered(sql: &str) -> Cow<'_, str> {
    if !sql.contains('?') {
        return sql.into();
    }
    let mut out = String::with_capacity(sql.len() + 16);
    for (number, part) in sql.split('?').enumerate() {
        if number > 0 {
            out.push('$');
            out.push_str(&number.to_string());
        }
        out.push_str(part);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn parameters_are_numbered_from_one() {
        assert_eq!(numbered("a = ? AND b IN (?, ?)"), "a = $1 AND b IN ($2, $3)");
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }
}
