# Run this test against ecr-sandbox: set AWS_ENDPOINT_URL and the keys of ecr-sandbox in the environment.

run "logs_in" {
  command = apply

  variables {
    auth_file = "tests/auth.json"
  }

  assert {
    condition     = output.region == "eu-west-1"
    error_message = "The module logs in to its default Region."
  }
}

run "logs_in_elsewhere" {
  command = apply

  variables {
    auth_file = "tests/auth.json"
    region    = "us-east-2"
  }

  assert {
    condition     = output.region == "us-east-2"
    error_message = "The module logs in to the Region that is asked for."
  }
}
