//! The function, its role, its logs and its alias.

use super::hcl::{Body, Hcl, Map, expression};
use super::references;
use crate::deployment::{ALIAS, Deployment, Statement};
use crate::tree::texts;

pub(super) fn resources(deployment: &Deployment) -> Body {
    let logs = Body::new()
        .set("name", format!("/aws/lambda/{}", deployment.name))
        .set("retention_in_days", deployment.settings.log_retention_days.get());
    let alias = Body::new()
        .set("name", ALIAS)
        .set("function_name", expression("aws_lambda_function.app.function_name"))
        .set("function_version", expression("aws_lambda_function.app.version"));
    let provisioned = deployment.settings.provisioned_concurrency.map(|number| {
        Body::new()
            .set("function_name", expression("aws_lambda_alias.live.function_name"))
            .set("qualifier", expression("aws_lambda_alias.live.name"))
            .set("provisioned_concurrent_executions", number.get())
    });
    let body = Body::new()
        .note("Made here, since Lambda's own would keep logs forever.")
        .resource("aws_cloudwatch_log_group", "app", logs)
        .merge(role(deployment))
        .resource("aws_lambda_function", "app", function(deployment))
        .note("Front doors and events point to this alias, which moves to each new version.")
        .resource("aws_lambda_alias", "live", alias);
    match provisioned {
        Some(body_of) => {
            body.resource("aws_lambda_provisioned_concurrency_config", "live", body_of)
        }
        None => body,
    }
    .merge(invoke_config(deployment))
}

fn role(deployment: &Deployment) -> Body {
    let role = Body::new()
        .set("name", format!("{}-function", deployment.name))
        .set("assume_role_policy", expression("data.aws_iam_policy_document.assume.json"));
    let policy = Body::new()
        .set("name", "function")
        .set("role", expression("aws_iam_role.app.id"))
        .set("policy", expression("data.aws_iam_policy_document.function.json"));
    let statements = deployment.statements().iter().fold(Body::new(), |body, one| {
        let body = match one.comment {
            Some(comment) => body.note(comment),
            None => body,
        };
        body.block("statement", statement(deployment, one))
    });
    Body::new()
        .labelled("data", &["aws_iam_policy_document", "assume"], trust("lambda.amazonaws.com"))
        .note("Only what the declared resources need; AWS's managed policies allow all log groups.")
        .labelled("data", &["aws_iam_policy_document", "function"], statements)
        .resource("aws_iam_role", "app", role)
        .resource("aws_iam_role_policy", "app", policy)
}

/// Who may take a role.
pub(super) fn trust(service: &str) -> Body {
    let principals =
        Body::new().set("type", "Service").set("identifiers", texts::<String, _>([service]));
    let statement = Body::new()
        .set("actions", texts::<String, _>(["sts:AssumeRole"]))
        .block("principals", principals);
    Body::new().block("statement", statement)
}

fn statement(deployment: &Deployment, statement: &Statement) -> Body {
    let resources: Vec<_> =
        statement.resources.iter().map(|one| references::resource(deployment, one)).collect();
    Body::new().set("actions", texts(&statement.actions)).set("resources", resources)
}

fn function(deployment: &Deployment) -> Body {
    let settings = &deployment.settings;
    let variables = environment(deployment);
    let has_variables = !variables.is_empty();
    let vpc = settings.vpc.as_ref().map(|vpc| {
        Body::new()
            .set("subnet_ids", texts(&vpc.subnets))
            .set("security_group_ids", texts(&vpc.security_groups))
    });
    let logging = Body::new()
        .set("log_format", "Text")
        .set("log_group", expression("aws_cloudwatch_log_group.app.name"));
    let tmp =
        (settings.tmp_mb.get() != 512).then(|| Body::new().set("size", settings.tmp_mb.get()));
    Body::new()
        .set("function_name", deployment.name.as_str())
        .set("role", expression("aws_iam_role.app.arn"))
        .set("runtime", "provided.al2023")
        .set("handler", "bootstrap")
        .set("architectures", texts::<String, _>([settings.architecture.as_str()]))
        .set("filename", expression("var.zip"))
        .set("source_code_hash", expression("filebase64sha256(var.zip)"))
        .set("memory_size", settings.memory_mb.get())
        .set("timeout", settings.timeout_s.get())
        .set_some(
            "reserved_concurrent_executions",
            settings.reserved_concurrency.map(|number| number.get()),
        )
        .note("A version for each change, so that the alias has something to go back to.")
        .set("publish", true)
        .block_some("ephemeral_storage", tmp)
        .block_some("environment", has_variables.then(|| Body::new().set("variables", variables)))
        .block("logging_config", logging)
        .block_some("tracing_config", settings.tracing.then(|| Body::new().set("mode", "Active")))
        .block_some("vpc_config", vpc)
        .block_some(
            "snap_start",
            settings.snapstart.then(|| Body::new().set("apply_on", "PublishedVersions")),
        )
        // The role alone is there before it may do anything.
        .set("depends_on", vec![expression("aws_iam_role_policy.app")])
}

fn environment(deployment: &Deployment) -> Map {
    deployment.environment().into_iter().fold(Map::new(), |map, variable| {
        let map = match variable.comment {
            Some(comment) => map.note(comment),
            None => map,
        };
        map.put(variable.name, references::variable(deployment, &variable.value))
    })
}

fn invoke_config(deployment: &Deployment) -> Body {
    if !deployment.is_invoked_asynchronously() {
        return Body::new();
    }
    let failure = Body::new().set("destination", expression("aws_sqs_queue.dead_letters.arn"));
    let config = Body::new()
        .set("function_name", expression("aws_lambda_function.app.function_name"))
        .set("qualifier", expression("aws_lambda_alias.live.name"))
        .set("maximum_retry_attempts", 2_u32)
        .set("maximum_event_age_in_seconds", 3600_u32)
        .block("destination_config", Body::new().block("on_failure", failure));
    Body::new()
        .note("An event is tried three times within an hour, then it is a dead letter.")
        .resource("aws_lambda_function_event_invoke_config", "live", config)
}

/// A permission to invoke the alias.
pub(super) fn permission(statement: &str, action: &str, principal: &str) -> Body {
    Body::new()
        .set("statement_id", statement)
        .set("function_name", expression("aws_lambda_function.app.function_name"))
        .set("qualifier", expression("aws_lambda_alias.live.name"))
        .set("action", action)
        .set("principal", principal)
}

/// Adds the source to a permission.
pub(super) fn by(permission: Body, source: Hcl) -> Body {
    permission.set("source_arn", source)
}
