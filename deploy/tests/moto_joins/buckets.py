"""A bucket that the first look after its making does not see, as one that another deployment makes between this
one's look and its attempt to make it.
"""

from moto.s3.exceptions import MissingBucket
from moto.s3.models import S3Backend

look = S3Backend.head_bucket


def look_again(self, bucket_name):
    bucket = look(self, bucket_name)
    if not hasattr(bucket, "was_looked_at"):
        bucket.was_looked_at = True
        raise MissingBucket(bucket=bucket_name)
    return bucket


S3Backend.head_bucket = look_again
