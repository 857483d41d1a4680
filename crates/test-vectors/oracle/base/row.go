package main

import (
	"encoding/hex"
	"encoding/json"
	"unicode/utf8"
)

// row is a question, and the library's answer to it. In its texts @DIR@ stands for the folder of the files, @URL@ for the URL of the
// loopback server, and @HOST@ for the server's address and port.
type row struct {
	Environment map[string]text `json:"environment"`
	Files       map[string]text `json:"files"` // by path below @DIR@
	Block       block           `json:"block"`
	Server      *behaviour      `json:"server,omitempty"`
	Requests    []request       `json:"requests"` // in order, without repeats in a row
	Region      string          `json:"region,omitempty"`
	Credentials string          `json:"credentials,omitempty"` // the access key that has asked for the token
	Warnings    []string        `json:"warnings,omitempty"`    // their summaries
	Error       string          `json:"error,omitempty"`
}

// text is written as {"hex": "..."} where it is not UTF-8.
type text string

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string]string{"hex": hex.EncodeToString([]byte(t))})
}

func (t *text) UnmarshalJSON(b []byte) error {
	var bytes struct{ Hex string }
	if err := json.Unmarshal(b, (*string)(t)); err == nil {
		return nil
	} else if json.Unmarshal(b, &bytes) != nil {
		return err
	}
	decoded, err := hex.DecodeString(bytes.Hex)
	*t = text(decoded)
	return err
}

// block has arguments of the provider block, with hashicorp/aws's names.
type block struct {
	Profile                string              `json:"profile,omitempty"`
	Region                 string              `json:"region,omitempty"`
	AccessKey              string              `json:"access_key,omitempty"`
	SecretKey              string              `json:"secret_key,omitempty"`
	Token                  string              `json:"token,omitempty"`
	SharedConfigFiles      []string            `json:"shared_config_files,omitempty"`
	SharedCredentialsFiles []string            `json:"shared_credentials_files,omitempty"`
	StsRegion              string              `json:"sts_region,omitempty"`
	Endpoints              map[string]string   `json:"endpoints,omitempty"`
	AssumeRole             []map[string]string `json:"assume_role,omitempty"`
	WebIdentity            map[string]string   `json:"assume_role_with_web_identity,omitempty"`
	Metadata               string              `json:"skip_metadata_api_check,omitempty"` // "" (unset), "true" or "false"
	MetadataEndpoint       string              `json:"ec2_metadata_service_endpoint,omitempty"`
	Fips                   bool                `json:"use_fips_endpoint,omitempty"`
	DualStack              bool                `json:"use_dualstack_endpoint,omitempty"`
	AllowedAccounts        []string            `json:"allowed_account_ids,omitempty"`
	ForbiddenAccounts      []string            `json:"forbidden_account_ids,omitempty"`
	HTTPProxy              *string             `json:"http_proxy,omitempty"` // an empty one is not the same as none
	HTTPSProxy             *string             `json:"https_proxy,omitempty"`
	NoProxy                string              `json:"no_proxy,omitempty"`
	CustomCABundle         string              `json:"custom_ca_bundle,omitempty"`
	MaxRetries             int                 `json:"max_retries,omitempty"`
	RetryMode              string              `json:"retry_mode,omitempty"`
	SkipRegionValidation   bool                `json:"skip_region_validation,omitempty"`
}

// behaviour says how the loopback server differs from an ordinary AWS.
type behaviour struct {
	MetadataTokenStatus       int  `json:"metadata_token_status,omitempty"`        // of the answer to the request for a metadata token
	MetadataEmptySessionToken bool `json:"metadata_empty_session_token,omitempty"` // the instance's credentials have "Token": ""
}

// request is what the loopback server has been asked for.
type request struct {
	Operation string `json:"operation"`
	Key       string `json:"key,omitempty"`    // that signed
	Region    string `json:"region,omitempty"` // that the signature is for
	Role      string `json:"role,omitempty"`
	External  string `json:"external_id,omitempty"`
	Duration  string `json:"duration_seconds,omitempty"`
	Session   string `json:"session_name,omitempty"`

	// Only in the mode deep:
	Token       string `json:"token,omitempty"` // the session token of the key
	WebIdentity string `json:"web_identity_token,omitempty"`
	Path        string `json:"path,omitempty"`    // of a container's credentials
	Version     int    `json:"version,omitempty"` // of the metadata service, as the client understands it
	Host        string `json:"host,omitempty"`    // where that is not @HOST@
	Proxy       string `json:"proxy,omitempty"`   // the name of its user, or "anonymous"
}
