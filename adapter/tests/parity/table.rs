//! What clients send, and what a front door itself loses of it.

use super::app::large;
use super::support::{ClientRequest, Front};

use Front::{
    AlbMulti, AlbSingle, FunctionUrl, FunctionUrlStreaming, HttpApiV1, HttpApiV2, LatticeV1,
    RestApi, RestApiStreaming,
};

/// A request, and what each front door makes of it that does not hand it on as it came.
pub(crate) struct Case {
    pub(crate) request: ClientRequest,
    losses: Vec<Loss>,
}

/// The platform's own doing: the app is to answer as if the client had sent another request.
struct Loss {
    on: &'static [Front],
    because: &'static str,
    as_if: ClientRequest,
}

impl Case {
    /// The request that the app should see behind `front`, and why it is not the one sent.
    pub(crate) fn behind(&self, front: Front) -> (&ClientRequest, &'static str) {
        let loss = self.losses.iter().find(|loss| loss.on.contains(&front));
        loss.map_or((&self.request, ""), |loss| (&loss.as_if, loss.because))
    }

    fn lost(mut self, on: &'static [Front], because: &'static str, as_if: ClientRequest) -> Self {
        self.losses.push(Loss { on, because, as_if });
        self
    }

    fn lost_target(self, on: &'static [Front], because: &'static str, target: &str) -> Self {
        let as_if = ClientRequest { target: target.to_owned(), ..self.request.clone() };
        self.lost(on, because, as_if)
    }
}

const DECODES_PATH: &[Front] = &[HttpApiV1, HttpApiV2];
const DECODES_QUERY: &[Front] = &[RestApi, RestApiStreaming, HttpApiV1];
const QUERY_AS_LISTS: &[Front] = &[RestApi, RestApiStreaming, HttpApiV1, AlbMulti];
const JOINS_HEADERS: &[Front] = &[HttpApiV2, FunctionUrl, FunctionUrlStreaming];

const DECODED: &str =
    "HTTP APIs decode the path, and what was encoded can't be told from what was not";
const LISTED: &str = "the query comes as a map of lists: the order between names is lost";
const LAST: &str = "without multi-value headers only the last value of a name comes";
const NO_EMPTY: &str = "an empty query, or an empty pair in it, does not come in a map";

pub(crate) fn table() -> Vec<Case> {
    let mut cases = paths();
    cases.extend(queries());
    cases.extend(headers());
    cases.extend(request_bodies());
    cases.extend(answers());
    for case in &mut cases {
        let host = ("Host", "example.test".to_owned());
        case.request.headers.insert(0, host.clone());
        for loss in &mut case.losses {
            loss.as_if.headers.insert(0, host.clone());
        }
    }
    cases
}

fn case(request: ClientRequest) -> Case {
    Case { request, losses: Vec::new() }
}

fn get(target: &str) -> Case {
    case(ClientRequest::get(target))
}

fn paths() -> Vec<Case> {
    vec![
        get("/echo/a%2Fb").lost_target(DECODES_PATH, DECODED, "/echo/a/b"),
        get("/echo/100%25"),
        get("/echo/a%2520b").lost_target(DECODES_PATH, DECODED, "/echo/a%20b"),
        get("/echo/a%20b"),
        get("/echo/x%3Fy%23z").lost_target(DECODES_PATH, "cut at the decoded '?'", "/echo/x"),
        get("/echo//double//slash/"),
        get("//echo/host"),
        get("/echo/./a/../b/.."),
        get("/echo/%2e%2E/x").lost_target(DECODES_PATH, DECODED, "/echo/../x"),
        get("/echo/caf%C3%A9"),
        get("/echo/caf%c3%a9").lost_target(DECODES_PATH, DECODED, "/echo/caf%C3%A9"),
        get("/echo/a+b;v=1,c:d@e!$&'()*=~-._|[]"),
        get("/items/%C5%BC%20%2B+"),
        get("/items/a%2Fb").lost_target(DECODES_PATH, DECODED, "/items/a/b"),
        get("/api/users/7?x=1"),
        case(ClientRequest::get(format!("/echo/{}", "long/".repeat(1000)))),
        get("/nowhere/at/all?x=y"),
        get("/index.html"),
    ]
}

