//! No command is missed that another reader finds.

use opencode_swarm_pack::policy::shell::{Budget, Given, Word, read};
use serde_json::Value;

use super::bash;
use super::dice::{Dice, script};

/// Commands that the scripts are made of. Other names come of reading a script otherwise.
const COMMANDS: [&str; 6] = ["ls", "git", "echo", "./x", "rm", "grep"];

fn ours(source: &str) -> Vec<String> {
    let given = Given { home: "/home/ada", user: "ada", cwd: "/repo", vars: &[] };
    let commands = read(source, &given, &mut Budget::default()).commands;
    commands.iter().filter_map(|simple| simple.words.first()?.known().map(|name| name.into_owned())).collect()
}

/// tree-sitter finds the commands within substitutions, too.
fn tree_sitter(source: &str) -> Option<Vec<String>> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("the versions fit");
    let tree = parser.parse(source, None)?;
    if tree.root_node().has_error() {
        return None;
    }
    let mut names = Vec::new();
    let mut nodes = vec![tree.root_node()];
    while let Some(node) = nodes.pop() {
        if node.kind() == "command_name" {
            names.extend(node.utf8_text(source.as_bytes()).map(str::to_owned));
        }
        nodes.extend((0..node.child_count()).filter_map(|index| node.child(index)));
    }
    Some(names)
}

/// brush keeps words as they are written: the commands within them are not among its own.
fn brush(source: &str) -> Option<Vec<String>> {
    let options = brush_parser::ParserOptions::default();
    let program = brush_parser::Parser::new(source.as_bytes(), &options).parse_program().ok()?;
    let mut names = Vec::new();
    let mut values = vec![serde_json::to_value(&program).expect("JSON")];
    while let Some(value) = values.pop() {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    match (&value, key.as_str()) {
                        (Value::Object(word), "word_or_name") => {
                            names.extend(word.get("value").and_then(Value::as_str).map(str::to_owned));
                        }
                        (Value::String(word), "word_or_name" | "w") => names.push(word.clone()),
                        _ => values.push(value),
                    }
                }
            }
            Value::Array(items) => values.extend(items),
            _ => {}
        }
    }
    Some(names)
}

fn count(names: &[String], name: &str) -> usize {
    names.iter().filter(|other| *other == name).count()
}

#[track_caller]
fn finds_no_more_than_we(theirs: fn(&str) -> Option<Vec<String>>) {
    let (mut scripts, mut commands) = (0, 0);
    for start in 0..500 {
        let source = script(&mut Dice::new(start + 90_000), 2);
        // What nobody could run nobody needs to find.
        let Some(theirs) = theirs(&source).filter(|_| bash::accepts(&source)) else { continue };
        // tree-sitter takes a keyword for a command where it has lost its way.
        const KEYWORDS: &str = " do done then fi esac time while until for if case select function { } else elif in ";
        if theirs.iter().any(|name| KEYWORDS.contains(&format!(" {name} "))) {
            continue;
        }
        let ours = ours(&source);
        scripts += 1;
        for name in theirs.iter().filter(|name| COMMANDS.contains(&name.as_str())) {
            commands += 1;
            assert!(
                count(&ours, name) >= count(&theirs, name),
                "{name} in\n{source}\nours {ours:?}\ntheirs {theirs:?}"
            );
        }
    }
    println!("{commands} commands in {scripts} scripts");
    assert!(scripts >= 100 && commands >= 500, "{commands} commands in {scripts} scripts");
}

#[test]
fn tree_sitter_finds_no_more_commands() {
    finds_no_more_than_we(tree_sitter);
}

#[test]
fn brush_finds_no_more_commands() {
    finds_no_more_than_we(brush);
}

/// The scripts of this machine, as far as there are any.
#[test]
fn real_scripts_are_read() {
    let folders =
        ["/usr/bin", "/usr/sbin", "/etc/init.d", "/usr/share/doc/git/contrib/completion", "/usr/lib/git-core"];
    let entries = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let (mut read_scripts, mut refused) = (0, Vec::new());
    for path in entries.map(|entry| entry.path()) {
        let Ok(source) = std::fs::read_to_string(&path) else { continue };
        let first = source.lines().next().unwrap_or_default();
        let is_script = ["#!/bin/sh", "#! /bin/sh", "#!/bin/bash", "#!/usr/bin/env bash"]
            .iter()
            .any(|start| first.starts_with(start));
        if !is_script || source.len() > 32 << 10 || !bash::accepts(&source) {
            continue;
        }
        read_scripts += 1;
        let given = Given { home: "/home/ada", user: "ada", cwd: "/repo", vars: &[] };
        let script = read(&source, &given, &mut Budget::default());
        if script.doubts.contains(&opencode_swarm_pack::policy::shell::Doubt::Syntax) {
            refused.push(path);
        }
        let has_words = script.commands.iter().any(|simple| simple.words.first().and_then(Word::known).is_some());
        assert!(has_words || source.len() < 200);
    }
    println!("{read_scripts} scripts, refused {refused:?}");
    assert!(refused.len() * 100 <= read_scripts, "{refused:?}");
}
