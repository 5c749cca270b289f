//! Colours, which anstream leaves out where no terminal is, or `NO_COLOR` is set.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use lambdafy_deploy::ship::{Progress, Said};

/// What went wrong.
pub(crate) fn red(text: impl Display) -> String {
    styled(AnsiColor::Red.on_default().bold(), text)
}

/// What to look at.
pub(crate) fn yellow(text: impl Display) -> String {
    styled(AnsiColor::Yellow.on_default().bold(), text)
}

/// What went well.
pub(crate) fn green(text: impl Display) -> String {
    styled(AnsiColor::Green.on_default().bold(), text)
}

/// What is only a mark.
#[cfg(all(unix, feature = "dev"))]
pub(crate) fn dim(text: impl Display) -> String {
    styled(Style::new().dimmed(), text)
}

/// Without escape sequences and control characters: what others have written must not steer the
/// terminal.
pub(crate) fn plain(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The same with its colours, which many a logger writes.
pub(crate) fn coloured(text: &str) -> String {
    let mut pieces = text.split('\x1b');
    let mut out = pieces.next().map(plain).unwrap_or_default();
    for piece in pieces {
        match colour(piece) {
            Some((sequence, rest)) => {
                out.push('\x1b');
                out.push_str(sequence);
                out.push_str(&plain(rest));
            }
            // The whole of another sequence goes.
            None => out.push_str(&plain(&format!("\x1b{piece}"))),
        }
    }
    if out.contains('\x1b') {
        out.push_str("\x1b[0m");
    }
    out
}

/// Splits `[1;32mtext` behind the `m`.
fn colour(piece: &str) -> Option<(&str, &str)> {
    let digits = piece.strip_prefix('[')?;
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    digits[end..].starts_with('m').then(|| piece.split_at(end + 2))
}

fn styled(style: Style, text: impl Display) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// Progress on standard error: steps, and details below them.
pub(crate) fn progress() -> Progress<'static> {
    Progress::new(&|said| match said {
        Said::Step(text) => anstream::eprintln!("{} {text}", green("==>")),
        Said::Detail(text) => anstream::eprintln!("    {text}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_does_not_steer_the_terminal() {
        assert_eq!(plain("/a\x1b[2J\x1b]0;title\x07\u{9b}b\rc"), "/a b c");
        assert_eq!(coloured("a\x1b[32mgreen\x1b[0m"), "a\x1b[32mgreen\x1b[0m\x1b[0m");
        assert_eq!(coloured("a\x1b[2Jb\x1b[10;1Hc\td"), "abc d");
    }
}