fn queries() -> Vec<Case> {
    vec![
        get("/echo?a=1&b=2&a=3")
            .lost_target(QUERY_AS_LISTS, LISTED, "/echo?a=1&a=3&b=2")
            .lost_target(&[AlbSingle], LAST, "/echo?a=3&b=2"),
        get("/query?name=a+b%26c%3Dd&empty=&flag&z=%C5%BC"),
        get("/echo?x=a+b%2F%7e/?").lost_target(
            DECODES_QUERY,
            "the query comes decoded",
            "/echo?x=a%20b%2F~%2F%3F",
        ),
        get("/echo?a=&b=%20%00%25"),
        get("/echo?").lost_target(&Front::ALL, NO_EMPTY, "/echo"),
        get("/echo?&a=1&&").lost_target(QUERY_AS_LISTS, NO_EMPTY, "/echo?a=1").lost_target(
            &[AlbSingle],
            NO_EMPTY,
            "/echo?a=1",
        ),
        get("/echo?filter[a]=1:2,3").lost_target(
            DECODES_QUERY,
            "the query comes decoded",
            "/echo?filter%5Ba%5D=1%3A2%2C3",
        ),
    ]
}

fn headers() -> Vec<Case> {
    let echo = || ClientRequest::get("/echo");
    let tags = || echo().header("X-Tag", "one").header("X-Tag", "two");
    vec![
        case(tags())
            .lost(JOINS_HEADERS, "joined by the platform", echo().header("X-Tag", "one,two"))
            .lost(&[LatticeV1], "joined by the platform", echo().header("X-Tag", "one, two"))
            .lost(&[AlbSingle], LAST, echo().header("X-Tag", "two")),
        case(echo().header("Cookie", "a=1; b=2; a=3; c=x=y; d=\"q, r\"")),
        case(echo().header("X-CamelCase", "MiXed, \"quoted\\\"\"; q=0.1").header("x-lower", "1")),
        case(echo().header("X-Empty", "").header("X-After", "1")),
        case(echo().header("X-City", "Łódź")),
        case(echo().header("Authorization", "Basic YTpi").header("Accept", "*/*;q=0.1")),
        case(echo().header("Range", "bytes=0-1").header("If-None-Match", "W/\"x\", \"y\"")),
        case(ClientRequest::get("/peer")),
    ]
}

fn request_bodies() -> Vec<Case> {
    let post = |target: &str| ClientRequest::new("POST", target);
    let all_bytes = (0..=255).collect::<Vec<u8>>();
    let form = "name=a+b%26c&empty=&name=%C5%BC";
    let form_type = "application/x-www-form-urlencoded";
    let json = "{\"b\":[1,2.50,null],\"a\":\"\\u00e9\\n\u{1f600}\"}";
    vec![
        case(post("/echo").body("application/octet-stream", all_bytes)),
        case(post("/echo").body("text/plain", "\0\x01\x1f\x7f\"\\/\n\r\t\u{2028}zażółć")),
        case(post("/echo").body("text/plain; charset=iso-8859-1", vec![b'a', 0xe9])),
        case(post("/echo").body("text/plain", "aGVsbG8=")),
        case(post("/echo").body("text/plain", "zip").header("Content-Encoding", "gzip")),
        case(post("/form").body(form_type, form)),
        case(post("/json").body("application/json", json)),
        case(post("/json").body("application/json", "{\"a\":")),
        case(post("/json").body("text/plain", "{}")),
        case(post("/upload").body("application/octet-stream", large())),
        case(post("/echo").header("Content-Length", "0")),
        case(ClientRequest::new("DELETE", "/echo").body("text/plain", "why")),
        case(ClientRequest::new("PURGE", "/echo")),
        case(ClientRequest::new("OPTIONS", "/echo").header("Origin", "https://example.test")),
    ]
}

fn answers() -> Vec<Case> {
    let mut cases: Vec<_> = [
        "/",
        "/binary",
        "/no-type",
        "/large",
        "/stream",
        "/empty-stream",
        "/bad-json",
        "/typed/html",
        "/typed/latin-1",
        "/typed/utf-16",
        "/typed/bom",
        "/typed/wrong-utf-8",
        "/typed/svg",
        "/typed/pdf",
        "/typed/wasm",
        "/typed/controls",
        "/typed/separators",
        "/typed/empty",
        "/typed/gzip",
        "/typed/other",
        "/status/201",
        "/status/204",
        "/status/304",
        "/status/299",
        "/status/418",
        "/status/503",
        "/status/599",
        "/redirect",
        "/cookies",
        "/vary",
        "/latin-1",
        "/utf-8",
        "/quotes",
        "/no-value",
        "/etag",
        "/range",
    ]
    .into_iter()
    .map(get)
    .collect();
    cases.push(case(ClientRequest::get("/etag").header("If-None-Match", "\"v1\"")));
    for target in ["/", "/stream", "/binary", "/etag", "/nowhere", "/status/418"] {
        cases.push(case(ClientRequest::new("HEAD", target)));
    }
    cases.push(case(ClientRequest::new("POST", "/see-other")));
    cases.push(case(ClientRequest::new("POST", "/")));
    cases.push(case(ClientRequest::new("PATCH", "/stream")));
    cases
}
