terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
    helm = {
      source  = "hashicorp/helm"
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

# Version 3 of the helm provider uses only one of several logins. Each registry therefore needs its own provider block.
provider "helm" {
  alias = "ireland"

  registries = [
    {
      url      = "oci://${ephemeral.aws_ecr_authorization_token.of["111122223333/eu-west-1"].registry}"
      username = ephemeral.aws_ecr_authorization_token.of["111122223333/eu-west-1"].user_name
      password = ephemeral.aws_ecr_authorization_token.of["111122223333/eu-west-1"].password
    },
  ]
}

provider "helm" {
  alias = "virginia"

  registries = [
    {
      url      = "oci://${ephemeral.aws_ecr_authorization_token.of["444455556666/us-east-1"].registry}"
      username = ephemeral.aws_ecr_authorization_token.of["444455556666/us-east-1"].user_name
      password = ephemeral.aws_ecr_authorization_token.of["444455556666/us-east-1"].password
    },
  ]
}

resource "helm_release" "ireland" {
  provider   = helm.ireland
  name       = "app"
  repository = "oci://${provider::aws::registry_host("111122223333", "eu-west-1")}/charts"
  chart      = "app"
}

resource "helm_release" "virginia" {
  provider   = helm.virginia
  name       = "app"
  repository = "oci://${provider::aws::registry_host("444455556666", "us-east-1")}/charts"
  chart      = "app"
}
