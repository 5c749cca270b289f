//! The first event of a sandbox, and what is known of the answer.

use std::path::Path;

use anyhow::{Context, Result};

use super::page_cache::Cached;
use crate::answer;
use crate::cases::FIRST_REQUEST;
use crate::contenders::App;

/// The first event of every sandbox.
#[derive(Debug)]
pub(crate) struct Request {
    name: String,
    title: String,
    pub(crate) event: Vec<u8>,
    answer: Answer,
}

/// What is known of the answer.
#[derive(Debug)]
enum Answer {
    /// That it has status 200 and this body.
    Body(Vec<u8>),
    /// That it has status 200.
    Success,
    /// Nothing.
    Anything,
}

impl Request {
    /// The event of a file; without one, a `GET` of what every contender has.
    ///
    /// # Errors
    /// If the file can't be read or is not JSON.
    pub(crate) fn read(file: Option<&Path>, app: App) -> Result<Self> {
        file.map_or_else(|| Self::of_app(app), Self::of_file)
    }

    /// A `GET /` from an HTTP API, whose answer is not known.
    pub(crate) fn of_root() -> Result<Self> {
        let (event, _) = FIRST_REQUEST.build()?;
        Ok(Self {
            name: "root".to_owned(),
            title: "GET /".to_owned(),
            event: String::from_utf8(event)?.replace("/hello", "/").into_bytes(),
            answer: Answer::Anything,
        })
    }

    /// The event of a file.
    ///
    /// # Errors
    /// If the file can't be read or is not JSON.
    pub(crate) fn of_file(path: &Path) -> Result<Self> {
        let event = std::fs::read(path)
            .with_context(|| format!("can't read the event {}", path.display()))?;
        serde_json::from_slice::<serde_json::Value>(&event)
            .with_context(|| format!("the event {} is not JSON", path.display()))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { title: name.clone(), name, event, answer: Answer::Anything })
    }

    fn of_app(app: App) -> Result<Self> {
        let (event, body) = FIRST_REQUEST.build()?;
        Ok(match app {
            App::Hello => Self {
                name: "hello".to_owned(),
                title: "hello app".to_owned(),
                event,
                answer: Answer::Body(body),
            },
            // A page with records of the database, whose dates are always others.
            App::Heavy => Self {
                name: "heavy".to_owned(),
                title: "heavy app".to_owned(),
                event: String::from_utf8(event)?.replace("/hello", "/notes").into_bytes(),
                answer: Answer::Success,
            },
        })
    }

    /// Its name in reports.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The name that a report has for this request under these conditions.
    pub(crate) fn case(&self, cached: Cached, throttles_init: bool) -> String {
        let mut case = self.name.clone();
        if cached == Cached::Cold {
            case += "-evicted";
        }
        if throttles_init {
            case += "-throttled-init";
        }
        case
    }

    /// The same for people.
    pub(crate) fn title(&self, cached: Cached, throttles_init: bool) -> String {
        let cache = match cached {
            Cached::Warm => "warm page cache",
            Cached::Cold => "evicted from the page cache",
        };
        let init = if throttles_init { ", INIT throttled" } else { "" };
        format!("{}, {cache}{init}", self.title)
    }

    /// Is this the right answer, as far as that is known?
    pub(crate) fn check(&self, payload: &[u8]) -> Result<()> {
        match &self.answer {
            Answer::Body(body) => answer::check(payload, body),
            Answer::Success => answer::check_status(payload).map(drop),
            Answer::Anything => Ok(()),
        }
    }
}
