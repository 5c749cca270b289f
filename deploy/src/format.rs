//! The formats of templates.

use crate::deployment::Deployment;
use crate::{cloudformation, openapi, sam, serverless, terraform};

/// What a template is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// AWS SAM
    Sam,
    /// CloudFormation
    CloudFormation,
    /// Terraform
    Terraform,
    /// OpenAPI with API Gateway's extensions
    OpenApi,
    /// The Serverless Framework
    Serverless,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Sam, Self::CloudFormation, Self::Terraform, Self::OpenApi, Self::Serverless];

    /// The name that its file usually has.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Sam => "template.yaml",
            Self::CloudFormation => "cloudformation.yaml",
            Self::Terraform => "main.tf",
            Self::OpenApi => "openapi.yaml",
            Self::Serverless => "serverless.yml",
        }
    }

    /// The template's text; `None` for an OpenAPI document of what is no API Gateway.
    #[must_use]
    pub fn write(self, deployment: &Deployment) -> Option<String> {
        match self {
            Self::Sam => Some(sam::template(deployment)),
            Self::CloudFormation => Some(cloudformation::template(deployment)),
            Self::Terraform => Some(terraform::template(deployment)),
            Self::OpenApi => openapi::document(deployment),
            Self::Serverless => Some(serverless::template(deployment)),
        }
    }
}
