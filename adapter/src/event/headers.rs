//! An event's header maps into a [`HeaderMap`].

use bytes::Bytes;
use http::header::{self, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::fields::wrong_type;
use super::header_fields::HeaderFields;
use crate::Error;
use crate::json::{Kind, Scanner, Value};

/// A request's headers in the making.
pub(super) struct Headers {
    map: HeaderMap,
    /// The values of all cookie headers but the first, which the map has.
    crumbs: Vec<u8>,
}

impl Headers {
    /// No headers, with room for `expected` of them.
    pub(super) fn with_room(expected: usize) -> Self {
        /// Far more than a request has; what comes beyond makes the map grow.
        const MOST: usize = 256;
        Self { map: HeaderMap::with_capacity(expected.min(MOST)), crumbs: Vec::new() }
    }

    /// Adds one header; null is none, numbers and booleans count as their text. A value that HTTP
    /// does not allow is left out: the request is still served. `field` is the map's name.
    #[inline]
    pub(super) fn append(
        &mut self,
        name: HeaderName,
        value: Value,
        field: &str,
        event: &Bytes,
    ) -> Result<(), Error> {
        let bytes = match value.kind {
            Kind::Null => return Ok(()),
            Kind::String | Kind::Number | Kind::True | Kind::False => trimmed(value, event),
            Kind::EscapedString => {
                Bytes::copy_from_slice(crate::json::text(value, event).trim_ascii())
            }
            Kind::Array | Kind::Object => {
                return Err(wrong_type(&format!("{field}.{name}"), "a string", value));
            }
        };
        match HeaderValue::from_maybe_shared(bytes) {
            Ok(value) => self.put(name, value),
            Err(_) => {
                tracing::warn!(%name, "left out a request header with characters HTTP does not allow");
                Ok(())
            }
        }
    }

    #[inline]
    fn put(&mut self, name: HeaderName, value: HeaderValue) -> Result<(), Error> {
        if name == COOKIE && self.map.contains_key(COOKIE) {
            self.crumbs.extend_from_slice(b"; ");
            self.crumbs.extend_from_slice(value.as_bytes());
            return Ok(());
        }
        match self.map.try_append(name, value) {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::event("the event has more headers than a request can hold")),
        }
    }

    /// The headers, all cookies in one as RFC 9113 section 8.2.3 says.
    pub(super) fn finish(mut self) -> HeaderMap {
        if !self.crumbs.is_empty()
            && let Some(first) = self.map.get_mut(COOKIE)
        {
            let joined = [first.as_bytes(), &self.crumbs].concat();
            if let Ok(joined) = HeaderValue::from_maybe_shared(Bytes::from(joined)) {
                *first = joined;
            }
        }
        self.map
    }
}

/// The headers of `fields`, whose name is `field`.
pub(super) fn read(fields: &HeaderFields, field: &str, event: &Bytes) -> Result<HeaderMap, Error> {
    match fields {
        HeaderFields::Absent => Ok(HeaderMap::new()),
        HeaderFields::Map(fields) => {
            // One more for cookies that stand elsewhere.
            let mut headers = Headers::with_room(fields.len() + 1);
            for (key, value) in fields {
                match name(*key, event) {
                    Some(name) => headers.append(name, *value, field, event)?,
                    None => log_dropped(key, event),
                }
            }
            Ok(headers.finish())
        }
        HeaderFields::Other(value) => Err(wrong_type(field, "an object", *value)),
    }
}

/// The value as a part of the event, without the white space around it that HTTP ignores.
#[inline]
fn trimmed(value: Value, event: &Bytes) -> Bytes {
    match value.raw(event) {
        [b' ' | b'\t', ..] | [.., b' ' | b'\t'] => event.slice_ref(value.raw(event).trim_ascii()),
        _ => event.slice(value.start()..value.end()),
    }
}

/// Replaces the cookie header by the strings of `cookies`, if there are any; a cookie that HTTP
/// does not allow is left out.
pub(super) fn set_cookies(
    headers: &mut HeaderMap,
    cookies: Value,
    event: &Bytes,
) -> Result<(), Error> {
    let mut joined = join(cookies, event, |_| true)?;
    if joined.is_empty() {
        return Ok(());
    }
    if HeaderValue::from_bytes(&joined).is_err() {
        tracing::warn!("left out a cookie with characters HTTP does not allow");
        joined = join(cookies, event, |cookie| HeaderValue::from_bytes(cookie).is_ok())?;
    }
    headers.remove(COOKIE);
    if !joined.is_empty()
        && let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(joined))
    {
        headers.insert(COOKIE, value);
    }
    Ok(())
}

