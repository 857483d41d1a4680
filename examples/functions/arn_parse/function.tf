terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

variable "repository_arn" {
  type    = string
  default = "arn:aws:ecr:eu-west-1:123456789012:repository/team/app"
}

locals {
  repository = provider::aws::arn_parse(var.repository_arn)
}

# The token is for the Region and the account of the repository.
ephemeral "aws_ecr_authorization_token" "token" {
  region      = local.repository.region
  registry_id = local.repository.account_id
}
