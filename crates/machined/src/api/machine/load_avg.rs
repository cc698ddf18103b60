//! `LoadAvg`: how many processes want to run.

use minos_api::machine as m;
use tonic::{Response, Status};

use super::Reply;

pub fn get() -> Reply<m::LoadAvgResponse> {
    let text = std::fs::read_to_string("/proc/loadavg")
        .map_err(|error| Status::internal(format!("cannot read the load average: {error}")))?;
    let mut numbers = text.split(' ').map(|field| field.parse::<f64>().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    let message = m::LoadAvg { metadata: None, load1: next(), load5: next(), load15: next() };
    Ok(Response::new(m::LoadAvgResponse { messages: vec![message] }))
}
