//! Durations and points in time: `google.protobuf.Duration` and `google.protobuf.Timestamp`.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Field, bytes, some_varint};

const SECOND: i64 = 1_000_000_000;

/// A signed duration in nanoseconds, as text `1h2m3.5s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Interval(pub i64);

/// A point in time, or none; as text in RFC 3339, the absent one in the year 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(pub Option<SystemTime>);

/// Both messages are seconds (1) and nanoseconds (2).
fn seconds_and_nanos(seconds: i64, nanos: i64) -> Vec<u8> {
    let mut message = Vec::new();
    some_varint(1, seconds.cast_unsigned(), &mut message);
    some_varint(2, nanos.cast_unsigned(), &mut message);
    message
}

impl Field for Interval {
    fn is_zero(&self) -> bool {
        self.0 == 0
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        bytes(number, &seconds_and_nanos(self.0 / SECOND, self.0 % SECOND), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "Duration".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self(90 * SECOND + 500)
    }
}

impl Field for Moment {
    fn is_zero(&self) -> bool {
        self.0.is_none()
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        let (seconds, nanos) = self.since_epoch();
        bytes(number, &seconds_and_nanos(seconds, nanos), out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "Timestamp".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self(Some(SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 500)))
    }
}

/// A time that is always there.
impl Field for SystemTime {
    fn is_zero(&self) -> bool {
        false
    }

    fn encode(&self, number: u32, out: &mut Vec<u8>) {
        Moment(Some(*self)).encode(number, out);
    }

    #[cfg(test)]
    fn kind() -> String {
        "Timestamp".to_owned()
    }

    #[cfg(test)]
    fn sample() -> Self {
        SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 500)
    }
}

impl From<Duration> for Interval {
    fn from(duration: Duration) -> Self {
        Self(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        Self(Some(time))
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let nanos = self.0.unsigned_abs();
        if nanos == 0 {
            return f.write_str("0s");
        }
        let second = SECOND.unsigned_abs();
        for (limit, unit, name) in [(1_000, 1, "ns"), (1_000_000, 1_000, "µs"), (second, 1_000_000, "ms")] {
            if nanos < limit {
                return write!(f, "{}{name}", decimal(nanos, unit));
            }
        }
        let (minutes, rest) = (nanos / (60 * second), nanos % (60 * second));
        let (hours, minutes) = (minutes / 60, minutes % 60);
        if hours > 0 {
            write!(f, "{hours}h")?;
        }
        if hours > 0 || minutes > 0 {
            write!(f, "{minutes}m")?;
        }
        write!(f, "{}s", decimal(rest, second))
    }
}

/// `value / unit` with as many digits after the point as it takes; `unit` is a power of ten.
fn decimal(value: u64, unit: u64) -> String {
    let digits = unit.ilog10() as usize;
    if value.is_multiple_of(unit) {
        return (value / unit).to_string();
    }
    format!("{}.{:0digits$}", value / unit, value % unit).trim_end_matches('0').to_owned()
}

impl Interval {
    /// Reads what [`fmt::Display`] writes.
    fn parse(text: &str) -> Option<Self> {
        const UNITS: [(&str, f64); 6] = [("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)];
        let (sign, mut rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let mut nanos = 0_i64;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let number: f64 = rest[..digits].parse().ok()?;
            rest = &rest[digits..];
            let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
            let (_, factor) = UNITS.iter().find(|(unit, _)| *unit == &rest[..end])?;
            nanos = nanos.checked_add((number * factor).round() as i64)?;
            rest = &rest[end..];
        }
        Some(Self(sign * nanos))
    }
}

impl Moment {
    /// Seconds of 1970 from the start of the year 1.
    const YEAR_ONE: i64 = -62_135_596_800;

    fn since_epoch(self) -> (i64, i64) {
        let Some(time) = self.0 else { return (Self::YEAR_ONE, 0) };
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), i64::from(since.subsec_nanos()))
    }

    fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let mut date = date.split('-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
        let mut clock = clock.split(':').map(|part| part.parse::<i64>().ok());
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let nanos = format!("{fraction:0<9}").parse().ok()?;
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
        let Ok(seconds) = u64::try_from(seconds) else { return Some(Self(None)) };
        Some(Self(Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos))))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = self.since_epoch();
        let (year, month, day) = date(seconds.div_euclid(86_400));
        let clock = seconds.rem_euclid(86_400);
        let fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}").trim_end_matches('0').to_owned() };
        let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
    }
}

/// Days since 1970 of a date of the Gregorian calendar. Years begin in March, so that a leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The reverse of [`days`].
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a duration")))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a time in RFC 3339")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_write_them() {
        for (nanos, text) in [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (-2_000_000, "-2ms"),
            (90 * SECOND, "1m30s"),
            (3_600 * SECOND + 500_000_000, "1h0m0.5s"),
        ] {
            assert_eq!(Interval(nanos).to_string(), text);
            assert_eq!(Interval::parse(text), Some(Interval(nanos)));
        }
    }

    #[test]
    fn moments_are_dates_of_the_calendar() {
        for (seconds, nanos, text) in [
            (0, 0, "1970-01-01T00:00:00Z"),
            (951_782_400, 0, "2000-02-29T00:00:00Z"),
            (1_700_000_000, 500_000_000, "2023-11-14T22:13:20.5Z"),
        ] {
            let moment = Moment(Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos)));
            assert_eq!(moment.to_string(), text);
            assert_eq!(Moment::parse(text), Some(moment));
        }
        assert_eq!(Moment(None).to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Moment::parse("0001-01-01T00:00:00Z"), Some(Moment(None)));
    }
}
