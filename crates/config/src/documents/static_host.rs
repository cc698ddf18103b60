use crate::schema::section;

section! {
    /// A line of the hosts file.
    pub struct StaticHostConfig {
        /// The address.
        "name" => name: String,
        /// Its names.
        "hostnames" => hostnames: Vec<String>,
    }
}
