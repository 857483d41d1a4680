terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}

locals {
  # Pulls from one repository.
  pull = provider::aws::session_policy({
    pull = ["arn:aws:ecr:eu-west-1:123456789012:repository/team/app"]
  })

  # Pulls from all repositories that begin with base/, in all Regions. Pushes to one repository and pulls from it.
  build = provider::aws::session_policy({
    pull = ["arn:aws:ecr:*:123456789012:repository/base/*"]
    push = ["arn:aws:ecr:eu-west-1:123456789012:repository/team/app"]
  })

  # Pushes to one repository of ECR Public.
  publish = provider::aws::session_policy({
    push = ["arn:aws:ecr-public::123456789012:repository/app"]
  })
}
