"""AWS on this machine: moto's server on a free port, until standard input ends.

usage: moto_server.py [POLICY CALLS]

Prints its address, then a key and its secret, then a VPC, a security group and its subnets. With a file POLICY, the
key is of a user with that IAM policy, who is refused what it does not allow; what was asked for is
written to the file CALLS, an action a line. moto knows of most calls no resource, so only actions
are looked at. No function is ever run: an invocation answers
`Simple Lambda happy path OK`.

moto's CloudFormation skips aliases and function URLs, its versions have no attributes, and its databases
no deletion protection, though its Lambda and its RDS have all of that: here they are joined.
"""

import json
import sys
from pathlib import Path

import boto3
import requests
from moto.awslambda.models import LambdaVersion
from moto.awslambda.utils import get_backend
from moto.core.common_models import CloudFormationModel
from moto.iam.access_control import IAMRequestBase
from moto.rds.models import DBInstance
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


make = DBInstance.create_from_cloudformation_json.__func__
attribute_of = DBInstance.get_cfn_attribute
SECRET = "MasterUserSecret.SecretArn"


def protect(database, cloudformation_json):
    wanted = cloudformation_json["Properties"].get("DeletionProtection", False)
    database.deletion_protection = str(wanted).lower() == "true"
    return database


def make_protected(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    made = make(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
    return protect(made, cloudformation_json)


def change_protection(
    cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
):
    return protect(original_resource, cloudformation_json)


def attribute(self, attribute_name):
    if attribute_name == SECRET:
        return f"arn:aws:secretsmanager:{self.region}:{self.account_id}:secret:rds!db-1"
    return attribute_of(self, attribute_name)


DBInstance.create_from_cloudformation_json = classmethod(make_protected)
DBInstance.update_from_cloudformation_json = classmethod(change_protection)
DBInstance.has_cfn_attr = classmethod(
    lambda cls, attr: attr in (SECRET, "Endpoint.Address", "Endpoint.Port")
)
DBInstance.get_cfn_attribute = attribute


# What moto calls otherwise than IAM does.
MOTO_NAMES = {
    "lambda:InvokeFunction": ["lambda:Invoke"],
    "s3:ListBucket": ["s3:HeadBucket"],
    "s3:PutBucketPublicAccessBlock": ["s3:PutPublicAccessBlock"],
    "s3:DeleteObject": ["s3:DeleteObjects"],
}


def restricted_user(client, policy, calls):
    """A user with a policy and no other right; from here on credentials are looked at."""
    document = json.loads(Path(policy).read_text())
    names = {moto: own for own, all in MOTO_NAMES.items() for moto in all}
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [name for own in actions for name in [own, *MOTO_NAMES.get(own, [])]]
        statement["Resource"] = "*"
        statement.pop("Condition", None)
    iam = client("iam")
    iam.create_user(UserName="deployer")
    iam.put_user_policy(UserName="deployer", PolicyName="deployer", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    check = IAMRequestBase.check_action_permitted

    def recorded(self, resource):
        with Path(calls).open("a") as file:
            file.write(names.get(self._action, self._action) + "\n")
        return check(self, resource)

    IAMRequestBase.check_action_permitted = recorded
    # moto signs what Flask has made of a request, which is not always what was sent.
    IAMRequestBase.check_signature = lambda _: None
    return key["AccessKeyId"], key["SecretAccessKey"]


def main(*restriction):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    no_docker = {"lambda": {"use_docker": False}}
    requests.post(f"{url}/moto-api/config", json=no_docker, timeout=10).raise_for_status()

    def client(service):
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name="eu-west-1", endpoint_url=url, **keys)

    subnets = client("ec2").describe_subnets()["Subnets"]
    vpc = subnets[0]["VpcId"]
    groups = client("ec2").describe_security_groups()["SecurityGroups"]
    group = next(group["GroupId"] for group in groups if group["VpcId"] == vpc)
    key = restricted_user(client, *restriction) if restriction else ("test", "test")
    if restriction:
        requests.post(f"{url}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()
    print(url, *key, vpc, group, *[subnet["SubnetId"] for subnet in subnets], flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
