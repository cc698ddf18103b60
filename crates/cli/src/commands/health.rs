use std::time::Duration;

use anyhow::{Error, Result, anyhow};
use clap::Args;
use minos_api::cluster::{ClusterInfo, HealthCheckProgress, HealthCheckRequest};
use tokio::time::{Instant, sleep, timeout};

use crate::exit::{Unsupported, describe};
use crate::failure::is_final;
use crate::globals::Globals;
use crate::output::{Style, duration, info, on_stderr, parse_duration};
use crate::session::Session;

mod cluster;
mod kubernetes;
mod nodes;

use cluster::Cluster;

/// Check the health of a cluster, and say what is wrong with it
///
/// Each check is repeated until it holds; what it waits for is printed whenever that changes. When the time is over,
/// everything that is wrong is printed. The checks run here, over the API of each node and of Kubernetes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 health
  minosctl -n 10.5.0.2 health --wait-timeout 10s    what is wrong right now
  minosctl health --control-plane-nodes 10.5.0.2 --worker-nodes 10.5.0.3,10.5.0.4")]
pub struct Health {
    /// The control plane nodes, when they are not to be asked for
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    control_plane_nodes: Vec<String>,
    /// The worker nodes
    #[arg(long, value_name = "NODE", value_delimiter = ',')]
    worker_nodes: Vec<String>,
    /// The older name for a control plane node
    #[arg(long, hide = true, value_name = "NODE")]
    init_node: Option<String>,
    /// Where the Kubernetes API is, instead of where the kubeconfig says
    #[arg(long, value_name = "ADDRESS")]
    k8s_endpoint: Option<String>,
    /// How long to wait until everything is well
    #[arg(long, value_name = "TIME", default_value = "20m0s", value_parser = parse_duration)]
    wait_timeout: Duration,
    /// Let the node run the checks
    #[arg(long, default_value_t = false, action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    server: bool,
    /// Run Kubernetes' own end-to-end tests too (not supported yet)
    #[arg(long)]
    run_e2e: bool,
}

/// What one look at the cluster says.
pub(super) enum Verdict {
    /// All is well.
    Well,
    /// There is nothing to check.
    Skipped,
    /// What is missing, in words.
    NotYet(String),
    /// The look itself failed.
    Failed(Error),
}

const PAUSE: Duration = Duration::from_secs(2);
/// How long one look may take,
const PATIENCE: Duration = Duration::from_secs(30);
/// and when the time is over already.
const GLANCE: Duration = Duration::from_secs(5);

impl Health {
    /// The checks as `cluster create` runs them.
    pub fn within(limit: Duration) -> Health {
        Health {
            control_plane_nodes: Vec::new(),
            worker_nodes: Vec::new(),
            init_node: None,
            k8s_endpoint: None,
            wait_timeout: limit,
            server: false,
            run_e2e: false,
        }
    }

    pub fn run(mut self, globals: &Globals) -> Result<()> {
        if self.run_e2e {
            let instead = "run them with hydrophone or sonobuoy and the cluster's kubeconfig";
            return Err(Unsupported(format!("--run-e2e is not supported yet: {instead}")).into());
        }
        self.control_plane_nodes.extend(self.init_node.take());
        globals.online(
            async |session: Session| {
                if self.server { self.on_server(&session).await } else { self.here(&session).await }
            },
        )
    }

    async fn on_server(&self, session: &Session) -> Result<()> {
        let message = HealthCheckRequest {
            wait_timeout: prost_types::Duration::try_from(self.wait_timeout).ok(),
            cluster_info: Some(ClusterInfo {
                control_plane_nodes: self.control_plane_nodes.clone(),
                worker_nodes: self.worker_nodes.clone(),
                force_endpoint: self.k8s_endpoint.clone().unwrap_or_default(),
            }),
        };
        let request = session.single("health --server", message)?;
        let replies = session.connection.cluster().health_check(request).await?.into_inner();
        session
            .stream(replies, |_: &str, progress: HealthCheckProgress, _| {
                eprintln!("{}", progress.message);
                Ok(())
            })
            .await
    }

