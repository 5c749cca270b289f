"""AWS on this machine: moto's server on a free port, until standard input ends.

Prints its address, then a VPC and its subnets. No function is ever run: an invocation answers
`Simple Lambda happy path OK`.

moto's CloudFormation skips aliases and function URLs, and its versions have no attributes, though
its Lambda has all three: here they are joined.
"""

import sys

import boto3
import requests
from moto.awslambda.models import LambdaVersion
from moto.awslambda.utils import get_backend
from moto.core.common_models import CloudFormationModel
from moto.server import ThreadedMotoServer


# moto's metaclass takes the service's name from the module's.
MODULE = "moto.awslambda.models"


class Resource:
    def __init__(self, physical_id, attributes):
        self.physical_id = physical_id
        self.attributes = attributes

    @property
    def physical_resource_id(self):
        return self.physical_id

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr in cls.ATTRIBUTES

    def get_cfn_attribute(self, attribute_name):
        return self.attributes[attribute_name]


class Alias(Resource, CloudFormationModel):
    __module__ = MODULE
    ATTRIBUTES = ("AliasArn",)

    @staticmethod
    def cloudformation_name_type():
        return "Name"

    @staticmethod
    def cloudformation_type():
        return "AWS::Lambda::Alias"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        backend = get_backend(account_id, region_name)
        name, function = properties["Name"], properties["FunctionName"]
        alias = backend.create_alias(name, function, str(properties["FunctionVersion"]), "", None)
        return cls(alias.arn, {"AliasArn": alias.arn})

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        properties = cloudformation_json["Properties"]
        backend = get_backend(account_id, region_name)
        name, function = properties["Name"], properties["FunctionName"]
        backend.update_alias(name, function, str(properties["FunctionVersion"]), "", None)
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        """It goes with its function."""


class Url(Resource, CloudFormationModel):
    __module__ = MODULE
    ATTRIBUTES = ("FunctionUrl",)

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return "AWS::Lambda::Url"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        backend = get_backend(account_id, region_name)
        url = backend.create_function_url_config(properties["TargetFunctionArn"], properties)
        return cls(url.url, {"FunctionUrl": url.url})

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        """It goes with its function."""


# moto makes what is new in a template before it changes what was there, and so would find no
# change of the function that is worth a version.
publish = LambdaVersion.create_from_cloudformation_json.__func__


def publish_changed(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    function = cloudformation_json["Properties"]["FunctionName"]
    get_backend(account_id, region_name).get_function(function).code_or_config_updated = True
    return publish(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)


LambdaVersion.create_from_cloudformation_json = classmethod(publish_changed)
LambdaVersion.has_cfn_attr = classmethod(lambda cls, attr: attr == "Version")
LambdaVersion.get_cfn_attribute = lambda self, _: str(self.version)
LambdaVersion.physical_resource_id = property(lambda self: str(self.version))


def main():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    no_docker = {"lambda": {"use_docker": False}}
    requests.post(f"{url}/moto-api/config", json=no_docker, timeout=10).raise_for_status()
    client = boto3.client(
        "ec2",
        region_name="eu-west-1",
        endpoint_url=url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    subnets = client.describe_subnets()["Subnets"]
    print(url, subnets[0]["VpcId"], *[subnet["SubnetId"] for subnet in subnets], flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
