//! What API Gateway lets through, as an OpenAPI document with its extensions.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html>

use std::fmt;

use super::Deployment;
use crate::settings::FrontDoor;
use crate::tree::{Map, Value, texts};

/// What API Gateway lets through.
#[derive(Clone, Debug, Default)]
pub(crate) enum Routes {
    /// Every path and method.
    #[default]
    All,
    /// Those of an OpenAPI document.
    Listed { title: String, version: String, paths: Vec<Path> },
}

#[derive(Clone, Debug)]
pub(crate) struct Path {
    path: String,
    methods: Vec<Method>,
}

#[derive(Clone, Debug)]
struct Method {
    name: String,
    summary: Option<String>,
}

/// Why an OpenAPI document cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutesError(String);

/// How API Gateway reaches the function.
pub(crate) struct Integration<R> {
    /// For a REST API the invocation's path, for an HTTP API the function's ARN.
    pub(crate) uri: Value<R>,
    /// The title and the domain of the caller's own, where the format sets it elsewhere.
    pub(crate) title: String,
}

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

impl Routes {
    pub(super) fn from_openapi(json: &str) -> Result<Self, RoutesError> {
        let document: serde_json::Value = serde_json::from_str(json)
            .map_err(|error| RoutesError(format!("it is no JSON: {error}")))?;
        let Some(paths) = document["paths"].as_object().filter(|_| document["openapi"].is_string())
        else {
            return Err(RoutesError(
                "expected an OpenAPI 3 document with `openapi` and `paths`".into(),
            ));
        };
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let paths =
            paths.iter().map(|(path, item)| Path::of(path, item)).collect::<Result<_, _>>()?;
        Ok(Self::Listed {
            title: text(&document["info"]["title"]),
            version: text(&document["info"]["version"]),
            paths,
        })
    }
}

impl Path {
    fn of(path: &str, item: &serde_json::Value) -> Result<Self, RoutesError> {
        let mut written = String::new();
        for segment in path.split('/').skip(1) {
            written.push('/');
            written.push_str(&segment_of(segment, path)?);
        }
        let methods = METHODS.iter().filter_map(|name| {
            let operation = item.get(name)?;
            let summary = operation["summary"].as_str().map(str::to_owned);
            Some(Method { name: (*name).to_owned(), summary })
        });
        Ok(Self { path: written, methods: methods.collect() })
    }

    /// The names of its parameters.
    fn parameters(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|segment| {
            let name = segment.strip_prefix('{')?.strip_suffix('}')?;
            Some(name.strip_suffix('+').unwrap_or(name))
        })
    }
}

/// A segment as API Gateway writes it: a parameter must be the whole of it, and axum's `{*rest}`
/// is its `{rest+}`.
fn segment_of(segment: &str, path: &str) -> Result<String, RoutesError> {
    let Some(inner) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        if segment.contains(['{', '}']) {
            return Err(RoutesError(format!(
                "{path}: API Gateway takes a parameter only as a whole segment, not {segment}"
            )));
        }
        return Ok(segment.to_owned());
    };
    Ok(match inner.strip_prefix('*') {
        Some(rest) => format!("{{{rest}+}}"),
        None => format!("{{{inner}}}"),
    })
}

impl Deployment {
    /// The OpenAPI document of a REST API or an HTTP API.
    pub(crate) fn openapi<R: Clone>(&self, integration: &Integration<R>) -> Map<R> {
        let (title, version) = match &self.routes {
            Routes::Listed { title, version, .. } if !title.is_empty() => {
                (title.as_str(), version.as_str())
            }
            _ => (integration.title.as_str(), "1"),
        };
        let map = Map::new()
            .put("openapi", "3.0.1")
            .put("info", Map::new().put("title", title).put("version", version));
        let map = if self.front_door() == FrontDoor::RestApi {
            map.note(
                "Everything may be binary: what the function marks as base64 is decoded, text is left \
                 as it is, and uploads reach it undamaged. A list of types would look at the \
                 request's Accept header instead, which browsers fill for pages, not for images.",
            )
            .put("x-amazon-apigateway-binary-media-types", texts(["*/*"]))
        } else {
            map
        };
        map.put("paths", self.paths(integration))
    }

    fn paths<R: Clone>(&self, integration: &Integration<R>) -> Map<R> {
        const ANY: &str = "x-amazon-apigateway-any-method";
        let operation = || self.operation(integration, None);
        match (&self.routes, self.front_door()) {
            (Routes::All, FrontDoor::HttpApi) => {
                let default = Map::new().put("isDefaultRoute", true).merge(operation());
                Map::new().put("/$default", Map::new().put(ANY, default))
            }
            (Routes::All, _) => {
                let rest =
                    Map::new().put("parameters", vec![parameter("proxy")]).merge(operation());
                Map::new()
                    .note("The root is no part of the path below.")
                    .put("/", Map::new().put(ANY, operation()))
                    .put("/{proxy+}", Map::new().put(ANY, rest))
            }
            (Routes::Listed { paths, .. }, _) => paths.iter().fold(Map::new(), |map, path| {
                let parameters: Vec<_> = path.parameters().map(parameter).collect();
                let item = Map::new().put_filled("parameters", parameters);
                let item = path.methods.iter().fold(item, |item, method| {
                    let operation = self.operation(integration, method.summary.as_deref());
                    item.put(method.name.as_str(), operation)
                });
                map.put(path.path.as_str(), item)
            }),
        }
    }

    fn operation<R: Clone>(&self, integration: &Integration<R>, summary: Option<&str>) -> Map<R> {
        let answer = Map::new().put("description", "What the app answers.");
        Map::new()
            .put_some("summary", summary)
            .put("responses", Map::new().put("default", answer))
            .put("x-amazon-apigateway-integration", self.integration(integration))
    }

    fn integration<R: Clone>(&self, integration: &Integration<R>) -> Map<R> {
        let is_rest = self.front_door() == FrontDoor::RestApi;
        let streams = is_rest && self.settings.streaming;
        Map::new()
            .put("type", "aws_proxy")
            .put("httpMethod", "POST")
            .put("uri", integration.uri.clone())
            .put_some("payloadFormatVersion", (!is_rest).then_some("2.0"))
            .put_some("responseTransferMode", streams.then_some("STREAM"))
            .put("timeoutInMillis", self.gateway_timeout_s() * 1000)
    }
}

fn parameter<R>(name: &str) -> Map<R> {
    Map::new()
        .put("name", name)
        .put("in", "path")
        .put("required", true)
        .put("schema", Map::new().put("type", "string"))
}

impl RoutesError {
    pub(crate) fn unreadable(error: &std::io::Error) -> Self {
        Self(format!("it cannot be read: {error}; let the app write it first"))
    }
}

impl fmt::Display for RoutesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RoutesError {}
