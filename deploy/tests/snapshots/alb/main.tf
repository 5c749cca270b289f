# Terraform of orders: an application load balancer before a Lambda function.
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

resource "aws_security_group" "alb" {
  name        = "orders-alb"
  description = "Load balancer of orders"
  vpc_id      = "vpc-0123456789abcdef0"

  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "app" {
  name               = "orders"
  load_balancer_type = "application"
  internal           = false
  subnets            = ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"]
  security_groups    = [aws_security_group.alb.id]
  # The connection must outlive the slowest answer.
  idle_timeout               = 60
  drop_invalid_header_fields = true
}

resource "aws_lb_target_group" "app" {
  name        = "orders"
  target_type = "lambda"
  # Without it, of repeated headers, cookies and query keys only the last one reaches the app.
  lambda_multi_value_headers_enabled = true
}

resource "aws_lambda_permission" "alb" {
  statement_id  = "load-balancer"
  function_name = aws_lambda_function.app.function_name
  qualifier     = aws_lambda_alias.live.name
  action        = "lambda:InvokeFunction"
  principal     = "elasticloadbalancing.amazonaws.com"
  source_arn    = aws_lb_target_group.app.arn
}

resource "aws_lb_target_group_attachment" "app" {
  target_group_arn = aws_lb_target_group.app.arn
  target_id        = aws_lambda_alias.live.arn
  depends_on       = [aws_lambda_permission.alb]
}

# There is no certificate in the settings, so this is HTTP: nothing is encrypted.
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.app.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }
}

output "url" {
  description = "Where the app is found"
  value       = "http://${aws_lb.app.dns_name}/"
}

output "function_arn" {
  description = "What the front door invokes"
  value       = aws_lambda_alias.live.arn
}
