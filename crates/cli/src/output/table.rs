use std::io::{self, Write as _};

use super::style::Style;

/// Blanks between columns.
const GAP: usize = 3;

/// Rows in columns that are as wide as their widest cell. The last column is never padded.
pub struct Table {
    rows: Vec<Vec<String>>,
    widths: Vec<usize>,
    head: bool,
}

impl Table {
    /// A table with these column heads.
    pub fn new<T: Into<String>>(heads: impl IntoIterator<Item = T>) -> Table {
        let mut table = Table::without_head();
        table.row(heads);
        table.head = true;
        table
    }

    /// A table that begins with its first row.
    pub fn without_head() -> Table {
        Table { rows: Vec::new(), widths: Vec::new(), head: false }
    }

    /// Adds a row.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        for (i, cell) in cells.iter().enumerate() {
            let width = cell.chars().count();
            match self.widths.get_mut(i) {
                Some(widest) => *widest = width.max(*widest),
                None => self.widths.push(width),
            }
        }
        self.rows.push(cells);
    }

    /// The rows so far as text. They are taken out, the widths stay, so that later rows stand below them.
    pub fn render(&mut self, style: Style) -> String {
        let mut text = String::new();
        for cells in self.rows.drain(..) {
            let last = cells.len().saturating_sub(1);
            let mut line = String::new();
            for (i, cell) in cells.iter().enumerate() {
                line.push_str(cell);
                if i < last {
                    let blanks = self.widths[i].saturating_sub(cell.chars().count()) + GAP;
                    line.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            let line = line.trim_end();
            if std::mem::take(&mut self.head) {
                text.push_str(&style.head(line))
            } else {
                text.push_str(line)
            }
            text.push('\n');
        }
        text
    }

    /// Prints the rows so far.
    pub fn print(&mut self) -> io::Result<()> {
        let text = self.render(Style::stdout());
        let mut out = super::stdout();
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_needed_and_lines_end_with_text() {
        let mut table = Table::new(["NODE", "SERVICE", "LAST EVENT"]);
        table.row(["10.5.0.2", "apid", "Health check successful"]);
        table.row(["10.5.0.2", "é", ""]);
        let expected = "\
NODE       SERVICE   LAST EVENT
10.5.0.2   apid      Health check successful
10.5.0.2   é
";
        assert_eq!(table.render(Style::plain()), expected);
        table.row(["x", "y", "z"]);
        assert_eq!(table.render(Style::plain()), "x          y         z\n");
    }
}
