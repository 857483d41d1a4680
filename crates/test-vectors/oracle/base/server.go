package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// The loopback AWS: STS, ECR, IAM Identity Center, the sign-in service, a container's credentials, the instance metadata, and a proxy
// that answers in place of the servers behind it. It records who has signed what.
var (
	lock      sync.Mutex
	recorded  []request
	looked    []string // host names that somebody has looked up
	asked     behaviour
	recordAll bool // with the fields of the mode deep
)

var (
	signature = regexp.MustCompile(`Credential=([^/]+)/\d+/([^/]+)/`)
	invented  = regexp.MustCompile(`^(aws-go-sdk-)?\d{12,}$`) // session names of the library
)

// begin forgets the requests of the row before.
func begin(b *behaviour, deep bool) {
	lock.Lock()
	defer lock.Unlock()
	recorded, looked, asked, recordAll = nil, nil, behaviour{}, deep
	if b != nil {
		asked = *b
	}
}

// requests returns what has been recorded, each once in a row, and the names that have been looked up.
func requests() (out []request, names []string) {
	lock.Lock()
	defer lock.Unlock()
	for _, x := range recorded {
		if len(out) == 0 || out[len(out)-1] != x {
			out = append(out, x)
		}
	}
	return out, looked
}

// keyOf names the role in the key that it gives: the next request shows which role was used.
func keyOf(role string) string {
	name := regexp.MustCompile(`[^A-Za-z0-9]`).ReplaceAllString(role[strings.LastIndex(role, "/")+1:], "")
	return ("ASIAROLE" + strings.ToUpper(name) + "0000000000000000")[:20]
}

// serve answers under @URL@.
func serve(w http.ResponseWriter, q *http.Request) { answerRequest(w, q, "") }

// serveAt answers at an address that AWS has given to a service.
func serveAt(address string) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) { answerRequest(w, q, address) }
}

func answerRequest(w http.ResponseWriter, q *http.Request, host string) {
	lock.Lock()
	defer lock.Unlock()
	proxy := proxyUser(q)
	if proxy != "" {
		host = q.Host
	}
	x, ok := reply(w, q, host)
	if !ok {
		return
	}
	if recordAll {
		x.Host, x.Proxy = host, proxy
		if x.Key != "" {
			x.Token = q.Header.Get("X-Amz-Security-Token")
		}
	} else {
		x.WebIdentity, x.Path, x.Version = "", "", 0
	}
	recorded = append(recorded, x)
}

// proxyUser returns the name of the proxy's user where the server is asked as a proxy.
func proxyUser(q *http.Request) string {
	if !q.URL.IsAbs() && q.Method != http.MethodConnect {
		return ""
	}
	named := http.Request{Header: http.Header{"Authorization": q.Header.Values("Proxy-Authorization")}}
	if user, _, ok := named.BasicAuth(); ok {
		return user
	}
	return "anonymous"
}

