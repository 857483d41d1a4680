package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/diag"
	"github.com/hashicorp/aws-sdk-go-base/v2/validation"
)

// places fills in what @DIR@, @URL@ and @HOST@ stand for.
type places struct{ Dir, Host string }

func (p places) fill(s string) string {
	return strings.NewReplacer("@DIR@", p.Dir, "@URL@", "http://"+p.Host, "@HOST@", p.Host).Replace(s)
}

func (p places) fills(xs []string) (out []string) {
	for _, x := range xs {
		out = append(out, p.fill(x))
	}
	return out
}

func (p places) clear(s string) string {
	return strings.NewReplacer(p.Dir, "@DIR@", "http://"+p.Host, "@URL@", p.Host, "@HOST@").Replace(s)
}

// answered is what the library has said.
type answered struct {
	Region   string
	Warnings []string
	Error    string
}

// answer configures the library as hashicorp/aws does, and asks for a token.
func answer(v row, p places) (a answered) {
	fail := func(text string) answered {
		a.Error = p.clear(text)
		return a
	}
	c, err := configuration(v.Block, p)
	if err != nil {
		return fail(err.Error())
	}
	ctx, cfg, diags := awsbase.GetAwsConfig(context.Background(), c)
	for _, d := range diags {
		if mode == "deep" && d.Severity() == diag.SeverityWarning {
			a.Warnings = append(a.Warnings, d.Summary())
		}
	}
	if diags.HasError() {
		return fail(diags.Errors()[0].Summary() + ": " + diags.Errors()[0].Detail())
	}
	if cfg.Region == "" {
		return fail("no Region")
	}
	if mode == "deep" {
		if !v.Block.SkipRegionValidation {
			if err := validation.SupportedRegion(cfg.Region); err != nil {
				return fail(err.Error())
			}
		}
		a.Region = cfg.Region
	}
	account, _, diags := awsbase.GetAwsAccountIDAndPartition(ctx, cfg, c)
	if !c.SkipRequestingAccountId {
		if diags.HasError() {
			return fail("account: " + diags.Errors()[0].Detail())
		}
		if err := c.VerifyAccountIDAllowed(account); err != nil {
			return fail(err.Error())
		}
	}
	client := ecr.NewFromConfig(cfg, func(o *ecr.Options) {
		if url := p.fill(v.Block.Endpoints["ecr"]); url != "" {
			o.BaseEndpoint = aws.String(url)
			if o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled { // as hashicorp/aws does
				o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
			}
		}
	})
	if _, err := client.GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{}); err != nil {
		return fail(err.Error())
	}
	return a
}

// configuration makes of the block what hashicorp/aws makes of it, except for the number of attempts: two.
func configuration(b block, p places) (*awsbase.Config, error) {
	c := &awsbase.Config{
		AccessKey:                     b.AccessKey,
		AllowedAccountIds:             b.AllowedAccounts,
		CustomCABundle:                p.fill(b.CustomCABundle),
		EC2MetadataServiceEnableState: imds.ClientDisabled,
		EC2MetadataServiceEndpoint:    p.fill(b.MetadataEndpoint),
		ForbiddenAccountIds:           b.ForbiddenAccounts,
		HTTPProxy:                     filled(b.HTTPProxy, p),
		HTTPSProxy:                    filled(b.HTTPSProxy, p),
		MaxRetries:                    2,
		NoProxy:                       p.fill(b.NoProxy),
		Profile:                       b.Profile,
		Region:                        b.Region,
		SecretKey:                     b.SecretKey,
		SharedConfigFiles:             p.fills(b.SharedConfigFiles),
		SharedCredentialsFiles:        p.fills(b.SharedCredentialsFiles),
		SkipCredsValidation:           true,
		SkipRequestingAccountId:       len(b.AllowedAccounts)+len(b.ForbiddenAccounts) == 0,
		SsoEndpoint:                   p.fill(b.Endpoints["sso"]),
		StsEndpoint:                   p.fill(b.Endpoints["sts"]),
		StsRegion:                     b.StsRegion,
		SuppressDebugLog:              true,
		Token:                         b.Token,
		UseDualStackEndpoint:          b.DualStack,
		UseFIPSEndpoint:               b.Fips,
	}
	if mode == "wide" || mode == "deep" {
		c.EC2MetadataServiceEnableState = map[string]imds.ClientEnableState{"": imds.ClientDefaultEnableState, "false": imds.ClientEnabled, "true": imds.ClientDisabled}[b.Metadata]
	}
	if b.MaxRetries != 0 {
		c.MaxRetries = b.MaxRetries
	}
	if b.RetryMode != "" {
		retryMode, err := aws.ParseRetryMode(b.RetryMode)
		if err != nil {
			return nil, err
		}
		c.RetryMode = retryMode
	}
	for _, a := range b.AssumeRole {
		d, err := duration(a)
		if err != nil {
			return nil, err
		}
		c.AssumeRole = append(c.AssumeRole, awsbase.AssumeRole{RoleARN: a["role_arn"], ExternalID: a["external_id"], SessionName: a["session_name"], Duration: d})
	}
	if w := b.WebIdentity; w != nil {
		d, err := duration(w)
		if err != nil {
			return nil, err
		}
		x := awsbase.AssumeRoleWithWebIdentity{RoleARN: w["role_arn"], SessionName: w["session_name"], Duration: d,
			WebIdentityToken: w["web_identity_token"], WebIdentityTokenFile: p.fill(w["web_identity_token_file"])}
		if !x.HasValidTokenSource() { // hashicorp/aws reads these itself
			x.WebIdentityToken, x.WebIdentityTokenFile = os.Getenv("TF_AWS_WEB_IDENTITY_TOKEN"), os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE")
		}
		if (x.WebIdentityToken == "") == (x.WebIdentityTokenFile == "") {
			return nil, errors.New("exactly one of web_identity_token and web_identity_token_file is required")
		}
		c.AssumeRoleWithWebIdentity = &x
	}
	return c, nil
}

func duration(a map[string]string) (time.Duration, error) {
	if a["duration"] == "" {
		return 0, nil
	}
	return time.ParseDuration(a["duration"])
}

func filled(s *string, p places) *string {
	if s == nil {
		return nil
	}
	return aws.String(p.fill(*s))
}
