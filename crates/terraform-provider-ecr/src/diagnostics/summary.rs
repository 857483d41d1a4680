//! The headlines of diagnostics.

/// Defines all headlines in one place, so that a test can check that the troubleshooting guide has a section for each headline.
macro_rules! summaries {
    ($($name:ident = $text:literal,)+) => {
        /// The headline of a diagnostic. If hashicorp/aws also reports the problem, the headline is the headline of hashicorp/aws.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(crate) enum Summary {
            $(#[doc = $text] $name,)+
        }

        impl Summary {
            /// All headlines.
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)+];

            /// Returns the headline as Terraform prints it.
            pub(crate) fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

summaries! {
    AccessDenied = "Access Denied by AWS",
    AccountNotAllowed = "AWS Account Not Allowed",
    AccountNotChecked = "AWS Account Cannot Be Checked",
    AwsFailed = "AWS Failed",
    AwsRefused = "AWS Refused",
    CannotAssumeRole = "Cannot Assume IAM Role",
    CertificatesNotVerified = "TLS Certificates Are Not Verified",
    Conflict = "Configuration conflict detected",
    ConflictingArguments = "Conflicting configuration arguments",
    ConnectionRefused = "Connection Refused",
    DeprecatedVariable = "Deprecated Environment Variable",
    EndpointWithoutTls = "Endpoint Without TLS",
    ExpiredCredentials = "Expired AWS Credentials",
    FileNotFound = "AWS File Not Found",
    FileUnreadable = "AWS File Not Readable",
    ForbiddenAccountsNotChecked = "Forbidden Accounts Are Not Checked",
    IncompleteKeys = "Incomplete Static Credentials",
    InvalidArn = "Invalid ARN",
    InvalidAttributeValue = "Invalid Attribute Value",
    InvalidCombination = "Invalid Attribute Combination",
    InvalidConfiguration = "Invalid AWS Configuration",
    InvalidDuration = "Invalid Session Duration",
    InvalidEndpoint = "Invalid Endpoint URL",
    InvalidHttpProxy = "Invalid HTTP Proxy",
    InvalidHttpsProxy = "Invalid HTTPS Proxy",
    InvalidLength = "Invalid Length",
    InvalidPolicy = "Invalid Session Policy",
    InvalidRegion = "Invalid AWS Region",
    InvalidRegionValue = "Invalid Region Value",
    InvalidValue = "Invalid value",
    LoginNeeded = "AWS Login Needed",
    MissingArgument = "Missing required argument",
    MissingHttpsProxy = "Missing HTTPS Proxy",
    NoAnswer = "No Answer From AWS",
    NoAnswerInTime = "No Answer in Time",
    NoCredentials = "No Valid Credential Sources Found",
    NoFipsEndpoint = "No FIPS Endpoint",
    NoProfile = "AWS Profile Not Found",
    NoRegion = "No AWS Region",
    NoSecureConnection = "TLS Connection Failed",
    NotInPartition = "ECR Public Is Not in This Partition",
    NoToken = "No ECR Authorization Token",
    NoWayThroughProxy = "Cannot Connect Through the Proxy",
    ProfileWithoutCredentials = "AWS Profile Without Credentials",
    NullInList = "Null value found in list",
    Questionable = "Questionable AWS Configuration",
    RequestNotPossible = "Request Cannot Be Sent",
    Throttling = "AWS Is Throttling",
    UnexpectedAnswer = "Unexpected Answer From AWS",
    UnknownAccessKey = "Unknown AWS Access Key",
    UnknownHost = "Unknown Host",
    UnreadableFiles = "Unreadable AWS Configuration",
    UnusableCredentials = "AWS Credentials Cannot Be Used",
    UnusableWebIdentity = "Unusable Web Identity Token",
    WrongClock = "Wrong Clock",
    WrongSecretKey = "Wrong AWS Secret Key",
}

impl From<Summary> for String {
    fn from(summary: Summary) -> Self {
        summary.text().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUIDE: &str = include_str!("../../../../docs/guides/troubleshooting.md");

    #[test]
    fn each_headline_has_a_section_in_the_guide() {
        let sections: Vec<_> = GUIDE.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        for summary in Summary::ALL {
            let found = sections.iter().filter(|section| **section == summary.text()).count();
            assert_eq!(found, 1, "{}", summary.text());
        }
    }

    #[test]
    fn each_section_of_the_guide_has_a_headline() {
        // The guide has more sections: for the headlines of the plugin protocol and of Terraform, and for a provider that does not
        // start.
        let others = [
            "Configuration Too Large",
            "Interrupted",
            "More Errors",
            "More Warnings",
            "Provider Bug",
            "Provider Not Configured",
            "The provider does not start",
            "Unknown Configuration",
            "Unreadable Configuration",
        ];
        for section in GUIDE.lines().filter_map(|line| line.strip_prefix("### ")) {
            let is_known = Summary::ALL.iter().any(|summary| summary.text() == section) || others.contains(&section);
            assert!(is_known, "{section}");
        }
    }

    #[test]
    fn headlines_are_short() {
        assert!(Summary::ALL.iter().all(|summary| summary.text().len() <= 60));
    }
}
