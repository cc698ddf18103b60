use rustix::fd::AsFd;
use rustix::termios::{isatty, tcgetwinsize};

/// Text in lines of at most `width` columns, each behind `indent`; ends in a newline.
pub fn wrap(text: &str, indent: &str, width: usize) -> String {
    let mut out = String::new();
    for paragraph in text.split('\n') {
        let mut line = indent.to_owned();
        let mut empty = true;
        for word in paragraph.split_whitespace() {
            if !empty && line.chars().count() + 1 + word.chars().count() > width {
                out.push_str(line.trim_end());
                out.push('\n');
                line = indent.to_owned();
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// What is said on standard error, as wide as the terminal; what goes on stands a little to the right. Lines that are indented
/// already show something and stay as they are, and so does all of it when nobody looks.
pub fn on_stderr(text: &str) -> String {
    match columns(std::io::stderr()) {
        Some(width) => hanging(text, width),
        None => text.to_owned(),
    }
}

/// What a node says about a change, as wide as the terminal behind `stream`. The lines of the plan are broken; those of the
/// difference above it stay as they are.
pub fn summary_on(stream: impl AsFd, text: &str) -> String {
    match columns(stream) {
        Some(width) => summary(text, width),
        None => text.to_owned(),
    }
}

fn summary(text: &str, width: usize) -> String {
    const HEAD: &str = "\nPlan:\n";
    const INDENT: &str = "  ";
    let Some((difference, plan)) = text.split_once(HEAD) else {
        return text.to_owned();
    };
    let fitted = |line: &str| {
        let own = line.strip_prefix(INDENT).unwrap_or(line);
        hanging(own, width - INDENT.len()).split('\n').map(|part| format!("{INDENT}{part}")).collect::<Vec<_>>()
    };
    let plan: Vec<String> = plan.trim_end().split('\n').flat_map(fitted).collect();
    format!("{difference}{HEAD}{}", plan.join("\n"))
}

/// The width of a terminal.
fn columns(stream: impl AsFd) -> Option<usize> {
    const NARROWEST: usize = 40;
    let stream = stream.as_fd();
    let size = isatty(stream).then(|| tcgetwinsize(stream).ok()).flatten()?;
    (usize::from(size.ws_col) >= NARROWEST).then_some(size.ws_col.into())
}

fn hanging(text: &str, width: usize) -> String {
    const INDENT: &str = "    ";
    let fitted = |line: &str| {
        if line.starts_with(' ') || line.chars().count() <= width {
            return line.to_owned();
        }
        let mut words = line.split(' ');
        let mut lines = vec![words.next().unwrap_or_default().to_owned()];
        for word in words {
            match lines.last_mut() {
                Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => lines.push(format!("{INDENT}{word}")),
            }
        }
        lines.join("\n")
    };
    text.split('\n').map(fitted).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_stay_whole() {
        assert_eq!(super::wrap("one two three\n\nfour", "  ", 9), "  one two\n  three\n\n  four\n");
        let text = "one two three four\n   7 | as it is there";
        assert_eq!(super::hanging(text, 11), "one two\n    three\n    four\n   7 | as it is there");
        assert_eq!(super::wrap("unbreakable", "", 4), "unbreakable\n");
    }

    #[test]
    fn a_plan_fits_the_terminal_and_a_difference_stays_whole() {
        let text = "+  a long line of a file\n\nPlan:\n  + a.b: acts at once\n  ! a.b: x matches no link\n";
        let fitted =
            "+  a long line of a file\n\nPlan:\n  + a.b: acts at\n      once\n  ! a.b: x matches\n      no link";
        assert_eq!(super::summary(text, 18), fitted);
        assert_eq!(super::summary("No changes, and a long line", 18), "No changes, and a long line");
    }
}
