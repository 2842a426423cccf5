//! `wasm-bindgen`, in the version of the lock file.
//!
//! It cannot bear its real name: rustc refuses a crate called `wasm_bindgen` with a version this low.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:?}");
            ExitCode::FAILURE
        }
    }
}
