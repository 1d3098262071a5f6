//! The manual page: one page for the program and its commands, from the same words as the help.

use std::fmt::Write as _;
use std::io;

use clap::Command;
use clap_mangen::Man;

use super::args::{EXAMPLES, NOTES};

/// The page, in the language of `man`.
pub(super) fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let main = Man::new(command.clone()).manual("User Commands");
    main.render_title(&mut page)?;
    main.render_name_section(&mut page)?;
    page.extend_from_slice(synopsis(command).as_bytes());
    main.render_description_section(&mut page)?;
    main.render_options_section(&mut page)?;
    page.extend_from_slice(b".SH COMMANDS\n");
    for sub in command.get_subcommands() {
        add_command(&mut page, sub, "dechrome")?;
    }
    let rest = format!(".SH EXAMPLES\n.nf\n{}\n.fi\n.SH NOTES\n{}\n", escape(EXAMPLES), paragraphs(NOTES));
    page.extend_from_slice(rest.as_bytes());
    Ok(page)
}

fn synopsis(command: &Command) -> String {
    let mut text = ".SH SYNOPSIS\n.B dechrome\n[OPTIONS] [PATH]...\n".to_owned();
    for sub in command.get_subcommands() {
        let _ = write!(text, ".br\n.B dechrome {}\n\\&...\n", sub.get_name());
    }
    text
}

/// Adds a command, or each of its own commands if it has any.
fn add_command(page: &mut Vec<u8>, command: &Command, before: &str) -> io::Result<()> {
    let name = format!("{before} {}", command.get_name());
    if command.has_subcommands() {
        return command.get_subcommands().try_for_each(|sub| add_command(page, sub, &name));
    }
    let usage = command.clone().bin_name(&name).render_usage().to_string();
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let heading = escape(usage.trim_start_matches("Usage: "));
    page.extend_from_slice(format!(".SS {heading}\n{}\n", paragraphs(&about)).as_bytes());
    let mut options = Vec::new();
    Man::new(command.clone().disable_help_flag(true)).render_options_section(&mut options)?;
    // Its options stand under the command, not in sections of their own.
    let options = String::from_utf8_lossy(&options).replacen(".SH OPTIONS\n", "", 1);
    page.extend_from_slice(options.replace(".SH ", ".PP\n.B ").as_bytes());
    Ok(())
}

fn paragraphs(text: &str) -> String {
    escape(text).replace("\n\n", "\n.PP\n")
}

fn escape(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    // A line that begins with a dot or an apostrophe would be a request.
    let lines =
        text.lines().map(|line| if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_page_has_every_command_and_option() {
        let command = super::super::args::Args::command();
        command.clone().debug_assert();
        let page = String::from_utf8(super::page(&command).unwrap()).unwrap();
        for wanted in ["explain", "restore", "patterns check", "\\-\\-max\\-removed", "EXAMPLES", "CLEAN"] {
            assert!(page.contains(wanted), "{wanted}");
        }
        assert_eq!(page.matches(".SH OPTIONS").count(), 1);
        assert_eq!(page.matches(".SH").count(), page.matches("\n.SH").count());
    }
}
