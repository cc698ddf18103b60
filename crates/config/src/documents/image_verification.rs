use crate::{
    documents::{Kind, Whole},
    schema::{Effect, section},
    validate::Check,
};

section! {
    /// Which signatures an image must have before it is used.
    pub struct ImageVerificationConfig {
        /// The rules; the first that fits an image decides.
        "rules" => rules: Vec<ImageVerificationRule> [keyed(&["image"])] [replace_items],
    }
}

section! {
    /// What holds for some images.
    pub struct ImageVerificationRule {
        /// Which images: registry and repository, in which `*` stands for anything. Tag and digest do not count.
        "image" => image: String [required] [example("registry.example.org/team/*")],
        /// They need no signature.
        "skip" => skip: Option<bool> [default("false")],
        /// They are refused.
        "deny" => deny: Option<bool> [default("false")],
        /// They are signed by somebody whom an OpenID provider knows.
        "keyless" => keyless: Option<KeylessSignature>,
        /// They are signed with this key.
        "publicKey" => public_key: Option<PublicKeySignature>,
    }
}

section! {
    /// A signature without a lasting key.
    pub struct KeylessSignature {
        /// The OpenID provider.
        "issuer" => issuer: String [required] [example("https://accounts.example.org")],
        /// Who signed: an address or URI.
        "subject" => subject: String [example("releases@example.org")],
        /// Or a regular expression for it.
        "subjectRegex" => subject_regex: String [example(".*@example\\.org")],
    }
}

section! {
    /// A signature by a known key.
    pub struct PublicKeySignature {
        /// The key's certificate, in PEM.
        "certificate" => certificate: String [required],
    }
}

impl Kind for ImageVerificationConfig {
    const EFFECT: Effect = Effect::Idle;
    const SINCE: &'static str = "v1.13";

    fn check(&self, _: &Whole<'_>, check: &mut Check) {
        for (index, rule) in self.rules.iter().enumerate() {
            rule.check(&format!("rules/{index}"), check);
        }
    }
}

impl ImageVerificationRule {
    fn check(&self, place: &str, check: &mut Check) {
        let (skip, deny) = (self.skip == Some(true), self.deny == Some(true));
        let verified = self.keyless.is_some() || self.public_key.is_some();
        check.require(!(skip && deny), place, "skip and deny exclude each other");
        check.require(!((skip || deny) && verified), place, "keyless and publicKey need skip and deny to be false");
        check.require(skip || deny || verified, place, "one of skip, deny, keyless and publicKey is needed");
        let both = self.keyless.is_some() && self.public_key.is_some();
        check.require(!both, format!("{place}/publicKey"), "keyless and publicKey exclude each other");
        if let Some(keyless) = &self.keyless {
            let named = !keyless.subject.is_empty() || !keyless.subject_regex.is_empty();
            check.require(named, format!("{place}/keyless"), "either subject or subjectRegex is needed");
        }
        let image = &self.image;
        let repository = image.split_once('/').map_or("", |(_, repository)| repository);
        if image.contains('@') || repository.contains(':') {
            check.warning(format!("{place}/image"), "tag and digest do not count: the rule fits no image like that");
        }
        if !image.is_empty() && !image.contains('/') && image != "*" {
            check.warning(format!("{place}/image"), "an image without a registry is looked up as docker.io/library/NAME");
        }
    }
}
