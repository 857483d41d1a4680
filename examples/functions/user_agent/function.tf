terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

provider "aws" {
  user_agent = [
    provider::aws::user_agent("example-module", "1.0.0", "example comment"),
  ]
}
