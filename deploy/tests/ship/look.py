"""What of a function's front doors there is at moto's server, as JSON.

usage: look.py ENDPOINT NAME
"""

import json
import sys

import boto3

endpoint, name = sys.argv[1:]


def client(service):
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, region_name="eu-west-1", endpoint_url=endpoint, **keys)


def rest_api():
    gateway = client("apigateway")
    for api in gateway.get_rest_apis()["items"]:
        if api["name"] == name:
            resources = gateway.get_resources(restApiId=api["id"])["items"]
            for resource in resources:
                for method in resource.get("resourceMethods", {}):
                    to = gateway.get_integration(restApiId=api["id"], resourceId=resource["id"], httpMethod=method)
                    yield f"{method} {resource['path']}", to["uri"]
            stages = gateway.get_stages(restApiId=api["id"])["item"]
            deployments = [one["id"] for one in gateway.get_deployments(restApiId=api["id"])["items"]]
            for stage in stages:
                assert stage["deploymentId"] in deployments
                yield "stage", stage["stageName"]


def http_api():
    gateway = client("apigatewayv2")
    for api in gateway.get_apis()["Items"]:
        if api["Name"] == name:
            integrations = gateway.get_integrations(ApiId=api["ApiId"])["Items"]
            uris = {f"integrations/{one['IntegrationId']}": one["IntegrationUri"] for one in integrations}
            for route in gateway.get_routes(ApiId=api["ApiId"])["Items"]:
                yield route["RouteKey"], uris[route["Target"]]
            for stage in gateway.get_stages(ApiId=api["ApiId"])["Items"]:
                yield "stage", stage["StageName"]
                yield "rate", stage["DefaultRouteSettings"]["ThrottlingRateLimit"]


def function_url():
    try:
        url = client("lambda").get_function_url_config(FunctionName=name)
    except client("lambda").exceptions.ResourceNotFoundException:
        return
    yield "auth", url["AuthType"]


def alb():
    balancing = client("elbv2")
    groups = balancing.describe_target_groups()["TargetGroups"]
    for group in groups:
        if group["TargetGroupName"] == name:
            arn = group["TargetGroupArn"]
            for target in balancing.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]:
                yield "target", target["Target"]["Id"]
            for one in balancing.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]:
                if one["Key"] == "lambda.multi_value_headers.enabled":
                    yield "multi-value", one["Value"]
            for balancer in balancing.describe_load_balancers()["LoadBalancers"]:
                if balancer["LoadBalancerName"] == name:
                    yield "balancer", balancer["Type"]


def allowed():
    functions = client("lambda")
    try:
        policy = json.loads(functions.get_policy(FunctionName=name)["Policy"])
    except functions.exceptions.ResourceNotFoundException:
        return
    for statement in policy["Statement"]:
        yield statement["Action"], statement["Principal"]


doors = [rest_api, http_api, function_url, alb]
found = {one.__name__.replace("_", "-"): dict(one()) for one in doors}
found["allowed"] = [list(pair) for pair in allowed()]
json.dump(found, sys.stdout)
