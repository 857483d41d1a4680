package main

// container gives credentials to a container: by a relative path at ECS's address, by a URL, or by both.
func (q *deepQuestion) container() {
	q.source = true
	const relative = "/v2/credentials/5c2a3d62"
	full := func() {
		q.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", pick("@URL@/container/full", "@URL@/container/full", "@URL@/container/full?x=y", "@URL@/container/empty-token",
			"http://169.254.170.23/v1/credentials", "http://169.254.170.2/v3/credentials", "http://10.1.2.3/credentials", "/container/full"))
	}
	switch {
	case chance(0.5):
		q.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", pick(relative, relative, relative, "/container/empty-token", "v2/credentials", relative+"?x=y", relative+" ", "@evil.test/credentials"))
		if chance(0.4) {
			full()
		}
	default:
		full()
		if chance(0.1) {
			q.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "")
		}
	}
	if chance(0.45) {
		q.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", pick("@DIR@/authorization", "@DIR@/authorization", "@DIR@/authorization", "@DIR@/missing", ""))
		q.Files["authorization"] = text(pick("Bearer of-file", "Bearer of-file", "Bearer of-file", "Bearer of-file\n", "", " Bearer of-file", "Bearer\tof-file", "Bearer of-file\r\n"))
	}
	if chance(0.35) {
		q.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", pick("Basic of-variable", "Basic of-variable", "Basic of-variable\n", " Basic of-variable ", ""))
	}
	if chance(0.3) {
		q.profile("container", "role_arn="+role("container"), "credential_source=EcsContainer", maybe(0.3, "role_session_name=me"))
	}
}

// metadata is an instance, whose service may know the first version only.
func (q *deepQuestion) metadata() {
	q.source = true
	q.Block.Metadata = pick("", "", "", "", "false", "false", "false", "false", "true")
	status := []int{0, 0, 403, 403, 404, 404, 405, 405, 400}[r.Intn(9)]
	q.instance = true
	if empty := chance(0.15); status != 0 || empty {
		q.Server = &behaviour{MetadataTokenStatus: status, MetadataEmptySessionToken: empty}
	}
	lines := []string{maybe(0.3, "region="+region())}
	switch {
	case chance(0.4): // the address that every instance has
	case chance(0.4):
		q.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", pick("@URL@", "@URL@/", "@URL@/latest"))
	case chance(0.5):
		q.Block.MetadataEndpoint = "@URL@"
	default:
		lines = append(lines, "ec2_metadata_service_endpoint=@URL@")
	}
	if chance(0.25) {
		q.set("AWS_EC2_METADATA_V1_DISABLED", pick("true", "TRUE", "false", "False", "", "", "1"))
	}
	if chance(0.25) {
		lines = append(lines, "ec2_metadata_v1_disabled="+pick("true", "true", "True", "false", "1", "yes", ""))
	}
	if chance(0.1) {
		q.set("AWS_EC2_METADATA_DISABLED", pick("true", "True", "false", "1", "", " true"))
	}
	if chance(0.06) {
		q.set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", pick("IPv4", "ipv4", "IPV5", ""))
	}
	if chance(0.3) {
		lines = append(lines, "role_arn="+role("instance"), "credential_source=Ec2InstanceMetadata")
	}
	q.profile("instance", lines...)
	if chance(0.3) {
		q.profiles = append(q.profiles, "default")
	}
}

func (q *deepQuestion) proxy() string {
	if chance(0.7) {
		return "http://%:x@@HOST@"
	}
	return pick("%:x@@HOST@", "http://@HOST@", "@HOST@", "http://%:x@@HOST@/", "http://%:x@@HOST@/path", "http://127.0.0.1:1", "://bad", "http://pro xy:1", "")
}

