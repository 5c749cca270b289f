//! Statements on the pool itself: each on a connection that is given back when it is done.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use sqlx::{Database, Describe, Either, Execute, Executor};

use super::backend::Backend;
use super::handle::Pool;

impl<'p, DB: Backend> Executor<'p> for &Pool<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    type Database = DB;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, sqlx::Result<Either<DB::QueryResult, DB::Row>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let pool = self.clone();
        if pool.inner().config.behind_proxy {
            return in_transaction(pool, Unprepared(query)).boxed();
        }
        async_stream::try_stream! {
            let mut connection = pool.get().await?;
            let mut results = connection.fetch_many(query);
            let failed = loop {
                match results.try_next().await {
                    Ok(Some(result)) => yield result,
                    Ok(None) => break None,
                    Err(error) => break Some(error),
                }
            };
            drop(results);
            if let Some(error) = failed {
                Err(connection.failed(error))?;
            }
        }
        .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<DB::Row>>>
    where
        'p: 'e,
        E: 'q + Execute<'q, DB>,
    {
        let pool = self.clone();
        async move {
            if pool.inner().config.behind_proxy {
                let mut transaction = pool.begin().await?;
                let row = transaction.fetch_optional(Unprepared(query)).await?;
                transaction.commit().await?;
                return Ok(row);
            }
            let mut connection = pool.get().await?;
            let fetched = connection.fetch_optional(query).await;
            fetched.map_err(|error| connection.failed(error))
        }
        .boxed()
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [DB::TypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<DB::Statement<'q>>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        async move { pool.get().await?.prepare_with(sql, parameters).await }.boxed()
    }

    fn describe<'e, 'q: 'e>(self, sql: &'q str) -> BoxFuture<'e, sqlx::Result<Describe<DB>>>
    where
        'p: 'e,
    {
        let pool = self.clone();
        async move { pool.get().await?.describe(sql).await }.boxed()
    }
}

/// One statement in a transaction: a proxy then lends one server connection to all its parts.
fn in_transaction<'q, DB, E>(
    pool: Pool<DB>,
    query: E,
) -> impl futures_util::Stream<Item = sqlx::Result<Either<DB::QueryResult, DB::Row>>> + 'q
where
    DB: Backend,
    E: 'q + Execute<'q, DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    async_stream::try_stream! {
        let mut transaction = pool.begin().await?;
        let mut results = transaction.fetch_many(query);
        while let Some(result) = results.try_next().await? {
            yield result;
        }
        drop(results);
        transaction.commit().await?;
    }
}

/// A statement under no name of its own on the server.
struct Unprepared<E>(E);

impl<'q, DB: Database, E: Execute<'q, DB>> Execute<'q, DB> for Unprepared<E> {
    fn sql(&self) -> &'q str {
        self.0.sql()
    }

    fn statement(&self) -> Option<&DB::Statement<'q>> {
        self.0.statement()
    }

    fn take_arguments(&mut self) -> Result<Option<DB::Arguments<'q>>, sqlx::error::BoxDynError> {
        self.0.take_arguments()
    }

    fn persistent(&self) -> bool {
        false
    }
}
