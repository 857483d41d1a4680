//! Compares the parsed names of images with the results of the Go library that container clients use.

use test_vectors::{Answers, compare, library};

use super::*;

/// The hosts in the vectors that belong to registries of ECR.
const HOSTS: [&str; 5] = [
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
    "123456789012.dkr-ecr.eu-west-1.on.aws",
    "public.ecr.aws",
];

#[test]
fn image_references_match_the_go_library() {
    compare("image-references", include_str!("../../vectors/image-references.json"), |row| {
        let text = |part: &str| row[part].as_str().map(ToOwned::to_owned);
        let image = ImageUri::parse(row["text"].as_str().expect("a text"));
        let host = row["domain"].as_str().filter(|host| HOSTS.contains(host));
        let no_alias = host == Some("public.ecr.aws") && text("path").is_some_and(|path| !path.contains('/'));
        Answers {
            ours: image
                .map(|image| (Some(image.registry.to_string()), Some(image.repository), image.tag, image.digest))
                .map_err(|error| error.to_string()),
            library: library(row, |_| (text("domain"), text("path"), text("tag"), text("digest"))),
            reason: if row["error"].is_string() {
                None
            } else if host.is_none() {
                Some("the host is not one of ECR's, in small letters and without a port")
            } else {
                no_alias.then_some("a repository of ECR Public follows an alias")
            },
        }
    });
}
