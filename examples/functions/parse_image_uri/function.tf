terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

output "repository" {
  value = provider::aws::parse_image_uri("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0").repository
}
