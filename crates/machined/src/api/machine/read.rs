//! `Read`: the content of one file.

use std::io::ErrorKind;

use minos_api::common::Data;
use minos_api::machine as m;
use tokio::io::AsyncReadExt as _;
use tonic::{Response, Status};

use super::{Reply, Streaming};

/// Bytes in one message.
const CHUNK: usize = 64 << 10;

/// The answer about a path that leads nowhere, in the words of the contract.
pub fn missing(path: &impl std::fmt::Display) -> Status {
    Status::not_found(format!("{path}: no such file or directory"))
}

pub async fn stream(request: m::ReadRequest) -> Reply<Streaming<Data>> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => missing(&request.path),
        _ => Status::unknown(format!("cannot read {}: {error}", request.path)),
    };
    if !tokio::fs::metadata(&request.path).await.map_err(failed)?.is_file() {
        return Err(Status::invalid_argument(format!("{} is not a regular file", request.path)));
    }
    let file = tokio::fs::File::open(&request.path).await.map_err(failed)?;
    let chunks = futures_util::stream::try_unfold(file, |mut file| async move {
        let mut buffer = Vec::with_capacity(CHUNK);
        let length = (&mut file).take(CHUNK as u64).read_to_end(&mut buffer).await;
        match length.map_err(|error| Status::unknown(format!("cannot read on: {error}")))? {
            0 => Ok(None),
            _ => Ok(Some((Data { metadata: None, bytes: buffer.into() }, file))),
        }
    });
    Ok(Response::new(Box::pin(chunks)))
}
