//! Cuts a wasm module in two: the first half is what runs until the first beat, the second is everything else and is
//! compiled later. Binaryen has the same as `wasm-split`, which its npm package leaves out.
//!
//! Which functions are first is recorded, not written down: `count` makes a module that tells which of its functions ran,
//! `xtask/npm/profile.mjs` starts the pack with it. It is no general tool: it refuses what the core does not have.
//!
//! `module` is what is read, `plan` what is decided, `write` what comes of it.

mod count;
mod module;
mod numbers;
mod order;
mod plan;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::num::NonZeroU64;
use std::process::ExitCode;

use module::Module;
use plan::Plan;

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

const HELP: &str = "\
usage: split count WASM COUNTING        the same module with an exported global `hit:<n>` for each function n that ran
       split cut WASM RAN FIRST SECOND  in two; the file RAN has the number of a function that ran on each line
       split zip FILE ZIPPED            gzip, as small as it gets
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["count", wasm, counting] => count(wasm, counting),
        ["cut", wasm, ran, first, second] => cut(wasm, ran, first, second),
        ["zip", file, zipped] => zip(file, zipped),
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn count(wasm: &str, counting: &str) -> Result {
    let bytes = read(wasm)?;
    write(counting, &valid(count::counting(&Module::parse(&bytes)?, &bytes)?)?)
}

fn cut(wasm: &str, ran: &str, first: &str, second: &str) -> Result {
    let bytes = read(wasm)?;
    let ran: BTreeSet<u32> = String::from_utf8(read(ran)?)?.lines().map(str::parse).collect::<Result<_, _>>()?;
    let module = Module::parse(&bytes)?;
    let plan = Plan::new(&module, &ran)?;
    println!("split: {plan}");
    write(first, &valid(write::first(&module, &plan)?)?)?;
    write(second, &valid(write::second(&module, &plan)?)?)
}

/// More rounds and blocks than zopfli takes by itself: a thousandth less for ten seconds more.
const ZIP_ROUNDS: NonZeroU64 = NonZeroU64::MIN.saturating_add(39);
const ZIP_BLOCKS: u16 = 60;

fn zip(file: &str, zipped: &str) -> Result {
    let mut out = Vec::new();
    let options =
        zopfli::Options { iteration_count: ZIP_ROUNDS, maximum_block_splits: ZIP_BLOCKS, ..zopfli::Options::default() };
    zopfli::compress(options, zopfli::Format::Gzip, read(file)?.as_slice(), &mut out)?;
    write(zipped, &out)
}

/// What we wrote, checked by somebody else's reader.
fn valid(module: Vec<u8>) -> Result<Vec<u8>> {
    wasmparser::validate(&module).map_err(|error| format!("the result is no valid module: {error}"))?;
    Ok(module)
}

fn read(file: &str) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| format!("cannot read {file}: {error}").into())
}

fn write(file: &str, bytes: &[u8]) -> Result {
    fs::write(file, bytes).map_err(|error| format!("cannot write {file}: {error}").into())
}
