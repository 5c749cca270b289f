//! Connections: what the sandboxes open together, and what the server takes.

use super::{Dependencies, Finding, error, warning};
use crate::deployment::Deployment;
use crate::settings::Database;

/// An account's limit for all functions, unless AWS has raised it.
const ACCOUNT_CONCURRENCY: u32 = 1000;

pub(super) fn check(
    deployment: &Deployment,
    dependencies: &Dependencies,
    findings: &mut Vec<Finding>,
) {
    let Some(database) = &deployment.settings.database else {
        return;
    };
    if dependencies.contains_key("sqlx") && !has_pool(dependencies) {
        findings.push(warning(
            "sqlx-pool",
            "database.connections-per-sandbox",
            format!(
                "sqlx's pool opens up to 10 connections in each sandbox, not {}, and keeps them \
                 when the sandbox is frozen",
                database.connections_per_sandbox.get()
            ),
            "take lambdafy's pool, or PoolOptions::max_connections(1)",
        ));
    }
    if database.proxy {
        proxy(dependencies, findings);
        return;
    }
    let Some(limit) = database.known_max_connections() else {
        findings.push(warning(
            "database-connections",
            "database.max-connections",
            "the server's limit is not known here, so nothing says that it is enough".to_owned(),
            "set database.max-connections; the server tells by `SHOW max_connections` or \
             `SELECT @@max_connections`",
        ));
        return;
    };
    connections(deployment, database, limit, has_pool(dependencies), findings);
}

fn connections(
    deployment: &Deployment,
    database: &Database,
    limit: u32,
    has_pool: bool,
    findings: &mut Vec<Finding>,
) {
    let reserved = deployment.settings.reserved_concurrency.map(|number| number.get());
    let sandboxes = reserved.unwrap_or(ACCOUNT_CONCURRENCY);
    let each = database.connections_per_sandbox.get();
    let left = limit.saturating_sub(database.other_connections.get());
    let wanted = u64::from(sandboxes) * u64::from(each);
    if wanted <= u64::from(left) {
        return;
    }
    let bound = match reserved {
        Some(_) => "reserved",
        None => "that an account has by default, since nothing is reserved,",
    };
    let message = format!(
        "{sandboxes} sandboxes {bound} x {each} connections = {wanted}, but the server takes {limit} \
         and {} are kept for others: {left} are left",
        database.other_connections.get()
    );
    let fitting = (left / each).max(1);
    let help = format!("set reserved-concurrency = {fitting}, or database.proxy = true");
    // lambdafy's pool closes under pressure and retries: measured with twice as many sandboxes
    // as slots, and no further.
    let is_bearable = has_pool && wanted <= u64::from(left) * 2;
    let make = if is_bearable { warning } else { error };
    findings.push(make("database-connections", "reserved-concurrency", message, &help));
}

fn proxy(dependencies: &Dependencies, findings: &mut Vec<Finding>) {
    if dependencies.contains_key("sqlx") {
        findings.push(warning(
            "proxy-pinning",
            "database.proxy",
            "sqlx prepares its statements, which pins a connection of the proxy to each sandbox: \
             then it saves nothing"
                .to_owned(),
            "use unprepared statements (.persistent(false)), or no proxy and reserved-concurrency",
        ));
    }
}

/// Whether the app asks for lambdafy's pool, which any of its features brings.
fn has_pool(dependencies: &Dependencies) -> bool {
    let features = dependencies.get("lambdafy");
    features.is_some_and(|features| features.iter().any(|feature| feature.starts_with("pool")))
}
