package main

import "strings"

// How the files are written: as a careful person does, with plain lines and whole pairs of keys.
var careful bool

func role(name string) string { return "arn:aws:iam::123456789012:role/" + name }

// style writes a line as people do: mostly plain.
func style(line string) string {
	key, value, _ := strings.Cut(line, "=")
	if careful {
		return key + " = " + value
	}
	between := pick(" = ", " = ", " = ", "=", "=", " =", ": ")
	out := key + between + value
	if chance(0.06) {
		out = pick(" ", "  ", "\t") + out
	}
	if chance(0.03) {
		out += pick(" # remark", " ; remark", " ", "\t")
	}
	if chance(0.02) {
		out = strings.ToUpper(key) + between + value
	}
	return out
}

// section writes a head, and the lines that are not empty.
func section(b *strings.Builder, head string, lines ...string) {
	if !careful && chance(0.03) {
		head = pick("  ", " ", "\t") + head
	}
	if !careful && chance(0.03) {
		head += pick(" # remark", " ; remark", " ")
	}
	b.WriteString(head + "\n")
	for _, line := range lines {
		if line != "" {
			b.WriteString(style(line) + "\n")
		}
	}
}

func maybe(p float64, line string) string {
	if chance(p) {
		return line
	}
	return ""
}

func accessKey(name string) string {
	return "AKIA" + (strings.ToUpper(name) + "0000000000000000")[:16]
}

// keys returns the lines of a pair of keys, or of half of one.
func keys(name string) []string {
	key := "aws_access_key_id=" + accessKey(name)
	switch {
	case !careful && chance(0.04):
		return []string{key}
	case !careful && chance(0.04):
		return []string{"aws_secret_access_key=s"}
	case chance(0.1):
		return []string{key, "aws_secret_access_key=s", "aws_session_token=tok"}
	}
	return []string{key, "aws_secret_access_key=s"}
}

const process = "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIAPROC000000000000\",\"SecretAccessKey\":\"s\"}'\n"

func files() map[string]text {
	var config, credentials strings.Builder
	regions := []string{"eu-north-1", "eu-west-3", "ca-central-1", "us-east-2"}
	region := func(p float64) string { return maybe(p, "region="+regions[r.Intn(len(regions))]) }
	for _, name := range []string{"default", "base"} {
		head := "[profile " + name + "]"
		if name == "default" {
			head = pick("[default]", "[default]", "[profile default]")
		}
		lines := []string{region(0.6)}
		if chance(0.25) {
			lines = append(lines, keys("CONF"+name)...)
		}
		if chance(0.08) {
			lines = append(lines, "role_arn="+role("of"+name), pick("source_profile=base", "source_profile=default", "credential_source=Environment", "credential_source=EcsContainer", "source_profile=nosuch"))
		}
		if chance(0.05) {
			lines = append(lines, "credential_process=@DIR@/proc.sh")
		}
		section(&config, head, lines...)
	}
	section(&config, "[profile chain]", "role_arn="+role("chain"), pick("source_profile=base", "source_profile=base", "source_profile=default", "source_profile=chain2", "source_profile=chain", "source_profile=proc", "source_profile=wi"),
		maybe(0.2, "external_id=x1"), maybe(0.2, "role_session_name=me"), maybe(0.2, "duration_seconds=1800"), region(0.4), maybe(0.05, "credential_source=Environment"))
	section(&config, "[profile chain2]", "role_arn="+role("chain2"), pick("source_profile=base", "credential_source=Environment", "credential_source=EcsContainer", ""), region(0.3))
	section(&config, "[profile proc]", "credential_process="+pick("@DIR@/proc.sh", `"@DIR@/proc.sh"`, "@DIR@/proc.sh --x 'a b'", "sh @DIR@/proc.sh"), region(0.4))
	section(&config, "[profile wi]", "role_arn="+role("wi"), "web_identity_token_file=@DIR@/jwt", maybe(0.3, "role_session_name=wi"), region(0.4))
	section(&config, "[profile svc]", "services=local", region(0.6))
	config.WriteString("[services local]\n" + pick("ecr =\n  endpoint_url = @URL@\n", "sts =\n  endpoint_url = @URL@\necr =\n  endpoint_url = @URL@\n", "ecr=\n endpoint_url=@URL@\n"))
	for _, name := range []string{"default", "base", "svc"} {
		if chance(0.75) {
			section(&credentials, "["+name+"]", keys("CRED"+name)...)
		}
	}
	if chance(0.1) {
		section(&credentials, "[chain]", keys("CREDCHAIN")...)
	}
	if chance(0.05) {
		section(&credentials, "[proc]", keys("CREDPROC")...)
	}
	if chance(0.05) {
		section(&credentials, "[base]", keys("CREDAGAIN")...)
	}
	return map[string]text{"config": text(config.String()), "credentials": text(credentials.String()), "proc.sh": process, "jwt": "header.payload.sig"}
}