// proxyVariables sets the variables of proxies. The user's name in a proxy's URL says where the URL is from.
func (q *deepQuestion) proxyVariables(kind string) {
	upper, lower := "HTTP_PROXY", "http_proxy"
	if kind == "https" {
		upper, lower = "HTTPS_PROXY", "https_proxy"
	}
	if chance(0.5) {
		q.set(upper, of("upper", q.proxy()))
	}
	if chance(0.4) {
		q.set(lower, of("lower", q.proxy()))
	}
	if chance(0.05) {
		q.set("ALL_PROXY", "http://all:x@@HOST@")
	}
	no := func() string {
		return pick("proxied.test", ".proxied.test", "ecr.proxied.test", "ecr.proxied.test:80", "ecr.proxied.test:8080", "STS.PROXIED.TEST", "*", "other.test", "", "169.254.169.254", "amazonaws.com,localhost", " sts.proxied.test , ecr.proxied.test ")
	}
	if chance(0.12) {
		q.set(pick("NO_PROXY", "no_proxy"), no())
	}
	if chance(0.12) {
		q.Block.NoProxy = no()
	}
}

// of names a proxy's user.
func of(user, proxy string) string {
	out := ""
	for _, c := range proxy {
		if c == '%' {
			out += user
		} else {
			out += string(c)
		}
	}
	return out
}

// httpProxy has endpoints that only a proxy can reach: no resolver knows these names.
func (q *deepQuestion) httpProxy() {
	q.proxied = true
	q.proxyVariables("http")
	if chance(0.5) {
		q.Block.HTTPProxy = argument(of("block", q.proxy()))
	}
	if chance(0.15) {
		q.Block.HTTPSProxy = argument(pick("", "http://secure:x@@HOST@"))
	}
	port := pick("", "", ":8080")
	ecr, sts, sso := "http://ecr.proxied.test"+port, "http://sts.proxied.test", "http://sso.proxied.test"
	if chance(0.5) {
		q.Block.Endpoints = map[string]string{"ecr": ecr, "sts": sts, "sso": sso}
	} else {
		q.set("AWS_ENDPOINT_URL_ECR", ecr)
		q.set("AWS_ENDPOINT_URL_STS", sts)
		q.set("AWS_ENDPOINT_URL_SSO", sso)
	}
	q.set("AWS_ENDPOINT_URL_SSO_OIDC", "http://oidc.proxied.test")
	q.set("AWS_ENDPOINT_URL_SIGNIN", "http://signin.proxied.test")
	if chance(0.3) {
		q.profile("behind", "role_arn="+role("behind"), "source_profile=base")
	}
}

// httpsProxy has AWS's own endpoints behind a proxy, which records where it should connect, and refuses.
func (q *deepQuestion) httpsProxy() {
	q.proxied = true
	q.proxyVariables("https")
	if chance(0.5) {
		q.Block.HTTPSProxy = argument(of("block", q.proxy()))
	}
	if chance(0.3) {
		q.Block.HTTPProxy = argument(pick("http://plain:x@@HOST@", ""))
	}
	if chance(0.4) {
		q.profile("behind", "role_arn="+role("behind"), "source_profile=base", maybe(0.4, "sts_regional_endpoints="+pick("legacy", "regional")), maybe(0.5, "region="+region()))
	} else if chance(0.3) {
		q.ssoLogin()
	}
}

func argument(s string) *string { return &s }

// A certificate for the bundles, which nothing checks here, and the begin of one.
const (
	authority = "-----BEGIN CERTIFICATE-----\nMIIBWzCCAQGgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDEwlvZiBhIHRl\nc3QwIBcNMjAwMTAxMDAwMDAwWhgPMjA5OTAxMDEwMDAwMDBaMBQxEjAQBgNVBAMT\nCW9mIGEgdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJXGkap47cxnalgW\nqokzcu6sfdzktu2RtpgVR/CllD4L9oNvA+ELYB2sIlYyoPmjCJ1Um0/gMvO0m1Yf\nDq+ERRujQjBAMA4GA1UdDwEB/wQEAwICBDAPBgNVHRMBAf8EBTADAQH/MB0GA1Ud\nDgQWBBRWKolWD6aINdbRByzfw1pOOEitLDAKBggqhkjOPQQDAgNIADBFAiEAiKR7\nydj95Cuq1kNHtr3KJYtaAWPfGn9k21eFF1mpb0ECIHt+RX65ZShVDrv2p7G0nYCa\ncx0pVb20Cl9Bi/G7vs81\n-----END CERTIFICATE-----\n"
	cut       = "-----BEGIN CERTIFICATE-----\nMIIBWzCCAQGgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDEwlvZiBhIHRl\n"
)

