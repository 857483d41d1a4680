//! Runs a row with real Terraform.

use std::{os::unix::fs::symlink, path::Path, process::Stdio, time::Duration};

use test_support::{programs::Programs, terraform::Terraform};
use tokio::{process::Command, time::timeout};

use crate::{
    guide::{Guide, words},
    home::Home,
    row::{Argument, Row, Value},
};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-ecr");

/// What takes this long hangs.
const DEADLINE: Duration = Duration::from_secs(180);

const HEAD: &str = r#"terraform {
  required_providers {
    aws = {
      source = "terraform-ecr/ecr"
    }
  }
}
"#;

/// # Errors
/// Where Terraform prints something else than the row tells, or than stands in the guide, or leaves a secret behind. The
/// first Terraform may write what it prints into the guide.
pub(crate) async fn check(
    row: &Row,
    terraform: &Terraform,
    programs: &Programs,
    guide: &Guide,
    is_first: bool,
) -> Result<(), String> {
    let home = Home::of(row).await;
    home.write("work/main.tf", home.fill(&configuration(row)).as_bytes());
    let overrides = home.path("overrides");
    home.write("cli.tfrc", cli_configuration(&overrides).as_bytes());
    std::fs::create_dir(&overrides).expect("a directory can be made");
    symlink(PROVIDER, overrides.join("terraform-provider-ecr")).expect("the provider can be linked to");

    let mut command = Command::new(&terraform.path);
    command.args(["plan", "-input=false", "-no-color"]).current_dir(home.path("work")).env_clear();
    command.env("PATH", programs.search_path());
    command.envs(home.environment(row)).env("TF_LOG_PATH", home.path("log"));
    command.env("TF_CLI_CONFIG_FILE", home.path("cli.tfrc")).env("CHECKPOINT_DISABLE", "1");
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(DEADLINE, command.output()).await.map_err(|_| "Terraform hangs")?.expect("Terraform starts");

    let printed = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    let mut problems = home.left_behind();
    problems.extend(home.secrets().in_text(&printed));
    if !home.path("log").exists() {
        problems.push("nothing was logged, and so nothing proved".to_owned());
    }
    let told = row.told.as_ref().map_or("", |told| told.data());
    let fails = told.lines().any(|line| line.trim_start().starts_with("Error: "));
    if output.status.code() != Some(i32::from(fails)) {
        problems.push(format!("{}: {printed}", output.status));
    }
    let shown = home.empty(&printed);
    problems.extend(missing(told, &shown).into_iter().map(|text| format!("{text}\nis not in\n{shown}")));
    if row.is_in_the_guide {
        let error = shown.find("Error: ").map_or("", |start| &shown[start..]);
        problems.extend(guide.difference(row.name, &public(error), is_first).err());
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

/// The headlines and texts that a row tells and Terraform has not printed, however it breaks lines.
fn missing(told: &str, printed: &str) -> Vec<String> {
    let printed = words(printed).join(" ");
    // Where it points at is not said in the provider's words.
    let places = |line: &&str| !line.trim_start().starts_with("with ");
    let mut texts = vec![String::new()];
    for line in told.lines().filter(places) {
        let line = words(line).join(" ");
        if line.starts_with("Error: ") || line.starts_with("Warning: ") {
            texts.extend([line, String::new()]);
        } else if let Some(text) = texts.last_mut() {
            *text = format!("{text} {line}").trim().to_owned();
        }
    }
    texts.retain(|text| !printed.contains(text.as_str()));
    texts
}

/// As it stands in the guide: with names that a reader knows in the place of those of the row.
fn public(text: &str) -> String {
    let text = text.replace("<home>", "~");
    let servers = ["<aws>", "<closed>", "<full>", "<tls>", "<expired>", "<misnamed>", "<proxy>"];
    servers.iter().fold(text, |text, server| text.replace(server, "127.0.0.1:5000")).trim_end().to_owned()
}

fn cli_configuration(overrides: &Path) -> String {
    format!("provider_installation {{\n  dev_overrides {{\n    \"terraform-ecr/ecr\" = {overrides:?}\n  }}\n}}\n")
}

fn configuration(row: &Row) -> String {
    let mut text = HEAD.to_owned();
    if !row.block.is_empty() {
        text += &format!("\nprovider \"aws\" {{\n{}}}\n", row.block.iter().map(argument).collect::<String>());
    }
    let arguments: String = row.arguments.iter().map(|(name, value)| format!("\n  {name} = {value:?}\n")).collect();
    text + &format!("\nephemeral {:?} \"token\" {{{arguments}}}\n", row.token)
}

fn argument(argument: &Argument) -> String {
    match argument {
        Argument::Set(name, value) => format!("  {name} = {}\n", hcl(value)),
        Argument::Block(name, arguments) => {
            let lines = arguments.iter().map(|(name, value)| format!("    {name} = {}\n", hcl(value)));
            format!("  {name} {{\n{}  }}\n", lines.collect::<String>())
        }
    }
}

fn hcl(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Texts(texts) => format!("{texts:?}"),
    }
}
