//! JSON Lines: what is not removed stays byte for byte as it was written.

use crate::support::{ARTICLE, PAGE, json, pipe};

/// Cleans the line that `write` makes of the inside of a JSON string, and compares with what it makes of the article.
#[track_caller]
fn stays(write: impl Fn(&str) -> String) {
    pipe("-f jsonl", write(&json(PAGE))).exits(0).prints(write(&json(ARTICLE))).says(&[]);
}

#[test]
fn number_formats() {
    stays(|text| {
        format!("{{\"a\":1.0e2,\"b\":-0,\"c\":12345678901234567890123,\"d\":0.10,\"text\":\"{text}\",\"e\":1E+400}}\n")
    });
}

#[test]
fn blanks_and_the_order_of_fields() {
    stays(|text| format!(" {{ \"z\" : [ ] ,\t\"text\" :  \"{text}\"  , \"a\":{{ }} }} \t\n"));
}

#[test]
fn escapes_in_other_fields() {
    stays(|text| {
        format!("{{\"url\":\"http:\\/\\/x\\/\\u00e9é\\ud83d\",\"text\":\"{text}\",\"\\u0061\":\"\\u0062\"}}\n")
    });
}

#[test]
fn escapes_in_the_text() {
    stays(|text| {
        format!(
            "{{\"text\":\"{}\"}}\n",
            text.replace("harbour", "h\\u00e2rb\\/our \\\"\\\\ \\ud83d\\ude00 \\u00E9é\\b\\f\\r")
        )
    });
}

#[test]
fn half_of_a_surrogate_pair_in_the_text() {
    stays(|text| format!("{{\"text\":\"{}\"}}\n", text.replace("harbour", "\\ude00harbour\\ud83d")));
}

#[test]
fn a_nul_in_the_text() {
    stays(|text| format!("{{\"text\":\"{}\"}}\n", text.replace("harbour", "har\\u0000bour")));
}

#[test]
fn chrome_is_found_behind_escapes() {
    let line = |text: &str| format!("{{\"text\":\"{text}\"}}\n");
    let page =
        json(PAGE).replace("Leave a Reply\\n", "L\\u0065ave\\u00a0a\\tReply\\u000a").replace("Advert", "\\u0041dvert");
    pipe("-f jsonl", line(&page)).exits(0).prints(line(&json(ARTICLE)));
}

#[test]
fn line_breaks_escaped_as_numbers() {
    stays(|text| format!("{{\"text\":\"{}\"}}\n", text.replace("\\n", "\\u000A")));
}

#[test]
fn crlf_in_the_text() {
    stays(|text| format!("{{\"text\":\"{}\"}}\n", text.replace("\\n", "\\r\\n")));
}

#[test]
fn crlf_behind_the_records() {
    stays(|text| format!("{{\"text\":\"{text}\"}}\r\n\r\n{{\"text\":\"{text}\"}}\r\n"));
}

#[test]
fn no_final_newline() {
    stays(|text| format!("{{\"text\":\"{text}\"}}\n{{\"text\":\"{text}\"}}"));
}

#[test]
fn a_byte_order_mark() {
    stays(|text| format!("\u{FEFF}{{\"text\":\"{text}\"}}\n"));
}

#[test]
fn of_several_fields_of_the_name_the_last_one_is_cleaned() {
    stays(|text| {
        format!("{{\"text\":\"Leave a Reply\",\"a\":{{\"text\":\"Leave a Reply\"}},\"t\\u0065xt\":\"{text}\"}}\n")
    });
}

#[test]
fn the_field_stays_as_it_is_if_nothing_leaves() {
    let line = "{\"text\":\"\\u0041 caf\\u00e9 \\/ \\n\\n \\ud83d\"}\n{\"text\":\"\"}";
    pipe("-f jsonl", line).exits(0).prints(line).says(&[]);
}
