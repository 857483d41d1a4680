terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

output "usual" {
  value = provider::aws::registry_host("123456789012", "eu-west-1")
}

output "with_fips" {
  value = provider::aws::registry_host("123456789012", "us-east-1", { fips = true })
}
