//! A sample blog: posts, pages, authors, tags and pictures, all made by the program.
//!
//! The same number makes the same blog, but for ids and uuids.

mod pages;
mod pictures;
mod random;
mod text;
mod topics;

use axum::body::Bytes;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

use crate::media::{self, Media, NewImage};
use crate::model::{Draft, Kind, Link, Millis, Role, Settings};
use crate::store::{self, NewUser, Store, When};
use pages::{AUTHORS, PAGES};
use random::Random;
use topics::TOPICS;

/// Noon of 2026-11-20, when the newest post appeared.
const NEWEST: Millis = 1_795_176_000_000;
const HOUR: Millis = 3_600_000;

/// What to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Which blog: the same number makes the same one.
    pub number: u64,
    /// How many posts; up to 360 have titles of their own.
    pub posts: usize,
    /// How many pictures, which the posts share.
    pub pictures: usize,
    /// The pictures' width in pixels.
    pub width: u32,
    /// Argon2's hash of the first author's password, who owns the blog; none: nobody can log in.
    pub owner_password_hash: Option<String>,
}

impl Default for Sample {
    fn default() -> Self {
        Self { number: 1, posts: 200, pictures: 30, width: 1600, owner_password_hash: None }
    }
}

/// Why the sample was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Something is there that it would mix with.
    #[error("the blog is not empty: the sample is made in an empty one only")]
    NotEmpty,
    /// The data can't be written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A picture can't be kept.
    #[error(transparent)]
    Media(#[from] media::Error),
}

/// A picture as posts name it.
#[derive(Clone, Debug)]
struct Cover {
    url: String,
    alt: String,
}

/// Makes the sample; `progress` is told after each thing how many of how many are done.
///
/// # Errors
/// If the blog has a user already, or something can't be written.
pub async fn seed(
    store: &Store,
    media: &Media,
    sample: &Sample,
    mut progress: impl FnMut(usize, usize),
) -> Result<(), Error> {
    if !store.users(0).await?.is_empty() {
        return Err(Error::NotEmpty);
    }
    let total = sample.pictures + sample.posts;
    let random = Random::new(sample.number);
    let authors = authors(store, media, sample, &random).await?;
    let mut covers = Vec::new();
    for number in 0..sample.pictures {
        covers.push(cover(store, media, sample, &random, number).await?);
        progress(covers.len(), total);
    }
    for number in 0..sample.posts {
        post(store, sample, &random, number, &authors, &covers).await?;
        progress(covers.len() + number + 1, total);
    }
    for (title, source) in PAGES {
        page(store, title, source, &authors).await?;
    }
    tags(store, &covers).await?;
    Ok(store.set_settings(&settings(&covers)).await?)
}

async fn authors(
    store: &Store,
    media: &Media,
    sample: &Sample,
    random: &Random,
) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    for (number, (name, email, bio, location)) in AUTHORS.into_iter().enumerate() {
        let is_owner = number == 0;
        let new = NewUser {
            name: name.to_owned(),
            email: email.to_owned(),
            password_hash: sample.owner_password_hash.clone().filter(|_| is_owner),
            role: if is_owner { Role::Owner } else { Role::Author },
        };
        let mut user = store.create_user(&new).await?;
        let picture = pictures::portrait(random, number, 480);
        let image = media.add(store, file(&picture.image, picture.name)).await?;
        user.image = format!("/images/{}", image.path);
        (user.bio, user.location) = (bio.to_owned(), location.to_owned());
        ids.push(store.save_user(&user).await?.id);
    }
    Ok(ids)
}

async fn cover(
    store: &Store,
    media: &Media,
    sample: &Sample,
    random: &Random,
    number: usize,
) -> Result<Cover, Error> {
    let (random, width) = (random.clone(), sample.width);
    let paint = move || {
        let picture = pictures::paint(&random, number, width, width * 9 / 16);
        (file(&picture.image, picture.name), picture.alt)
    };
    let painted = tokio::task::spawn_blocking(paint).await;
    let (new, alt) =
        painted.map_err(|_| media::Error::Failed("the painting ended early".into()))?;
    let image = media.add(store, new).await?;
    Ok(Cover { url: format!("/images/{}", image.path), alt })
}

