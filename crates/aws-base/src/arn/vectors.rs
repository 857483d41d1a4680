//! The ARNs that the AWS SDK for Go takes apart.

use test_vectors::{Answers, compare, library};

use super::Arn;

#[test]
fn arns() {
    compare("arns", include_str!("../../vectors/arns.json"), |row| {
        let [text, partition, account, resource] =
            ["text", "partition", "account_id", "resource"].map(|part| row[part].as_str().unwrap_or_default());
        let is_account = ["", "123456789012", "aws", "cw0000000000"].contains(&account);
        let flawed = partition.is_empty() || resource.is_empty() || !is_account;
        Answers {
            ours: Arn::parse(text).map(drop).map_err(|invalid| invalid.to_string()),
            library: library(row, |_| ()),
            reason: (row["error"].is_null() && flawed)
                .then_some("hashicorp/aws checks the partition, the account and the resource as well"),
        }
    });
}
