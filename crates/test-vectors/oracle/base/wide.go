package main

import (
	"crypto/sha1"
	"fmt"
	"strings"
)

// widen adds logins with IAM Identity Center, the EC2 instance metadata, several files of each kind, endpoints in files, FIPS and
// dual-stack, and lists of accounts.
func widen(v *row) {
	e, name := v.Environment, "config"
	if v.Files["home/.aws/config"] != "" {
		name = "home/.aws/config"
	}
	add := func(t string) { v.Files[name] += text(t) }
	// Logins with a session, in the old form, and with a role on top.
	add("[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n" + pick("region = eu-west-1\n", "") +
		"[profile oldsso]\nsso_start_url = https://old.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Old\n" +
		"[profile onsso]\nrole_arn = " + role("onsso") + "\nsource_profile = sso\n" +
		"[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n" +
		"[profile instance]\nrole_arn = " + role("instance") + "\ncredential_source = Ec2InstanceMetadata\n" +
		"[profile container]\nrole_arn = " + role("container") + "\ncredential_source = EcsContainer\n" +
		"[profile environment]\nrole_arn = " + role("environment") + "\ncredential_source = Environment\n" +
		"[profile ep]\nendpoint_url = @URL@\nregion = eu-west-1\naws_access_key_id = AKIAEP00000000000000\naws_secret_access_key = s\n" +
		"[profile epsvc]\nservices = both\nregion = eu-west-1\nrole_arn = " + role("epsvc") + "\nsource_profile = base\n" +
		"[services both]\nsts =\n  endpoint_url = @URL@\necr =\n  endpoint_url = @URL@\n" +
		"[profile flags]\nuse_fips_endpoint = " + pick("true", "false", "yes", "") + "\nuse_dualstack_endpoint = " + pick("true", "false", "TRUE") + "\nregion = us-west-2\naws_access_key_id = AKIAFLAGS00000000000\naws_secret_access_key = s\n")
	if chance(0.85) { // as the files of logins are called, and one that nobody uses
		for _, n := range []string{"24d6bc9be7fa7e90eb7b1d3b0a7ad0e1e5e9c1b4", sha("corp"), sha("https://old.awsapps.com/start")} {
			v.Files["home/.aws/sso/cache/"+n+".json"] = text(`{"accessToken":"sso-token","expiresAt":"` + pick("2035-01-01T00:00:00Z", "2035-01-01T00:00:00Z", "2035-01-01T00:00:00Z", "2020-01-01T00:00:00Z") + `","region":"us-east-1","startUrl":"https://corp.awsapps.com/start"}`)
		}
	}
	more := []string{"sso", "sso", "oldsso", "onsso", "instance", "container", "environment", "ep", "epsvc", "flags"}
	if chance(0.5) {
		e["AWS_PROFILE"] = text(more[r.Intn(len(more))])
	} else if chance(0.4) {
		v.Block.Profile = more[r.Intn(len(more))]
	}
	if chance(0.5) { // an instance
		delete(e, "AWS_EC2_METADATA_DISABLED")
		v.Block.Metadata = pick("", "false", "false", "true")
		if chance(0.5) {
			e["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "@URL@"
		} else {
			v.Block.MetadataEndpoint = "@URL@"
		}
	} else {
		v.Block.Metadata = pick("", "true")
	}
	if chance(0.25) { // several files
		v.Files["second/config"] = text("[default]\nregion = ap-northeast-1\n[profile base]\nregion = ap-northeast-2\nrole_session_name = second\n" + pick("", "[profile base]\naws_access_key_id = AKIASECONDCONF000000\naws_secret_access_key = s\n"))
		v.Files["second/credentials"] = "[base]\naws_access_key_id = AKIASECOND0000000000\naws_secret_access_key = s\n"
		fs := []string{"@DIR@/" + name, "@DIR@/second/config", "@DIR@/missing"}
		r.Shuffle(3, func(i, j int) { fs[i], fs[j] = fs[j], fs[i] })
		v.Block.SharedConfigFiles = fs[:1+r.Intn(3)]
		v.Block.SharedCredentialsFiles = []string{"@DIR@/" + strings.Replace(name, "config", "credentials", 1), "@DIR@/second/credentials"}[:1+r.Intn(2)]
	} else if chance(0.1) {
		e[pick("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")] = "@DIR@/missing"
	}
	if chance(0.1) {
		e["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
	}
	if chance(0.1) {
		e["AWS_STS_REGIONAL_ENDPOINTS"] = text(pick("legacy", "regional"))
	}
	if chance(0.08) {
		e["AWS_USE_FIPS_ENDPOINT"] = text(pick("true", "false"))
	}
	if chance(0.08) {
		e["AWS_USE_DUALSTACK_ENDPOINT"] = text(pick("true", "false"))
	}
	if chance(0.1) {
		v.Block.AllowedAccounts = []string{pick("123456789012", "210987654321")}
	} else if chance(0.1) {
		v.Block.ForbiddenAccounts = []string{pick("123456789012", "210987654321")}
	}
	if chance(0.5) && v.Block.Endpoints == nil {
		v.Block.Endpoints = map[string]string{"ecr": "@URL@", "sts": "@URL@"}
	}
	if v.Block.Endpoints != nil {
		v.Block.Endpoints["sso"] = "@URL@"
	}
}

// sha names the file of a login, by its session or start URL.
func sha(s string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(s))) }
