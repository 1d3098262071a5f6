//! JSON Lines: records in, records out.

use crate::support::{ARTICLE, Folder, PAGE, PLAIN, json, pipe};

/// A record with this text.
fn record(text: &str) -> String {
    format!("{{\"id\":1,\"text\":\"{}\"}}\n", json(text))
}

#[test]
fn the_text_of_every_record_is_cleaned() {
    let input = [record(PAGE), record(PLAIN), record(PAGE)].concat();
    let output = [record(ARTICLE), record(PLAIN), record(ARTICLE)].concat();
    pipe("--format jsonl", &input).exits(0).prints(&output).says(&[]);
    pipe("-f jsonl -", &input).exits(0).prints(&output);
}

#[test]
fn standard_input_is_text_unless_told_otherwise() {
    pipe("", record(PAGE)).exits(0).prints(record(PAGE));
}

#[test]
fn a_record_is_cleaned_as_the_text_alone_is() {
    let text = format!("{PAGE}{PLAIN}");
    let alone = pipe("", &text).exits(0).text().to_owned();
    pipe("-f jsonl", record(&text)).exits(0).prints(record(&alone));
}

#[test]
fn the_order_stays_whatever_the_number_of_threads() {
    let text = |text: &str| -> String {
        (0..500)
            .map(|n| record(&text.replace("sixty", &"very ".repeat(n % 40)).replace("crane", &n.to_string())))
            .collect()
    };
    for threads in ["1", "4"] {
        pipe(&format!("-f jsonl -j {threads}"), text(PAGE)).exits(0).prints(text(ARTICLE));
    }
}

#[test]
fn more_records_than_fit_into_memory_at_once() {
    // Batches have 4 MB.
    let filler = "x".repeat(500_000);
    let line =
        |number: usize, text: &str| format!("{{\"n\":{number},\"filler\":\"{filler}\",\"text\":\"{}\"}}\n", json(text));
    let all = |text: &str| (0..30).map(|number| line(number, text)).collect::<String>();
    pipe("-f jsonl -j 2", all(PAGE)).exits(0).prints(all(ARTICLE)).says(&[]);
}

#[test]
fn another_field_can_hold_the_text() {
    let line = |text: &str| format!("{{\"text\":\"{}\",\"main body\":1,\"body\":\"{}\"}}\n", json(PAGE), json(text));
    pipe("-f jsonl --text-field body", line(PAGE)).exits(0).prints(line(ARTICLE));
    let accents = |text: &str| format!("{{\"k\\u00f6rper\":\"{}\"}}\n", json(text));
    pipe("-f jsonl --text-field körper", accents(PAGE)).exits(0).prints(accents(ARTICLE));
}

#[test]
fn an_empty_file_is_no_error() {
    pipe("-f jsonl", "").exits(0).prints("").says(&[]);
}

#[test]
fn blank_lines_pass_through_and_count_as_lines() {
    let input = format!("\n \t\r\n{}\nbad\n", record(PAGE));
    let output = format!("\n \t\r\n{}\nbad\n", record(ARTICLE));
    pipe("-f jsonl", input)
        .exits(2)
        .prints(output)
        .says(&["standard input:5 (byte 335): not a JSON object: expected value in column 1"]);
}

