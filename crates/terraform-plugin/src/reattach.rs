//! Instructions for debug mode, in which Terraform connects to a provider that is already running.

use serde_json::json;

use crate::listener::Address;

/// Returns the instructions, with the environment variable for Terraform or OpenTofu.
pub(crate) fn instructions(provider_address: &str, address: &Address) -> String {
    let setting = json!({
        provider_address: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": std::process::id(),
            // With this setting, Terraform does not perform a handshake with the process, and does not kill the process.
            "Test": true,
            "Addr": {"Network": address.network(), "String": address.to_string()},
        }
    });
    let forms = if cfg!(windows) {
        format!(
            "Command Prompt:\tset \"TF_REATTACH_PROVIDERS={setting}\"\nPowerShell:\t$env:TF_REATTACH_PROVIDERS='{setting}'"
        )
    } else {
        format!("\tTF_REATTACH_PROVIDERS='{setting}'")
    };
    format!(
        "The provider is running. To make Terraform or OpenTofu use it, set this variable in their environment:\n\n{forms}\n\n\
         Press Ctrl-C to end it.\n"
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_setting_has_the_format_of_terraform() {
        let text = instructions("terraform-ecr/ecr", &Address::Unix("/tmp/plugin1".into()));
        let (_, setting) = text.split_once("TF_REATTACH_PROVIDERS='").expect("the variable");
        let (setting, _) = setting.split_once('\'').expect("a closing quote");
        let setting: serde_json::Value = serde_json::from_str(setting).expect("JSON");
        let entry = &setting["terraform-ecr/ecr"];
        assert_eq!(entry["ProtocolVersion"], 6, "Terraform treats 0 as protocol 5");
        assert_eq!(entry["Test"], true);
        assert_eq!(entry["Addr"], json!({"Network": "unix", "String": "/tmp/plugin1"}));
        assert_eq!(entry["Pid"], std::process::id());
    }
}
