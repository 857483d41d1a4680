package main

import (
	"sort"
	"strings"
)

// deepQuestion is a question of the mode deep in the making. Each of its subjects writes what it needs, and names the profiles that
// show it.
type deepQuestion struct {
	row
	config, credentials strings.Builder
	home                string   // the folder of the home directory, below @DIR@
	profiles            []string // that show the subject
	instance            bool     // with the metadata service
	source              bool     // a source outside of the files: keys elsewhere would hide it
	proxied             bool     // the endpoints are behind a proxy
	placed              bool     // the subject has said where the files are
}

// The subjects. A question has one, and perhaps another.
var subjects = []func(*deepQuestion){
	(*deepQuestion).consoleLogin, (*deepQuestion).consoleLogin, (*deepQuestion).consoleLogin,
	(*deepQuestion).ssoLogin, (*deepQuestion).ssoRenewal, (*deepQuestion).ssoRenewal, (*deepQuestion).ssoRenewal, (*deepQuestion).ssoContradiction,
	(*deepQuestion).container, (*deepQuestion).container, (*deepQuestion).container, (*deepQuestion).container,
	(*deepQuestion).metadata, (*deepQuestion).metadata, (*deepQuestion).metadata,
	(*deepQuestion).httpProxy, (*deepQuestion).httpProxy, (*deepQuestion).httpsProxy,
	(*deepQuestion).bundle, (*deepQuestion).retries, (*deepQuestion).regionsOfSTS,
	(*deepQuestion).webIdentity, (*deepQuestion).webIdentityBlock, (*deepQuestion).webIdentityBlock,
	(*deepQuestion).emptyTokens, (*deepQuestion).emptyKeys, (*deepQuestion).emptyKeys,
	(*deepQuestion).quotedHeads, (*deepQuestion).severalFiles, (*deepQuestion).severalFiles, (*deepQuestion).oddFiles,
	(*deepQuestion).oddVariables, (*deepQuestion).oddVariables, (*deepQuestion).oddVariables, (*deepQuestion).notUTF8,
	(*deepQuestion).homeless,
}

func deep() row {
	q := &deepQuestion{row: row{Environment: map[string]text{}, Files: map[string]text{}}, home: "home"}
	q.set("HOME", "@DIR@/home")
	subject := r.Intn(len(subjects))
	if chance(0.08) {
		q.homeless()
	}
	subjects[subject](q)
	shown := len(q.profiles)
	if chance(0.3) {
		subjects[r.Intn(len(subjects))](q)
	}
	if shown > 0 && chance(0.85) {
		q.profiles = q.profiles[:shown]
	}
	q.others()
	q.choose()
	q.endpoints()
	q.place()
	return q.row
}

func (q *deepQuestion) set(name, value string) { q.Environment[name] = text(value) }

func (q *deepQuestion) has(name string) bool { _, ok := q.Environment[name]; return ok }

// file writes a file in the home directory.
func (q *deepQuestion) file(path, content string) { q.Files[q.home+"/"+path] = text(content) }

// profile writes a profile that shows the subject.
func (q *deepQuestion) profile(name string, lines ...string) {
	section(&q.config, "[profile "+name+"]", lines...)
	q.profiles = append(q.profiles, name)
}

// roleOver adds, perhaps, a profile whose role the profile assumes.
func (q *deepQuestion) roleOver(profile string, p float64) {
	if chance(p) {
		q.profile("on"+profile, "role_arn="+role("on"+profile), "source_profile="+profile, maybe(0.2, "role_session_name=me"), maybe(0.3, "region=eu-west-3"))
	}
}

func region() string { return pick("eu-north-1", "eu-west-3", "ca-central-1", "us-east-2") }

