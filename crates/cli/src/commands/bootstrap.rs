use std::path::PathBuf;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use clap::Args;
use minos_api::common::Data;
use minos_api::machine::BootstrapRequest;
use tokio::sync::mpsc;

use crate::globals::Globals;
use crate::session::Session;

/// Make a control plane node's etcd the first of a new cluster
///
/// Control plane nodes wait for an etcd cluster to join. Exactly one of them is told to begin one; the others join it. Run it
/// once in the life of a cluster.
#[derive(Args)]
#[command(after_help = "\
Examples:
  minosctl -n 10.5.0.2 bootstrap
  minosctl -n 10.5.0.2 bootstrap --recover-from etcd.snapshot")]
pub struct Bootstrap {
    /// Begin with the contents of this snapshot
    #[arg(long, value_name = "FILE")]
    recover_from: Option<PathBuf>,
    /// Take the snapshot without checking its hash, as for a copied data directory
    #[arg(long, requires = "recover_from")]
    recover_skip_hash_check: bool,
}

impl Bootstrap {
    pub fn run(self, globals: &Globals) -> Result<()> {
        globals.online(async |session: Session| {
            if let Some(path) = &self.recover_from {
                upload(&session, path)
                    .await
                    .with_context(|| format!("the snapshot {} was not uploaded", path.display()))?;
            }
            let message = BootstrapRequest {
                recover_etcd: self.recover_from.is_some(),
                recover_skip_hash_check: self.recover_skip_hash_check,
            };
            let request = session.single("bootstrap", message)?;
            let replies = session.connection.machine().bootstrap(request).await?.into_inner();
            session.each(replies.messages, |_, _| Ok(()))
        })
    }
}

async fn upload(session: &Session, path: &std::path::Path) -> Result<()> {
    use std::io::Read as _;

    let mut file = std::fs::File::open(path)?;
    let (chunks, mut received) = mpsc::channel::<Data>(4);
    let stream = futures_util::stream::poll_fn(move |cx| received.poll_recv(cx));
    let request = session.single("bootstrap", stream)?;
    let mut machine = session.connection.machine();
    let send = async move {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = file.read(&mut buffer)?;
            let chunk = Data { metadata: None, bytes: Bytes::copy_from_slice(&buffer[..count]) };
            // The other side having hung up shows in its reply.
            if count == 0 || chunks.send(chunk).await.is_err() {
                return Ok::<_, std::io::Error>(());
            }
        }
    };
    let (reply, sent) = tokio::join!(machine.etcd_recover(request), send);
    sent?;
    reply?;
    Ok(())
}
