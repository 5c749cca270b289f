"""A resource of a kind that moto's CloudFormation does not know."""


class Resource:
    """Before moto's `CloudFormationModel` among a class's bases, in a `__module__` of moto's own, from which
    its metaclass takes the service's name.
    """

    NAME = ""
    ATTRIBUTES = ()

    def __init__(self, physical_id, attributes):
        self.physical_id = physical_id
        self.attributes = attributes

    @classmethod
    def cloudformation_type(cls):
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls):
        return cls.NAME

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        original_resource.update(cloudformation_json["Properties"], account_id, region_name)
        return original_resource

    def update(self, properties, account_id, region_name):
        """Nothing that a test looks at."""

    def delete(self, account_id, region_name):
        """It goes with what it belongs to."""

    @property
    def physical_resource_id(self):
        return self.physical_id

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr in cls.ATTRIBUTES

    def get_cfn_attribute(self, attribute_name):
        return self.attributes[attribute_name]
