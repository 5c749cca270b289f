"""What moto's services have and its CloudFormation lacks, joined when this is imported."""

from . import apis, balancers, databases, failures, functions  # noqa: F401
