//! What `LAMBDAFY_STARTUP_REPORT` asks for.

use super::clock::Nanos;

/// What is expected, in the words of an error.
pub(super) const EXPECTED: &str = "formats (terminal, json, trace, svg, emf; a file as in \
     json:/tmp/startup.json) and settings (requests=1, cpu, exec=NANOSECONDS), separated by commas";

/// The variable's value, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(super) outputs: Vec<Output>,
    /// After how many answers the report is written.
    pub(super) requests: usize,
    /// Counts CPU time and faults in every poll, not only its wall time.
    pub(super) counts_polls: bool,
    /// When the process was started, by the monotonic clock of the one who started it.
    pub(super) exec: Option<Nanos>,
}

/// One report.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// None: standard error for the terminal's, standard output for the others.
    pub(super) path: Option<String>,
}

/// In what form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    #[cfg(feature = "startup-report")]
    Terminal,
    #[cfg(feature = "startup-report")]
    Trace,
    #[cfg(feature = "startup-report")]
    Svg,
    #[cfg(feature = "startup-report")]
    Emf,
}

impl Settings {
    /// Reads the variable's value; the error says what was expected.
    pub(crate) fn parse(value: &str) -> Result<Self, &'static str> {
        let mut settings =
            Self { outputs: Vec::new(), requests: 1, counts_polls: false, exec: None };
        for item in value.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            settings.add(item)?;
        }
        if settings.outputs.is_empty() { Err(EXPECTED) } else { Ok(settings) }
    }

    fn add(&mut self, item: &str) -> Result<(), &'static str> {
        if let Some((name, value)) = item.split_once('=').filter(|(name, _)| !name.contains(':')) {
            let number: u64 = value.parse().map_err(|_| EXPECTED)?;
            match name {
                "requests" if number > 0 => {
                    self.requests = usize::try_from(number).unwrap_or(usize::MAX);
                }
                "exec" => self.exec = Some(number),
                _ => return Err(EXPECTED),
            }
            return Ok(());
        }
        if item == "cpu" {
            self.counts_polls = true;
            return Ok(());
        }
        let (name, path) = match item.split_once(':') {
            Some((_, "")) => return Err(EXPECTED),
            Some((name, path)) => (name, Some(path.to_owned())),
            None => (item, None),
        };
        self.outputs.push(Output { format: Format::parse(name)?, path });
        Ok(())
    }
}

impl Format {
    fn parse(name: &str) -> Result<Self, &'static str> {
        match name {
            "json" => Ok(Self::Json),
            #[cfg(feature = "startup-report")]
            "terminal" => Ok(Self::Terminal),
            #[cfg(feature = "startup-report")]
            "trace" => Ok(Self::Trace),
            #[cfg(feature = "startup-report")]
            "svg" => Ok(Self::Svg),
            #[cfg(feature = "startup-report")]
            "emf" => Ok(Self::Emf),
            #[cfg(not(feature = "startup-report"))]
            "terminal" | "trace" | "svg" | "emf" => {
                Err("json, or lambdafy's feature startup-report, which has the other formats")
            }
            _ => Err(EXPECTED),
        }
    }

    /// Read on the spot, so it goes to standard error, as logs do.
    pub(super) fn is_for_people(self) -> bool {
        #[cfg(feature = "startup-report")]
        return self == Self::Terminal;
        #[cfg(not(feature = "startup-report"))]
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_paths_and_settings_are_read() {
        let settings = Settings::parse("json:/tmp/a=b:c.json, requests=3,cpu,exec=12").unwrap();
        let path = Some("/tmp/a=b:c.json".to_owned());
        assert_eq!(settings.outputs, [Output { format: Format::Json, path }]);
        assert_eq!((settings.requests, settings.counts_polls, settings.exec), (3, true, Some(12)));
        let settings = Settings::parse("json").unwrap();
        assert_eq!((settings.requests, settings.counts_polls, settings.exec), (1, false, None));
    }

    #[test]
    #[cfg(feature = "startup-report")]
    fn several_formats_can_be_asked_for() {
        let settings = Settings::parse("terminal,svg:/tmp/x.svg,trace,emf").unwrap();
        let formats: Vec<_> = settings.outputs.iter().map(|output| output.format).collect();
        assert_eq!(formats, [Format::Terminal, Format::Svg, Format::Trace, Format::Emf]);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for value in
            ["yes", "jsn", "json:", "requests=3", "json,requests=0", "json,requests=x", ","]
        {
            assert_eq!(Settings::parse(value), Err(EXPECTED), "{value}");
        }
        for value in ["json,exec=", "json,cpu=1", "json,frames=2", "JSON"] {
            assert_eq!(Settings::parse(value), Err(EXPECTED), "{value}");
        }
    }

    #[test]
    #[cfg(not(feature = "startup-report"))]
    fn a_format_of_the_feature_names_it() {
        assert!(Settings::parse("terminal").unwrap_err().contains("startup-report"));
    }
}
