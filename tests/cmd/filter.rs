//! Standard input to standard output.

use std::fs::File;
use std::process::Stdio;

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, feed, finish, pipe, program};

#[test]
fn chrome_leaves_and_nothing_else_is_printed_or_said() {
    pipe("", PAGE).exits(0).prints(ARTICLE).says(&[]);
}

#[test]
fn a_hyphen_is_standard_input() {
    pipe("-", PAGE).exits(0).prints(ARTICLE).says(&[]);
}

#[test]
fn a_text_without_chrome_comes_back_as_it_is() {
    let text = format!("\n\n  {PLAIN}\t\n\n\n");
    pipe("", &text).exits(0).prints(&text).says(&[]);
}

#[test]
fn empty_input_gives_empty_output() {
    pipe("", "").exits(0).prints("").says(&[]);
}

#[test]
fn crlf_stays_crlf() {
    pipe("", PAGE.replace('\n', "\r\n")).exits(0).prints(ARTICLE.replace('\n', "\r\n")).says(&[]);
}

#[test]
fn mixed_line_ends_stay_as_they_are() {
    let page = PAGE.replace("Monday morning.\n", "Monday morning.\r\n").replace("crane\n", "crane\r\n");
    let article = ARTICLE.replace("Monday morning.\n", "Monday morning.\r\n").replace("crane\n", "crane\r\n");
    pipe("", page).exits(0).prints(article);
}

#[test]
fn no_final_newline_is_added_to_the_article() {
    let page = PAGE.replace("\nLeave a Reply\nYour email address will not be published.\n", "");
    pipe("", page.trim_end()).exits(0).prints(ARTICLE.trim_end());
}

#[test]
fn chrome_at_the_end_needs_no_final_newline() {
    pipe("", PAGE.trim_end()).exits(0).prints(ARTICLE);
}

#[test]
fn nul_bytes_stay() {
    let nul = |text: &str| text.replace("twice as much", "twice\0as\0\0much");
    pipe("", nul(PAGE)).exits(0).prints(nul(ARTICLE)).says(&[]);
}

#[test]
fn a_long_line_is_a_line() {
    let line = "The pilot boat went out again and again while the storm lasted. ".repeat(20_000);
    pipe("", format!("{line}\n\nLeave a Reply\nName\n")).exits(0).prints(format!("{line}\n"));
}

#[test]
fn a_document_over_the_budget_passes_through() {
    let page = format!("{PLAIN}\nLeave a Reply\n{}", "Your email address will not be published.\n".repeat(30));
    pipe("", &page).exits(0).prints(&page).says(&[]);
}

#[test]
fn verbose_tells_what_was_done() {
    pipe("-v", PAGE).exits(0).prints(ARTICLE).says(&[
        "cleaned standard input: 2 removals, 72 of 300 bytes",
        "1 document: 1 cleaned (2 removals, 72 of 300 bytes)",
    ]);
}

#[test]
fn verbose_tells_of_a_document_over_the_budget() {
    pipe("-v --max-removed 5", PAGE).exits(0).prints(PAGE).says(&[
        "standard input: over the removal budget; left as it is",
        "1 document: 0 cleaned, 1 over the removal budget",
    ]);
}

#[test]
fn one_file_goes_to_standard_output() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    folder.run("page.txt").exits(0).prints(ARTICLE).says(&[]);
    folder.holds("page.txt", PAGE);
}

#[test]
fn standard_input_goes_to_a_file() {
    let folder = Folder::new();
    folder.pipe("-o clean.txt", PAGE).exits(0).prints("").says(&[]);
    folder.holds("clean.txt", ARTICLE);
    assert_eq!(folder.files(""), ["clean.txt"]);
}

#[test]
fn the_file_that_is_read_can_be_the_output() {
    let folder = Folder::with(&[("page.txt", PAGE)]);
    let mut command = folder.program("-o page.txt");
    let child = command.stdin(File::open(folder.path("page.txt")).unwrap()).spawn().unwrap();
    finish(child).exits(0).says(&[]);
    folder.holds("page.txt", ARTICLE);
}

#[test]
fn standard_input_does_not_go_into_a_folder() {
    let folder = Folder::with(&[("out/other.txt", PLAIN)]);
    folder.pipe("-o out", PAGE).exits(2).says(&["out: is a folder, not a file"]);
    folder.pipe("-o new/", PAGE).exits(2).says(&["new/: is a folder, not a file"]);
    assert_eq!(folder.files(""), ["out/other.txt"]);
}

#[test]
fn a_closed_pipe_is_success() {
    let folder = Folder::with(&[("page.txt", PAGE), ("page.jsonl", "{\"text\":\"\"}\n")]);
    for arguments in ["", "--format jsonl", "explain", "--diff", "patterns list", "man", "completions bash"] {
        let mut command = folder.program(arguments);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        // Nothing is written before there is input, so the pipe is closed by then; other commands do not wait.
        let mut stdin = child.stdin.take().unwrap();
        let input = if arguments.contains("jsonl") { "{\"text\":\"\"}\n" } else { PAGE };
        _ = std::io::Write::write_all(&mut stdin, input.as_bytes());
        drop(stdin);
        finish(child).exits(0).says(&[]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    let full = || File::options().write(true).open("/dev/full").unwrap();
    let here = std::env::temp_dir();
    for arguments in ["", "explain", "--diff", "--format jsonl"] {
        let mut command = program(&here, arguments);
        command.stdout(full());
        let input = if arguments.contains("jsonl") { "{\"text\":\"\"}\n" } else { PAGE };
        feed(command, input.as_bytes()).exits(2).says(&["standard output: No space left on device (os error 28)"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_written_directly() {
    pipe("-o /dev/null", PAGE).exits(0).prints("").says(&[]);
    pipe("-o /dev/full", PAGE).exits(2).says(&["/dev/full: No space left on device (os error 28)"]);
}

#[cfg(unix)]
#[test]
fn a_folder_on_standard_input_is_an_error() {
    let folder = Folder::with(&[("in/page.txt", PAGE)]);
    let mut command = folder.program("");
    command.stdin(File::open(folder.path("in")).unwrap());
    finish(command.spawn().unwrap()).exits(2).prints("").says(&["standard input: is a folder, not a file"]);
}
