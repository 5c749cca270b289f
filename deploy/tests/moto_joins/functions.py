"""Aliases, function URLs, and the number of a version."""

from moto.awslambda.models import LambdaVersion
from moto.awslambda.utils import get_backend
from moto.core.common_models import CloudFormationModel

from .resource import Resource


class Alias(Resource, CloudFormationModel):
    __module__ = "moto.awslambda.models"
    TYPE = "AWS::Lambda::Alias"
    NAME = "Name"
    ATTRIBUTES = ("AliasArn",)

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        backend, words = get_backend(account_id, region_name), words_of(cloudformation_json["Properties"])
        alias = backend.create_alias(*words, "", None)
        made = cls(alias.arn, {"AliasArn": alias.arn})
        made.words = words
        return made

    def update(self, properties, account_id, region_name):
        self.words = words_of(properties)
        self.put_back(account_id, region_name)

    def put_back(self, account_id, region_name):
        """To the version that the stack gave it last, wherever it was moved since."""
        get_backend(account_id, region_name).update_alias(*self.words, "", None)


def words_of(properties):
    return properties["Name"], properties["FunctionName"], str(properties["FunctionVersion"])


class Url(Resource, CloudFormationModel):
    __module__ = "moto.awslambda.models"
    TYPE = "AWS::Lambda::Url"
    ATTRIBUTES = ("FunctionUrl",)

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        backend = get_backend(account_id, region_name)
        url = backend.create_function_url_config(properties["TargetFunctionArn"], properties)
        return cls(url.url, {"FunctionUrl": url.url})


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