fn file(picture: &RgbImage, name: &str) -> NewImage {
    let mut bytes = Vec::new();
    // Into memory: only a picture without pixels could fail, and its empty file is refused later.
    drop(picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 92)));
    let name = format!("{name}.jpg");
    NewImage { bytes: Bytes::from(bytes), name, user_id: None, at: Some(NEWEST) }
}

async fn post(
    store: &Store,
    sample: &Sample,
    random: &Random,
    number: usize,
    authors: &[String],
    covers: &[Cover],
) -> Result<(), Error> {
    let mut random = random.part(10_000 + number as u64);
    let topic = TOPICS.get(number % TOPICS.len()).copied().unwrap_or(TOPICS[0]);
    let (title, subject) = text::title(&topic, number / TOPICS.len());
    // In turn, so that neighbours differ; some have none.
    let cover = covers.get(number % covers.len().max(1)).filter(|_| number % 9 != 8).cloned();
    let inner = covers.get((number * 7 + 3) % covers.len().max(1)).filter(|_| random.chance(25));
    let inner = inner.map(|cover| (cover.url.as_str(), cover.alt.as_str()));
    let source = text::body(&mut random, &topic, subject, inner);
    let other = TOPICS.get(random.below(TOPICS.len())).filter(|_| random.chance(30));
    let (url, alt) = cover.map(|cover| (cover.url, cover.alt)).unwrap_or_default();
    let draft = Draft {
        title,
        source,
        cover_image: url,
        cover_alt: alt,
        is_featured: number.is_multiple_of(40),
        authors: writers(&mut random, number, authors),
        tags: std::iter::once(topic.tag)
            .chain(other.map(|topic| topic.tag))
            .map(Into::into)
            .collect(),
        ..Draft::default()
    };
    let saved = store.create_post(&draft, None).await?;
    let back = Millis::try_from(sample.posts.saturating_sub(number + 1)).unwrap_or(0);
    let hours = Millis::try_from(random.below(20)).unwrap_or(0);
    let at = NEWEST - back * 127 * HOUR - hours * HOUR;
    store.publish(&saved.id, saved.version, When::At(at)).await?;
    Ok(())
}

/// One author, sometimes two.
fn writers(random: &mut Random, number: usize, authors: &[String]) -> Vec<String> {
    let first = authors.get((number + number / 6) % authors.len().max(1));
    let second = authors.get(random.below(authors.len())).filter(|_| random.chance(10));
    first.into_iter().chain(second).cloned().collect()
}

async fn page(store: &Store, title: &str, source: &str, authors: &[String]) -> Result<(), Error> {
    let draft = Draft {
        kind: Kind::Page,
        title: title.to_owned(),
        source: source.to_owned(),
        authors: authors.iter().take(1).cloned().collect(),
        ..Draft::default()
    };
    let saved = store.create_post(&draft, None).await?;
    store.publish(&saved.id, saved.version, When::At(NEWEST - 10_000 * HOUR)).await?;
    Ok(())
}

async fn tags(store: &Store, covers: &[Cover]) -> Result<(), Error> {
    for (number, counted) in store.tags(NEWEST).await?.into_iter().enumerate() {
        let mut tag = counted.tag;
        if let Some(topic) = TOPICS.iter().find(|topic| topic.tag == tag.name) {
            topic.description.clone_into(&mut tag.description);
        }
        if let Some(cover) = covers.get(number * 5 % covers.len().max(1)) {
            tag.image.clone_from(&cover.url);
        }
        store.save_tag(&tag).await?;
    }
    Ok(())
}

fn settings(covers: &[Cover]) -> Settings {
    let link = |(label, url): (&str, &str)| Link { label: label.to_owned(), url: url.to_owned() };
    let top = [
        ("Home", "/"),
        ("Walks", "/tag/walks/"),
        ("Code", "/tag/code/"),
        ("Archive", "/archive/"),
        ("About", "/about/"),
    ];
    let bottom = [("Contact", "/contact/"), ("Style guide", "/style-guide/")];
    Settings {
        title: "Slow Tide".to_owned(),
        description: "Notes from a small harbour: bread, code, weather and long walks".to_owned(),
        accent_color: "#0b6e4f".to_owned(),
        cover_image: covers.get(1).map(|cover| cover.url.clone()).unwrap_or_default(),
        navigation: top.map(link).into(),
        secondary_navigation: bottom.map(link).into(),
        ..Settings::default()
    }
}
