package main

import "strings"

const jwt = "header.payload.file"

// webIdentity is a token's file in the environment or in a profile, with or without a role and a name.
func (q *deepQuestion) webIdentity() {
	q.Files["jwt"] = text(pick(jwt, jwt, jwt, jwt+"\n", "", " "+jwt))
	file := func() string { return pick("@DIR@/jwt", "@DIR@/jwt", "@DIR@/jwt", "@DIR@/missing", "") }
	if chance(0.6) {
		q.source = true
		q.set("AWS_WEB_IDENTITY_TOKEN_FILE", file())
		if chance(0.85) {
			q.set("AWS_ROLE_ARN", pick(role("wienv"), role("wienv"), role("wienv"), "", "not an ARN"))
		}
	}
	if chance(0.6) {
		q.profile("wi", maybe(0.9, "role_arn="+role("wi")), "web_identity_token_file="+file(), maybe(0.4, "role_session_name="+pick("wi", "")), maybe(0.4, "region="+region()))
		q.roleOver("wi", 0.3)
	}
	if chance(0.6) {
		q.set("AWS_ROLE_SESSION_NAME", pick("session-of-environment", "session-of-environment", "", "with blank", "session\n"))
	}
}

// webIdentityBlock leaves out parts of the block, which the environment may have.
func (q *deepQuestion) webIdentityBlock() {
	q.Files["jwt"] = jwt
	q.file("jwt", "header.payload.home")
	w := map[string]string{}
	if chance(0.85) {
		w["role_arn"] = role("wiblock")
	}
	switch {
	case chance(0.3):
		w["web_identity_token"] = "header.payload.block"
	case chance(0.5):
		w["web_identity_token_file"] = pick("@DIR@/jwt", "@DIR@/jwt", "~/jwt", "$HOME/jwt", "@DIR@/missing")
	}
	if chance(0.35) {
		w["session_name"] = "session-of-block"
	}
	if chance(0.2) {
		w["duration"] = pick("20m", "1h", "15m")
	}
	if len(w) == 0 {
		w["session_name"] = "session-of-block"
	}
	q.Block.WebIdentity = w
	if chance(0.5) {
		q.set("AWS_WEB_IDENTITY_TOKEN_FILE", pick("@DIR@/jwt", "@DIR@/jwt", "@DIR@/jwt", "@DIR@/missing", ""))
	}
	if chance(0.3) {
		q.set("TF_AWS_WEB_IDENTITY_TOKEN", pick("header.payload.variable", "header.payload.variable", ""))
	}
	if chance(0.4) {
		q.set("AWS_ROLE_ARN", role("wienv"))
	}
	if chance(0.4) {
		q.set("AWS_ROLE_SESSION_NAME", "session-of-environment")
	}
	if chance(0.3) {
		q.profile("base2", keys("CONFBASE2")...)
	}
}

// emptyTokens has session tokens that are present and empty.
func (q *deepQuestion) emptyTokens() {
	switch r.Intn(4) {
	case 0:
		q.Files["proc.sh"] = text(pick("#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIAPROC000000000000\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"\"}'\n",
			"#!/bin/sh\necho '{\"version\":1,\"accesskeyid\":\"AKIAPROC000000000000\",\"SECRETACCESSKEY\":\"s\",\"sessiontoken\":\"token-of-process\"}'\n",
			"#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"AKIAPROC000000000000\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"token-of-process\",\"Expiration\":\"2099-01-01T00:00:00Z\"}'\n"))
		q.profile("process", "credential_process=@DIR@/proc.sh", maybe(0.4, "region="+region()))
		q.roleOver("process", 0.3)
	case 1:
		q.set("AWS_ACCESS_KEY_ID", "AKIAENV0000000000000")
		q.set("AWS_SECRET_ACCESS_KEY", "s")
		q.set("AWS_SESSION_TOKEN", pick("", "", " ", `""`))
	case 2:
		q.profile("empty", "aws_access_key_id="+accessKey("CONFEMPTY"), "aws_secret_access_key=s", "aws_session_token="+pick("", "", `""`, `''`, `"`))
		q.roleOver("empty", 0.3)
	default:
		q.source = true
		q.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "@URL@/container/empty-token")
	}
}

