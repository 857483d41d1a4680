terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

ephemeral "aws_ecr_authorization_token" "of" {
  for_each = toset(["eu-west-1", "us-east-1"])
  region   = each.key
}

locals {
  config = provider::aws::docker_config_json({
    for token in ephemeral.aws_ecr_authorization_token.of :
    token.registry => { username = token.user_name, password = token.password }
  })
}
