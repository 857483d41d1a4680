//! Checks that ARNs are split and validated in the same way as in the Go libraries.

use test_vectors::{Answers, compare, library};

use super::{Arn, ArnSections};

const ARNS: &str = include_str!("../../vectors/arns.json");

/// Also compares the error messages, because [`ArnSections`] must return the same messages as the Go library.
#[test]
fn arn_sections_match_the_go_library() {
    compare("sections of arns", ARNS, |row| {
        let text = row["text"].as_str().expect("a text");
        let ours = ArnSections::parse(text).map_err(|flaw| flaw.to_string()).map(|sections| {
            assert_eq!(sections.to_string(), text);
            let ArnSections { partition, service, region, account_id, resource } = sections;
            [partition, service, region, account_id, resource].map(ToOwned::to_owned)
        });
        let names = ["partition", "service", "region", "account_id", "resource"];
        let library = library(row, |row| names.map(|name| row[name].as_str().unwrap_or_default().to_owned()));
        Answers { ours: Ok(ours), library: Ok(library), reason: None }
    });
}

#[test]
fn arn_validation_matches_the_go_library() {
    compare("arns", ARNS, |row| {
        let [text, partition, account, resource] =
            ["text", "partition", "account_id", "resource"].map(|part| row[part].as_str().unwrap_or_default());
        let is_account = ["", "123456789012", "aws", "cw0000000000"].contains(&account);
        let flawed = partition.is_empty() || resource.is_empty() || !is_account;
        Answers {
            ours: Arn::parse(text).map(drop).map_err(|invalid| invalid.to_string()),
            library: library(row, |_| ()),
            reason: (row["error"].is_null() && flawed)
                .then_some("hashicorp/aws also checks the partition, the account and the resource"),
        }
    });
}