// reply writes an answer, and returns what to record, or false for requests that the library makes as it likes.
func reply(w http.ResponseWriter, q *http.Request, host string) (x request, ok bool) {
	body, _ := io.ReadAll(q.Body)
	if m := signature.FindStringSubmatch(q.Header.Get("Authorization")); m != nil {
		x.Key, x.Region = m[1], m[2]
	}
	form, _ := url.ParseQuery(string(body))
	action := form.Get("Action")
	path := q.URL.Path
	switch {
	case q.Method == http.MethodConnect:
		w.WriteHeader(403) // it has no certificates of AWS
		return request{Operation: "connect"}, true
	case strings.Contains(q.Header.Get("X-Amz-Target"), "GetAuthorizationToken"):
		x.Operation = "GetAuthorizationToken"
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprint(w, `{"authorizationData":[{"authorizationToken":"QVdTOmV5SnQ=","expiresAt":1924992000,"proxyEndpoint":"https://123456789012.dkr.ecr.us-east-1.amazonaws.com"}]}`)
	case strings.HasPrefix(action, "AssumeRole"):
		x.Operation, x.Role, x.External, x.Duration, x.Session = action, form.Get("RoleArn"), form.Get("ExternalId"), form.Get("DurationSeconds"), form.Get("RoleSessionName")
		x.WebIdentity = form.Get("WebIdentityToken")
		if invented.MatchString(x.Session) {
			x.Session = ""
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, `<%[1]sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%[1]sResult><Credentials><AccessKeyId>%[2]s</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>%[3]s</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></%[1]sResult></%[1]sResponse>`, action, keyOf(x.Role), x.Role)
	case action == "GetUser" || action == "ListRoles": // other ways to the account's number
		w.WriteHeader(403)
		return x, false
	case action == "GetCallerIdentity":
		x.Operation = action
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	case path == "/federation/credentials":
		x = request{Operation: "GetRoleCredentials " + q.Header.Get("X-Amz-Sso_bearer_token")}
		name := q.URL.Query().Get("role_name")
		x.Role = q.URL.Query().Get("account_id") + "/" + name
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"roleCredentials":{"accessKeyId":"ASIASSO0000000000000","secretAccessKey":"s","sessionToken":"%s","expiration":4070908800000}}`, token(name != "EmptyToken"))
	case path == "/token": // of IAM Identity Center
		x = renewal(w, body, "CreateToken", `{"error":"invalid_grant","error_description":"refused"}`, "InvalidGrantException",
			`{"accessToken":"renewed-token","tokenType":"Bearer","expiresIn":28800,"refreshToken":"refresh-next"}`)
	case path == "/v1/token": // of the sign-in service
		x = renewal(w, body, "CreateOAuth2Token", `{"error":"TOKEN_EXPIRED","message":"refused"}`, "AccessDeniedException",
			`{"accessToken":{"accessKeyId":"ASIALOGINRENEWED0000","secretAccessKey":"s","sessionToken":"t"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"refresh-next"}`)
	case path == "/latest/api/token":
		if asked.MetadataTokenStatus != 0 {
			w.WriteHeader(asked.MetadataTokenStatus)
			return x, false
		}
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
		fmt.Fprint(w, "imds-token")
		return x, false
	case path == "/latest/meta-data/iam/security-credentials/":
		fmt.Fprint(w, "instance-role")
		return x, false
	case path == "/latest/meta-data/placement/region":
		fmt.Fprint(w, "eu-south-1")
		return x, false
	case path == "/latest/dynamic/instance-identity/document":
		fmt.Fprint(w, `{"region":"eu-south-1","accountId":"123456789012"}`)
		return x, false
	case strings.HasPrefix(path, "/latest/meta-data/iam/security-credentials/"):
		x = request{Operation: "metadata", Version: 1}
		if q.Header.Get("X-Aws-Ec2-Metadata-Token") != "" {
			x.Version = 2
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"Code":"Success","Type":"AWS-HMAC","LastUpdated":"2026-01-01T00:00:00Z","AccessKeyId":"ASIAINSTANCE00000000","SecretAccessKey":"s","Token":"%s","Expiration":"2099-01-01T00:00:00Z"}`, token(!asked.MetadataEmptySessionToken))
	case strings.HasPrefix(path, "/container") || strings.HasPrefix(host, "169.254.170."):
		x = request{Operation: "container " + q.Header.Get("Authorization"), Path: path}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"AccessKeyId":"ASIACONTAINER0000000","SecretAccessKey":"s","Token":"%s","Expiration":"2099-01-01T00:00:00Z"}`, token(!strings.HasSuffix(path, "/empty-token")))
	default:
		x.Operation = "other " + q.Method + " " + path
		w.WriteHeader(404)
	}
	return x, true
}

// token returns the session token of the server's credentials.
func token(present bool) string {
	if present {
		return "t"
	}
	return ""
}

// renewal answers a refresh token with new credentials, except for "refused".
func renewal(w http.ResponseWriter, body []byte, operation, refusal, code, renewed string) request {
	var question struct{ RefreshToken string }
	json.Unmarshal(body, &question)
	w.Header().Set("Content-Type", "application/json")
	if question.RefreshToken == "refused" {
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(400)
		fmt.Fprint(w, refusal)
	} else {
		fmt.Fprint(w, renewed)
	}
	return request{Operation: operation + " " + question.RefreshToken}
}
