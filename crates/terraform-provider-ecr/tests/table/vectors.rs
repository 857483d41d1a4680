//! Runs real Terraform with AWS configurations from the vectors of ecr-token. These vectors have the requests that aws-sdk-go-base makes.
//! This test runs a sample of the vectors, and the tests of ecr-token run all vectors.

use libtest_mimic::{Failed, Trial};
use serde_json::Value as Json;
use test_support::{
    configuration::main_tf,
    output::plain,
    programs::Programs,
    row::{Row, row},
    stage::Stage,
    terraform::Terraform,
    test,
};
use test_vectors::{Aws, distinct, file};

use crate::{PROVIDER, planned};

/// The size of the sample: in each file, one row out of this number of rows runs. All rows with a console login run.
const STEP: usize = 12;

const FILES: [(&str, &str); 4] = [
    ("aws-configuration", include_str!("../../../ecr-token/vectors/aws-configuration.json")),
    ("aws-configuration-plain", include_str!("../../../ecr-token/vectors/aws-configuration-plain.json")),
    ("aws-configuration-wide", include_str!("../../../ecr-token/vectors/aws-configuration-wide.json")),
    (DEEP, include_str!("../../../ecr-token/vectors/aws-configuration-deep.json")),
];

const DEEP: &str = "aws-configuration-deep";

/// The texts that identify deliberate errors: see "Differences from hashicorp/aws" in docs/index.md.
const DELIBERATE_ERRORS: [&str; 5] = [
    "only one of aws_access_key_id",
    "it is set, and AWS_",
    "Write true or false",
    "AWS keys do not have",
    "The endpoint \"",
];

/// Returns a test with this Terraform for each row of the sample.
pub(crate) fn trials(terraform: &Terraform) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (name, stored) in FILES {
        let rows: Vec<Json> = serde_json::from_str(&file(name, stored)).expect("rows");
        let (logins, others): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .enumerate()
            .filter(|(_, row)| row.get("error").is_none() && is_local(row))
            .partition(|(_, row)| is_login(row));
        for (position, row) in logins.into_iter().chain(others.into_iter().step_by(STEP)) {
            let terraform = terraform.clone();
            let check = move |programs| check(&row, name == DEEP, &terraform, &programs).map_err(Failed::from);
            trials.push(test::trial(format!("vectors::{name}::{position}"), &["sh"], check));
        }
    }
    trials
}

/// Returns whether a row needs only files, variables, and servers on loopback.
fn is_local(row: &Json) -> bool {
    let text = row.to_string();
    // A row without its own HOME would use the real user database, which differs from the database of the vectors.
    ["\"169.254.", "{\"hex\":"].iter().all(|word| !text.contains(word)) && text.contains("\"HOME\":\"@DIR@")
}

/// Returns whether the request for a token is signed with credentials from a console login (`aws login`). The tests of
/// ecr-token skip these rows.
fn is_login(row: &Json) -> bool {
    row["requests"].to_string().contains("ASIALOGIN")
}

fn check(vector: &Json, is_deep: bool, terraform: &Terraform, programs: &Programs) -> Result<(), String> {
    let aws = Aws::start();
    aws.begin(vector, is_deep);
    // The row does not use the servers of the table, because `Aws` serves all endpoints.
    let row = configured(vector, &aws);
    let mut stage = Stage::new(&row, PROVIDER.as_ref(), "terraform-ecr/ecr", programs);
    stage.configure(&main_tf(&row, "terraform-ecr/ecr", "ephemeral"));
    let output = planned::plan(&stage, terraform);
    let (asked, expected) = (aws.requests(), distinct(vector["requests"].as_array().cloned().unwrap_or_default()));
    let diagnostics = planned::diagnostics(&stage, &output);
    let told = plain(&diagnostics);
    let is_on_purpose = output.code == Some(1) && DELIBERATE_ERRORS.iter().any(|words| told.contains(words));
    if output.code == Some(0) && asked == expected || is_on_purpose {
        return Ok(());
    }
    Err(format!("{vector}\nasked    {asked:?}\nexpected {expected:?}\n{diagnostics}"))
}

/// Converts a vector to a row of the table with the same files, variables and arguments.
fn configured(vector: &Json, aws: &Aws) -> Row {
    let fill = |text: &str| aws.fill(text, "<home>");
    let entries = |name: &str| {
        let entries = vector[name].as_object().into_iter().flatten();
        entries.map(|(name, value)| (name.clone(), fill(value.as_str().expect("a text"))))
    };
    let mut row =
        row("vector").needs(&["sh"]).without(["HOME", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED"]);
    for (name, value) in entries("environment") {
        row = row.env(name, value);
    }
    for (name, content) in entries("files") {
        row = row.file(name, content);
    }
    let filled: Json = serde_json::from_str(&fill(&vector["block"].to_string())).expect("JSON");
    for (name, value) in filled.as_object().into_iter().flatten() {
        row = match value {
            Json::Object(_) => row.block(name, value.clone()),
            Json::Array(roles) if name == "assume_role" => {
                roles.iter().fold(row, |row, role| row.block(name, role.clone()))
            }
            _ => row.set(name, value.clone()),
        };
    }
    let has_accounts = ["allowed_account_ids", "forbidden_account_ids"].iter().any(|name| filled.get(name).is_some());
    // The Go program that wrote the vectors sets these arguments to the same values.
    row.set("skip_credentials_validation", true).set("skip_requesting_account_id", !has_accounts).set("max_retries", 2)
}
