//! Defines the arguments about the Region and about AWS's endpoints.

use aws_base::{EndpointMode, EndpointUrl, Error, Origin, Region, Settings, Shown};
use terraform_plugin::{
    Diagnostic, Problem,
    argument::{Setting, bool, string},
    model,
};

use crate::{checks::choice, diagnostics};

model! {
    #[derive(Debug)]
    pub(super) struct RegionArguments {
        /// The Region for blocks without a `region`. Can also be set with the `AWS_REGION` or `AWS_DEFAULT_REGION`
        /// environment variables, or in the profile.
        region: Setting<Region> = string().parse(|text: &str| region("region", text)).zero_as_unset(),
        /// Accepts a `region` that this version of the provider does not know.
        skip_region_validation: Setting<bool> = bool(),
        /// The Region in which to call AWS STS. Defaults to `region`.
        sts_region: Option<Region> = string().parse(|text: &str| region("sts_region", text)).zero_as_unset(),
        /// Uses FIPS endpoints. If this is not `true`, the `AWS_USE_FIPS_ENDPOINT` environment variable or the
        /// profile decides.
        use_fips_endpoint: bool = bool(),
        /// Uses dual-stack endpoints. If this is not `true`, the `AWS_USE_DUALSTACK_ENDPOINT` environment variable
        /// or the profile decides.
        use_dualstack_endpoint: bool = bool(),
        /// The URL of EC2's instance metadata service. Can also be set with the `AWS_EC2_METADATA_SERVICE_ENDPOINT`
        /// environment variable.
        ec2_metadata_service_endpoint: Option<EndpointUrl> = string().parse(metadata_service).zero_as_unset(),
        /// The address family of EC2's instance metadata service if its URL is not given: `IPv4` or `IPv6`. Can also be set
        /// with the `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` environment variable.
        ec2_metadata_service_endpoint_mode: Option<EndpointMode> = string().parse(endpoint_mode).zero_as_unset(),
    }
    rules = [is_known];
}

fn region(argument: &'static str, text: &str) -> Result<Region, Problem> {
    Region::parse_from(text, &Origin::Argument(argument)).map_err(|error| diagnostics::problem(&error))
}

/// Returns an error for a Region that this version does not know. Returns no error if `skip_region_validation` is true or not known
/// yet.
fn is_known(arguments: &RegionArguments) -> Option<Diagnostic> {
    let RegionArguments { region, skip_region_validation: skip, .. } = arguments;
    if skip.is_unknown() || skip.value() == Some(&true) {
        return None;
    }
    let error = region.value()?.require_known(&Origin::Argument("region")).err()?;
    Some(region.error(diagnostics::problem(&error)))
}

fn metadata_service(url: &str) -> Result<EndpointUrl, Problem> {
    EndpointUrl::parse(url).map_err(|problem| {
        let url = Shown::endpoint(url);
        let origin = Origin::Argument("ec2_metadata_service_endpoint");
        diagnostics::problem(&Error::Endpoint { origin, url, problem })
    })
}

fn endpoint_mode(mode: &str) -> Result<EndpointMode, Problem> {
    choice(mode, EndpointMode::parse, |got| format!("Must be \"IPv4\" or \"IPv6\", got {got:?}."))
}

impl RegionArguments {
    pub(super) fn set(self, settings: &mut Settings) {
        settings.region = self.region.into_value();
        settings.skip_region_validation = self.skip_region_validation.into_value().unwrap_or_default();
        settings.sts_region = self.sts_region;
        settings.use_fips_endpoint = self.use_fips_endpoint;
        settings.use_dualstack_endpoint = self.use_dualstack_endpoint;
        settings.ec2_metadata_service_endpoint = self.ec2_metadata_service_endpoint;
        settings.ec2_metadata_service_endpoint_mode = self.ec2_metadata_service_endpoint_mode;
    }
}
