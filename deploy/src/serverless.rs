//! The Serverless Framework (version 3 and its fork osls): the function as it writes one, the rest
//! as in CloudFormation, since its own events know neither streaming nor an alias.

use crate::cloudformation::{
    self, Intrinsic, Map, Node, Target, Template, attribute, environment, reference,
};
use crate::deployment::Deployment;
use crate::tree::{Value, texts, yaml};

/// The file `serverless.yml`.
#[must_use]
pub fn template(deployment: &Deployment) -> String {
    let target = target(deployment);
    let mut template = Template::new(deployment);
    template.add(cloudformation::front_door(deployment, &target));
    template.add(cloudformation::invoke_config(deployment, &target));
    cloudformation::add_shared(&mut template, deployment, &target);
    let map = Map::new()
        .put("service", deployment.name.as_str())
        .put("provider", provider(deployment))
        .put(
            "package",
            Map::new().put("artifact", format!("{}/bootstrap.zip", deployment.package_folder())),
        )
        .put("functions", Map::new().put("app", function(deployment)))
        .put("resources", template.into_resources());
    let header = cloudformation::header(deployment, "Serverless Framework service", "serverless");
    let profile = deployment.settings.profile.as_deref().unwrap_or("function");
    let build = format!(
        "#\n#   cargo lambda build --profile {profile} --output-format zip\n#   osls deploy\n"
    );
    format!("{header}{build}\n{}", yaml::document(&escaped_map(&map), 1))
}

/// Front doors and events point to the function itself, or to the alias that the framework makes.
fn target(deployment: &Deployment) -> Target {
    let (id, qualifier, arn) =
        match (deployment.settings.provisioned_concurrency, deployment.settings.snapstart) {
            (Some(_), _) => {
                ("AppProvConcLambdaAlias", "provisioned", reference("AppProvConcLambdaAlias"))
            }
            (None, true) => {
                ("AppSnapStartLambdaAlias", "snapstart", reference("AppSnapStartLambdaAlias"))
            }
            (None, false) => ("", "$LATEST", attribute("AppLambdaFunction", "Arn")),
        };
    Target {
        function: "AppLambdaFunction",
        arn_in_text: if id.is_empty() {
            "${AppLambdaFunction.Arn}".to_owned()
        } else {
            format!("${{{id}}}")
        },
        arn,
        qualifier,
        depends_on: (!id.is_empty()).then_some(id),
        url: "Url",
    }
}

fn provider(deployment: &Deployment) -> Map {
    let settings = &deployment.settings;
    let map = Map::new()
        .put("name", "aws")
        .put("runtime", "provided.al2023")
        .put_some("region", settings.region.as_deref())
        .put("architecture", settings.architecture.as_str());
    match settings.tracing {
        true => map.put("tracing", Map::new().put("lambda", true)),
        false => map,
    }
}

fn function(deployment: &Deployment) -> Map {
    let settings = &deployment.settings;
    let variables = match environment(deployment).get("Variables") {
        Some(Value::Map(variables)) => variables.clone(),
        _ => Map::new(),
    };
    let vpc = settings.vpc.as_ref().map(|vpc| {
        Map::new()
            .put("securityGroupIds", texts(&vpc.security_groups))
            .put("subnetIds", texts(&vpc.subnets))
    });
    Map::new()
        .put("name", deployment.name.as_str())
        .put("handler", "bootstrap")
        .put("memorySize", settings.memory_mb.get())
        .put("timeout", settings.timeout_s.get())
        .put_some(
            "ephemeralStorageSize",
            (settings.tmp_mb.get() != 512).then(|| settings.tmp_mb.get()),
        )
        .put_some("reservedConcurrency", settings.reserved_concurrency.map(|number| number.get()))
        .put_some(
            "provisionedConcurrency",
            settings.provisioned_concurrency.map(|number| number.get()),
        )
        .put_some("snapStart", settings.snapstart.then_some(true))
        .note("Role and log group are below, with no more rights than are needed.")
        .put("role", "Role")
        .put("disableLogs", true)
        .put_some("vpc", vpc)
        .put_filled("environment", variables)
}

/// A text in which the framework finds no variable. It takes `\${` for `${`, but not after another
/// `$`, and two backslashes for one: there the text is taken apart.
fn literal(text: &str) -> Node {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, after) = rest.split_at(at);
        let part = parts.last_mut().map(|part| {
            part.push_str(before);
            part.clone()
        });
        if part.is_some_and(|part| part.ends_with(['$', '\\'])) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str("\\${");
        }
        rest = &after["${".len()..];
    }
    if let Some(part) = parts.last_mut() {
        part.push_str(rest);
    }
    match parts.as_slice() {
        [only] => only.into(),
        _ => Value::Reference(Intrinsic::Join(parts)),
    }
}

/// The tree with every `${` that is meant as text written so that the framework leaves it alone;
/// in CloudFormation's own functions it leaves `${...}` alone by itself.
fn escaped(node: &Node) -> Node {
    match node {
        Value::Text(text) => literal(text),
        Value::List(items) => Value::List(items.iter().map(escaped).collect()),
        Value::Map(map) => Value::Map(escaped_map(map)),
        other => other.clone(),
    }
}

fn escaped_map(map: &Map) -> Map {
    map.entries().fold(Map::new(), |out, entry| {
        let out = match &entry.comment {
            Some(comment) => out.note(comment.as_str()),
            None => out,
        };
        out.put(entry.key.as_str(), escaped(&entry.value))
    })
}
