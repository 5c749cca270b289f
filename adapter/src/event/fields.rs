//! Where the fields that the adapter may need stand in an event: one pass over all its bytes.

use bytes::Bytes;

use super::header_fields::HeaderFields;
use crate::Error;
use crate::json::{self, Body, Kind, Scanner, Value};

/// A field's value; `None` where it is absent or null, which every source uses alike.
pub(crate) type Field = Option<Value>;

/// The fields of an event's top level, by AWS's names.
#[derive(Default)]
pub(crate) struct Fields {
    /// The whole event, without white space around it.
    pub(crate) event: (usize, usize),
    pub(crate) version: Field,
    pub(crate) kind: Field,
    pub(crate) method_arn: Field,
    pub(crate) route_arn: Field,
    pub(crate) http_method: Field,
    pub(crate) method: Field,
    pub(crate) path: Field,
    pub(crate) raw_path: Field,
    pub(crate) lattice_path: Field,
    pub(crate) raw_query_string: Field,
    pub(crate) query: Field,
    pub(crate) multi_value_query: Field,
    pub(crate) lattice_query: Field,
    pub(crate) headers: HeaderFields,
    pub(crate) multi_value_headers: HeaderFields,
    pub(crate) cookies: Field,
    pub(crate) body: Option<Body>,
    pub(crate) is_base64: Field,
    pub(crate) records: Field,
    pub(crate) path_parameters: Field,
    pub(crate) stage_variables: Field,
    pub(crate) context: Field,
    pub(crate) in_context: ContextFields,
}

/// The fields of `requestContext`.
#[derive(Default)]
pub(crate) struct ContextFields {
    pub(crate) elb: Field,
    pub(crate) service_network_arn: Field,
    pub(crate) target_group_arn: Field,
    pub(crate) connection_id: Field,
    pub(crate) event_type: Field,
    pub(crate) route_key: Field,
    pub(crate) domain_name: Field,
    pub(crate) api_id: Field,
    pub(crate) stage: Field,
    pub(crate) http: Field,
    pub(crate) http_method: Field,
    /// `http.sourceIp` or `identity.sourceIp`.
    pub(crate) source_ip: Field,
}

impl Fields {
    /// Scans an event; one that is no object has no fields.
    ///
    /// # Errors
    ///
    /// The event is not JSON.
    pub(crate) fn scan(buf: &[u8]) -> Result<Self, Error> {
        let mut fields = Self::default();
        let mut scanner = Scanner::new(buf, 0);
        let start = match scanner.peek() {
            Some(b'{') => {
                let start = scanner.position();
                scanner.object(|scanner, key| fields.field(scanner, &json::text(key, buf)))?;
                start
            }
            _ => {
                let value = scanner.value()?;
                // A string's place is what stands between its quotes.
                value.start()
                    - usize::from(matches!(value.kind, Kind::String | Kind::EscapedString))
            }
        };
        fields.event = (start, scanner.position());
        scanner.end()?;
        Ok(fields)
    }

    fn field(&mut self, scanner: &mut Scanner<'_>, key: &[u8]) -> Result<(), Error> {
        let slot = match key {
            b"version" => &mut self.version,
            b"type" => &mut self.kind,
            b"methodArn" => &mut self.method_arn,
            b"routeArn" => &mut self.route_arn,
            b"httpMethod" => &mut self.http_method,
            b"method" => &mut self.method,
            b"path" => &mut self.path,
            b"rawPath" => &mut self.raw_path,
            b"raw_path" => &mut self.lattice_path,
            b"rawQueryString" => &mut self.raw_query_string,
            b"queryStringParameters" => &mut self.query,
            b"multiValueQueryStringParameters" => &mut self.multi_value_query,
            b"query_string_parameters" => &mut self.lattice_query,
            b"cookies" => &mut self.cookies,
            b"isBase64Encoded" | b"is_base64_encoded" => &mut self.is_base64,
            b"Records" => &mut self.records,
            b"pathParameters" => &mut self.path_parameters,
            b"stageVariables" => &mut self.stage_variables,
            b"headers" => {
                self.headers = HeaderFields::scan(scanner)?;
                return Ok(());
            }
            b"multiValueHeaders" => {
                self.multi_value_headers = HeaderFields::scan(scanner)?;
                return Ok(());
            }
            b"body" => {
                let before = self.body.replace(scanner.body()?);
                check(before.as_ref(), scanner.buffer())?;
                return Ok(());
            }
            b"requestContext" => {
                self.in_context = ContextFields::default();
                self.context =
                    descend(scanner, |scanner, key| self.in_context.field(scanner, key))?;
                return Ok(());
            }
            _ => return scanner.value().map(drop),
        };
        *slot = present(scanner.value()?);
        Ok(())
    }

