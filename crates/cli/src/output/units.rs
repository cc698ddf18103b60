use std::time::{Duration, SystemTime};

use time::OffsetDateTime;
use time::macros::format_description;

/// Bytes in powers of thousand, two digits or one decimal: `812 B`, `1.5 MB`, `44 GB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 || value >= 10.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// Whole seconds as hours, minutes and seconds: `1h2m3s`.
pub fn duration(duration: Duration) -> String {
    let seconds = (duration.as_secs_f64() + 0.5) as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// The time since a moment of the node's clock; none when it is in our future.
pub fn since(moment: &prost_types::Timestamp) -> Duration {
    let seconds = u64::try_from(moment.seconds).unwrap_or(0);
    let nanos = u32::try_from(moment.nanos).unwrap_or(0);
    let moment = SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos.min(999_999_999));
    SystemTime::now().duration_since(moment).unwrap_or_default()
}

/// A distance in time in its largest unit: `3 days`, `1 year`.
pub fn ago(distance: Duration) -> String {
    const UNITS: [(u64, &str); 7] = [
        (31_536_000, "year"),
        (2_592_000, "month"),
        (604_800, "week"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let seconds = distance.as_secs();
    let Some((length, unit)) = UNITS.into_iter().find(|(length, _)| seconds >= *length) else {
        return "now".into();
    };
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// A moment as RFC 3339 in UTC, to the second.
pub fn timestamp(moment: &prost_types::Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    let moment = OffsetDateTime::from_unix_timestamp(moment.seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&format).unwrap_or_default()
}

/// Reads `90s`, `1h30m`, `500ms`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let bad = || format!("{text:?} is not a duration: expected something like 30s, 5m or 1h30m");
    let mut rest = text;
    let mut total = Duration::ZERO;
    if rest == "0" {
        return Ok(total);
    }
    if rest.is_empty() {
        return Err(bad());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(bad)?;
        let number: f64 = rest[..digits].parse().map_err(|_| bad())?;
        let unit_end = rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |at| digits + at);
        let seconds = match &rest[digits..unit_end] {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(bad()),
        };
        total += Duration::try_from_secs_f64(number * seconds).map_err(|_| bad())?;
        rest = &rest[unit_end..];
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_500_000, "1.5 MB"), (44_000_000_000, "44 GB")];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration(Duration::from_millis(3_723_400)), "1h2m3s");
        assert_eq!(duration(Duration::from_secs(60)), "1m0s");
        assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("1.5s"), Ok(Duration::from_millis(1500)));
        for bad in ["", "5", "m", "5 m", "5d"] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
        assert_eq!(ago(Duration::from_secs(86_400 * 365)), "1 year");
        assert_eq!(ago(Duration::from_secs(7200)), "2 hours");
    }

    #[test]
    fn moments() {
        assert_eq!(timestamp(&prost_types::Timestamp { seconds: 1_700_000_000, nanos: 5 }), "2023-11-14T22:13:20Z");
    }
}