// scenario returns a question of the modes careful and careless.
func scenario() row {
	v := row{Environment: map[string]text{"AWS_EC2_METADATA_DISABLED": "true", "HOME": "@DIR@/home"}, Files: files()}
	e := v.Environment
	switch {
	case chance(0.12):
		v.Block.SharedConfigFiles, v.Block.SharedCredentialsFiles = []string{"@DIR@/config"}, []string{"@DIR@/credentials"}
	case chance(0.1): // as most people have them
		v.Files["home/.aws/config"], v.Files["home/.aws/credentials"] = v.Files["config"], v.Files["credentials"]
		delete(v.Files, "config")
		delete(v.Files, "credentials")
	default:
		e["AWS_CONFIG_FILE"], e["AWS_SHARED_CREDENTIALS_FILE"] = "@DIR@/config", "@DIR@/credentials"
	}
	profiles := []string{"default", "base", "chain", "chain", "chain2", "proc", "wi", "svc", "nosuch"}
	if chance(0.45) {
		e[pick("AWS_PROFILE", "AWS_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")] = text(profiles[r.Intn(len(profiles))])
	}
	if chance(0.3) {
		v.Block.Profile = profiles[r.Intn(len(profiles))]
	}
	if chance(0.3) {
		e["AWS_ACCESS_KEY_ID"] = "AKIAENV0000000000000"
		if chance(0.92) {
			e["AWS_SECRET_ACCESS_KEY"] = "s"
		}
		if chance(0.2) {
			e["AWS_SESSION_TOKEN"] = "tok"
		}
	} else if chance(0.04) {
		e["AWS_ACCESS_KEY"], e["AWS_SECRET_KEY"] = "AKIAOLDENV0000000000", "s"
	}
	if chance(0.12) {
		e["AWS_WEB_IDENTITY_TOKEN_FILE"] = "@DIR@/jwt"
		if chance(0.9) {
			e["AWS_ROLE_ARN"] = text(role("wienv"))
		}
		if chance(0.5) {
			e["AWS_ROLE_SESSION_NAME"] = "envsession"
		}
	} else if chance(0.03) {
		e["AWS_ROLE_ARN"] = text(role("alone"))
	}
	if chance(0.12) {
		e["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "@URL@/container"
		if chance(0.3) {
			e["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic abc"
		}
	}
	if chance(0.3) {
		e[pick("AWS_REGION", "AWS_REGION", "AWS_DEFAULT_REGION")] = text(pick("sa-east-1", "ap-south-1", "us-west-1"))
	}
	if chance(0.6) {
		v.Block.Region = pick("us-west-2", "eu-central-1", "us-east-1")
	}
	if chance(0.1) {
		v.Block.AccessKey, v.Block.SecretKey = "AKIABLOCK00000000000", "s"
		if chance(0.3) {
			v.Block.Token = "tok"
		}
	}
	if chance(0.12) {
		v.Block.StsRegion = pick("eu-central-1", "us-east-1")
	}
	if chance(0.25) {
		v.Block.AssumeRole = roles()
	}
	if chance(0.07) {
		v.Block.WebIdentity = map[string]string{"role_arn": role("wiblock")}
		if chance(0.5) {
			v.Block.WebIdentity["web_identity_token"] = "header.payload.sig"
		} else {
			v.Block.WebIdentity["web_identity_token_file"] = "@DIR@/jwt"
		}
	}
	switch {
	case chance(0.75):
		v.Block.Endpoints = map[string]string{"ecr": "@URL@", "sts": "@URL@"}
	case chance(0.5):
		e["AWS_ENDPOINT_URL"] = "@URL@"
	default:
		e["AWS_ENDPOINT_URL_ECR"], e["AWS_ENDPOINT_URL_STS"] = "@URL@", "@URL@"
		if chance(0.3) {
			e["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
		}
	}
	return v
}

// roles returns one or two assume_role blocks.
func roles() (out []map[string]string) {
	for i := 0; i < 1+r.Intn(2); i++ {
		a := map[string]string{"role_arn": role(pick("one", "two", "three"))}
		if chance(0.2) {
			a["external_id"] = "ext"
		}
		if chance(0.2) {
			a["session_name"] = "blocksession"
		}
		if chance(0.15) {
			a["duration"] = "20m"
		}
		out = append(out, a)
	}
	return out
}
