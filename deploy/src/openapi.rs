//! An OpenAPI document with API Gateway's extensions, for APIs that are made some other way.

use std::convert::Infallible;

use crate::cloudformation;
use crate::deployment::{ALIAS, Deployment, Integration};
use crate::settings::FrontDoor;
use crate::tree::yaml::{self, Tagged};
use crate::tree::{Map, Value};

/// What this format resolves: nothing.
#[derive(Clone, Debug, PartialEq)]
struct Nothing(Infallible);

impl Tagged for Nothing {
    fn tagged(&self) -> (&'static str, Value<Self>) {
        match self.0 {}
    }
}

/// The document; `None` if the front door is no API Gateway.
#[must_use]
pub fn document(deployment: &Deployment) -> Option<String> {
    let function = format!(
        "arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:function:{}:{ALIAS}",
        deployment.name
    );
    let (version, call) = match (deployment.front_door(), deployment.settings.streaming) {
        (FrontDoor::RestApi, true) => ("2021-11-15", "response-streaming-invocations"),
        (FrontDoor::RestApi | FrontDoor::HttpApi, _) => ("2015-03-31", "invocations"),
        (FrontDoor::FunctionUrl | FrontDoor::Alb, _) => return None,
    };
    let uri = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/{version}/functions/{function}/{call}"
    );
    let integration = Integration {
        uri: Value::<Nothing>::Map(Map::new().put("Fn::Sub", uri)),
        title: deployment.name.to_string(),
    };
    let header = cloudformation::header(deployment, "OpenAPI document", "openapi");
    let import = match deployment.front_door() {
        FrontDoor::HttpApi => "apigatewayv2 import-api",
        _ => "apigateway import-rest-api",
    };
    let usage = format!(
        "#\n# For `Fn::Transform: AWS::Include` in a template, which fills in region and account.\n\
         # For `aws {import}`, write the ARN in place of each Fn::Sub.\n"
    );
    Some(format!("{header}{usage}\n{}", yaml::document(&deployment.openapi(&integration), 1)))
}
