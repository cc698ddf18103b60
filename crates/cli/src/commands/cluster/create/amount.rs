//! Amounts as upstream's flags have them.

/// Memory in MiB: `2.0GiB`, `512MB`, `4096` (MiB).
pub fn memory(text: &str) -> Result<u64, String> {
    let refused = || format!("{text:?} is no amount of memory, for example 4096 (MiB), 512MiB or 2.0GiB");
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().map_err(|_| refused())?;
    let bytes = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "mib" | "mi" => 1_048_576.0,
        "gib" | "gi" => 1_073_741_824.0,
        "kib" | "ki" => 1024.0,
        "b" => 1.0,
        "kb" | "k" => 1e3,
        "mb" | "m" => 1e6,
        "gb" | "g" => 1e9,
        _ => return Err(refused()),
    };
    let mib = number * bytes / 1_048_576.0;
    if mib < 1.0 || mib > f64::from(u32::MAX) { Err(refused()) } else { Ok(mib as u64) }
}

/// A share of processors in thousandths: `2.0`, `0.5`.
pub fn processors(text: &str) -> Result<u64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.01..=1024.0).contains(&share) => Ok((share * 1000.0).round() as u64),
        _ => Err(format!("{text:?} is no share of processors, for example 2 or 0.5")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_has_units_and_none_means_mib() {
        assert_eq!(memory("4096"), Ok(4096));
        assert_eq!(memory("2.0GiB"), Ok(2048));
        assert_eq!(memory("512MiB"), Ok(512));
        assert_eq!(memory("1GB"), Ok(953));
        for bad in ["", "much", "0", "3XB", "-1"] {
            assert!(memory(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn processors_are_shares() {
        assert_eq!(processors("2.0"), Ok(2000));
        assert_eq!(processors("0.5"), Ok(500));
        assert!(processors("0").is_err() && processors("all").is_err());
    }
}
