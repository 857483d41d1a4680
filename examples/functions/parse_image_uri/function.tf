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
}

# The token is for the Region and the account of the image. Images of ECR Public have neither a Region nor an account. They need
# aws_ecrpublic_authorization_token.
ephemeral "aws_ecr_authorization_token" "token" {
  region      = local.image.region
  registry_id = local.image.account_id
}
