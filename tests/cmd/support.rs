//! What the tests share: a page, a folder to work in, and a run of the program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A page with an advertisement in the middle and a comment form at the end.
pub const PAGE: &str = "\
The harbour gets a new crane

The old crane had served the harbour for sixty years before it was taken down on Monday morning.

Advertisement

The new one lifts twice as much and needs only one person at the controls, the harbour master said.

Leave a Reply
Your email address will not be published.
";

/// What is left of [`PAGE`].
pub const ARTICLE: &str = "\
The harbour gets a new crane

The old crane had served the harbour for sixty years before it was taken down on Monday morning.

The new one lifts twice as much and needs only one person at the controls, the harbour master said.
";

/// A text in which there is nothing to remove.
pub const PLAIN: &str = "\
Nobody had expected so many people on the quay when the first of the fishing boats came home at dawn.
";

/// A pattern file for `--no-default-patterns`: the built-in patterns take longer to read than many a test to run.
pub const PATTERNS: &str = r#"
[[rule]]
id = "ad"
label = "advertising"
doc = "Where an advertisement stood."
anchor = "line"
strength = "sure"

[ad]
phrases = ["advertisement"]
remove = ["Advertisement"]
"#;

/// Variables that would change the output; each test runs without them.
pub const ENVIRONMENT: &[&str] = &["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"];

/// A text as it stands in a JSON string.
pub fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The program, not started yet. Arguments are separated by blanks.
pub fn program(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dechrome"));
    command.args(arguments.split_whitespace()).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    ENVIRONMENT.iter().for_each(|name| _ = command.env_remove(name));
    command
}

/// Runs the program as a filter.
#[must_use]
pub fn pipe(arguments: &str, input: impl AsRef<[u8]>) -> Run {
    feed(program(Path::new(env!("CARGO_TARGET_TMPDIR")), arguments), input.as_ref())
}

/// Runs the program with `input` on its standard input.
#[must_use]
pub fn feed(mut command: Command, input: &[u8]) -> Run {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // Beside the reading of the output, since either side may wait for the other. The program need not read it all.
    let writer = thread::spawn(move || _ = stdin.write_all(&input));
    let run = finish(child);
    writer.join().unwrap();
    run
}

/// Waits for the end of the program.
#[must_use]
pub fn finish(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run { status: output.status, stdout: output.stdout, stderr: String::from_utf8(output.stderr).unwrap() }
}

/// A run of the program that has ended.
pub struct Run {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    /// Compares the exit status.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "exit status; on standard error:\n{}", self.stderr);
        self
    }

    /// Compares standard output, byte for byte.
    #[track_caller]
    pub fn prints(self, expected: impl AsRef<[u8]>) -> Self {
        same(&self.stdout, expected.as_ref());
        self
    }

    /// Compares standard error: these messages and no others, one a line.
    #[track_caller]
    pub fn says(self, messages: &[&str]) -> Self {
        let expected: String = messages.iter().map(|message| format!("dechrome: {message}\n")).collect();
        assert_eq!(self.stderr, expected, "standard error");
        self
    }

    /// Standard output as text.
    pub fn text(&self) -> &str {
        str::from_utf8(&self.stdout).unwrap()
    }
}

/// Compares bytes; where they differ, they are shown as text.
#[track_caller]
pub fn same(found: &[u8], expected: &[u8]) {
    assert_eq!(String::from_utf8_lossy(found), String::from_utf8_lossy(expected));
    assert!(found == expected, "the bytes differ");
}

/// Tells something beside the result of a test; unlike what is printed, it is seen though the test passes.
pub fn note(message: &str) {
    _ = writeln!(std::io::stderr(), "{message}");
}

/// Whether a path is that of a file that is being written, or was when a run was killed.
pub fn is_temporary(path: &str) -> bool {
    path.rsplit('/').next().unwrap().starts_with(".dechrome-")
}

/// The temporary files below a folder.
pub fn temporary_files(folder: &Folder, below: &str) -> Vec<String> {
    folder.files(below).into_iter().filter(|file| is_temporary(file)).collect()
}

/// Makes a named pipe: whoever reads it waits until somebody writes.
pub fn make_pipe(folder: &Folder, path: &str) {
    assert!(Command::new("mkfifo").arg(folder.path(path)).status().unwrap().success());
}

/// Sends a signal to a program: `INT` is what Ctrl-C sends.
pub fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until there is something to see; it is there after a moment, or a defect keeps it from ever coming.
#[track_caller]
pub fn wait_for(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A folder of its own for a test, and the working directory of its programs.
pub struct Folder(TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    /// A folder with these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Folder::new();
        files.iter().for_each(|(path, content)| folder.write(path, content));
        folder
    }

    /// The absolute path of something in it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file, and makes the folders on the way.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), content).unwrap();
    }

    /// A file as text.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// Compares a file, byte for byte.
    #[track_caller]
    pub fn holds(&self, path: &str, expected: impl AsRef<[u8]>) {
        let found = fs::read(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        same(&found, expected.as_ref());
    }

    /// Everything below a folder that is no folder itself, sorted, with `/` between the parts of a name.
    pub fn files(&self, below: &str) -> Vec<String> {
        let (root, mut files) = (self.path(below), Vec::new());
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
                    files.push(name.replace(std::path::MAIN_SEPARATOR, "/"));
                }
            }
        }
        files.sort();
        files
    }

    /// Every file below a folder with its bytes; symlinks to folders are left out.
    pub fn contents(&self, below: &str) -> Vec<(String, Vec<u8>)> {
        let files = self.files(below).into_iter().filter(|name| !self.path(below).join(name).is_dir());
        files.map(|name| (name.clone(), fs::read(self.path(below).join(name)).unwrap())).collect()
    }

    /// The program in this folder, not started yet.
    pub fn program(&self, arguments: &str) -> Command {
        program(self.0.path(), arguments)
    }

    /// Runs the program in this folder, with nothing on its standard input.
    #[must_use]
    pub fn run(&self, arguments: &str) -> Run {
        finish(self.program(arguments).spawn().unwrap())
    }

    /// Runs the program in this folder as a filter.
    #[must_use]
    pub fn pipe(&self, arguments: &str, input: impl AsRef<[u8]>) -> Run {
        feed(self.program(arguments), input.as_ref())
    }
}
