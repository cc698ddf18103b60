//! QEMU's monitor: a line of JSON each way.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use crate::LocalClusterError;

/// How long QEMU may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a machine's monitor.
#[derive(Debug)]
pub struct Qmp {
    stream: BufReader<UnixStream>,
}

impl Qmp {
    /// Connects and negotiates.
    ///
    /// # Errors
    /// When nobody listens or the answer is not QEMU's.
    pub async fn connect(socket: &Path) -> Result<Self, LocalClusterError> {
        let stream =
            UnixStream::connect(socket).await.map_err(|error| LocalClusterError::Monitor(error.to_string()))?;
        let mut qmp = Self { stream: BufReader::new(stream) };
        qmp.line().await?;
        qmp.execute("qmp_capabilities").await?;
        Ok(qmp)
    }

    /// Presses the machine's power button.
    ///
    /// # Errors
    /// When QEMU refuses or does not answer.
    pub async fn press_power_button(&mut self) -> Result<(), LocalClusterError> {
        self.execute("system_powerdown").await
    }

    /// Resets the machine, as its reset button would.
    ///
    /// # Errors
    /// When QEMU refuses or does not answer.
    pub async fn reset(&mut self) -> Result<(), LocalClusterError> {
        self.execute("system_reset").await
    }

    async fn execute(&mut self, command: &str) -> Result<(), LocalClusterError> {
        let request = format!("{}\n", json!({ "execute": command }));
        let sent = self.stream.get_mut().write_all(request.as_bytes()).await;
        sent.map_err(|error| LocalClusterError::Monitor(error.to_string()))?;
        loop {
            let answer = self.line().await?;
            if let Some(error) = answer.get("error") {
                return Err(LocalClusterError::Monitor(format!("{command}: {error}")));
            }
            // Events may come before the answer.
            if answer.get("return").is_some() {
                return Ok(());
            }
        }
    }

    async fn line(&mut self) -> Result<Value, LocalClusterError> {
        let mut line = String::new();
        let read = tokio::time::timeout(PATIENCE, self.stream.read_line(&mut line)).await;
        match read {
            Err(_) => Err(LocalClusterError::Monitor("no answer".to_owned())),
            Ok(Err(error)) => Err(LocalClusterError::Monitor(error.to_string())),
            Ok(Ok(0)) => Err(LocalClusterError::Monitor("closed".to_owned())),
            Ok(Ok(_)) => serde_json::from_str(&line).map_err(|error| LocalClusterError::Monitor(error.to_string())),
        }
    }
}