    /// Runs the checks from here.
    pub async fn here(&self, session: &Session) -> Result<()> {
        let style = Style::stderr();
        let start = Instant::now();
        let mut cluster = None;
        for (at, (name, check)) in cluster::CHECKS.iter().enumerate() {
            let mut told = String::new();
            loop {
                let (reason, cause) = match self.verdict(session, &mut cluster, *check, PATIENCE).await {
                    Verdict::Well => {
                        eprintln!("waiting for {name}: {}", style.good("OK"));
                        break;
                    }
                    Verdict::Skipped => {
                        eprintln!("waiting for {name}: {}", style.warn("SKIP"));
                        break;
                    }
                    Verdict::Failed(error) if is_final(&error) => {
                        return Err(error.context(format!("waiting for {name}")));
                    }
                    Verdict::Failed(error) => (describe(&error), Some(error)),
                    Verdict::NotYet(reason) => (explained(cluster.as_ref(), reason).await, None),
                };
                if start.elapsed() >= self.wait_timeout {
                    waits(name, &reason, |text| style.bad(text));
                    let mut wrong = vec![(*name, reason)];
                    self.look_at_the_rest(session, &mut cluster, at + 1, &mut wrong).await;
                    return Err(unhealthy(start.elapsed(), &wrong, cause));
                }
                if reason != told {
                    waits(name, &reason, str::to_owned);
                    told = reason;
                }
                sleep(PAUSE).await;
            }
        }
        if let Some(cluster) = &cluster {
            nodes::notes(cluster).await?.iter().for_each(info);
        }
        Ok(())
    }

    /// What else is wrong: the check that does not hold need not be the one that shows the cause.
    async fn look_at_the_rest<'a>(
        &self,
        session: &'a Session,
        cluster: &mut Option<Cluster<'a>>,
        from: usize,
        wrong: &mut Vec<(&'static str, String)>,
    ) {
        for (name, check) in &cluster::CHECKS[from..] {
            let reason = match self.verdict(session, cluster, *check, GLANCE).await {
                Verdict::NotYet(reason) => reason,
                Verdict::Failed(error) => describe(&error),
                Verdict::Well | Verdict::Skipped => continue,
            };
            if wrong.iter().all(|(_, other)| !other.contains(&reason)) {
                waits(name, &reason, str::to_owned);
                wrong.push((name, reason));
            }
        }
    }

    async fn verdict<'a>(
        &self,
        session: &'a Session,
        cluster: &mut Option<Cluster<'a>>,
        check: cluster::Check,
        patience: Duration,
    ) -> Verdict {
        let looked = timeout(patience, self.look(session, cluster, check)).await;
        match looked {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(error)) => Verdict::Failed(error),
            Err(_) => Verdict::NotYet(format!("no answer within {}", duration(patience))),
        }
    }

    async fn look<'a>(
        &self,
        session: &'a Session,
        cluster: &mut Option<Cluster<'a>>,
        check: cluster::Check,
    ) -> Result<Verdict> {
        if cluster.is_none() {
            let endpoint = self.k8s_endpoint.clone();
            *cluster = Some(Cluster::find(session, &self.control_plane_nodes, &self.worker_nodes, endpoint).await?);
        }
        match cluster {
            Some(cluster) => check.look(cluster).await,
            None => Ok(Verdict::Skipped),
        }
    }
}

/// Prints why a check does not hold, as wide as the terminal.
fn waits(name: &str, reason: &str, paint: impl Fn(&str) -> String) {
    let head = format!("waiting for {name}:");
    let text = on_stderr(&format!("{head} {reason}"));
    match text.strip_prefix(&head) {
        Some(reason) => eprintln!("{head}{}", paint(reason)),
        None => eprintln!("{}", paint(&text)),
    }
}

/// A reason to wait, with what the nodes report about themselves, which may be its cause.
async fn explained(cluster: Option<&Cluster<'_>>, reason: String) -> String {
    let Some(cluster) = cluster else {
        return reason;
    };
    match timeout(GLANCE, nodes::reported(cluster)).await {
        Ok(Ok(reported)) if !reported.is_empty() && !reason.contains(&reported) => format!("{reason}; {reported}"),
        _ => reason,
    }
}

/// What is wrong when the time is over; with its cause, which says what to try next, when there is only one.
fn unhealthy(after: Duration, wrong: &[(&str, String)], cause: Option<Error>) -> Error {
    match (wrong, cause) {
        ([(name, _)], Some(cause)) => cause.context(format!("not healthy after {}: {name}", duration(after))),
        _ => anyhow!("not healthy after {}:{}", duration(after), list(wrong)),
    }
}

/// On the same line when it is one, else each on its own.
fn list(wrong: &[(&str, String)]) -> String {
    match wrong {
        [(name, reason)] => format!(" {name}: {reason}"),
        _ => wrong.iter().map(|(name, reason)| format!("\n  - {name}: {reason}")).collect(),
    }
}
