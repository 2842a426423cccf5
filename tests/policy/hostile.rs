//! Calls that nobody writes, made to take long or to hide what stands at their end. Steps are counted, not time.

use opencode_swarm_pack::config::Decision;
use opencode_swarm_pack::policy::Call;
use serde_json::json;

use crate::harness::baseline;

const BYTES: usize = 64 << 10;
const END: &str = "\n\nrm -rf ~";
/// What one call may cost, and how many actions it may have with the one that says there was more.
const STEPS_MOST: usize = 256 << 10;
const ATOMS_MOST: usize = 200;

/// Pieces of commands whose rows, paths or code inside of code take longest.
const SHAPES: &[&str] = &[
    "a ",
    "a;",
    "$x",
    "$x ",
    "x=y ",
    ">a ",
    "`",
    "[",
    "/*/",
    "../",
    "a/../",
    "\"a\" ",
    "(",
    "$(",
    "{a,b}",
    "a b c d e f g h i j\n",
    "env a=b ",
    "sudo ",
    "xargs ",
    "nice ",
    "mv a b;",
    "cp a b;",
    "ln -s a b;",
    "tee a b c;",
    "tar xf a -C b;",
    "rm a;",
    "rm -rf a* b? ",
    "cat ~/*/*/x ",
    "cat [a-z]* ",
    "echo x > a; sh a;",
    "echo x >> a; ",
    "find . -name '*a' -exec rm {} +;",
    "find . -exec ",
    "fd a -x ",
    "docker run -v /a:/b x y;",
    "git -c a=b ",
    "git config alias.x '!a';",
    "kubectl delete x;",
    "curl -d @a http://a:1/;",
    "sh -c 'a b';",
    "bash -c '",
    "eval 'a b';",
    "echo a b | xargs -I{} sh -c '{}';",
    "python3 -c 'os.system(\"a b\")';",
    "node -e '`a`;system(\"\"+\"b\")';",
    "psql -c 'drop table a;';",
    "awk '{system(\"a\")}';",
    "sed -i 's/a/b/e' x;",
    "make -f a x=y;",
    "npm run a;",
    "ssh a b c;",
    "unknown rm git sh env a b c;",
    "unknown 'rm a; git b' 'sh c';",
    "alias a='a a';a;",
    "f(){ f;f;};f;",
    "trap 'a b' 0;",
    "kill $(pgrep a);",
    "export A=b;",
    "python3 -c 'eval(",
    "\"a\"+",
    "system(",
    "$a/",
    "~/",
    "é",
    "\0",
];

#[test]
fn no_call_costs_more_than_it_may() {
    let asked = baseline();
    for shape in SHAPES {
        for bytes in [4 << 10, 16 << 10, BYTES - END.len()] {
            let command = shape.repeat(bytes / shape.len());
            for command in [
                command.clone() + END,
                format!("python3 -c '{}'", command.replace('\'', "\"")),
                format!("psql -c \"{}\"", command.replace('"', "'")),
            ] {
                let args = json!({ "command": command });
                let inquiry = asked.gate.inquire(&Call { session_id: "ses", tool: "bash", args: Some(&args) });
                let found = asked.gate.evaluate(&inquiry, &[]);
                assert!(inquiry.steps() <= STEPS_MOST, "{shape:?}: {} steps", inquiry.steps());
                assert!(found.atoms.len() <= ATOMS_MOST, "{shape:?}: {} atoms", found.atoms.len());
            }
        }
    }
}

/// What stands behind anything is seen, or it is asked about that it was not.
#[test]
fn nothing_is_allowed_that_was_not_read() {
    let asked = baseline();
    for shape in SHAPES {
        for bytes in [256, 4 << 10, 16 << 10, BYTES - END.len(), 4 * BYTES] {
            let command = shape.repeat(bytes / shape.len()) + END;
            let found = asked.bash(&command);
            assert_ne!(found.decision, Decision::Allow, "{shape:?} {bytes}: {}", found.reason);
        }
        let long = format!("{shape}{}{END}", "a".repeat(BYTES));
        assert_ne!(asked.bash(&long).decision, Decision::Allow, "{shape:?}");
    }
}

/// What is long and harmless is read all the same.
#[test]
fn long_files_in_a_command_are_no_question() {
    let asked = baseline();
    let lines =
        "let total = items.iter().map(|item| item.price * item.count).sum::<u64>(); // it's the sum\n".repeat(230);
    asked.allows(&format!("cat > src/generated.rs <<'EOF'\n{lines}EOF"));
    asked.allows(&format!("mkdir -p src && cat <<EOF > src/generated.rs\n{lines}EOF"));
    let script = "total = sum(item.price for item in items)  # the sum\nprint(f\"{total}\")\n".repeat(250);
    asked.allows(&format!("python3 - <<'EOF'\n{script}EOF"));
    let files: Vec<String> = (0..400).map(|number| format!("src/components/file{number}.ts")).collect();
    asked.allows(&format!("git add {}", files.join(" ")));
    asked.allows(&"echo building && npm run build > build.log 2>&1\n".repeat(60));
}
