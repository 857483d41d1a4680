package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

const (
	past   = "2020-01-01T00:00:00Z"
	future = "2099-01-01T00:00:00Z"
	corp   = "https://corp.awsapps.com/start"
)

// The key that signs the renewal of a console login. It is of nobody.
const loginKey = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIJCuGiweUY29eaJ7ZruFmXMbf8h03YnU+ZkqSL6kiAgsoAoGCCqGSM49\nAwEHoUQDQgAE1KO4ONA5HiJTKOMi+qmZULFGhNbDpYg482qTiIZcU6VFOScV5MTI\nWohdOu1Fv3bnNY9kvbdkKe4WGTUInnMYmA==\n-----END EC PRIVATE KEY-----\n"

func written(v any) string {
	b, err := json.Marshal(v)
	must(err)
	return string(b)
}

// consoleLogin is a login of `aws login`: valid, to be renewed, refused, missing or spoilt.
func (q *deepQuestion) consoleLogin() {
	session := pick("arn:aws:iam::123456789012:user/me", "arn:aws:sts::123456789012:assumed-role/Admin/me@example.com")
	q.profile("console", "login_session="+session, maybe(0.5, "region="+region()))
	q.roleOver("console", 0.1)
	if chance(0.1) { // other ways to log in come before, or after
		q.config.WriteString("[profile console]\n" + pick("credential_process = @DIR@/proc.sh\n", "sso_start_url = "+corp+"\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = Reader\n",
			"aws_access_key_id = AKIABESIDE0000000000\naws_secret_access_key = s\n"))
		q.Files["proc.sh"] = process
	}
	access := map[string]string{"accessKeyId": "ASIALOGIN00000000000", "secretAccessKey": "s", "sessionToken": "token-of-login", "accountId": "123456789012", "expiresAt": future}
	login := map[string]any{"accessToken": access, "tokenType": "aws_sigv4", "refreshToken": pick("refresh-login", "refresh-login", "refresh-login", "refused"),
		"idToken": "id", "clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": loginKey}
	if chance(0.6) {
		access["expiresAt"] = past
	}
	if chance(0.1) {
		delete(login, pick("refreshToken", "clientId", "dpopKey", "idToken", "tokenType", "accessToken"))
	} else if chance(0.06) {
		delete(access, pick("accessKeyId", "secretAccessKey", "sessionToken", "accountId", "expiresAt"))
	}
	content := written(login)
	if chance(0.03) {
		content = content[:40]
	}
	name := fmt.Sprintf("%x.json", sha256.Sum256([]byte(session)))
	switch {
	case chance(0.06): // nobody has logged in
	case chance(0.1):
		q.set("AWS_LOGIN_CACHE_DIRECTORY", "@DIR@/logins")
		q.Files["logins/"+name] = text(content)
	default:
		q.file(".aws/login/cache/"+name, content)
	}
}

// ssoProfile writes a profile that uses the session, and the session.
func (q *deepQuestion) ssoProfile(name string, lines ...string) {
	lines = append([]string{"sso_session=corp", "sso_account_id=123456789012", "sso_role_name=" + pick("Reader", "Reader", "EmptyToken"), maybe(0.5, "region="+region())}, lines...)
	q.profile(name, lines...)
	q.roleOver(name, 0.2)
	section(&q.config, "[sso-session corp]", "sso_start_url="+corp, "sso_region=us-east-1", maybe(0.5, "sso_registration_scopes=sso:account:access"))
}

func (q *deepQuestion) ssoCache(key string, login map[string]string) {
	for name, value := range login {
		if value == "" {
			delete(login, name)
		}
	}
	q.file(".aws/sso/cache/"+sha(key)+".json", written(login))
}

// ssoLogin is a login with IAM Identity Center that is still valid, in both forms.
func (q *deepQuestion) ssoLogin() {
	login := map[string]string{"accessToken": "sso-token", "expiresAt": future, "region": "us-east-1", "startUrl": corp}
	if chance(0.7) {
		q.ssoProfile("sso")
		q.ssoCache("corp", login)
		return
	}
	q.profile("oldsso", "sso_start_url="+corp, "sso_region=us-east-1", "sso_account_id=123456789012", "sso_role_name="+pick("Reader", "EmptyToken"))
	q.roleOver("oldsso", 0.2)
	q.ssoCache(corp, login)
}

// ssoRenewal is a login that has ended, with what it needs for a renewal or without.
func (q *deepQuestion) ssoRenewal() {
	login := map[string]string{"accessToken": "ended-token", "expiresAt": past, "region": "us-east-1", "startUrl": corp, "clientId": "client", "clientSecret": "s",
		"refreshToken": pick("refresh-sso", "refresh-sso", "refresh-sso", "refresh-sso", "", "refused"), "registrationExpiresAt": pick("", "", past, past, future, future, future)}
	if chance(0.08) {
		delete(login, pick("clientId", "clientSecret", "accessToken", "expiresAt"))
	}
	if chance(0.9) {
		q.ssoProfile("sso")
		q.ssoCache("corp", login)
		return
	}
	q.profile("oldsso", "sso_start_url="+corp, "sso_region=us-east-1", "sso_account_id=123456789012", "sso_role_name=Reader") // never renewed
	q.ssoCache(corp, login)
}

// ssoContradiction is a profile that says other things than its session, or too little.
func (q *deepQuestion) ssoContradiction() {
	q.ssoCache("corp", map[string]string{"accessToken": "sso-token", "expiresAt": future})
	q.ssoCache(corp, map[string]string{"accessToken": "old-sso-token", "expiresAt": future})
	if chance(0.65) {
		q.ssoProfile("sso", pick("sso_region=eu-west-1", "sso_region=us-east-1", "sso_start_url=https://other.awsapps.com/start", "sso_start_url="+corp, "sso_start_url="+corp+"/", "sso_region=US-EAST-1", "sso_region="),
			maybe(0.3, "sso_start_url="+corp))
		return
	}
	lines := []string{"sso_session=corp", "sso_account_id=123456789012", "sso_role_name=Reader"}
	session := []string{"sso_start_url=" + corp, "sso_region=us-east-1"}
	switch r.Intn(4) {
	case 0:
		lines[r.Intn(3)] = ""
	case 1:
		session[r.Intn(2)] = ""
	case 2:
		lines[0] = "sso_session=other"
	case 3: // a session, and keys or a process besides
		lines = append(lines, pick("credential_process=@DIR@/proc.sh", "aws_access_key_id=AKIABESIDE0000000000\naws_secret_access_key = s"))
		q.Files["proc.sh"] = process
	}
	q.profile("sso", lines...)
	section(&q.config, "[sso-session corp]", session...)
}
