"""A function on AWS's runtime for Python: `awslambdaric function.handler`."""

import os

if os.environ.get("FIXTURE") == "no-start":
    raise ValueError("there is no database")


def handler(event, context):
    if "error" in event.get("rawPath", ""):
        raise KeyError("on purpose")
    print("answering", context.aws_request_id)
    return {
        "statusCode": 201,
        "headers": {"x-left": str(context.get_remaining_time_in_millis())},
        "body": event.get("rawPath", "") + " of " + context.invoked_function_arn,
    }
