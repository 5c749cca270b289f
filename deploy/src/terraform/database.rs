//! A database server that is made, and its proxy.

use super::function::trust;
use super::hcl::{Body, Hcl, expression};
use super::references::database_secret;
use crate::deployment::{Deployment, engine_version};
use crate::settings::{Database, Engine, Vpc};
use crate::tree::texts;

pub(super) fn resources(deployment: &Deployment) -> Body {
    let settings = &deployment.settings;
    let (Some(database), Some(vpc)) = (&settings.database, &settings.vpc) else {
        return Body::new();
    };
    let Some(class) = &database.instance_class else {
        return Body::new();
    };
    let subnets =
        Body::new().set("name", deployment.name.as_str()).set("subnet_ids", texts(&vpc.subnets));
    Body::new()
        .resource("aws_db_subnet_group", "app", subnets)
        .merge(ingress(database, vpc))
        .merge(parameters(deployment, database))
        .resource("aws_db_instance", "app", instance(deployment, database, vpc, class))
        .merge(proxy(deployment, database, vpc))
}

fn groups(vpc: &Vpc) -> Hcl {
    texts(vpc.security_groups.iter().take(1))
}

fn ingress(database: &Database, vpc: &Vpc) -> Body {
    let Some(group) = vpc.security_groups.first() else {
        return Body::new();
    };
    let port = u32::from(database.engine.port());
    let rule = Body::new()
        .set("security_group_id", group)
        .set("referenced_security_group_id", group)
        .set("ip_protocol", "tcp")
        .set("from_port", port)
        .set("to_port", port);
    Body::new()
        .note("Function and database share the first security group, which lets itself in.")
        .resource("aws_vpc_security_group_ingress_rule", "database", rule)
}

fn parameters(deployment: &Deployment, database: &Database) -> Body {
    let Some(limit) = database.max_connections else {
        return Body::new();
    };
    let parameter = Body::new()
        .set("name", "max_connections")
        .set("value", limit.get().to_string())
        .set("apply_method", "pending-reboot");
    let group = Body::new()
        .set("name", deployment.name.as_str())
        .set("family", engine_version(database.engine).1)
        .block("parameter", parameter);
    Body::new().resource("aws_db_parameter_group", "app", group)
}

fn instance(deployment: &Deployment, database: &Database, vpc: &Vpc, class: &str) -> Body {
    let parameters =
        database.max_connections.map(|_| expression("aws_db_parameter_group.app.name"));
    Body::new()
        .set("identifier", deployment.name.as_str())
        .set("engine", database.engine.as_str())
        .set("engine_version", engine_version(database.engine).0)
        .set("instance_class", class)
        .set("allocated_storage", database.storage_gb.get())
        .set("storage_type", "gp3")
        .set("storage_encrypted", true)
        .set("multi_az", database.multi_az)
        .set("db_name", database.name.as_str())
        .set("username", "app")
        .note("RDS makes the password, keeps it in Secrets Manager and changes it every week.")
        .set("manage_master_user_password", true)
        .set("db_subnet_group_name", expression("aws_db_subnet_group.app.name"))
        .set("vpc_security_group_ids", groups(vpc))
        .set("publicly_accessible", false)
        .set_some("parameter_group_name", parameters)
        .set("backup_retention_period", 7_u32)
        .set("copy_tags_to_snapshot", true)
        .set("deletion_protection", true)
        .set("final_snapshot_identifier", format!("{}-final", deployment.name))
}

fn proxy(deployment: &Deployment, database: &Database, vpc: &Vpc) -> Body {
    if !database.proxy {
        return Body::new();
    }
    let family = match database.engine {
        Engine::Postgres => "POSTGRESQL",
        Engine::Mysql => "MYSQL",
    };
    let auth = Body::new()
        .set("auth_scheme", "SECRETS")
        .set("iam_auth", "DISABLED")
        .set("secret_arn", database_secret());
    let proxy = Body::new()
        .set("name", deployment.name.as_str())
        .set("engine_family", family)
        .set("role_arn", expression("aws_iam_role.proxy.arn"))
        .set("require_tls", true)
        .set("vpc_subnet_ids", texts(&vpc.subnets))
        .set("vpc_security_group_ids", groups(vpc))
        .block("auth", auth);
    let pool = Body::new()
        .note("The rest is for migrations and people, who come past the proxy.")
        .set("max_connections_percent", 90_u32)
        .set("max_idle_connections_percent", 50_u32);
    let group = Body::new()
        .set("db_proxy_name", expression("aws_db_proxy.app.name"))
        .block("connection_pool_config", pool);
    let target = Body::new()
        .set("db_proxy_name", expression("aws_db_proxy.app.name"))
        .set("target_group_name", expression("aws_db_proxy_default_target_group.app.name"))
        .set("db_instance_identifier", expression("aws_db_instance.app.identifier"));
    role(deployment)
        .note("Session settings and prepared statements pin a connection: then the proxy saves nothing.")
        .resource("aws_db_proxy", "app", proxy)
        .resource("aws_db_proxy_default_target_group", "app", group)
        .resource("aws_db_proxy_target", "app", target)
}

/// The proxy reads the password itself.
fn role(deployment: &Deployment) -> Body {
    let read = Body::new()
        .set("actions", texts::<String, _>(["secretsmanager:GetSecretValue"]))
        .set("resources", vec![database_secret()]);
    let role = Body::new()
        .set("name", deployment.name_of("proxy"))
        .set("assume_role_policy", expression("data.aws_iam_policy_document.proxy_assume.json"));
    let policy = Body::new()
        .set("name", "secret")
        .set("role", expression("aws_iam_role.proxy.id"))
        .set("policy", expression("data.aws_iam_policy_document.proxy.json"));
    Body::new()
        .labelled("data", &["aws_iam_policy_document", "proxy_assume"], trust("rds.amazonaws.com"))
        .labelled(
            "data",
            &["aws_iam_policy_document", "proxy"],
            Body::new().block("statement", read),
        )
        .resource("aws_iam_role", "proxy", role)
        .resource("aws_iam_role_policy", "proxy", policy)
}
