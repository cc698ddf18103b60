use super::Labels;
use crate::schema::section;

section! {
    /// Where the logs of the system's services are sent.
    pub struct Logging {
        /// The destinations: each gets every line.
        "destinations" => destinations: Vec<LoggingDestination>,
    }
}

section! {
    /// One destination of logs.
    pub struct LoggingDestination {
        /// Its URL: `tcp` or `udp`, host and port.
        "endpoint" => endpoint: String [example("\"tcp://logs.example.org:5140\"")],
        /// How a line is written: as one JSON object.
        "format" => format: String [values(&["json_lines"])] [example("json_lines")],
        /// Further keys of that object, in every line.
        "extraTags" => extra_tags: Labels [example("{cluster: cellar}")],
    }
}
