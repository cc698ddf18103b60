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

#[cfg(test)]
mod tests {
    #[test]
    fn words_stay_whole() {
        assert_eq!(super::wrap("one two three\n\nfour", "  ", 9), "  one two\n  three\n\n  four\n");
        assert_eq!(super::wrap("unbreakable", "", 4), "unbreakable\n");
    }
}
