terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
    docker = {
      source = "kreuzwerker/docker"
    }
  }
}

ephemeral "aws_ecr_authorization_token" "token" {}

provider "docker" {
  registry_auth {
    address  = ephemeral.aws_ecr_authorization_token.token.registry
    username = ephemeral.aws_ecr_authorization_token.token.user_name
    password = ephemeral.aws_ecr_authorization_token.token.password
  }
}
