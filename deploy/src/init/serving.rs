//! What changes in main.

const CALL: &str = "axum::serve(";

/// The same source with `axum::serve(listener, app)` as `lambdafy::serve(app)`, which listens by
/// itself, so without the listener; `None` if there is no such call, it is not awaited as it is
/// (a graceful shutdown is the adapter's own affair), the listener is needed for something else, or
/// it is not clear what becomes of the error.
pub(super) fn by_lambdafy(source: &str) -> Option<String> {
    let start = call(source)?;
    let inner = &source[start + CALL.len()..];
    let end = outside(inner, ')')?;
    let comma = outside(&inner[..end], ',')?;
    let (listener, app) = (inner[..comma].trim(), app(&inner[comma + 1..end]));
    let rest = inner[end + 1..].trim_start().strip_prefix(".await")?;
    // Its error is another one than axum's, which is std's.
    let tail = rest.lines().next().unwrap_or_default().trim_end();
    let is_std = source.contains("io::Result") || source.contains("io::Error>");
    let error = match tail {
        _ if !is_std => "",
        "" | "?" | "?;" => ".map_err(std::io::Error::other)",
        _ => return None,
    };
    let changed = format!("{}lambdafy::serve({app}).await{error}{rest}", &source[..start]);
    without_listener(&changed, listener)
}

/// Where it is called, in no comment.
fn call(source: &str) -> Option<usize> {
    source.match_indices(CALL).map(|(at, _)| at).find(|at| {
        let line = source[..*at].rfind('\n').map_or(0, |newline| newline + 1);
        !source[line..*at].contains("//")
    })
}

/// The app alone: the adapter takes it as it is, and knows the client's address.
fn app(argument: &str) -> &str {
    let app = argument.trim().trim_end_matches(',').trim_end();
    let made = app.find(".into_make_service");
    made.filter(|at| app[*at..].ends_with("()")).map_or(app, |at| &app[..at])
}

/// Where a character stands outside of all brackets and texts; `None` also before a comment or a raw
/// text, in which anything may stand.
fn outside(text: &str, wanted: char) -> Option<usize> {
    let (mut depth, mut is_text) = (0_usize, false);
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        match c {
            '\\' if is_text => {
                characters.next();
            }
            '"' if is_text => is_text = false,
            _ if is_text || before.ends_with('\'') && after.starts_with('\'') => {}
            '"' if before.ends_with(['r', '#']) => return None,
            '"' => is_text = true,
            '/' if after.starts_with(['/', '*']) => return None,
            _ if c == wanted && depth == 0 => return Some(at),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// The source without the line that makes the listener, and without its import.
fn without_listener(source: &str, listener: &str) -> Option<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if !listener.chars().all(is_word) {
        // Made where it was used.
        return Some(without_import(source));
    }
    let uses = |text: &str| text.split(|c| !is_word(c)).filter(|word| *word == listener).count();
    let start = source.find(&format!("let {listener} ="))?;
    let line = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    if !source[line..start].trim().is_empty() {
        return None;
    }
    let end = start + outside(&source[start..], ';')? + 1;
    let end = end + usize::from(source[end..].starts_with('\n'));
    let rest = format!("{}{}", &source[..line], &source[end..]);
    (uses(&rest) == 0).then(|| without_import(&rest))
}

fn without_import(source: &str) -> String {
    const IMPORT: &str = "use tokio::net::TcpListener;\n";
    if source.matches("TcpListener").count() == 1 {
        source.replace(IMPORT, "")
    } else {
        source.to_owned()
    }
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
                "axum::serve(tcp((\"::\", 80)).await, build(a, b)).await.unwrap();",
                "lambdafy::serve(build(a, b)).await.unwrap();",
            ),
            (
                "let l = bind();\naxum::serve(l, app.into_make_service()).await",
                "lambdafy::serve(app).await",
            ),
            (
                "use tokio::net::TcpListener;\nlet l = TcpListener::bind(\n    \"[::]:80\",\n)\n.await?;\n\
                 axum::serve(\n    l,\n    app.into_make_service_with_connect_info::<SocketAddr>(),\n)\n\
                 .await\n.unwrap();",
                "lambdafy::serve(app).await\n.unwrap();",
            ),
            (
                "fn main() -> std::io::Result<()> {\n    let l = bind();\n    axum::serve(l, app).await\n}",
                "fn main() -> std::io::Result<()> {\n    \
                 lambdafy::serve(app).await.map_err(std::io::Error::other)\n}",
            ),
            (
                "let l = bind(\"a;b)\\\";\", ';').await?;\naxum::serve(l, app).await?;",
                "lambdafy::serve(app).await?;",
            ),
            (
                "fn main() -> Result<(), std::io::Error> {\n    let l = bind();\n    axum::serve(l, app).await\n}",
                "fn main() -> Result<(), std::io::Error> {\n    \
                 lambdafy::serve(app).await.map_err(std::io::Error::other)\n}",
            ),
        ] {
            assert_eq!(by_lambdafy(before).as_deref(), Some(after));
        }
    }

    #[test]
    fn what_would_not_compile_afterwards_is_left_alone() {
        for source in [
            "let l = bind();\nprintln!(\"{}\", l.addr());\naxum::serve(l, app).await",
            "// axum::serve(listener, app)\n",
            "let l = bind();\naxum::serve(l, app)\n    .with_graceful_shutdown(end())\n    .await",
            "let l = bind();\nlet server = axum::serve(l, app);\nserver.await",
            "fn main() -> std::io::Result<()> { let l = bind(); axum::serve(l, app).await }",
            "fn main() -> std::io::Result<()> {\n    let l = bind();\n    Ok(axum::serve(l, app).await?)\n}",
            "fn main() { let l = bind(); axum::serve(l, app).await.unwrap() }",
            "let l = bind(r\";\");\naxum::serve(l, app).await",
            "let l = bind() // here; not there\n    .await;\naxum::serve(l, app).await",
            "axum::serve(listener",
            "axum::serve(listener)",
        ] {
            assert_eq!(by_lambdafy(source), None, "{source}");
        }
    }
}
