terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

locals {
  role_arn = provider::aws::trim_iam_role_path("arn:aws:iam::123456789012:role/with/a/path/deploy")
}
