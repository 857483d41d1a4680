terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

# Every argument is optional. Without this block, the Region and the credentials come from the environment and the
# shared files.
provider "aws" {
  region  = "eu-central-1"
  profile = "ci"
}

ephemeral "aws_ecr_authorization_token" "token" {}
