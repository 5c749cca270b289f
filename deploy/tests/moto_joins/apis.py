"""HTTP APIs, and the OpenAPI body and the stage of a REST API."""

import json

from moto.apigateway.models import Deployment, RestAPI, apigateway_backends
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.core.common_models import CloudFormationModel

from .resource import Resource


class HttpApi(Resource, CloudFormationModel):
    __module__ = "moto.apigatewayv2.models"
    TYPE = "AWS::ApiGatewayV2::Api"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        nothing = ["api_key_selection_expression", "cors_configuration", "description", "version"]
        nothing += ["disable_schema_validation", "disable_execute_api_endpoint", "route_selection_expression"]
        api = apigatewayv2_backends[account_id][region_name].create_api(
            name="", protocol_type="HTTP", tags={}, **dict.fromkeys(nothing)
        )
        made = cls(api.api_id, {})
        made.update(cloudformation_json["Properties"], account_id, region_name)
        return made

    def update(self, properties, account_id, region_name):
        api = apigatewayv2_backends[account_id][region_name].get_api(self.physical_id)
        api.import_api(json.dumps(properties["Body"]), True)

    def delete(self, account_id, region_name):
        apigatewayv2_backends[account_id][region_name].delete_api(self.physical_id)


class HttpApiStage(Resource, CloudFormationModel):
    __module__ = "moto.apigatewayv2.models"
    TYPE = "AWS::ApiGatewayV2::Stage"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        settings = properties["DefaultRouteSettings"].items()
        stage = {
            "stageName": properties["StageName"],
            "autoDeploy": properties["AutoDeploy"],
            "defaultRouteSettings": {key[0].lower() + key[1:]: value for key, value in settings},
        }
        apigatewayv2_backends[account_id][region_name].create_stage(properties["ApiId"], stage)
        return cls(properties["StageName"], {})


class RestApiStage(Resource, CloudFormationModel):
    __module__ = "moto.apigateway.models"
    TYPE = "AWS::ApiGateway::Stage"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        apigateway_backends[account_id][region_name].create_stage(
            properties["RestApiId"],
            properties["StageName"],
            properties["DeploymentId"],
            tracing_enabled=properties.get("TracingEnabled"),
        )
        return cls(properties["StageName"], {})

    def update(self, properties, account_id, region_name):
        api = apigateway_backends[account_id][region_name].get_rest_api(properties["RestApiId"])
        api.stages[self.physical_id].deployment_id = properties["DeploymentId"]


# Which a reference to it is.
Deployment.physical_resource_id = property(lambda self: self.id)

make_rest_api = RestAPI.create_from_cloudformation_json.__func__


def make_with_body(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    api = make_rest_api(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    return import_body(api, cloudformation_json, apigateway_backends[account_id][region_name])


def import_body(api, cloudformation_json, backend):
    """As API Gateway does: a resource for each path, with the methods and where they lead to."""
    body = cloudformation_json["Properties"]["Body"]
    api.binaryMediaTypes = body.get("x-amazon-apigateway-binary-media-types", [])
    api.resources = {}
    api.default = api.add_child("/")
    for path, item in body["paths"].items():
        resource = api.default
        for part in filter(None, path.split("/")):
            known = [one for one in api.resources.values() if one.parent_id == resource.id]
            found = next((one for one in known if one.path_part == part), None)
            resource = found or backend.create_resource(api.id, resource.id, part)
        for method, operation in item.items():
            if method != "parameters":
                put_method(api, resource, method, operation, backend)
    return api


def put_method(api, resource, method, operation, backend):
    name = "ANY" if method.startswith("x-") else method.upper()
    to = operation["x-amazon-apigateway-integration"]
    backend.put_method(api.id, resource.id, name, "NONE")
    backend.put_integration(
        api.id,
        resource.id,
        name,
        to["type"].upper(),
        to["uri"],
        to["httpMethod"],
        timeout_in_millis=to["timeoutInMillis"],
    )


RestAPI.create_from_cloudformation_json = classmethod(make_with_body)
RestAPI.update_from_cloudformation_json = classmethod(
    lambda cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name: import_body(
        original_resource, cloudformation_json, apigateway_backends[account_id][region_name]
    )
)
RestAPI.delete = lambda self, account_id, region_name: apigateway_backends[account_id][
    region_name
].delete_rest_api(self.id)