// bundle names certificates that are there, missing, or not certificates.
func (q *deepQuestion) bundle() {
	content := pick(authority, authority, authority, authority+authority, "not a certificate\n", "", "remark\n"+authority, cut, cut+authority)
	q.file("ca.pem", content)
	q.Files["ca.pem"] = text(content)
	path := func() string {
		return pick("@DIR@/ca.pem", "@DIR@/ca.pem", "@DIR@/ca.pem", "~/ca.pem", "$HOME/ca.pem", "@DIR@/missing.pem", "@DIR@", "", `"@DIR@/ca.pem"`)
	}
	named := false
	if chance(0.45) {
		named = true
		q.profile("bundle", "ca_bundle="+path(), "aws_access_key_id="+accessKey("CONFBUNDLE"), "aws_secret_access_key=s")
	}
	if chance(0.4) {
		named = true
		q.set("AWS_CA_BUNDLE", path())
	}
	if chance(0.3) || !named {
		q.Block.CustomCABundle = path()
	}
}

// retries sets how often to try, rightly and wrongly.
func (q *deepQuestion) retries() {
	attempts := func() string {
		return pick("1", "3", "5", "0", "-1", "+3", " 3", "3 ", "3.5", "abc", "", "3\n", "0x3", "99999999999999999999")
	}
	retry := func() string {
		return pick("standard", "adaptive", "Standard", "ADAPTIVE", "legacy", "", " standard", "standard\n", "simple")
	}
	if chance(0.5) {
		q.profile("retries", maybe(0.7, "max_attempts="+attempts()), maybe(0.7, "retry_mode="+retry()), "aws_access_key_id="+accessKey("CONFRETRIES"), "aws_secret_access_key=s")
	}
	if chance(0.4) {
		q.set("AWS_MAX_ATTEMPTS", attempts())
	}
	if chance(0.4) {
		q.set("AWS_RETRY_MODE", retry())
	}
	if chance(0.3) {
		q.Block.MaxRetries = 1 + r.Intn(4)
	}
	if chance(0.3) {
		q.Block.RetryMode = retry()
	}
}

// regionsOfSTS has roles of profiles and of the block, and a Region for STS alone.
func (q *deepQuestion) regionsOfSTS() {
	if chance(0.8) {
		q.Block.StsRegion = pick("eu-central-1", "us-east-1", "ap-northeast-3")
	}
	if chance(0.6) {
		q.set("AWS_STS_REGIONAL_ENDPOINTS", pick("legacy", "regional", "Legacy", "nonsense", ""))
	}
	lines := []string{"role_arn=" + role("sts"), pick("source_profile=base", "source_profile=base", "credential_source=Environment"), maybe(0.5, "region="+region()),
		maybe(0.4, "sts_regional_endpoints="+pick("legacy", "regional", "nonsense")), maybe(0.3, "role_session_name=me"), maybe(0.3, "external_id=x1"), maybe(0.3, "duration_seconds="+pick("1800", "900", "3600", "abc", "901"))}
	q.profile("sts", lines...)
	if chance(0.3) {
		q.profile("chained", "role_arn="+role("chained"), "source_profile=sts", maybe(0.5, "region="+region()))
	}
	if chance(0.4) {
		q.Block.AssumeRole = roles()
	}
}
