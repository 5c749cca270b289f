//! The packing list: a JSON API, and its own error answers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

const MOST_THINGS: usize = 40;
const LONGEST: usize = 60;

/// A list that all requests share; a clone is the same list.
#[derive(Clone)]
pub(crate) struct PackingList(Arc<Mutex<Things>>);

struct Things {
    things: Vec<Thing>,
    last_id: u32,
}

#[derive(Clone, Serialize)]
pub(crate) struct Thing {
    id: u32,
    name: String,
    packed: bool,
}

#[derive(Deserialize)]
pub(crate) struct NewThing {
    name: String,
}

#[derive(Deserialize)]
pub(crate) struct Change {
    packed: bool,
}

#[derive(Serialize)]
pub(crate) struct Problem {
    error: &'static str,
}

type Failure = (StatusCode, Json<Problem>);

impl PackingList {
    /// What one always needs.
    pub(crate) fn usual() -> Self {
        let names =
            ["Map and compass", "Rain jacket", "Two litres of water", "Bread, cheese, an apple"];
        let things =
            (1..).zip(names).map(|(id, name)| Thing { id, name: name.to_owned(), packed: id == 1 });
        Self(Arc::new(Mutex::new(Things { things: things.collect(), last_id: 4 })))
    }

    fn lock(&self) -> MutexGuard<'_, Things> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) async fn list(State(list): State<PackingList>) -> Json<Vec<Thing>> {
    Json(list.lock().things.clone())
}

pub(crate) async fn add(
    State(list): State<PackingList>,
    Json(new): Json<NewThing>,
) -> Result<impl IntoResponse, Failure> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST {
        let error = "a thing has a name of 1 to 60 characters";
        return Err(problem(StatusCode::UNPROCESSABLE_ENTITY, error));
    }
    let mut list = list.lock();
    if list.things.len() >= MOST_THINGS {
        return Err(problem(StatusCode::CONFLICT, "the rucksack is full"));
    }
    list.last_id += 1;
    let thing = Thing { id: list.last_id, name: name.to_owned(), packed: false };
    list.things.push(thing.clone());
    let location = format!("/api/packing/{}", thing.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(thing)))
}

pub(crate) async fn check(
    State(list): State<PackingList>,
    Path(id): Path<u32>,
    Json(change): Json<Change>,
) -> Result<Json<Thing>, Failure> {
    let mut list = list.lock();
    let thing = list.things.iter_mut().find(|thing| thing.id == id);
    let thing = thing.ok_or_else(missing)?;
    thing.packed = change.packed;
    Ok(Json(thing.clone()))
}

pub(crate) async fn remove(
    State(list): State<PackingList>,
    Path(id): Path<u32>,
) -> Result<StatusCode, Failure> {
    let mut list = list.lock();
    let at = list.things.iter().position(|thing| thing.id == id);
    list.things.remove(at.ok_or_else(missing)?);
    Ok(StatusCode::NO_CONTENT)
}

fn missing() -> Failure {
    problem(StatusCode::NOT_FOUND, "there is no such thing on the list")
}

fn problem(status: StatusCode, error: &'static str) -> Failure {
    (status, Json(Problem { error }))
}
