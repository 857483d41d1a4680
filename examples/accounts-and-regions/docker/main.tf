terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
    docker = {
      source  = "kreuzwerker/docker"
      version = ">= 3.0"
    }
  }
}

locals {
  accounts = ["111122223333", "444455556666"]
  regions  = ["eu-west-1", "us-east-1"]

  registries = {
    for pair in setproduct(local.accounts, local.regions) :
    "${pair[0]}/${pair[1]}" => { account_id = pair[0], region = pair[1] }
  }
}

# One provider block serves all accounts and Regions. Its credentials need permission to assume the role `pull` in each account.
ephemeral "aws_ecr_authorization_token" "of" {
  for_each = local.registries
  region   = each.value.region

  assume_role {
    role_arn = "arn:aws:iam::${each.value.account_id}:role/pull"
  }
}

# The docker provider selects the login by the host in the image name.
provider "docker" {
  dynamic "registry_auth" {
    for_each = ephemeral.aws_ecr_authorization_token.of

    content {
      address  = registry_auth.value.registry
      username = registry_auth.value.user_name
      password = registry_auth.value.password
    }
  }
}
