use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Bytes from the system's random generator.
pub fn random_bytes(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    rand::fill(&mut bytes).expect("the operating system provides random numbers");
    bytes
}

/// `count` random bytes in standard base64, as encryption keys and cluster secrets are written.
pub fn random_base64(count: usize) -> String {
    STANDARD.encode(random_bytes(count))
}
