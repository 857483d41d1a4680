# This module logs in to ECR on the machine that runs Terraform.

terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = { source = "terraform-ecr/ecr" }
  }
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "auth_file" {
  type        = string
  description = "The file in which skopeo saves the login. It contains the token."
}

ephemeral "aws_ecr_authorization_token" "token" {
  region = var.region
}

resource "terraform_data" "login" {
  triggers_replace = [var.region]

  provisioner "local-exec" {
    command = "printf %s \"$PASSWORD\" | skopeo login --tls-verify=$TLS --authfile \"$AUTH_FILE\" --username \"$USERNAME\" --password-stdin \"$REGISTRY\""

    environment = {
      AUTH_FILE = var.auth_file
      REGISTRY  = ephemeral.aws_ecr_authorization_token.token.registry
      USERNAME  = ephemeral.aws_ecr_authorization_token.token.user_name
      PASSWORD  = ephemeral.aws_ecr_authorization_token.token.password
      TLS       = startswith(ephemeral.aws_ecr_authorization_token.token.proxy_endpoint, "https://")
    }
  }
}

output "region" {
  value = terraform_data.login.triggers_replace[0]
}