#[test]
fn a_bad_record_passes_through_and_the_others_are_cleaned() {
    for (bad, why) in [
        ("{\"text\":\"Leave a Reply", "not a JSON object: EOF while parsing a string in column 22"),
        ("[\"Leave a Reply\"]", "not a JSON object: invalid type: sequence, expected an object"),
        (
            "\"Leave a Reply\"",
            "not a JSON object: invalid type: string \"Leave a Reply\", expected an object in column 15",
        ),
        ("{\"text\":\"\"} {}", "not a JSON object: trailing characters in column 13"),
        (
            "{\"text\":\"a\tb\"}",
            "not a JSON object: control character (\\u0000-\\u001F) found while parsing a string in column 10",
        ),
        ("{\"Text\":\"Leave a Reply\"}", "no field \"text\" (--text-field names another one)"),
        ("{\"a\":{\"text\":\"Leave a Reply\"}}", "no field \"text\" (--text-field names another one)"),
        ("{\"text\":null}", "field \"text\" is null, not a string"),
        ("{\"text\":17}", "field \"text\" is a number, not a string"),
        ("{\"text\":true}", "field \"text\" is a boolean, not a string"),
        ("{\"text\":[\"Leave a Reply\"]}", "field \"text\" is an array, not a string"),
        ("{\"text\":{}}", "field \"text\" is an object, not a string"),
        ("Leave a Reply", "not a JSON object: expected value in column 1"),
    ] {
        let lines = |text: &str| format!("{}{bad}\n{}", record(text), record(text));
        pipe("-f jsonl", lines(PAGE))
            .exits(2)
            .prints(lines(ARTICLE))
            .says(&[&format!("standard input:2 (byte {}): {why}", record(PAGE).len())]);
    }
}

#[test]
fn a_record_that_is_not_utf8_passes_through() {
    let lines = |text: &str| [record(text).as_bytes(), b"{\"text\":\"caf\xE9\\nLeave a Reply\"}\n"].concat();
    let run = pipe("-f jsonl", lines(PAGE)).exits(2).prints(lines(ARTICLE));
    assert!(
        run.stderr.starts_with("dechrome: standard input:2 (byte 329): not a JSON object: invalid unicode"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn bad_records_of_a_file_are_named_by_file_and_line() {
    let folder = Folder::with(&[("in/a.jsonl", "bad\n{\"text\":\"\"}\n{\"text\":0}\n"), ("in/b.txt", PAGE)]);
    folder.run("in -o out").exits(2).says(&[
        "in/a.jsonl:1 (byte 0): not a JSON object: expected value in column 1",
        "in/a.jsonl:3 (byte 16): field \"text\" is a number, not a string",
        "4 documents: 1 cleaned (2 removals, 72 of 312 bytes), 1 unchanged, 2 failed",
    ]);
    folder.holds("out/a.jsonl", folder.text("in/a.jsonl"));
    folder.holds("out/b.txt", ARTICLE);
}

#[test]
fn verbose_names_records_by_file_and_line() {
    let folder = Folder::new();
    folder.write("a.jsonl", [record(PLAIN), record(PAGE)].concat());
    folder.run("a.jsonl -o out.jsonl -v").exits(0).says(&[
        "cleaned a.jsonl:2: 2 removals, 77 of 329 bytes",
        "2 documents: 1 cleaned (2 removals, 77 of 451 bytes), 1 unchanged",
    ]);
}

#[test]
fn a_record_over_the_budget_passes_through() {
    let line = record("Leave a Reply\nYour email address will not be published.\n");
    pipe("-f jsonl -v", &line).exits(0).prints(&line).says(&[
        "standard input:1: over the removal budget; left as it is",
        "1 document: 0 cleaned, 1 over the removal budget",
    ]);
}

#[test]
fn a_file_in_place() {
    let folder = Folder::new();
    folder.write("a.jsonl", format!("{}bad\n{}", record(PAGE), record(PAGE)));
    folder.run("-i a.jsonl -q").exits(2).says(&["a.jsonl:2 (byte 329): not a JSON object: expected value in column 1"]);
    folder.holds("a.jsonl", format!("{}bad\n{}", record(ARTICLE), record(ARTICLE)));
}

#[test]
fn one_file_goes_to_standard_output() {
    let folder = Folder::new();
    folder.write("a.jsonl", record(PAGE));
    folder.run("a.jsonl").exits(0).prints(record(ARTICLE)).says(&[]);
}

#[test]
fn standard_input_goes_to_a_file() {
    let folder = Folder::new();
    folder.pipe("-f jsonl -o out.jsonl", record(PAGE)).exits(0).prints("").says(&[]);
    folder.holds("out.jsonl", record(ARTICLE));
}
