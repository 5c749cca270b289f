//! The first settings, from a look at the project, and what changes in main.

use std::path::PathBuf;

use crate::project::{Project, ProjectError};

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// Its text now.
    pub before: String,
    /// Its text with the change.
    pub after: String,
}

/// What `init` would change: the settings in the manifest, and `axum::serve` in main, if it is
/// found. Nothing is written.
///
/// # Errors
/// If the main file cannot be read.
pub fn init(project: &Project) -> Result<Vec<Change>, ProjectError> {
    let manifest = &project.manifest_text;
    let mut changes = vec![Change {
        path: project.manifest.clone(),
        before: manifest.clone(),
        after: format!("{}\n\n{}", manifest.trim_end(), settings(project)),
    }];
    let main = project
        .binaries
        .iter()
        .find(|(name, _)| *name == project.package)
        .or(project.binaries.first());
    if let Some((_, path)) = main {
        let before = std::fs::read_to_string(path)
            .map_err(|error| ProjectError::Cargo(format!("{}: {error}", path.display())))?;
        if let Some(after) = served_by_lambdafy(&before) {
            changes.push(Change { path: path.clone(), before, after });
        }
    }
    Ok(changes)
}

/// The settings, with a comment for each choice.
fn settings(project: &Project) -> String {
    let uses = |name: &str| project.dependencies.contains_key(name);
    let mut text = String::from(
        "# How it is deployed: `cargo lambdafy check`, then `cargo lambdafy deploy`.\n\
         [package.metadata.lambdafy]\n\
         # function-url costs nothing; http-api and rest-api have throttling and a domain of their\n\
         # own; alb stands in a VPC. Only function-url and rest-api stream.\n\
         front-door = \"function-url\"\n\
         # 1,769 MB are one CPU.\n\
         memory-mb = 512\n\
         # arm64 costs a fifth less, and needs `rustup target add aarch64-unknown-linux-gnu`.\n\
         architecture = \"x86_64\"\n\
         # In seconds; API Gateway waits for 29.\n\
         timeout-s = 25\n\
         # The most sandboxes at once: a limit to the bill, and to the database's connections. It is\n\
         # taken from the account's own limit, which a new account has at 10 and AWS raises on request.\n\
         # reserved-concurrency = 50\n",
    );
    if !project.has_function_profile {
        text.push_str(
            "# With [profile.function] in the workspace (lto = \"fat\", codegen-units = 1, strip = true)\n\
             # it starts faster: that profile is then taken by itself.\n",
        );
    }
    if uses("sqlx") || uses("mysql_async") || uses("tokio-postgres") {
        let engine = engine(project);
        text.push_str(&format!(
            "\n# The app uses a database: uncomment what fits.\n\
             # [package.metadata.lambdafy.vpc]\n\
             # subnets = [\"subnet-...\", \"subnet-...\"]\n\
             # security-groups = [\"sg-...\"]\n\
             #\n\
             # [package.metadata.lambdafy.database]\n\
             # engine = \"{engine}\"\n\
             # host = \"...\"                      # or instance-class = \"db.t4g.micro\" to make one\n\
             # secret = \"arn:aws:secretsmanager:...\"   # with username and password\n\
             # max-connections = 100            # the server's; `check` counts against it\n\
             #\n\
             # [package.metadata.lambdafy.migrations]\n\
             # command = [\"sqlx\", \"migrate\", \"run\"]  # or path = \"/migrations\" of the app\n"
        ));
    }
    if uses("aws-sdk-s3") {
        text.push_str(
            "\n# The app uses S3: it finds the bucket's name in BUCKET_FILES.\n\
             [[package.metadata.lambdafy.bucket]]\n\
             name = \"files\"\n\
             access = \"read-write\"\n\
             # events = [\"created\"]             # posted to /events\n",
        );
    }
    if uses("aws-sdk-sqs") {
        text.push_str(
            "\n# The app uses SQS: it finds the queue's URL in QUEUE_JOBS_URL, and gets its messages at\n\
             # /events.\n\
             [[package.metadata.lambdafy.queue]]\n\
             name = \"jobs\"\n\
             send = true\n",
        );
    }
    text
}

fn engine(project: &Project) -> &'static str {
    let sqlx = project.dependencies.get("sqlx");
    let is_mysql = project.dependencies.contains_key("mysql_async")
        || sqlx.is_some_and(|features| features.contains("mysql"));
    if is_mysql { "mysql" } else { "postgres" }
}

/// The same source with `axum::serve(listener, app)` as `lambdafy::serve(app)`, which listens by
/// itself, so without the listener; `None` if that is not one call on one line, or the listener is
/// needed for something else.
fn served_by_lambdafy(source: &str) -> Option<String> {
    let line = source
        .lines()
        .find(|line| line.contains("axum::serve(") && !line.trim_start().starts_with("//"))?;
    let start = line.find("axum::serve(")?;
    let inner = &line[start + "axum::serve(".len()..];
    let end = closing(inner)?;
    let (listener, app) = inner[..end].split_once(',')?;
    let app = app.trim().trim_end_matches(',');
    let app = app.strip_suffix(".into_make_service()").unwrap_or(app);
    let rest = inner[end + 1..].trim_end();
    // Its error is another one than axum's, which is std's.
    let (rest, tail) = match rest.strip_prefix(".await") {
        Some(tail @ ("" | "?" | "?;")) if source.contains("io::Result<") => {
            (".await.map_err(std::io::Error::other)", tail)
        }
        _ => (rest, ""),
    };
    let new = format!("{}lambdafy::serve({app}){rest}{tail}", &line[..start]);
    without_listener(&source.replacen(line, &new, 1), listener.trim())
}

/// The source without the line that makes the listener.
fn without_listener(source: &str, listener: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if !listener.chars().all(is_word) {
        // Made where it was used.
        return Some(source.to_owned());
    }
    let uses = |line: &str| line.split(|c| !is_word(c)).any(|word| word == listener);
    let makes = |line: &&str| {
        let line = line.trim();
        line.starts_with(&format!("let {listener} =")) && line.ends_with(';')
    };
    let made = source.lines().find(makes)?;
    if source.lines().filter(|line| uses(line)).count() > 1 {
        return None;
    }
    Some(source.replacen(&format!("{made}\n"), "", 1))
}

/// Where the parenthesis closes that is open at the beginning.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn main_serves_by_lambdafy_and_makes_no_listener() {
        for (before, after) in [
            (
                "    let listener = bind(\"x:1\").await?;\n    axum::serve(listener, app).await?;\n",
                "    lambdafy::serve(app).await?;\n",
            ),
            (
                "axum::serve(tcp().await, build(a, b)).await.unwrap();",
                "lambdafy::serve(build(a, b)).await.unwrap();",
            ),
            (
                "let l = bind();\naxum::serve(l, app.into_make_service()).await",
                "lambdafy::serve(app).await",
            ),
            (
                "fn main() -> std::io::Result<()> {\n    let l = bind();\n    axum::serve(l, app).await\n}",
                "fn main() -> std::io::Result<()> {\n    \
                 lambdafy::serve(app).await.map_err(std::io::Error::other)\n}",
            ),
        ] {
            assert_eq!(served_by_lambdafy(before).as_deref(), Some(after));
        }
        let printed = "let l = bind();\nprintln!(\"{}\", l.addr());\naxum::serve(l, app).await";
        assert_eq!(served_by_lambdafy(printed), None);
        assert_eq!(served_by_lambdafy("// axum::serve(listener, app)\n"), None);
        assert_eq!(served_by_lambdafy("axum::serve(\n    listener,\n    app,\n)"), None);
    }
}
