# A build pulls one image. Its token can only pull from the repository of this image.

terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = { source = "terraform-ecr/ecr" }
  }
}

variable "role_arn" {
  type        = string
  description = "A role that may use the repository."
  default     = "arn:aws:iam::123456789012:role/images"
}

variable "repository" {
  type        = string
  description = "The repository of the base image."
  default     = "team/base"
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

ephemeral "aws_ecr_authorization_token" "base" {
  region = var.region

  assume_role {
    role_arn = var.role_arn

    policy = provider::aws::session_policy({
      pull = ["arn:aws:ecr:${var.region}:${provider::aws::arn_parse(var.role_arn).account_id}:repository/${var.repository}"]
    })
  }
}

# The build gets only this token. It cannot push images, or pull from other repositories.
resource "terraform_data" "build" {
  triggers_replace = [var.repository]

  provisioner "local-exec" {
    interpreter = ["/bin/sh", "-euc"]

    command = <<-SH
      # The file is deleted but stays open. It disappears even if the script is killed. Linux only.
      logins=$(mktemp)
      exec 3<>"$logins"
      rm "$logins"
      printf %s "$LOGINS" >&3
      unset LOGINS
      skopeo copy --preserve-digests --src-tls-verify="$TLS" --authfile /dev/fd/3 "docker://$IMAGE" oci:base:1
    SH

    environment = {
      IMAGE  = "${ephemeral.aws_ecr_authorization_token.base.registry}/${var.repository}:1"
      LOGINS = ephemeral.aws_ecr_authorization_token.base.docker_config_json
      TLS    = startswith(ephemeral.aws_ecr_authorization_token.base.proxy_endpoint, "https://")
    }
  }
}
