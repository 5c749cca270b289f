//! What a PostgreSQL server tells a doctor.

use sqlx::{PgConnection, Row};

use super::super::backend::Session;
use super::super::doctor::Diagnosis;

const SQL: &str = "SELECT current_setting('server_version') AS version, \
     current_setting('max_connections')::int AS most, \
     current_setting('superuser_reserved_connections')::int AS reserved, \
     (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS account, \
     (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS database, \
     (SELECT sum(numbackends)::int FROM pg_stat_database) AS taken, \
     (SELECT setting::bigint FROM pg_settings WHERE name = 'idle_session_timeout') AS lease, \
     (SELECT setting::bigint FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout') \
         AS transaction, \
     (SELECT setting::bigint FROM pg_settings WHERE name = 'tcp_user_timeout') AS path";

pub(super) async fn examine(
    connection: &mut PgConnection,
    session: &Session,
) -> sqlx::Result<Diagnosis> {
    let row = sqlx::query(SQL).persistent(false).fetch_one(connection).await?;
    let mut diagnosis = Diagnosis::default();
    diagnosis.fact(format!("PostgreSQL {}", row.try_get::<String, _>("version")?));
    let slots = row.try_get::<i32, _>("most")? - row.try_get::<i32, _>("reserved")?;
    let taken: i32 = row.try_get("taken")?;
    diagnosis.fact(format!("{taken} of {slots} slots for ordinary users are taken"));
    cap(&mut diagnosis, session, slots, row.try_get("account")?);
    let of_database: i32 = row.try_get("database")?;
    if of_database >= 0 {
        diagnosis.fact(format!("the database takes {of_database} connections at most"));
    }
    let limits = [
        ("idle_session_timeout", row.try_get("lease")?, session.lease.as_millis()),
        (
            "idle_in_transaction_session_timeout",
            row.try_get("transaction")?,
            session.transaction_limit.as_millis(),
        ),
        ("tcp_user_timeout", row.try_get("path")?, session.path_limit.as_millis()),
    ];
    for (name, found, wanted) in limits {
        limit(&mut diagnosis, session, name, found, wanted);
    }
    Ok(diagnosis)
}

/// An account that can take every slot leaves none for a reaper.
fn cap(diagnosis: &mut Diagnosis, session: &Session, slots: i32, of_account: i32) {
    if (0..slots).contains(&of_account) {
        return diagnosis.fact(format!("the account may have {of_account} connections"));
    }
    let cap = slots - (slots / 20).max(2);
    diagnosis.finding(
        format!(
            "the account {} may take all {slots} slots: when they are full of dead sessions, \
             no other account gets in to end them",
            session.user
        ),
        vec![format!("ALTER ROLE {} CONNECTION LIMIT {cap}", quoted(&session.user))],
    );
}

fn limit(diagnosis: &mut Diagnosis, session: &Session, name: &str, found: i64, wanted: u128) {
    if u128::try_from(found) == Ok(wanted) {
        return diagnosis.fact(format!("{name} is {wanted} ms"));
    }
    let user = quoted(&session.user);
    diagnosis.finding(
        format!("{name} is {found} ms instead of {wanted} ms: dead sessions may stay for hours"),
        vec![format!("ALTER ROLE {user} SET {name} = '{wanted}ms'")],
    );
}

pub(super) fn reaper_statements(user: &str) -> Vec<String> {
    let (role, reaper) = (quoted(user), quoted(&format!("{user}_reaper")));
    vec![
        format!("CREATE ROLE {reaper} LOGIN PASSWORD '...' CONNECTION LIMIT 2"),
        format!("GRANT {role} TO {reaper}"),
    ]
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
