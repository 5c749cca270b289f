//! What is deployed, resolved from the settings and the project, and still of no format: each
//! format asks the same questions here and writes the answers its own way.

mod alarms;
mod choices;
mod environment;
mod permissions;
mod routes;

pub(crate) use alarms::{Alarm, Subject};
pub use choices::ALIAS;
pub(crate) use choices::{
    ACCESS_LOG_FORMAT, ALL_BUT_HOST, CLOUDFRONT_WAITS_S, CLOUDFRONT_ZONE, DEAD_LETTERS_KEPT_S,
    SSL_POLICY, STAGE, engine_version,
};
pub(crate) use environment::{MIGRATIONS_SOURCE, VariableValue};
pub(crate) use permissions::{Resource, Statement};
pub use routes::RoutesError;
pub(crate) use routes::{Integration, Routes};

use crate::settings::{CloudFront, Domain, FrontDoor, Name, Settings, Throttle};

/// An app that is to be deployed.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The name of the function, the stack and all that belongs to them.
    pub name: Name,
    /// The binary that becomes `bootstrap`.
    pub binary: String,
    /// What says which code it is: a digest of it, or the package's version.
    pub revision: String,
    /// The folder that cargo builds into, as templates name it. Default: `target`.
    pub target: String,
    /// What the manifest says.
    pub settings: Settings,
    pub(crate) routes: Routes,
}

impl Deployment {
    /// A deployment whose every path goes to the app.
    #[must_use]
    pub fn new(name: Name, settings: Settings) -> Self {
        Self {
            binary: settings.binary.clone().unwrap_or_else(|| name.to_string()),
            name: settings.name.clone().unwrap_or(name),
            revision: "1".to_owned(),
            target: "target".to_owned(),
            settings,
            routes: Routes::All,
        }
    }

    /// Lets API Gateway through only the routes of an OpenAPI document, in JSON.
    ///
    /// # Errors
    /// If it is no OpenAPI document, or has paths that API Gateway cannot have.
    pub fn with_openapi(mut self, json: &str) -> Result<Self, RoutesError> {
        self.routes = Routes::from_openapi(json)?;
        Ok(self)
    }

    /// Says which code is deployed: a digest of it, or a version.
    #[must_use]
    pub fn with_revision(mut self, revision: impl Into<String>) -> Self {
        self.revision = revision.into();
        self
    }

    /// Says where cargo builds into, seen from where the template will be.
    #[must_use]
    pub fn with_target(mut self, folder: impl Into<String>) -> Self {
        self.target = folder.into();
        self
    }

    /// Where cargo-lambda leaves the executable, as templates name it.
    pub(crate) fn package_folder(&self) -> String {
        format!("{}/lambda/{}", self.target, self.binary)
    }

    pub(crate) fn front_door(&self) -> FrontDoor {
        self.settings.front_door
    }

    /// How long API Gateway waits, in seconds.
    pub(crate) fn gateway_timeout_s(&self) -> u32 {
        let most = match self.front_door() {
            FrontDoor::RestApi if self.settings.streaming => 900,
            FrontDoor::RestApi => 29,
            FrontDoor::HttpApi | FrontDoor::FunctionUrl | FrontDoor::Alb => 30,
        };
        self.settings.gateway_timeout_s.map_or(most, |seconds| seconds.get())
    }

    /// How many requests API Gateway lets through.
    pub(crate) fn throttle(&self) -> Throttle {
        self.settings.throttle.unwrap_or_default()
    }

    /// Whether events come for which nobody waits: those of buckets and schedules.
    pub(crate) fn is_invoked_asynchronously(&self) -> bool {
        !self.settings.schedules.is_empty()
            || self.settings.buckets.iter().any(|bucket| !bucket.events.is_empty())
    }

    /// The domain, if it is the front door's own and not CloudFront's.
    pub(crate) fn door_domain(&self) -> Option<&Domain> {
        self.settings.domain.as_ref().filter(|_| self.settings.cloudfront.is_none())
    }

    /// CloudFront and its domain.
    pub(crate) fn cloudfront(&self) -> Option<(&CloudFront, Option<&Domain>)> {
        Some((self.settings.cloudfront.as_ref()?, self.settings.domain.as_ref()))
    }

    /// Whether the function URL takes only signed calls.
    pub(crate) fn is_signed(&self) -> bool {
        self.settings.cloudfront.as_ref().is_some_and(|cloudfront| cloudfront.signed)
    }

    /// The load balancer's certificate.
    pub(crate) fn alb_certificate(&self) -> Option<&str> {
        let own = self.settings.alb.as_ref().and_then(|alb| alb.certificate.as_ref());
        own.or(self.door_domain().map(|domain| &domain.certificate)).map(|arn| arn.as_str())
    }

    /// The name of what belongs to the function: `orders-jobs`.
    pub(crate) fn name_of(&self, part: &str) -> String {
        format!("{}-{part}", self.name)
    }

    /// The name of a bucket, in CloudFormation's words: unique in the world, and known before the
    /// bucket is there, so that the function's role need not wait for it.
    pub(crate) fn bucket_name(&self, bucket: &Name) -> String {
        format!("{}-{bucket}-${{AWS::AccountId}}-${{AWS::Region}}", self.name)
    }

    /// The base path without its slash, for mappings.
    pub(crate) fn mapping(&self) -> Option<&str> {
        let path = self.settings.base_path.as_ref()?.as_str().trim_matches('/');
        (!path.is_empty()).then_some(path)
    }
}
