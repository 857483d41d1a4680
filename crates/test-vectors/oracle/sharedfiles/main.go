// Asks aws-sdk-go-v2/config what it reads from random pairs of shared files, as people and programs write them, rightly and wrongly.
//
//	go run . SEED COUNT > shared-files.json
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
)

// row is a question, and the library's answer to it. In an error, DIR stands for the folder of the files.
type row struct {
	Config      string            `json:"config"`
	Credentials string            `json:"credentials"`
	Profile     string            `json:"profile"`
	Error       string            `json:"error,omitempty"`
	Values      map[string]string `json:"values,omitempty"` // of the profile; those of a role's source under `source.`
}

// The one source of chance: a seed gives the same questions on every machine.
var r *rand.Rand

func pick(xs ...string) string { return xs[r.Intn(len(xs))] }
func chance(p float64) bool    { return r.Float64() < p }

// The lines of the file end as on Windows.
var crlf bool

// The profiles of the last pair of files.
var written []string

func eol() string {
	if crlf {
		return "\r\n"
	}
	return "\n"
}

// value returns a value of a key, sometimes in quotes, with one quote, or empty.
func value(key string) string {
	values := map[string][]string{
		"region":                  {"eu-west-1", "us-east-1", "ap-southeast-2", "EU-West-1"},
		"aws_access_key_id":       {"AKIAAAAAAAAAAAAAAAAA", "AKIABBBBBBBBBBBBBBBB", "ASIACCCCCCCCCCCCCCCC"},
		"aws_secret_access_key":   {"abc/def+ghi", "a=b:c", "s#cret", "se;cret", "x y"},
		"aws_session_token":       {"tok==", "t/o+k"},
		"role_arn":                {"arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/p/b"},
		"source_profile":          {"default", "p1", "base"},
		"credential_process":      {`sh -c "echo \"x\""`, `/bin/tool --a 'b c'`, `C:\new\tool.exe -x`, `tool "a b" c`, `"C:\Program Files\t.exe" x`},
		"external_id":             {"x#1", "a b", "12"},
		"role_session_name":       {"me", "me@here"},
		"web_identity_token_file": {"/tmp/t", `/tmp/\new`, "~/t"},
		"endpoint_url":            {"http://localhost:4566", "https://e.example/a#b"},
		"sso_session":             {"corp", "My Corp"},
		"sso_account_id":          {"123456789012"},
		"sso_role_name":           {"ReadOnly"},
		"duration_seconds":        {"3600", "900"},
		"mfa_serial":              {"arn:aws:iam::123456789012:mfa/u"},
		"ca_bundle":               {"/etc/ca.pem"},
		"output":                  {"json"},
		"services":                {"svc"},
	}[key]
	v := values[r.Intn(len(values))]
	switch {
	case chance(0.06):
		v = `"` + v + `"`
	case chance(0.04):
		v = `'` + v + `'`
	case chance(0.02):
		v = `"` + v
	case chance(0.02):
		v = ""
	}
	return v
}

// line returns a key with its value: in capitals, indented, or with a remark behind, perhaps.
func line(keys []string) string {
	key := keys[r.Intn(len(keys))]
	k := key
	if chance(0.08) {
		k = strings.ToUpper(key)
	}
	s := pick("=", " = ", "=", " = ", " =", "= ", "   =   ", ":", " : ", "\t=\t")
	v := value(key)
	tail := ""
	switch {
	case chance(0.07):
		tail = pick(" # remark", " ; remark", "#glued", ";glued", "\t# tab", " #", "\t;x")
	case chance(0.05):
		tail = pick(" ", "\t", "  ")
	}
	indent := ""
	if chance(0.12) {
		indent = pick(" ", "  ", "    ", "\t")
	}
	return indent + k + s + v + tail
}

