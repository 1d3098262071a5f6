//! Very many small files: all of them, in bounded memory.

#![cfg(target_os = "linux")]

use std::fs;
use std::time::{Duration, Instant};

use crate::support::{ARTICLE, Folder, PAGE, PATTERNS, finish, note};

/// Cleans `number` pages in folders of a thousand to a tree, with an audit; returns the most memory it took, in bytes.
fn clean(number: usize, options: &str) -> u64 {
    let folder = Folder::with(&[("small.toml", PATTERNS)]);
    let name = |number: usize| format!("{:03}/{number}.txt", number / 1000);
    let page = |number: usize| PAGE.replace("sixty", &number.to_string());
    (0..number).for_each(|number| folder.write(&format!("in/{}", name(number)), page(number)));

    let start = Instant::now();
    let mut child = folder.program(&format!("in -o out --removed removed --report report {options}")).spawn().unwrap();
    let mut memory = 0;
    let path = format!("/proc/{}/status", child.id());
    while child.try_wait().unwrap().is_none() {
        // The high-water mark, which is gone when the program is.
        let status = fs::read_to_string(&path).unwrap_or_default();
        let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = mark.and_then(|mark| mark.split_whitespace().next()?.parse::<u64>().ok());
        memory = kilobytes.map_or(memory, |kilobytes| kilobytes << 10);
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = start.elapsed();
    let run = finish(child).exits(0);
    assert!(run.stderr.starts_with(&format!("dechrome: {number} documents: {number} cleaned")), "{}", run.stderr);
    note(&format!("{number} files: {took:.1?}, {} MB", memory >> 20));

    let outputs = folder.files("out");
    assert_eq!(outputs.len(), number);
    let mut expected: Vec<String> = (0..number).map(name).collect();
    expected.sort();
    assert!(outputs == expected);
    let article =
        if options.contains("small.toml") { PAGE.replace("Advertisement\n\n", "") } else { ARTICLE.to_owned() };
    for sample in (0..number).step_by(number / 500) {
        folder.holds(&format!("out/{}", name(sample)), article.replace("sixty", &sample.to_string()));
    }
    memory
}

#[test]
fn five_thousand_small_files() {
    clean(5_000, "--no-default-patterns -p small.toml");
}

/// By hand, since it takes minutes and 8 GB of disk: `cargo test --release --test cmd -- --ignored million --nocapture`.
#[test]
#[ignore = "takes minutes and 8 GB of disk"]
fn a_million_small_files() {
    let memory = clean(1_000_000, "");
    assert!(memory > 0 && memory < 120_000_000, "{memory} bytes");
}
