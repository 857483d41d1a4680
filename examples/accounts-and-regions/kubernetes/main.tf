terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 2.36"
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

# One secret contains the logins of all registries.
resource "kubernetes_secret_v1" "registries" {
  metadata {
    name = "ecr"
  }

  type = "kubernetes.io/dockerconfigjson"

  data_wo = {
    ".dockerconfigjson" = provider::aws::docker_config_json({
      for token in values(ephemeral.aws_ecr_authorization_token.of) :
      token.registry => { username = token.user_name, password = token.password }
    })
  }

  # Terraform writes data_wo again when this number changes. Here, the number changes every hour.
  data_wo_revision = parseint(formatdate("YYYYMMDDhh", plantimestamp()), 10)
}
