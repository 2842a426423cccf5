//! Building and testing: what has a way to run something else.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "gcc g++ cc c++ clang clang++ ld as rustc javac tsc swiftc" "dash1
        opts -o -I -L -D -x -wrapper -specs -B
        -o : w=-o
        * : &compiled
        -wrapper : !unknown-code" [allow "gcc -o x x.c", prompt "gcc -o /usr/bin/x x.c"]
    "eslint prettier biome ruff black isort mypy pytest py.test jest vitest vite webpack mocha tox phpunit rspec playwright cypress gofmt rustfmt clippy-driver shellcheck shfmt" ": &builds" [allow "pytest -q", allow "prettier --write ."]
    "nox inv invoke fab gulp grunt" ": &builds" [allow "nox -s tests", deny "echo 'import os; os.system(\"rm -rf ~\")' > noxfile.py; nox"]
    "fastlane xcodebuild" "release|deliver|supply|pilot|upload_to_* : !publish" [prompt "fastlane release", allow "xcodebuild test"]
    "goreleaser" "release !--snapshot : !publish" [prompt "goreleaser release", allow "goreleaser release --snapshot"]
    "ffmpeg convert magick" ": w-1" [allow "ffmpeg -i a.mp4 b.mp4"]
};
