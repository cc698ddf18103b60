use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

/// Write the JSON schema of machine configurations, for editors
///
/// An editor that knows it completes keys and shows what they mean. For the YAML language server, put this line at the top of
/// a configuration: # yaml-language-server: $schema=./minos.schema.json
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl gen schema
  minosctl gen schema -o - | jq '.definitions | keys'")]
pub struct Schema {
    /// File to write, or - to print
    #[arg(short, long, value_name = "FILE", default_value = "minos.schema.json")]
    output_file: PathBuf,
}

impl Schema {
    pub fn run(self, force: bool) -> Result<()> {
        let schema = serde_json::to_string_pretty(&minos_config::reference::json_schema())?;
        super::write(&[(self.output_file, format!("{schema}\n"))], force)
    }
}
