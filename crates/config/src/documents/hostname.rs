use crate::schema::section;

section! {
    /// The machine's name: given, or made from its identity.
    pub struct HostnameConfig {
        /// `stable` makes a name from the machine's identity, `off` does not.
        "auto" => auto: Option<String>,
        /// The name.
        "hostname" => hostname: String,
    }
}
