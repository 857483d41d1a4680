terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

variable "image" {
  type    = string
  default = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0"
}

locals {
  image = provider::aws::parse_image_uri(var.image)

  # The ARN of the image's repository, for use in policies.
  repository_arn = provider::aws::arn_build(
    "aws", "ecr", local.image.region, local.image.account_id, "repository/${local.image.repository}"
  )
}