    /// Ensures that the body is JSON too, which is left to the decoder where there is one.
    pub(crate) fn check_body(&self, buf: &[u8]) -> Result<(), Error> {
        check(self.body.as_ref(), buf)
    }

    /// Whether the authorizer of an API calls, which looks like a request but is none.
    pub(crate) fn is_authorizer_call(&self, buf: &[u8]) -> bool {
        is_text(self.kind, buf, b"REQUEST") && (self.method_arn.or(self.route_arn)).is_some()
    }
}

impl ContextFields {
    fn field(&mut self, scanner: &mut Scanner<'_>, key: &[u8]) -> Result<(), Error> {
        let slot = match key {
            b"elb" => &mut self.elb,
            b"serviceNetworkArn" => &mut self.service_network_arn,
            b"targetGroupArn" => &mut self.target_group_arn,
            b"connectionId" => &mut self.connection_id,
            b"eventType" => &mut self.event_type,
            b"routeKey" => &mut self.route_key,
            b"domainName" => &mut self.domain_name,
            b"apiId" => &mut self.api_id,
            b"stage" => &mut self.stage,
            b"http" => {
                self.http = descend(scanner, |scanner, key| {
                    let slot = match key {
                        b"method" => &mut self.http_method,
                        b"sourceIp" => &mut self.source_ip,
                        _ => return scanner.value().map(drop),
                    };
                    *slot = present(scanner.value()?);
                    Ok(())
                })?;
                return Ok(());
            }
            b"identity" => {
                descend(scanner, |scanner, key| {
                    let value = scanner.value()?;
                    if key == b"sourceIp" {
                        self.source_ip = present(value);
                    }
                    Ok(())
                })?;
                return Ok(());
            }
            _ => return scanner.value().map(drop),
        };
        *slot = present(scanner.value()?);
        Ok(())
    }
}

/// Walks over the value that comes next if it is an object; any other type has no fields.
fn descend(
    scanner: &mut Scanner<'_>,
    mut field: impl FnMut(&mut Scanner<'_>, &[u8]) -> Result<(), Error>,
) -> Result<Field, Error> {
    if scanner.peek() != Some(b'{') {
        return scanner.value().map(present);
    }
    let start = scanner.position();
    let buf = scanner.buffer();
    scanner.object(|scanner, key| field(scanner, &json::text(key, buf)))?;
    Ok(Some(Value::new(Kind::Object, start, scanner.position())))
}

fn check(body: Option<&Body>, buf: &[u8]) -> Result<(), Error> {
    match body {
        Some(Body::Unchecked(value)) => json::check_text(value.raw(buf), value.start()),
        _ => Ok(()),
    }
}

pub(super) fn present(value: Value) -> Field {
    (value.kind != Kind::Null).then_some(value)
}

/// Whether the field is this string.
pub(crate) fn is_text(field: Field, buf: &[u8], text: &[u8]) -> bool {
    string(field).is_some_and(|value| *json::text(value, buf) == *text)
}

/// The field if it is an object.
pub(crate) fn object(field: Field) -> Field {
    field.filter(|value| value.kind == Kind::Object)
}

/// The field unless it is an object without members.
pub(crate) fn filled(field: Field, buf: &[u8]) -> Field {
    let is_empty = |value: &Value| matches!(value.raw(buf), [b'{', inner @ .., b'}'] if inner.trim_ascii().is_empty());
    field.filter(|value| !is_empty(value))
}

/// The field if it is a string.
pub(crate) fn string(field: Field) -> Field {
    field.filter(|value| matches!(value.kind, Kind::String | Kind::EscapedString))
}

/// What the string field says; an error that names it if it is of another type.
pub(crate) fn text(field: Field, name: &str, event: &Bytes) -> Result<Option<Bytes>, Error> {
    match field {
        None => Ok(None),
        Some(value) => match value.kind {
            Kind::String => Ok(Some(event.slice(value.start()..value.end()))),
            Kind::EscapedString => Ok(Some(Bytes::from(json::text(value, event).into_owned()))),
            _ => Err(wrong_type(name, "a string", value)),
        },
    }
}

/// "`name` must be `expected`, not a number".
#[cold]
pub(crate) fn wrong_type(name: &str, expected: &str, found: Value) -> Error {
    Error::event(format!("the event's {name} must be {expected}, not {}", found.kind.name()))
}
