//! The function, its logs, its versions and its alias.

use sha2::{Digest, Sha256};

use super::{Intrinsic, Map, Node, Target, attribute, reference, resource, substitute};
use crate::deployment::{ALIAS, Deployment, VariableValue};
use crate::settings::Architecture;
use crate::tree::{Value, json, texts};

/// What `deploy` fills in.
pub(super) fn parameters() -> Map {
    let text = |description: &str| Map::new().put("Type", "String").put("Description", description);
    Map::new()
        .put("CodeBucket", text("The bucket that holds the zip with the executable `bootstrap`"))
        .put("CodeKey", text("The zip's key in it"))
        .note(
            "While a version is tried out, requests still go to the one that was live: `deploy` \
             moves the alias only after migrations, and back if the smoke test fails.",
        )
        .put(
            "LiveVersion",
            text("The version that requests go to; empty for the one made now").put("Default", ""),
        )
}

pub(super) fn conditions() -> Map {
    let is_empty = Intrinsic::Equals(Box::new(reference("LiveVersion")), Box::new("".into()));
    let not_empty = Intrinsic::Not(Box::new(Value::Reference(is_empty)));
    Map::new().put("KeepsLiveVersion", Value::Reference(not_empty))
}

/// The version that was made now, whether requests go to it or not.
pub(super) fn outputs(deployment: &Deployment) -> Map {
    let version = version_id(deployment, &properties(deployment));
    let output = Map::new()
        .put("Description", "The version made now")
        .put("Value", attribute(version, "Version"));
    Map::new().put("Version", output)
}

fn properties(deployment: &Deployment) -> Map {
    let code =
        Map::new().put("S3Bucket", reference("CodeBucket")).put("S3Key", reference("CodeKey"));
    let active = || ("TracingConfig", Map::new().put("Mode", "Active").into());
    let tracing = deployment.settings.tracing.then(active);
    Map::new().put("Code", code).merge(function_properties(deployment, tracing))
}

pub(super) fn resources(deployment: &Deployment) -> Map {
    let properties = properties(deployment);
    let version = version_id(deployment, &properties);
    let live = Intrinsic::If(
        "KeepsLiveVersion",
        Box::new(reference("LiveVersion")),
        Box::new(attribute(version.as_str(), "Version")),
    );
    let provisioned = deployment
        .settings
        .provisioned_concurrency
        .map(|number| Map::new().put("ProvisionedConcurrentExecutions", number.get()));
    let alias = Map::new()
        .put("FunctionName", reference("Function"))
        .put("Name", ALIAS)
        .put("FunctionVersion", Value::Reference(live))
        .put_some("ProvisionedConcurrencyConfig", provisioned);
    Map::new()
        .put("Function", resource("AWS::Lambda::Function", properties))
        .note(
            "Its name changes with the code and the settings, since a version is made once for \
             each logical id. Old ones stay, so that there is something to roll back to.",
        )
        .put(
            version,
            resource("AWS::Lambda::Version", Map::new().put("FunctionName", reference("Function")))
                .kept(),
        )
        .put("Alias", resource("AWS::Lambda::Alias", alias))
}

/// The logical id of the version: another one for every other code or configuration.
fn version_id(deployment: &Deployment, properties: &Map) -> String {
    let configuration = json::value(&Value::Map(properties.clone())).to_string();
    let digest = Sha256::new()
        .chain_update(configuration)
        .chain_update([0])
        .chain_update(&deployment.revision)
        .finalize();
    format!("Version{}", short_hex(&digest))
}

/// The first ten hexadecimal digits.
pub(crate) fn short_hex(digest: &[u8]) -> String {
    digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect()
}

/// The properties that every format sets alike; how tracing is switched on is its own.
pub(crate) fn function_properties(deployment: &Deployment, tracing: Option<(&str, Node)>) -> Map {
    let settings = &deployment.settings;
    Map::new()
        .put("FunctionName", deployment.name.as_str())
        .put("Runtime", "provided.al2023")
        .put("Handler", "bootstrap")
        .put("Architectures", texts([settings.architecture.as_str()]))
        .merge(memory(deployment))
        .put("Role", attribute("Role", "Arn"))
        .put_filled("Environment", environment(deployment))
        .put("LoggingConfig", Map::new().put("LogGroup", reference("LogGroup")))
        .merge(tracing.map_or_else(Map::new, |(key, value)| Map::new().put(key, value)))
        .merge(vpc(deployment))
        .put_some(
            "ReservedConcurrentExecutions",
            settings.reserved_concurrency.map(|number| number.get()),
        )
        .put_some(
            "SnapStart",
            settings.snapstart.then(|| Map::new().put("ApplyOn", "PublishedVersions")),
        )
}

fn memory(deployment: &Deployment) -> Map {
    let settings = &deployment.settings;
    let note = match settings.architecture {
        Architecture::X86_64 => "1,769 MB of memory are one CPU; this is the function's share.",
        Architecture::Arm64 => "1,769 MB of memory are one CPU, on arm64 for a fifth less.",
    };
    let tmp = (settings.tmp_mb.get() != 512).then(|| Map::new().put("Size", settings.tmp_mb.get()));
    Map::new()
        .note(note)
        .put("MemorySize", settings.memory_mb.get())
        .put("Timeout", settings.timeout_s.get())
        .put_some("EphemeralStorage", tmp)
}

fn vpc(deployment: &Deployment) -> Map {
    let vpc = deployment.settings.vpc.as_ref().map(|vpc| {
        Map::new()
            .put("SubnetIds", texts(&vpc.subnets))
            .put("SecurityGroupIds", texts(&vpc.security_groups))
    });
    Map::new().put_some("VpcConfig", vpc)
}

/// The function's environment variables.
pub(crate) fn environment(deployment: &Deployment) -> Map {
    let mut variables = Map::new();
    for variable in deployment.environment() {
        if let Some(comment) = variable.comment {
            variables = variables.note(comment);
        }
        variables = variables.put(variable.name, node(deployment, &variable.value));
    }
    Map::new().put_filled("Variables", variables)
}

fn node(deployment: &Deployment, value: &VariableValue) -> Node {
    match value {
        VariableValue::Text(text) => text.into(),
        VariableValue::BucketName(name) => substitute(deployment.bucket_name(name)),
        VariableValue::QueueUrl(name) => reference(format!("Queue{}", name.camel())),
        VariableValue::DatabaseHost => super::database::host(deployment),
        VariableValue::DatabaseSecret => attribute("Database", "MasterUserSecret.SecretArn"),
    }
}

/// What becomes of events for which nobody waits.
pub(crate) fn invoke_config(deployment: &Deployment, target: &Target) -> Map {
    if !deployment.is_invoked_asynchronously() {
        return Map::new();
    }
    let failure = Map::new().put("Destination", attribute("DeadLetters", "Arn"));
    let properties = Map::new()
        .put("FunctionName", reference(target.function))
        .put("Qualifier", target.qualifier)
        .put("MaximumRetryAttempts", 2_u32)
        .put("MaximumEventAgeInSeconds", 3600_u32)
        .put("DestinationConfig", Map::new().put("OnFailure", failure));
    let config = resource("AWS::Lambda::EventInvokeConfig", properties).after(target.depends_on);
    Map::new()
        .note("An event is tried three times within an hour, then it is a dead letter.")
        .put("EventInvokeConfig", config)
}