// header returns the head of a section, mostly well formed.
func header(name string, inConfig bool) string {
	h := name
	if inConfig && name != "default" && !strings.HasPrefix(name, "sso-session ") && !strings.HasPrefix(name, "services ") {
		h = "profile " + name
		if chance(0.06) {
			h = pick("profile  ", "profile\t", " profile ") + name
		}
		if chance(0.04) {
			h = name // without the prefix
		}
		if chance(0.03) {
			h = `profile "` + name + `"`
		}
	} else if inConfig && name == "default" && chance(0.15) {
		h = "profile default"
	} else if !inConfig && chance(0.03) {
		h = "profile " + name
	}
	out := "[" + h + "]"
	switch {
	case chance(0.04):
		out = "[ " + h + " ]"
	case chance(0.03):
		out += pick(" # remark", " ; remark", "#glued", "; x ] y")
	case chance(0.02):
		out += pick(" junk", " /* remark */", " ]", "x")
	case chance(0.04):
		out = pick(" ", "\t", "  ") + out
	case chance(0.015):
		out = "[" + h
	}
	return out
}

func file(inConfig bool) string {
	var b strings.Builder
	crlf = chance(0.1)
	if chance(0.03) {
		b.WriteString("\ufeff")
	}
	if chance(0.1) {
		b.WriteString(pick("# top", "; top", "region = eu-west-3", "nonsense", "") + eol())
	}
	var keys, names []string
	if inConfig {
		keys = []string{"region", "region", "role_arn", "source_profile", "credential_process", "external_id", "role_session_name", "web_identity_token_file",
			"endpoint_url", "output", "duration_seconds", "ca_bundle", "aws_access_key_id", "aws_secret_access_key", "sso_session", "sso_account_id", "sso_role_name", "services", "mfa_serial"}
		names = []string{"default", "p1", "base", "a b", "default", "p1", "base", "p1", "services svc", "sso-session corp", "sso-session My Corp"}
	} else {
		keys = []string{"aws_access_key_id", "aws_secret_access_key", "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region", "role_arn", "source_profile"}
		names = []string{"default", "p1", "base", "a b"}
	}
	n := 1 + r.Intn(4)
	for i := 0; i < n; i++ {
		name := names[r.Intn(len(names))]
		if !strings.Contains(name, "sso-session") && name != "services svc" {
			written = append(written, name)
		}
		b.WriteString(header(name, inConfig) + eol())
		switch {
		case strings.HasPrefix(name, "services "):
			for j := 0; j < 1+r.Intn(2); j++ {
				b.WriteString(pick("ecr =", "sts =", "ecr=", "ecr_public =", "sts = ", "ecr = # remark") + eol())
				for k := 0; k < 1+r.Intn(2); k++ {
					b.WriteString(pick("  ", "\t", " ", "  ", "") + pick("endpoint_url = http://localhost:1", "endpoint_url=http://localhost:2 # r", "other = x", "ENDPOINT_URL = http://localhost:3") + eol())
				}
			}
		case strings.HasPrefix(name, "sso-session "):
			for _, l := range []string{"sso_start_url = https://x.awsapps.com/start", "sso_region = us-east-1", "sso_registration_scopes = sso:account:access"} {
				if chance(0.9) {
					b.WriteString(pick("", "", "", "  ") + l + eol())
				}
			}
		default:
			ks := keys
			if !inConfig || chance(0.5) { // mostly whole pairs of keys, so that profiles are good for something
				b.WriteString(pick("", "", "", "    ") + "aws_access_key_id = AKIA" + strings.ToUpper(strconv.FormatInt(int64(100000+r.Intn(800000)), 36)) + "XXXXXXXXXXXX" + eol())
				b.WriteString(pick("", "", "", "    ") + "aws_secret_access_key = s" + strconv.Itoa(r.Intn(1000)) + eol())
			}
			for j := 0; j < r.Intn(5); j++ {
				b.WriteString(line(ks) + eol())
				if chance(0.06) {
					b.WriteString(pick("  continued", "\tcontinued = x", "    # remark", "   ; remark", "  two words", "nonsense", "= x", ": x", "key", "  ", "[", "]") + eol())
				}
				if chance(0.05) {
					b.WriteString(pick("", "# remark", "; remark", "   ") + eol())
				}
			}
		}
	}
	s := b.String()
	if chance(0.1) {
		s = strings.TrimRight(s, "\r\n")
	}
	return s
}

