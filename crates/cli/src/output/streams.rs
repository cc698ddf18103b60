//! Standard output and standard error: the one place through which this program writes to them.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::process;

/// What a shell reports for a program that died of SIGPIPE (signal 13), as upstream's does.
const BROKEN_PIPE: i32 = 141;

/// One of the two streams. Its reader going away ends the program at once and quietly, whichever command runs.
pub struct Stream<W>(W);

/// Standard output.
pub fn stdout() -> Stream<io::StdoutLock<'static>> {
    Stream(io::stdout().lock())
}

/// Standard error.
pub fn stderr() -> Stream<io::StderrLock<'static>> {
    Stream(io::stderr().lock())
}

impl<W> Stream<W> {
    fn checked<T>(result: io::Result<T>) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(BROKEN_PIPE),
            other => other,
        }
    }
}

impl<W: Write> Write for Stream<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::checked(self.0.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Self::checked(self.0.flush())
    }
}

/// Prints to standard output. What cannot be written for another reason than a reader that left, such as a full disk, ends the
/// program with an error: a script must not take half of an answer for all of it.
pub fn print(text: Arguments<'_>) {
    let mut out = stdout();
    if let Err(error) = out.write_fmt(text).and_then(|()| out.flush()) {
        print_error(format_args!("error: cannot write to standard output: {error}\n"));
        process::exit(crate::exit::IO.into());
    }
}

/// Prints to standard error. There is no place left to report a failure to.
pub fn print_error(text: Arguments<'_>) {
    drop(stderr().write_fmt(text));
}

// The standard library's macros of these names panic when the reader of a pipe has gone; throughout this program the names
// mean the ones below. The lints against printing keep the others out.

macro_rules! print {
    ($($argument:tt)*) => { $crate::output::print(format_args!($($argument)*)) };
}

macro_rules! println {
    () => { $crate::output::print(format_args!("\n")) };
    ($($argument:tt)*) => { $crate::output::print(format_args!("{}\n", format_args!($($argument)*))) };
}

macro_rules! eprint {
    ($($argument:tt)*) => { $crate::output::print_error(format_args!($($argument)*)) };
}

macro_rules! eprintln {
    () => { $crate::output::print_error(format_args!("\n")) };
    ($($argument:tt)*) => { $crate::output::print_error(format_args!("{}\n", format_args!($($argument)*))) };
}