// others adds what most people have: keys, Regions and roles, of which the subject knows nothing.
func (q *deepQuestion) others() {
	p := 0.7
	if q.source {
		p = 0.06
	}
	section(&q.config, "[default]", maybe(0.5, "region="+region()))
	if chance(p) {
		section(&q.credentials, "[default]", keys("CREDDEFAULT")...)
	}
	section(&q.config, "[profile base]", maybe(0.4, "region="+region()))
	section(&q.credentials, "[base]", keys("CREDBASE")...)
	if chance(0.12) {
		q.set("AWS_ACCESS_KEY_ID", "AKIAENV0000000000000")
		if chance(0.94) {
			q.set("AWS_SECRET_ACCESS_KEY", "s")
		}
		if chance(0.3) {
			q.set("AWS_SESSION_TOKEN", "token-of-environment")
		}
	} else if chance(0.03) { // a token alone belongs to nothing
		q.set("AWS_SESSION_TOKEN", "token-alone")
	}
	if chance(0.03) {
		q.Block.AccessKey, q.Block.SecretKey = "AKIABLOCK00000000000", "s"
		if chance(0.5) {
			q.Block.Token = "token-of-block"
		}
	}
	if chance(0.5) {
		q.Block.Region = pick("us-west-2", "eu-central-1", "us-east-1")
	} else if chance(0.85) && !q.has("AWS_REGION") {
		q.set(pick("AWS_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"), pick("sa-east-1", "ap-south-1", "us-west-1"))
	}
	if chance(0.1) {
		q.Block.StsRegion = pick("eu-central-1", "us-east-1")
	}
	if q.Block.AssumeRole == nil && chance(0.12) {
		q.Block.AssumeRole = roles()
	}
	if chance(0.06) {
		q.set("AWS_ROLE_SESSION_NAME", "session-of-environment")
	}
	if chance(0.05) {
		q.set("AWS_STS_REGIONAL_ENDPOINTS", pick("legacy", "regional", "LEGACY", ""))
	}
	if !q.has("AWS_EC2_METADATA_DISABLED") && !q.instance {
		q.set("AWS_EC2_METADATA_DISABLED", "true")
	}
}

// choose names a profile, in one of the ways to do so.
func (q *deepQuestion) choose() {
	if q.has("AWS_PROFILE") || q.Block.Profile != "" {
		return
	}
	name := "default"
	if len(q.profiles) > 0 && chance(0.92) {
		name = q.profiles[r.Intn(len(q.profiles))]
	} else if !q.source && chance(0.3) {
		name = "base"
	}
	switch {
	case name == "default":
	case chance(0.5):
		q.set("AWS_PROFILE", name)
	case chance(0.15):
		q.set("AWS_DEFAULT_PROFILE", name)
	case chance(0.2):
		q.set("AWS_PROFILE", pick("base", "nosuch"))
		q.Block.Profile = name
	default:
		q.Block.Profile = name
	}
}

// endpoints leads every service to the loopback server.
func (q *deepQuestion) endpoints() {
	if q.proxied {
		return
	}
	if !q.has("AWS_ENDPOINT_URL") && chance(0.4) {
		q.set("AWS_ENDPOINT_URL", "@URL@")
		if chance(0.25) {
			return
		}
	}
	// Without these, the library asks the real AWS for credentials, also where AWS_ENDPOINT_URL is set.
	if chance(0.7) {
		q.Block.Endpoints = map[string]string{"ecr": "@URL@", "sts": "@URL@", "sso": "@URL@"}
	} else {
		for _, service := range []string{"ECR", "STS", "SSO"} {
			q.set("AWS_ENDPOINT_URL_"+service, "@URL@")
		}
	}
	q.set("AWS_ENDPOINT_URL_SSO_OIDC", "@URL@")
	q.set("AWS_ENDPOINT_URL_SIGNIN", "@URL@")
}

// place writes the two files, and says where they are.
func (q *deepQuestion) place() {
	config, credentials := q.home+"/.aws/config", q.home+"/.aws/credentials"
	if !q.placed {
		switch {
		case chance(0.6):
		case chance(0.5):
			config, credentials = "config", "credentials"
			q.set("AWS_CONFIG_FILE", "@DIR@/config")
			q.set("AWS_SHARED_CREDENTIALS_FILE", "@DIR@/credentials")
		case chance(0.5):
			config, credentials = "config", "credentials"
			q.Block.SharedConfigFiles, q.Block.SharedCredentialsFiles = []string{"@DIR@/config"}, []string{"@DIR@/credentials"}
		default:
			home := pick("~", "~", "$HOME", "${HOME}")
			q.Block.SharedConfigFiles, q.Block.SharedCredentialsFiles = []string{home + "/.aws/config"}, []string{home + "/.aws/credentials"}
		}
	}
	q.Files[config] = text(q.config.String()) + q.Files[config]
	q.Files[credentials] = text(q.credentials.String()) + q.Files[credentials]
}

// names returns the names of the variables, sorted.
func (q *deepQuestion) names() (out []string) {
	for name := range q.Environment {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}
