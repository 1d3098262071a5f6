//! The manual page and the completions. The help is in `data/help.trycmd`.

use std::process::{Command, Stdio};

use crate::support::{feed, pipe};

#[test]
fn completions_know_options_and_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = pipe(&format!("completions {shell}"), "").exits(0).says(&[]);
        for word in ["max-removed", "in-place", "explain", "restore"] {
            assert!(run.text().contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_and_others_take_their_completions() {
    for (shell, argument) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let script = pipe(&format!("completions {shell}"), "").exits(0).stdout;
        let mut command = Command::new(shell);
        command.arg(argument).stdout(Stdio::piped()).stderr(Stdio::piped());
        if Command::new(shell).arg("--version").output().is_ok() {
            feed(command, &script).exits(0).prints("");
        }
    }
}

#[test]
fn the_manual_has_its_sections_commands_and_options() {
    let run = pipe("man", "").exits(0).says(&[]);
    for wanted in [
        ".TH dechrome 1",
        ".SH NAME\ndechrome \\- Strips site chrome",
        ".SH SYNOPSIS\n",
        ".SH DESCRIPTION\n",
        ".SH OPTIONS\n",
        ".SH COMMANDS\n",
        ".SS dechrome restore ",
        ".SS dechrome patterns check ",
        ".SH EXAMPLES\n",
        ".SH NOTES\n",
        "\\-\\-max\\-removed",
    ] {
        assert!(run.text().contains(wanted), "{wanted}");
    }
}

#[test]
fn man_can_typeset_the_manual() {
    let page = pipe("man", "").exits(0).stdout;
    let mut groff = Command::new("groff");
    groff.args(["-man", "-Tutf8", "-ww", "-P-cbou"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    if Command::new("groff").arg("--version").output().is_ok() {
        let run = feed(groff, &page).exits(0);
        assert_eq!(run.stderr, "");
        assert!(run.text().contains("--max-removed"));
    }
}
