//! Posts, pages, tags and authors: read, and put into pages.

use serde_json::{Value, json};

use super::error::Error;
use super::filter::{self, Condition};
use super::order::order;
use super::query::Query;
use super::schema::{AUTHORS, POSTS, Schema, TAGS};
use super::shape::Shapes;
use crate::Blog;
use crate::model::{Kind, now};
use crate::store::Listing;
use crate::web::Origin;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Posts,
    Pages,
    Tags,
    Authors,
}

impl Resource {
    pub(super) fn named(name: &str) -> Result<Self, Error> {
        match name {
            "posts" => Ok(Self::Posts),
            "pages" => Ok(Self::Pages),
            "tags" => Ok(Self::Tags),
            "authors" => Ok(Self::Authors),
            other => Err(Error::NoResource(other.chars().take(50).collect())),
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Pages => "pages",
            Self::Tags => "tags",
            Self::Authors => "authors",
        }
    }

    fn singular(self) -> &'static str {
        match self {
            Self::Posts => "post",
            Self::Pages => "page",
            Self::Tags => "tag",
            Self::Authors => "author",
        }
    }

    fn schema(self) -> &'static Schema {
        match self {
            Self::Posts | Self::Pages => &POSTS,
            Self::Tags => &TAGS,
            Self::Authors => &AUTHORS,
        }
    }

    fn id_column(self) -> &'static str {
        match self {
            Self::Posts | Self::Pages => "posts.id",
            Self::Tags => "tags.id",
            Self::Authors => "users.id",
        }
    }

    fn includes(self) -> &'static [&'static str] {
        match self {
            Self::Posts | Self::Pages => &["authors", "tags", "author", "tiers"],
            Self::Tags | Self::Authors => &["count.posts"],
        }
    }
}

/// A request whose key is known.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) blog: &'a Blog,
    pub(super) origin: &'a Origin,
    pub(super) query: &'a Query,
}

impl Asked<'_> {
    /// A page of a list.
    pub(super) async fn many(&self, resource: Resource) -> Result<Value, Error> {
        let query = self.query;
        let filter = query.filter.as_ref();
        let condition = filter.map(|filter| filter::condition(filter, resource.schema()));
        let (limit, page) = (query.limit, query.page);
        let listing = Listing {
            offset: (page - 1).saturating_mul(limit),
            limit,
            ..self.listing(resource, condition.transpose()?.unwrap_or_default())?
        };
        let (shown, total) = self.rows(resource, &listing).await?;
        let pages = (total + limit - 1) / limit;
        let pagination = json!({
            "page": page,
            "limit": limit,
            "pages": pages.max(1),
            "total": total,
            "next": (page < pages).then_some(page + 1),
            "prev": (page > 1).then_some(page - 1),
        });
        Ok(json!({ resource.plural(): shown, "meta": { "pagination": pagination } }))
    }

    /// The one whose id or slug that is.
    pub(super) async fn one(
        &self,
        resource: Resource,
        field: &'static str,
        value: &str,
    ) -> Result<Value, Error> {
        let column = resource.id_column().replace(".id", &format!(".{field}"));
        let condition = Condition { sql: format!("{column} = ?"), values: vec![value.into()] };
        let listing = Listing { limit: 1, ..self.listing(resource, condition)? };
        let (shown, _) = self.rows(resource, &listing).await?;
        if shown.is_empty() {
            return Err(Error::NotFound(resource.singular()));
        }
        Ok(json!({ resource.plural(): shown }))
    }

    fn listing(&self, resource: Resource, condition: Condition) -> Result<Listing, Error> {
        for include in &self.query.include {
            if !resource.includes().contains(&include.as_str()) {
                return Err(Error::Invalid(format!(
                    "include is one of {}, not '{include}'",
                    resource.includes().join(", ")
                )));
            }
        }
        let wished = self.query.order.as_deref();
        Ok(Listing {
            condition: if condition.sql.is_empty() { "1 = 1".to_owned() } else { condition.sql },
            values: condition.values,
            order: order(wished, resource.schema(), resource.id_column())?,
            limit: 1,
            offset: 0,
        })
    }

    async fn rows(
        &self,
        resource: Resource,
        listing: &Listing,
    ) -> Result<(Vec<Value>, i64), Error> {
        let (store, time) = (self.blog.store(), now());
        let mut shapes = Shapes::new(self.origin, self.query);
        Ok(match resource {
            Resource::Posts | Resource::Pages => {
                let kind = if resource == Resource::Posts { Kind::Post } else { Kind::Page };
                let (posts, total) = store.list_posts(kind, time, listing).await?;
                if self.query.includes("tags") {
                    shapes.tags = store.tags(time).await?;
                }
                if self.query.includes("authors") || self.query.includes("author") {
                    shapes.authors = store.users(time).await?;
                }
                (posts.iter().map(|post| shapes.post(post)).collect(), total)
            }
            Resource::Tags => {
                let (tags, total) = store.list_tags(time, listing).await?;
                (tags.iter().map(|tag| shapes.tag(tag)).collect(), total)
            }
            Resource::Authors => {
                let (users, total) = store.list_users(time, listing).await?;
                (users.iter().map(|user| shapes.author(user)).collect(), total)
            }
        })
    }
}
