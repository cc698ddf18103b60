//! The process: its options, its runtime, its end.

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use minos_api::client::API_PORT;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::{error, info};

use super::backend::{Backend, Nodes};
use super::listener::listen;
use super::names::LocalNames;
use super::proxy::Proxy;
use super::runtime_socket::follow;

/// Where the gateway listens and whom it talks to.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on; none means every address of both families.
    pub listen: Option<SocketAddr>,
    /// The machine's API.
    pub machined: PathBuf,
    /// The resources that the gateway may read.
    pub runtime: PathBuf,
    /// Port of other nodes' gateways.
    pub peer_port: u16,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            listen: None,
            machined: "/system/run/machined/machine.sock".into(),
            runtime: "/system/run/apid/runtime.sock".into(),
            peer_port: API_PORT,
        }
    }
}

impl Options {
    /// Reads `--listen`, `--machined`, `--runtime` and `--peer-port`; only tests and trials need them.
    fn parse(mut args: impl Iterator<Item = OsString>) -> Result<Options, String> {
        let mut options = Options::default();
        while let Some(flag) = args.next() {
            let flag = flag.to_string_lossy().into_owned();
            let value = args.next().ok_or_else(|| format!("{flag} needs a value"))?;
            let text = value.to_string_lossy();
            let bad = || format!("{flag} {text}: not a valid value");
            match flag.as_str() {
                "--listen" => options.listen = Some(text.parse().map_err(|_| bad())?),
                "--peer-port" => options.peer_port = text.parse().map_err(|_| bad())?,
                "--machined" => options.machined = value.into(),
                "--runtime" => options.runtime = value.into(),
                _ => {
                    return Err(format!("{flag}: expected --listen, --machined, --runtime or --peer-port"));
                }
            }
        }
        Ok(options)
    }
}

/// Runs the gateway until it is told to stop. `args` are those after the program's name.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let _ = tracing_subscriber::fmt().with_ansi(false).with_writer(io::stderr).with_target(false).try_init();
    let options = match Options::parse(args) {
        Ok(options) => options,
        Err(reason) => {
            error!("{reason}");
            return ExitCode::from(2);
        }
    };
    // One thread: it keeps the memory small, and passing bytes on does not fill a processor.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            error!(%error, "no runtime");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(until_terminated(options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(%error, "the gateway cannot run");
            ExitCode::FAILURE
        }
    }
}

async fn until_terminated(options: Options) -> io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.send_replace(true);
    });
    serve(options, stopped).await
}

/// Waits for certificates, then answers until `stop` turns true.
pub async fn serve(options: Options, mut stop: watch::Receiver<bool>) -> io::Result<()> {
    let (send_identity, mut identity) = watch::channel(None);
    let names = LocalNames::default();
    let following = tokio::spawn(follow(options.runtime, send_identity, names.clone()));
    let ready = tokio::select! {
        ready = identity.wait_for(Option::is_some) => ready.is_ok(),
        _ = stop.wait_for(|stop| *stop) => false,
    };
    if ready {
        let listener = bind(options.listen).await?;
        info!(address = %listener.local_addr()?, "listening");
        let proxy = Proxy { local: Backend::socket(options.machined), nodes: Nodes::on_port(options.peer_port), names };
        listen(listener, Arc::new(proxy), identity, stop).await;
    }
    following.abort();
    Ok(())
}

/// Both families on one socket; IPv4 alone where the kernel has no IPv6.
async fn bind(address: Option<SocketAddr>) -> io::Result<TcpListener> {
    match address {
        Some(address) => TcpListener::bind(address).await,
        None => match TcpListener::bind((Ipv6Addr::UNSPECIFIED, API_PORT)).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind((Ipv4Addr::UNSPECIFIED, API_PORT)).await,
        },
    }
}