/// The strings of `cookies` for which `keep` says so, as one header.
fn join(cookies: Value, event: &[u8], keep: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>, Error> {
    if cookies.kind != Kind::Array {
        return Err(wrong_type("cookies", "an array of strings", cookies));
    }
    let mut joined = Vec::with_capacity(cookies.end() - cookies.start());
    Scanner::new(event, cookies.start()).array(|scanner| {
        let cookie = scanner.value()?;
        if !matches!(cookie.kind, Kind::String | Kind::EscapedString) {
            return Err(wrong_type("cookies", "an array of strings", cookie));
        }
        let text = crate::json::text(cookie, event);
        if !text.is_empty() && keep(&text) {
            if !joined.is_empty() {
                joined.extend_from_slice(b"; ");
            }
            joined.extend_from_slice(&text);
        }
        Ok(())
    })?;
    Ok(joined)
}

fn name(key: Value, event: &[u8]) -> Option<HeaderName> {
    if let Some(name) = known(key.raw(event)) {
        return Some(name);
    }
    HeaderName::from_bytes(&crate::json::text(key, event)).ok()
}

/// The headers that AWS's front doors add to every request, in the spellings they use: these
/// need no parsing and no memory of their own.
fn known(name: &[u8]) -> Option<HeaderName> {
    macro_rules! names {
        ($($($spelling:literal)|+ => $name:expr,)*) => {
            match name { $($($spelling)|+ => $name,)* _ => return None }
        };
    }
    Some(names! {
        b"host" | b"Host" => header::HOST,
        b"accept" | b"Accept" => header::ACCEPT,
        b"accept-encoding" | b"Accept-Encoding" => header::ACCEPT_ENCODING,
        b"accept-language" | b"Accept-Language" => header::ACCEPT_LANGUAGE,
        b"authorization" | b"Authorization" => header::AUTHORIZATION,
        b"cache-control" | b"Cache-Control" => header::CACHE_CONTROL,
        b"content-type" | b"Content-Type" => header::CONTENT_TYPE,
        b"content-length" | b"Content-Length" => header::CONTENT_LENGTH,
        b"cookie" | b"Cookie" => header::COOKIE,
        b"origin" | b"Origin" => header::ORIGIN,
        b"priority" | b"Priority" => const { HeaderName::from_static("priority") },
        b"referer" | b"Referer" => header::REFERER,
        b"upgrade-insecure-requests" | b"Upgrade-Insecure-Requests" => header::UPGRADE_INSECURE_REQUESTS,
        b"user-agent" | b"User-Agent" => header::USER_AGENT,
        b"via" | b"Via" => header::VIA,
        b"x-forwarded-for" | b"X-Forwarded-For" => const { HeaderName::from_static("x-forwarded-for") },
        b"x-forwarded-port" | b"X-Forwarded-Port" => const { HeaderName::from_static("x-forwarded-port") },
        b"x-forwarded-proto" | b"X-Forwarded-Proto" => const { HeaderName::from_static("x-forwarded-proto") },
        b"x-amzn-trace-id" | b"X-Amzn-Trace-Id" => const { HeaderName::from_static("x-amzn-trace-id") },
        b"x-amzn-tls-cipher-suite" => const { HeaderName::from_static("x-amzn-tls-cipher-suite") },
        b"x-amzn-tls-version" => const { HeaderName::from_static("x-amzn-tls-version") },
        b"x-amz-content-sha256" => const { HeaderName::from_static("x-amz-content-sha256") },
        b"x-amz-date" => const { HeaderName::from_static("x-amz-date") },
        b"x-amz-security-token" => const { HeaderName::from_static("x-amz-security-token") },
        b"x-amz-cf-id" | b"X-Amz-Cf-Id" => const { HeaderName::from_static("x-amz-cf-id") },
        b"CloudFront-Forwarded-Proto" => const { HeaderName::from_static("cloudfront-forwarded-proto") },
        b"CloudFront-Is-Desktop-Viewer" => const { HeaderName::from_static("cloudfront-is-desktop-viewer") },
        b"CloudFront-Is-Mobile-Viewer" => const { HeaderName::from_static("cloudfront-is-mobile-viewer") },
        b"CloudFront-Is-SmartTV-Viewer" => const { HeaderName::from_static("cloudfront-is-smarttv-viewer") },
        b"CloudFront-Is-Tablet-Viewer" => const { HeaderName::from_static("cloudfront-is-tablet-viewer") },
        b"CloudFront-Viewer-ASN" => const { HeaderName::from_static("cloudfront-viewer-asn") },
        b"CloudFront-Viewer-Country" => const { HeaderName::from_static("cloudfront-viewer-country") },
        b"sec-fetch-dest" | b"Sec-Fetch-Dest" => const { HeaderName::from_static("sec-fetch-dest") },
        b"sec-fetch-mode" | b"Sec-Fetch-Mode" => const { HeaderName::from_static("sec-fetch-mode") },
        b"sec-fetch-site" | b"Sec-Fetch-Site" => const { HeaderName::from_static("sec-fetch-site") },
        b"sec-fetch-user" | b"Sec-Fetch-User" => const { HeaderName::from_static("sec-fetch-user") },
        b"sec-ch-ua" | b"Sec-Ch-Ua" => const { HeaderName::from_static("sec-ch-ua") },
        b"sec-ch-ua-mobile" | b"Sec-Ch-Ua-Mobile" => const { HeaderName::from_static("sec-ch-ua-mobile") },
        b"sec-ch-ua-platform" | b"Sec-Ch-Ua-Platform" => const { HeaderName::from_static("sec-ch-ua-platform") },
    })
}

fn log_dropped(key: &Value, event: &[u8]) {
    let name = String::from_utf8_lossy(key.raw(event));
    tracing::warn!(%name, "left out a request header whose name HTTP does not allow");
}
