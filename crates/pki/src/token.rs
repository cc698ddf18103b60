use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::{random_bytes, secret::Secret};

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const ID_LENGTH: usize = 6;
const SECRET_LENGTH: usize = 16;

/// A token in kubeadm's form, `id.secret` with 6 and 16 characters of `[0-9a-z]`: machine tokens and bootstrap tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    id: String,
    secret: Secret,
}

/// The text is not `id.secret`.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a token is two parts joined by one dot")]
pub struct TokenError;

impl Token {
    /// A new random token.
    pub fn generate() -> Self {
        Self { id: random_text(ID_LENGTH), secret: random_text(SECRET_LENGTH).into() }
    }

    /// The public part.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret part.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// True when both parts have the lengths and characters that Kubernetes asks of bootstrap tokens.
    pub fn is_bootstrap_token(&self) -> bool {
        let fits = |text: &str, length| text.len() == length && text.bytes().all(|byte| ALPHABET.contains(&byte));
        fits(&self.id, ID_LENGTH) && fits(self.secret.expose(), SECRET_LENGTH)
    }

    /// `id.secret`.
    pub fn expose(&self) -> Secret {
        Secret::new(format!("{}.{}", self.id, self.secret.expose()))
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        match text.split_once('.') {
            Some((id, secret)) if !id.is_empty() && !secret.is_empty() && !secret.contains('.') => {
                Ok(Self { id: id.to_owned(), secret: secret.into() })
            }
            _ => Err(TokenError),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:?}", self.id, self.secret)
    }
}

/// Evenly distributed characters: bytes past the last multiple of 36 are thrown away.
fn random_text(length: usize) -> String {
    let limit = u8::MAX - u8::MAX % 36;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        for byte in random_bytes(length - text.len()) {
            if byte < limit {
                text.push(char::from(ALPHABET[usize::from(byte % 36)]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_tokens_have_the_form_and_differ() {
        let (one, two) = (Token::generate(), Token::generate());
        assert_eq!(one.id().len(), 6);
        assert_eq!(one.secret().expose().len(), 16);
        assert!(one.is_bootstrap_token() && !"abcdef.0123456789ABCDEF".parse::<Token>().unwrap().is_bootstrap_token());
        assert_ne!(one.expose(), two.expose());
        assert_eq!(one.expose().expose().parse::<Token>().unwrap(), one);
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "a", ".b", "a.", "a.b.c"] {
            assert_eq!(text.parse::<Token>(), Err(TokenError), "{text}");
        }
    }
}
