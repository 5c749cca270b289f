"""What moto's services have and its CloudFormation lacks, joined when this is imported."""

from . import apis, balancers, buckets, databases, failures, functions  # noqa: F401
