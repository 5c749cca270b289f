//! What a MySQL or MariaDB server tells a doctor.

use sqlx::{Executor, MySqlConnection, Row};

use super::super::backend::Session;
use super::super::doctor::Diagnosis;

const SQL: &str = "SELECT VERSION() AS version, CAST(@@max_connections AS CHAR) AS most, \
     CAST(@@max_user_connections AS CHAR) AS account, CAST(@@wait_timeout AS CHAR) AS wait";

pub(super) async fn examine(
    connection: &mut MySqlConnection,
    session: &Session,
) -> sqlx::Result<Diagnosis> {
    let row = connection.fetch_one(SQL).await?;
    let text = |name: &str| row.try_get::<String, _>(name);
    let number = |name: &str| text(name).map(|text| text.parse::<u64>().unwrap_or_default());
    let (version, slots, of_account) = (text("version")?, number("most")?, number("account")?);
    let mut diagnosis = Diagnosis::default();
    diagnosis.fact(version.clone());
    let taken = connection.fetch_one("SHOW GLOBAL STATUS LIKE 'Threads_connected'").await?;
    diagnosis.fact(format!("{} of {slots} slots are taken", taken.try_get::<String, _>(1)?));
    cap(&mut diagnosis, session, slots, of_account);
    let is_mariadb = version.contains("MariaDB");
    let wanted = match is_mariadb {
        true => session.lease,
        false => session.lease.min(session.transaction_limit),
    };
    lease(&mut diagnosis, number("wait")?, wanted.as_secs());
    if !is_mariadb {
        diagnosis.fact(
            "MySQL has no limit for pauses in transactions alone: parked sessions end as early",
        );
    }
    Ok(diagnosis)
}

/// An account that can take every slot leaves none for a reaper.
fn cap(diagnosis: &mut Diagnosis, session: &Session, slots: u64, of_account: u64) {
    if (1..slots).contains(&of_account) {
        return diagnosis.fact(format!("the account may have {of_account} connections"));
    }
    let cap = slots - (slots / 20).max(2).min(slots - 1);
    diagnosis.finding(
        format!(
            "the account {} may take all {slots} slots: when they are full of dead sessions, \
             no other account gets in to end them",
            session.user
        ),
        vec![format!("ALTER USER {} WITH MAX_USER_CONNECTIONS {cap}", quoted(&session.user))],
    );
}

fn lease(diagnosis: &mut Diagnosis, found: u64, wanted: u64) {
    if found == wanted {
        return diagnosis.fact(format!("wait_timeout is {wanted} s"));
    }
    // It is set by the session itself, so something between has lost it.
    diagnosis.finding(
        format!("wait_timeout is {found} s instead of {wanted} s: dead sessions stay as long"),
        vec![format!("SET GLOBAL wait_timeout = {wanted}")],
    );
}

/// By what `SHOW GRANTS` says: PROCESS to see the sessions, and the right to end them.
pub(super) async fn can_reap(connection: &mut MySqlConnection) -> sqlx::Result<bool> {
    let rows = connection.fetch_all("SHOW GRANTS").await?;
    let grants: Vec<String> = rows.iter().filter_map(|row| row.try_get(0).ok()).collect();
    let has =
        |names: &[&str]| grants.iter().any(|grant| names.iter().any(|name| grant.contains(name)));
    let can_end = ["CONNECTION ADMIN", "CONNECTION_ADMIN", "SUPER", "ALL PRIVILEGES ON *.*"];
    Ok(has(&["PROCESS", "ALL PRIVILEGES ON *.*"]) && has(&can_end))
}

pub(super) fn reaper_statements(user: &str) -> Vec<String> {
    let reaper = quoted(&format!("{user}_reaper"));
    vec![
        format!("CREATE USER {reaper} IDENTIFIED BY '...' WITH MAX_USER_CONNECTIONS 2"),
        format!("GRANT CONNECTION ADMIN, PROCESS ON *.* TO {reaper}"),
        format!("GRANT CONNECTION_ADMIN, PROCESS ON *.* TO {reaper} -- MySQL instead of MariaDB"),
    ]
}

fn quoted(name: &str) -> String {
    format!("'{}'@'%'", name.replace('\'', "''"))
}
