//! Pages that are kept in memory as long as nothing has changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Error, Origin};
use crate::Blog;
use crate::model::{Millis, now};
use crate::store::Site;

/// Browsers ask each time; a CDN answers for a minute, and longer while it asks in the background.
const CACHEABLE: &str = "public, max-age=0, s-maxage=60, stale-while-revalidate=600";
/// So much is kept. Beyond it everything is forgotten: a blog's popular pages are soon back.
const MOST_BYTES: usize = 32 << 20;

/// The pages of one process.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    pages: HashMap<String, Arc<Page>>,
    size_bytes: usize,
}

/// What a handler has made of the data of one moment.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) body: String,
    pub(crate) content_type: &'static str,
    /// The site that was read in the same query.
    pub(crate) site: Site,
    /// When the next post appears that no revision tells of.
    pub(crate) next_at: Option<Millis>,
    /// When the newest post on it appeared.
    pub(crate) published_at: Option<Millis>,
}

#[derive(Debug)]
struct Page {
    body: Bytes,
    content_type: &'static str,
    etag: HeaderValue,
    last_modified: Option<HeaderValue>,
    revision: i64,
    next_at: Option<Millis>,
}

impl Pages {
    /// Answers with the page of that path and query: kept ones cost one small query.
    pub(crate) async fn serve<F>(
        &self,
        blog: &Blog,
        origin: &Origin,
        target: &str,
        request: &HeaderMap,
        make: F,
    ) -> Result<Response, Error>
    where
        F: AsyncFnOnce() -> Result<Made, Error>,
    {
        let key = format!("{} {target}", origin.0);
        if let Some(page) = self.find(&key)
            && page.is_current(blog.store().revision().await?)
        {
            return Ok(page.answer(request));
        }
        let page = Arc::new(Page::new(make().await?));
        self.keep(key, page.clone());
        Ok(page.answer(request))
    }

    fn find(&self, key: &str) -> Option<Arc<Page>> {
        self.lock().pages.get(key).cloned()
    }

    fn keep(&self, key: String, page: Arc<Page>) {
        let mut kept = self.lock();
        kept.size_bytes += key.len() + page.body.len();
        if kept.size_bytes > MOST_BYTES {
            kept.pages.clear();
            kept.size_bytes = key.len() + page.body.len();
        }
        if let Some(former) = kept.pages.insert(key, page) {
            kept.size_bytes = kept.size_bytes.saturating_sub(former.body.len());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    fn new(made: Made) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(made.body.as_bytes())[..16]);
        let etag = HeaderValue::from_str(&format!("\"{hash}\""));
        let changed_at = made.site.changed_at.max(made.published_at.unwrap_or(0));
        Self {
            body: made.body.into(),
            content_type: made.content_type,
            etag: etag.unwrap_or(HeaderValue::from_static("\"\"")),
            last_modified: http_date(changed_at),
            revision: made.site.revision,
            next_at: made.next_at,
        }
    }

    fn is_current(&self, revision: i64) -> bool {
        self.revision == revision && self.next_at.is_none_or(|at| now() < at)
    }

    fn answer(&self, request: &HeaderMap) -> Response {
        let mut response = if self.is_known(request) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let content_type = HeaderValue::from_static(self.content_type);
            ([(CONTENT_TYPE, content_type)], self.body.clone()).into_response()
        };
        let headers = response.headers_mut();
        headers.insert(ETAG, self.etag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHEABLE));
        if let Some(last_modified) = &self.last_modified {
            headers.insert(LAST_MODIFIED, last_modified.clone());
        }
        response
    }

    /// Whether the reader has it already. A tag counts more than a time (RFC 9110, 13.2.2).
    fn is_known(&self, request: &HeaderMap) -> bool {
        let Some(tags) = request.get(IF_NONE_MATCH) else {
            let since = request.get(IF_MODIFIED_SINCE);
            return since.is_some() && since == self.last_modified.as_ref();
        };
        let etag = self.etag.to_str().unwrap_or_default();
        tags.to_str().is_ok_and(|tags| {
            tags.split(',')
                .map(str::trim)
                .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
        })
    }
}

/// A time as HTTP has it.
fn http_date(at: Millis) -> Option<HeaderValue> {
    let time = Timestamp::from_millisecond(at).ok()?;
    let zoned = time.to_zoned(jiff::tz::TimeZone::UTC);
    let text = jiff::fmt::strtime::format("%a, %d %b %Y %H:%M:%S GMT", &zoned).ok()?;
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page::new(Made {
            body: "body".to_owned(),
            content_type: "text/html",
            site: Site { revision: 7, changed_at: 1_767_225_600_000, ..Site::default() },
            next_at: None,
            published_at: None,
        })
    }

    #[test]
    fn a_reader_who_has_the_page_gets_no_body() {
        let page = page();
        let mut request = HeaderMap::new();
        assert_eq!(page.answer(&request).status(), StatusCode::OK);
        request.insert(IF_MODIFIED_SINCE, "Thu, 01 Jan 2026 00:00:00 GMT".parse().unwrap());
        assert_eq!(page.answer(&request).status(), StatusCode::NOT_MODIFIED);
        request.insert(IF_NONE_MATCH, "\"other\"".parse().unwrap());
        assert_eq!(page.answer(&request).status(), StatusCode::OK);
        let etag = page.etag.to_str().unwrap();
        request.insert(IF_NONE_MATCH, format!("\"other\", W/{etag}").parse().unwrap());
        assert_eq!(page.answer(&request).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn a_page_is_kept_until_the_revision_or_the_next_post() {
        let mut page = page();
        assert!(page.is_current(7));
        assert!(!page.is_current(8));
        page.next_at = Some(now() - 1);
        assert!(!page.is_current(7));
    }
}
