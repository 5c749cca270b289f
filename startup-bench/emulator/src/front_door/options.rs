//! Which front door, and how it is configured.

use std::time::Duration;

use super::reserved::Reserved;

/// What stands before a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrontDoor {
    /// An API Gateway REST API with a `{proxy+}` resource: payload 1.0.
    RestApi,
    /// A REST API whose integration streams the response.
    RestApiStream,
    /// An API Gateway HTTP API with a `$default` route: payload 2.0.
    HttpApi,
    /// The same with payload 1.0.
    HttpApiV1,
    /// A function URL.
    FunctionUrl,
    /// A function URL with the invoke mode `RESPONSE_STREAM`.
    FunctionUrlStream,
    /// An application load balancer.
    Alb,
    /// A load balancer whose target group has multi-value headers.
    AlbMultiValue,
}

/// A front door with its configuration.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) kind: FrontDoor,
    pub(crate) stage: Option<String>,
    /// How long it waits for the function, if not as AWS's default.
    pub(crate) integration_timeout: Option<Duration>,
    pub(crate) binary_media_types: Vec<String>,
    pub(crate) reserved: Vec<Reserved>,
}

impl Door {
    pub(crate) fn new(kind: FrontDoor) -> Self {
        Self {
            kind,
            stage: None,
            integration_timeout: None,
            binary_media_types: Vec::new(),
            reserved: Vec::new(),
        }
    }

    /// How long it waits for the function.
    pub(super) fn patience(&self) -> Option<Duration> {
        let default = match self.kind {
            FrontDoor::RestApi => Duration::from_secs(29),
            FrontDoor::HttpApi | FrontDoor::HttpApiV1 => Duration::from_secs(30),
            FrontDoor::Alb | FrontDoor::AlbMultiValue => Duration::from_secs(60),
            FrontDoor::RestApiStream => Duration::from_secs(900),
            FrontDoor::FunctionUrl | FrontDoor::FunctionUrlStream => return None,
        };
        Some(self.integration_timeout.unwrap_or(default))
    }

    /// How much of a request's body it takes, in bytes.
    pub(super) fn max_request_bytes(&self) -> usize {
        match self.kind {
            FrontDoor::FunctionUrl | FrontDoor::FunctionUrlStream => 6 * 1024 * 1024,
            FrontDoor::Alb | FrontDoor::AlbMultiValue => 1024 * 1024,
            _ => 10 * 1024 * 1024,
        }
    }

    /// How large a function's result may be, in bytes.
    pub(super) fn max_result_bytes(&self) -> usize {
        match self.kind {
            FrontDoor::Alb | FrontDoor::AlbMultiValue => 1024 * 1024,
            _ => usize::MAX,
        }
    }

    pub(super) fn streams(&self) -> bool {
        matches!(self.kind, FrontDoor::RestApiStream | FrontDoor::FunctionUrlStream)
    }

    pub(super) fn is_rest(&self) -> bool {
        matches!(self.kind, FrontDoor::RestApi | FrontDoor::RestApiStream)
    }

    /// What is wrong with the stage, if anything is.
    pub(crate) fn stage_problem(&self) -> Option<String> {
        let stage = self.stage.as_deref()?;
        let has_stages =
            self.is_rest() || matches!(self.kind, FrontDoor::HttpApi | FrontDoor::HttpApiV1);
        if !has_stages {
            return Some("function URLs and load balancers have no stage".to_owned());
        }
        let is_one = |letter: u8| letter.is_ascii_alphanumeric() || b"-_".contains(&letter);
        (stage.is_empty() || !stage.bytes().all(is_one)).then(|| {
            format!(
                "'{stage}' is no stage that paths begin with: letters, digits, '-' and '_'; \
                 for the stage $default set none"
            )
        })
    }

    /// Whether a REST API has this media type among its binary ones.
    pub(super) fn is_binary(&self, media_type: &str) -> bool {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        self.binary_media_types.iter().any(|binary| {
            binary == "*/*"
                || binary.eq_ignore_ascii_case(essence)
                || binary.strip_suffix("/*").is_some_and(|kind| {
                    let own = essence.split('/').next().unwrap_or_default();
                    own.eq_ignore_ascii_case(kind)
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_apis_have_a_stage_and_it_is_one_segment_of_a_path() {
        let problem = |kind, stage: &str| {
            Door { stage: Some(stage.to_owned()), ..Door::new(kind) }.stage_problem()
        };
        assert_eq!(problem(FrontDoor::RestApi, "dev"), None);
        assert_eq!(problem(FrontDoor::HttpApiV1, "v1_a-b"), None);
        for stage in ["", "a/b", "$default"] {
            assert!(problem(FrontDoor::HttpApi, stage).is_some(), "{stage}");
        }
        for kind in [FrontDoor::FunctionUrl, FrontDoor::FunctionUrlStream, FrontDoor::Alb] {
            assert!(problem(kind, "dev").is_some(), "{kind:?}");
        }
        assert_eq!(Door::new(FrontDoor::Alb).stage_problem(), None);
    }
}
