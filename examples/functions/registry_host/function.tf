terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

locals {
  usual     = provider::aws::registry_host("123456789012", "eu-west-1")
  with_fips = provider::aws::registry_host("123456789012", "us-east-1", { fips = true })
  with_ipv6 = provider::aws::registry_host("123456789012", "eu-west-1", { dual_stack = true })
}
