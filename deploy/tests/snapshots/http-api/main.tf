# Terraform of orders: an API Gateway HTTP API before a Lambda function.
# Written by `cargo lambdafy template --format terraform` from [package.metadata.lambdafy]:
# change that, and write it again.
#
#   cargo lambda build --profile function --output-format zip
#   terraform init && terraform apply

terraform {
  required_version = ">= 1.5"

  # 6.29 knows the second permission of function URLs.
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.29"
    }
  }
}

variable "zip" {
  description = "The zip with the executable bootstrap"
  type        = string
  default     = "target/lambda/orders/bootstrap.zip"
}

data "aws_caller_identity" "current" {
}

data "aws_region" "current" {
}

data "aws_partition" "current" {
}

# Made here, since Lambda's own would keep logs forever.
resource "aws_cloudwatch_log_group" "app" {
  name              = "/aws/lambda/orders"
  retention_in_days = 30
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

# Only what the declared resources need; AWS's managed policies allow all log groups.
data "aws_iam_policy_document" "function" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.app.arn}:*"]
  }

  # X-Ray's actions know no resource.
  statement {
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "app" {
  name               = "orders-function"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "app" {
  name   = "function"
  role   = aws_iam_role.app.id
  policy = data.aws_iam_policy_document.function.json
}

resource "aws_lambda_function" "app" {
  function_name    = "orders"
  role             = aws_iam_role.app.arn
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = ["x86_64"]
  filename         = var.zip
  source_code_hash = filebase64sha256(var.zip)
  memory_size      = 512
  timeout          = 25
  # A version for each change, so that the alias has something to go back to.
  publish = true

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.app.name
  }

  tracing_config {
    mode = "Active"
  }
  depends_on = [aws_iam_role_policy.app]
}

# Front doors and events point to this alias, which moves to each new version.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.app.function_name
  function_version = aws_lambda_function.app.version
}

resource "aws_apigatewayv2_api" "app" {
  name          = "orders"
  protocol_type = "HTTP"
  body = jsonencode({
    openapi = "3.0.1"
    info = {
      title   = "orders"
      version = "1"
    }
    paths = {
      "/$default" = {
        "x-amazon-apigateway-any-method" = {
          isDefaultRoute = true
          responses = {
            default = {
              description = "What the app answers."
            }
          }
          "x-amazon-apigateway-integration" = {
            type                 = "aws_proxy"
            httpMethod           = "POST"
            uri                  = aws_lambda_alias.live.invoke_arn
            payloadFormatVersion = "2.0"
            timeoutInMillis      = 30000
          }
        }
      }
    }
  })
}

resource "aws_apigatewayv2_stage" "app" {
  api_id = aws_apigatewayv2_api.app.id
  # The stage that adds nothing to the path.
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    # Requests a second; more are answered with 429. The account's own limit is 10,000 for all
    # APIs.
    throttling_rate_limit  = 1000
    throttling_burst_limit = 500
  }
}

resource "aws_lambda_permission" "api" {
  statement_id  = "api-gateway"
  function_name = aws_lambda_function.app.function_name
  qualifier     = aws_lambda_alias.live.name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.app.execution_arn}/*"
}

output "url" {
  description = "Where the app is found"
  value       = "${aws_apigatewayv2_api.app.api_endpoint}/"
}

output "function_arn" {
  description = "What the front door invokes"
  value       = aws_lambda_alias.live.arn
}
