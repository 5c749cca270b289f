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
