//! Random scripts for the shell reader: with libFuzzer where there is one, else by chance alone, on a stable compiler.
//!
//! `shell [seconds] [start]`; the same start gives the same scripts.

#![cfg_attr(feature = "libfuzzer", no_main)]

#[cfg(feature = "libfuzzer")]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::check(bytes));

/// Pieces of scripts, of which more scripts are made.
#[cfg(not(feature = "libfuzzer"))]
const TOKENS: &[&str] = &[
    "$(", "$((", "((", "(", ")", "))", "{", "}", "${", "${x:-", "${x//", "${!", "${#", "$[", "]", "[", "[[ ", " ]]", "`", "\\`", "\"", "'", "$'", "$\"", "\\", "\\\n", "\n", " ",
    ";", ";;", ";&", "&", "&&", "||", "|", "|&", "<", ">", ">>", "<<", "<<-", "<<<", "<(", ">(", ">&", "&>", "2>&1", "{fd}>", "<<E\n", "\nE\n", "<<'E'\n", "if ", " then ",
    " fi", " else ", " elif ", "while ", "until ", " do ", " done", "for x in ", "for ((", "case x in ", " in ", " esac", "select x in ", "function f ", "f() ", "f ", "coproc ",
    "time ", "! ", "x=", "x+=", "x[1]=", "x=(", "$x", "${x}", "$1", "$@", "$*", "eval ", "eval '", "alias a=", "a ", "trap '", "' EXIT", "cd ", "cd ..", "pushd a", "popd",
    "set -- ", "shift ", "local x=", "declare -n x=", "declare -A m=", "export x=", "unset x", "read x", "printf -v x ", "echo ", "cat ", "IFS=", "{a,b}", "{1..9}", "{1..99999}",
    "*", "?", "[a-z]", "@(", "!(", "~", "~/", "~+", "#", "# ", "=", "=~", "==", "+", "++", "-", "**", "<<=", "1", "0x", "99999999999999999999", "é", "\u{1F600}", "\0", "\r", "\t",
    "/", "%", "##", "^^", ",,", "@P", ":", ":1:2", "-", "--", "rm", " -rf /", "a", "b", "c", ".",
];

#[cfg(not(feature = "libfuzzer"))]
fn main() {
    use std::time::{Duration, Instant};
    let mut args = std::env::args().skip(1).filter_map(|arg| arg.parse::<u64>().ok());
    let limit = Duration::from_secs(args.next().unwrap_or(10));
    let mut state = args.next().unwrap_or(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % end.max(1)
    };
    let begin = Instant::now();
    let (mut count, mut longest) = (0_u64, Duration::ZERO);
    let mut kept: Vec<Vec<u8>> = vec![Vec::new()];
    while begin.elapsed() < limit {
        let mut bytes = kept[below(kept.len())].clone();
        for _ in 0..=below(12) {
            let at = below(bytes.len() + 1);
            match below(10) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, u8::try_from(below(256)).unwrap_or(0)),
                2 => {
                    let piece = bytes[at..bytes.len().min(at + 40)].repeat(1 + below(20));
                    bytes.splice(at..at, piece);
                }
                _ => drop(bytes.splice(at..at, TOKENS[below(TOKENS.len())].bytes())),
            }
        }
        bytes.truncate(70 << 10);
        let start = Instant::now();
        if std::panic::catch_unwind(|| fuzz::check(&bytes)).is_err() {
            eprintln!("failed on {:?}", String::from_utf8_lossy(&bytes));
            std::process::exit(1);
        }
        longest = longest.max(start.elapsed());
        count += 1;
        // A few texts grow on, so that long ones come, too.
        if kept.len() < 64 {
            kept.push(bytes);
        } else {
            let at = below(kept.len());
            kept[at] = bytes;
        }
    }
    println!("{count} scripts, the longest took {longest:?}");
}
