//! Amazon Resource Names, as far as hashicorp/aws checks them.

use ecr_token::is_account_id;

/// Says what is wrong with an ARN, if anything is.
///
/// # Errors
/// A clause without its period, such as `its partition is not one of AWS`.
pub(crate) fn check(arn: &str) -> Result<(), &'static str> {
    let sections: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", partition, _service, region, account, resource] = sections[..] else {
        return Err("it is not of the form arn:partition:service:region:account:resource");
    };
    if !is_partition(partition) {
        return Err("its partition is not of the form of aws, aws-cn or aws-us-gov");
    }
    if !(region.is_empty() || is_region(region)) {
        return Err("its Region is not of the form of eu-west-1");
    }
    if !(account.is_empty() || is_account(account)) {
        return Err("its account is not 12 digits");
    }
    if resource.is_empty() {
        return Err("it ends before the resource");
    }
    Ok(())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_partition(text: &str) -> bool {
    let mut words = text.split('-');
    words.next() == Some("aws") && words.all(is_word)
}

/// `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`: letters, words, a number.
fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [area, words @ .., number] = &parts[..] else { return false };
    (2..=4).contains(&area.len())
        && is_word(area)
        && !words.is_empty()
        && words.iter().all(|word| is_word(word))
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// An account id, or what AWS writes in its place for its own resources.
fn is_account(text: &str) -> bool {
    matches!(text, "aws" | "aws-managed" | "aws-marketplace" | "third-party")
        || is_account_id(text)
        || (text.starts_with("cw") && text.chars().count() == 12)
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaw_is_named() {
        for (arn, flaw) in [
            ("arn:aws:iam::123456789012", "it is not of the form"),
            ("arn:aws-:iam::123456789012:role/deploy", "its partition"),
            ("arn:azure:iam::123456789012:role/deploy", "its partition"),
            ("arn:aws:iam:Ireland:123456789012:role/deploy", "its Region"),
            ("arn:aws:iam:eu-1:123456789012:role/deploy", "its Region"),
            ("arn:aws:iam::12345678901:role/deploy", "its account"),
            ("arn:aws:iam::12345678901a:role/deploy", "its account"),
            ("arn:aws:iam::123456789012:", "it ends"),
        ] {
            let problem = check(arn).expect_err(arn);
            assert!(problem.starts_with(flaw), "{arn}: {problem}");
        }
    }
}
