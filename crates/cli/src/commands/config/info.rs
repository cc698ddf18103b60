use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result};
use minos_api::client::Talosconfig;
use minos_pki::{Certificate, Roles};
use serde::Serialize;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::exit::BadInput;
use crate::output::ago;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    context: String,
    nodes: Vec<String>,
    endpoints: Vec<String>,
    roles: Vec<String>,
    #[serde(rename = "certTTL")]
    cert_ttl: String,
    cert_not_after: String,
}

/// Prints the chosen context in one of the formats.
pub fn print(config: &Talosconfig, chosen: Option<&str>, output: &str) -> Result<()> {
    let info = info(config, chosen, SystemTime::now())?;
    match output {
        "json" => println!("{}", serde_json::to_string_pretty(&info)?),
        "yaml" => print!("{}", serde_saphyr::to_string(&info)?),
        "text" => print!("{}", text(&info)),
        other => {
            let known = "expected text, json or yaml";
            return Err(BadInput(format!("unknown output format: {other:?}; {known}")).into());
        }
    }
    Ok(())
}

fn info(config: &Talosconfig, chosen: Option<&str>, now: SystemTime) -> Result<Info> {
    let context = config.select(chosen)?;
    let (mut roles, mut cert_ttl, mut cert_not_after) = (Vec::new(), String::new(), String::new());
    if let Some(credentials) = context.credentials()? {
        let certificate =
            Certificate::from_pem(&credentials.certificate).context("the context's certificate cannot be read")?;
        roles = Roles::parse(&certificate.organizations).names().map(String::from).collect();
        cert_ttl = distance(certificate.not_after, now);
        cert_not_after = date(certificate.not_after);
    }
    Ok(Info {
        context: chosen.unwrap_or(&config.context).into(),
        nodes: context.nodes.clone(),
        endpoints: context.endpoints.clone(),
        roles,
        cert_ttl,
        cert_not_after,
    })
}

fn distance(moment: SystemTime, now: SystemTime) -> String {
    match moment.duration_since(now) {
        Ok(left) => format!("{} from now", ago(left)),
        Err(past) => format!("{} ago", ago(past.duration().max(Duration::from_secs(1)))),
    }
}

fn date(moment: SystemTime) -> String {
    OffsetDateTime::from(moment).format(&format_description!("[year]-[month]-[day]")).unwrap_or_default()
}

fn text(info: &Info) -> String {
    let list = |words: &[String]| {
        if words.is_empty() { "not defined".into() } else { words.join(", ") }
    };
    let mut text = format!(
        "Current context:     {}\nNodes:               {}\nEndpoints:           {}\n",
        info.context,
        list(&info.nodes),
        list(&info.endpoints)
    );
    if !info.roles.is_empty() {
        text.push_str(&format!("Roles:               {}\n", info.roles.join(", ")));
    }
    if !info.cert_ttl.is_empty() {
        text.push_str(&format!("Certificate expires: {} ({})\n", info.cert_ttl, info.cert_not_after));
    }
    text
}

#[cfg(test)]
mod tests {
    use minos_api::client::Context;
    use minos_pki::{Algorithm, Authority, AuthorityRequest, Leaf};

    use super::*;

    #[test]
    fn what_a_context_is_good_for() {
        let now = SystemTime::now();
        let year = Duration::from_secs(365 * 86_400);
        let request = AuthorityRequest {
            common_name: String::new(),
            organization: Some("talos".into()),
            algorithm: Algorithm::Ed25519,
            lifetime: year,
        };
        let ca = Authority::generate(&request, now).unwrap();
        let leaf = Leaf::client("", Duration::from_secs(3 * 3600 + 60)).organizations(["os:reader"]);
        let pair = Authority::load(&ca).unwrap().issue(&leaf, now).unwrap();
        let context = Context::new(vec!["10.5.0.2".into()], &ca.crt, &pair.crt, pair.key.expose());
        let info = info(&Talosconfig::with_context("home", context), None, now).unwrap();
        let text = text(&info);
        let expected = "\
Current context:     home
Nodes:               not defined
Endpoints:           10.5.0.2
Roles:               os:reader
Certificate expires: 3 hours from now (";
        assert!(text.starts_with(expected), "{text}");
    }
}