// emptyKeys has keys that are present and empty, in one file or in both.
func (q *deepQuestion) emptyKeys() {
	pair := func(name string) []string {
		key, secret := "aws_access_key_id="+accessKey(name), "aws_secret_access_key=s"
		switch r.Intn(7) {
		case 0:
			key = "aws_access_key_id="
		case 1:
			secret = "aws_secret_access_key="
		case 2, 3:
			key, secret = "aws_access_key_id=", "aws_secret_access_key="
		case 4:
			key = ""
		}
		return []string{key, secret, maybe(0.3, "aws_session_token="+pick("token-of-"+strings.ToLower(name), ""))}
	}
	if chance(0.75) {
		q.profile("empty", append(pair("CONFEMPTY"), maybe(0.3, "region="+region()))...)
	}
	if chance(0.75) {
		section(&q.credentials, "[empty]", pair("CREDEMPTY")...)
		q.profiles = append(q.profiles, "empty")
	}
	q.roleOver("empty", 0.15)
	if chance(0.4) {
		q.set("AWS_ACCESS_KEY_ID", pick("", "AKIAENV0000000000000", " "))
		q.set("AWS_SECRET_ACCESS_KEY", pick("", "s", " "))
	}
	if chance(0.3) { // a source that follows
		q.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "@URL@/container/full")
	}
	if chance(0.1) {
		q.Block.AccessKey = "AKIABLOCK00000000000"
	}
}

// quotedHeads has names of sections in quotes, as the AWS CLI wants names with blanks.
func (q *deepQuestion) quotedHeads() {
	name := pick("my corp", "team", "team", "project dev")
	quote := pick(`"`, `"`, `'`)
	quoted := quote + name + quote
	lines := func(n string) []string {
		return []string{"aws_access_key_id=" + accessKey(n), "aws_secret_access_key=s", maybe(0.4, "region="+region())}
	}
	section(&q.config, "[profile "+pick(quoted, quoted, name)+"]", lines("CONFQUOTED")...)
	if chance(0.3) {
		section(&q.config, "[profile "+pick(quoted, name, `"`+name+`"`, `'`+name+`'`)+"]", lines("CONFOTHER")...)
	}
	if chance(0.3) {
		section(&q.credentials, "["+pick(quoted, name)+"]", lines("CREDQUOTED")...)
	}
	q.profiles = append(q.profiles, name, name, name, quoted)
	if chance(0.3) {
		q.profile("over", "role_arn="+role("over"), "source_profile="+pick(name, quoted))
	}
	if chance(0.25) {
		q.profile("sso", "sso_session="+pick(name, quoted), "sso_account_id=123456789012", "sso_role_name=Reader")
		section(&q.config, "[sso-session "+quoted+"]", "sso_start_url="+corp, "sso_region=us-east-1")
		for _, session := range []string{name, quoted} {
			q.ssoCache(session, map[string]string{"accessToken": "sso-token", "expiresAt": future})
		}
	}
}

// severalFiles has one profile in several files of the same kind.
func (q *deepQuestion) severalFiles() {
	q.placed = true
	lines := func(n string) []string {
		return []string{maybe(0.6, "region="+region()), maybe(0.5, strings.Join(keys(n), "\n")), maybe(0.15, "role_arn="+role(strings.ToLower(n))), maybe(0.15, "source_profile=base"), maybe(0.1, "role_session_name=me")}
	}
	head := "[profile several]"
	q.profiles = append(q.profiles, "several", "several", "base")
	section(&q.config, head, lines("CONFONE")...)
	var second, third, more strings.Builder
	section(&second, head, lines("CONFTWO")...)
	section(&third, pick(head, "[several]"), lines("CONFTHREE")...)
	section(&more, pick("[several]", "[several]", "[base]"), lines("CREDTWO")...)
	if chance(0.6) {
		section(&q.credentials, "[several]", lines("CREDONE")...)
	}
	q.Files["two"], q.Files["three"], q.Files["more"] = text(second.String()), text(third.String()), text(more.String())
	home := "@DIR@/" + q.home + "/.aws/"
	files := []string{home + "config", "@DIR@/two", "@DIR@/three", "@DIR@/missing"}
	r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	q.Block.SharedConfigFiles = files[:2+r.Intn(3)]
	credentials := []string{home + "credentials", "@DIR@/more", "@DIR@/missing"}
	r.Shuffle(len(credentials), func(i, j int) { credentials[i], credentials[j] = credentials[j], credentials[i] })
	if chance(0.8) {
		q.Block.SharedCredentialsFiles = credentials[:1+r.Intn(3)]
	}
}