// flat puts the values of a profile, and those of its source, into a map.
func flat(s config.SharedConfig, prefix string, out map[string]string) {
	put := func(k, v string) {
		if v != "" {
			out[prefix+k] = v
		}
	}
	put("aws_access_key_id", s.Credentials.AccessKeyID)
	put("aws_secret_access_key", s.Credentials.SecretAccessKey)
	put("aws_session_token", s.Credentials.SessionToken)
	put("credential_source", s.CredentialSource)
	put("credential_process", s.CredentialProcess)
	put("web_identity_token_file", s.WebIdentityTokenFile)
	put("sso_session", s.SSOSessionName)
	if s.SSOSession != nil {
		put("sso_session.sso_region", s.SSOSession.SSORegion)
		put("sso_session.sso_start_url", s.SSOSession.SSOStartURL)
	}
	put("sso_region", s.SSORegion)
	put("sso_start_url", s.SSOStartURL)
	put("sso_account_id", s.SSOAccountID)
	put("sso_role_name", s.SSORoleName)
	put("role_arn", s.RoleARN)
	put("external_id", s.ExternalID)
	put("mfa_serial", s.MFASerial)
	put("role_session_name", s.RoleSessionName)
	if s.RoleDurationSeconds != nil {
		put("duration_seconds", strconv.FormatInt(int64(s.RoleDurationSeconds.Seconds()), 10))
	}
	put("source_profile", s.SourceProfileName)
	put("region", s.Region)
	put("ca_bundle", s.CustomCABundle)
	put("endpoint_url", s.BaseEndpoint)
	for svc, kv := range s.Services.ServiceValues {
		for k, v := range kv {
			put("services."+svc+"."+k, v)
		}
	}
	if s.Source != nil && prefix == "" {
		flat(*s.Source, "source.", out)
	}
}

// ask writes the files, and returns what the library reads from them.
func ask(dir, cfg, creds, profile string) (v row) {
	cf, kf := filepath.Join(dir, "config"), filepath.Join(dir, "credentials")
	must(os.WriteFile(cf, []byte(cfg), 0o600))
	must(os.WriteFile(kf, []byte(creds), 0o600))
	v = row{Config: cfg, Credentials: creds, Profile: profile}
	defer func() {
		if problem := recover(); problem != nil {
			v.Error, v.Values = fmt.Sprint("the library has crashed: ", problem), nil
		}
	}()
	s, err := config.LoadSharedConfigProfile(context.Background(), profile, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles = []string{cf}, []string{kf}
	})
	if err != nil {
		v.Error = strings.ReplaceAll(err.Error(), dir, "DIR")
		return v
	}
	v.Values = map[string]string{}
	flat(s, "", v.Values)
	return v
}

func arguments() (seed int64, count int, ok bool) {
	if len(os.Args) != 3 {
		return 0, 0, false
	}
	seed, err := strconv.ParseInt(os.Args[1], 10, 64)
	if err != nil {
		return 0, 0, false
	}
	count, err = strconv.Atoi(os.Args[2])
	return seed, count, err == nil && count > 0
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	seed, count, ok := arguments()
	if !ok {
		fmt.Fprintln(os.Stderr, "usage: sharedfiles SEED COUNT")
		os.Exit(2)
	}
	r = rand.New(rand.NewSource(seed))
	dir, err := os.MkdirTemp("", "v")
	must(err)
	defer os.RemoveAll(dir)
	os.Clearenv()
	var out []row
	for len(out) < count {
		written = nil
		cfg, creds := file(true), ""
		if chance(0.6) {
			creds = file(false)
		}
		profile := pick("default", "p1", "a b")
		if len(written) > 0 && chance(0.85) {
			profile = pick(written...)
		}
		out = append(out, ask(dir, cfg, creds, profile))
	}
	fmt.Println("[")
	for i, v := range out {
		b, err := json.Marshal(v)
		must(err)
		fmt.Print(string(b))
		if i < len(out)-1 {
			fmt.Print(",")
		}
		fmt.Println()
	}
	fmt.Println("]")
}