// oddFiles names files that are missing, that are folders, or that nobody expands.
func (q *deepQuestion) oddFiles() {
	q.placed = true
	q.Files["folder/config"], q.Files["other"] = "[default]\nregion = ap-northeast-1\n[profile other]\nregion = ap-northeast-2\n", "[default]\naws_access_key_id = AKIAOTHER00000000000\naws_secret_access_key = s\n"
	place := func() string {
		return pick("@DIR@/missing", "@DIR@/missing", "@DIR@/folder", "@DIR@/folder", "~/.aws/config", "", "@DIR@/"+q.home+"/.aws/config", "@DIR@/other", `"@DIR@/other"`, "@DIR@/other ", "@DIR@/other/config")
	}
	if chance(0.7) {
		q.set("AWS_CONFIG_FILE", place())
	}
	if chance(0.6) {
		q.set("AWS_SHARED_CREDENTIALS_FILE", place())
	}
	if chance(0.3) {
		q.Block.SharedConfigFiles = []string{place()}
	}
	if chance(0.3) {
		q.Block.SharedCredentialsFiles = []string{place()}
	}
	if chance(0.4) {
		q.profiles = append(q.profiles, pick("base", "other", "default"))
	}
}

// homeless has no home directory but that of the user database: @DIR@/user.
func (q *deepQuestion) homeless() {
	if len(q.Files) > 0 {
		return // they are in another home
	}
	q.home = "user"
	delete(q.Environment, "HOME")
	if chance(0.4) {
		q.set("HOME", "")
	}
}

// oddVariables writes values as accidents do: empty, blank, in capitals, quoted, with a line break.
func (q *deepQuestion) oddVariables() {
	for i := 0; i < 1+r.Intn(2); i++ {
		switch r.Intn(9) {
		case 0, 1:
			q.set(pick("AWS_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"), odd("sa-east-1"))
			if chance(0.3) {
				q.set("AWS_DEFAULT_REGION", pick("ap-south-1", ""))
			}
			q.Block.SkipRegionValidation = chance(0.3)
		case 2, 3:
			q.profile("odd", keys("CONFODD")...)
			q.set(pick("AWS_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"), odd("odd"))
		case 4:
			q.set("AWS_ACCESS_KEY_ID", odd("AKIAENV0000000000000"))
			q.set("AWS_SECRET_ACCESS_KEY", odd("s"))
		case 5:
			q.set("AWS_ACCESS_KEY_ID", "AKIAENV0000000000000")
			q.set("AWS_SECRET_ACCESS_KEY", "s")
			q.set("AWS_SESSION_TOKEN", odd("token-of-environment"))
		case 6:
			name := pick("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_EC2_METADATA_DISABLED", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_EC2_METADATA_V1_DISABLED")
			q.set(name, odd(pick("true", "false")))
		case 7:
			q.Files["jwt"] = jwt
			q.set("AWS_WEB_IDENTITY_TOKEN_FILE", odd("@DIR@/jwt"))
			q.set("AWS_ROLE_ARN", odd(role("wienv")))
			q.source = true
		case 8:
			q.set("AWS_ENDPOINT_URL", odd("@URL@"))
		}
	}
}

func odd(value string) string {
	return pick(value, value, value, "", " ", value+" ", " "+value, value+"\n", value+"\r\n", value+"\t", `"`+value+`"`, `'`+value+`'`, strings.ToUpper(value), strings.ToUpper(value[:1])+value[1:])
}

// notUTF8 has text in Latin-1 where it is used, and where it is not.
func (q *deepQuestion) notUTF8() {
	name := "gr\xf6sse"
	q.config.WriteString("[profile " + name + "]\naws_access_key_id = " + accessKey("CONFLATIN") + "\naws_secret_access_key = s\n")
	switch r.Intn(5) {
	case 0:
		q.set("AWS_PROFILE", name)
	case 1:
		q.config.WriteString("# f\xfcr alle\n")
	case 2:
		q.set("AWS_ACCESS_KEY_ID", "AKIAENV0000000000000")
		q.set("AWS_SECRET_ACCESS_KEY", "s\xa0")
	case 3:
		q.set("AWS_ACCESS_KEY_ID", "AKIAENV0000000000000")
		q.set("AWS_SECRET_ACCESS_KEY", "s")
		q.set("EDITOR", "m\xfcller")
	case 4:
		q.profile("latin", "aws_access_key_id="+accessKey("CONFUSED"), pick("aws_secret_access_key=s\xa0", "aws_secret_access_key=s\noutput = \xe4"), "region="+region())
	}
}
