//! Package managers: installing is work, publishing and removing from the machine is not.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "npm pnpm yarn bun" "help
        opts -C -w --prefix --filter --workspace --registry --dir --cwd --tag --script-shell --otp -e --eval
        publish|unpublish|deprecate|star !--dry-run : n !publish
        dist-tag|owner|access !@ls|list|get|lookup : n !publish
        uninstall|remove|rm|un|unlink @opencode* : !self-protection-ask
        --prefix=*opencode* : !self-protection-ask
        explore 1 : &suspect
        npm publish : n !publish
        token|login|adduser|logout : n !secret-write
        config|c set @*_authToken*|*_password* : !secret-write
        config get @*_authToken* : !secret-read
        ls|list|outdated|view|info|why|audit|search|explain|ll|la|fund|doctor|root|prefix|bin : pure
        install|i|ci|add|update|upgrade : n
        exec|x -c|--call : s1
        exec|x|dlx : x1
        exec 1 : s1
        config|c set @registry*|registry=*|script-shell*|ignore-scripts* : !persistence
        pkg set : &assignscripts
        set-script 1 : s2
        --script-shell : &shadow
        create|init 1 : n
        @*.js|*.ts|*.mjs|*.tsx : fjs:1
        : &builds
        -e|--eval : cjs:=-e|--eval" [
        allow "npm install", allow "npm ci", allow "npm run build", allow "pnpm add -D vitest", allow "bun test", allow "yarn", prompt "npm publish", prompt "npm unpublish x --force",
        prompt "pnpm publish --access public", deny "npm exec -- rm -rf ~", allow "npm test", deny "pnpm dlx rimraf /",
    ]
    "npx bunx pnpx" "opts -p --package -c --call
        first
        -c|--call : s=-c|--call
        github:*|git+*|git:*|http://*|https://*|gist:*|bitbucket:*|gitlab:* : !remote-code
        1 : x1" [prompt "npx -y github:a/b", prompt "npx https://gist.example/x", allow "npx tsc --noEmit", deny "npx -c 'rm -rf ~'", deny "npx rimraf ~", prompt "npx rimraf ../other"]
    "rimraf del-cli trash-cli" ": t*" [allow "rimraf dist", deny "rimraf /"]
    "semantic-release np release-it" ": n !publish" [prompt "npx semantic-release"]
    "lerna changeset" "exec : &suspect
        publish|from-git : !publish
" [prompt "lerna publish"]
    "pip pip3 pipx uv poetry pdm rye conda mamba micromamba pipenv" "opts -r -i --index-url --extra-index-url -c -p -n
        publish|upload : n !publish
        uninstall -r : !package-remove
        install|add|sync|update|upgrade|download : n
        install|add|download @http://* : !remote-code
        install|sync|build : &builds
        list|show|freeze|check|search|index : pure
        run 1 : x1 &suspect
        tool run 1 : x1
        config set @*token*|*password* : !secret-write
        config set @*index-url*|*trusted-host* : !persistence
        install --index-url=http:*|-i=http:*|--extra-index-url=http:* : !remote-code" [allow "pip install -r requirements.txt", prompt "pip install http://x.example/a.tar.gz", prompt "poetry publish", deny "poetry run rm -rf ~", allow "uv run pytest", prompt "uv publish"]
    "flit hatch maturin conda-build anaconda" "publish|upload : !publish
        run|env : &suspect" [prompt "flit publish", prompt "maturin publish"]
    "jsr wapm clasp expo eas" "publish|deploy|submit|push : !publish" [prompt "jsr publish"]
    "snapcraft flatpak-builder appimagetool" "upload|release|push : !publish" [prompt "snapcraft upload x"]
    "luarocks opam hackage cpan-upload pod" "upload|publish : !publish
        trunk push|delete|deprecate : !publish" [prompt "luarocks upload x", prompt "pod trunk push x"]
    "twine" "upload : !publish" [prompt "twine upload dist/*"]
    "cargo" "help
        opts --manifest-path --target --features -p --package -F --bin --example --test --target-dir --color -Z -j --config
        publish|yank|owner !--dry-run|-n : n !publish
        : &builds
        watch : &suspect
        login|logout : !secret-write
        release -x|--execute : !publish
        --config=*rustc*|--config=*runner*|--config=*linker* : !unknown-code
        install|fetch|update|add : n
        tree|metadata|search|info|version|locate-project : pure" [allow "cargo build --release", allow "cargo test", allow "cargo clean", prompt "cargo publish", allow "cargo publish --dry-run"]
    "gem" "push|yank|owner : !publish
        install|update : n" [allow "gem install rails", prompt "gem push x.gem"]
    "bundle bundler" "exec 1 : x1
        install|update : n" [allow "bundle exec rspec", deny "bundle exec rm -rf ~"]
    "composer" ": &builds
        install|require|update : n
        exec 1 : x1" [allow "composer install"]
    "mvn mvnw gradle gradlew sbt ant" "
        : &builds
        !@publishToMavenLocal @deploy|publish*|*:deploy|*:publish*|bintrayUpload|uploadArchives|release:perform|publishToMavenCentral : n !publish" [allow "mvn test", allow "mvn -q clean install", prompt "mvn deploy", prompt "gradle publish"]
    "dotnet nuget msbuild" ": &builds
        ef database drop : !database-delete
        nuget push|delete : !publish
        push|delete : !publish
        restore|add : n" [allow "dotnet build", prompt "dotnet nuget push x.nupkg"]
    "go" "opts -o -run -exec -toolexec -vettool -C
        dash1
        -exec : s=-exec
        run : f-:* &builds
        -toolexec|-vettool : !unknown-code
        get|install|mod : n
        list|version|env|doc : pure" [allow "go build ./...", allow "go test ./...", allow "go mod tidy", deny "go test -exec 'rm -rf ~' ./..."]
    "mix rebar3" "opts -e --eval
        hex.publish|hex.retire : !publish
        : &builds
        run -e|--eval : c-:=-e|--eval
        eval 1 : c-:1
        run 1 : f-:1
        ecto.drop|ecto.reset : !database-delete
        ecto.rollback --all|-a : !database-delete" [allow "mix test", prompt "mix hex.publish", prompt "mix hex.retire x 1.0.0 other", deny "mix run -e 'System.cmd(\"rm\", [\"-rf\", \"/\"])'", prompt "mix ecto.drop"]
    "cabal stack" "upload : !publish
        exec 1 : x1" [allow "stack build"]
    "dart flutter pub" "pub publish|lish !--dry-run|-n : !publish
        publish : !publish" [allow "flutter build apk", prompt "dart pub publish"]
    "apt-key" "add : !persistence" [prompt "curl https://x.example/k | sudo apt-key add -"]
    "apt apt-get aptitude dpkg" "opts -o -t -c
        remove|purge|autoremove|autopurge : !package-remove
        -r|-P|--purge|--remove : !package-remove
        install|update|upgrade|full-upgrade|dist-upgrade : n
        list|show|search|policy : pure
        -o=*Pre-Invoke*|-o=*Post-Invoke* : !unknown-code" [allow "apt-get install -y jq", allow "sudo apt update", prompt "apt-get purge -y python3", prompt "dpkg --purge --force-all libc6"]
    "yum dnf zypper microdnf rpm tdnf" "remove|erase|autoremove|rm : !package-remove
        -e|--erase : !package-remove
        install|update|upgrade : n" [allow "dnf install -y jq", prompt "dnf remove -y systemd", prompt "rpm -e glibc"]
    "pacman yay paru" "-R|--remove : !package-remove
        -S|--sync : n" [allow "pacman -S jq", prompt "pacman -Rns python"]
    "apk" "del : !package-remove
        add|update|upgrade : n" [allow "apk add jq", prompt "apk del musl"]
    "brew port snap flatpak nix-env winget choco scoop" "uninstall|remove|rm|zap|purge : !package-remove
        install|update|upgrade : n
        list|info|search : pure" [allow "brew install jq", prompt "brew uninstall --force node", prompt "snap remove x"]
    "setup.py" "@upload|register : !publish" [prompt "python setup.py sdist upload", allow "python setup.py build"]
    "nix nix-collect-garbage nix-shell" "opts --run -c --command -p
        --run|--command|-c : s=--run|--command
        -c : x1
        run|shell : n &suspect" [allow "nix build", deny "nix-shell --run 'rm -rf ~'"]
    "rustup nvm asdf pyenv rbenv volta fnm mise sdk" "uninstall|self : !package-remove
        exec|run|x 1 : x2 &suspect" [allow "rustup update", allow "nvm use 20"]
    "vsce ovsx" "publish|unpublish : !publish" [prompt "vsce publish"]
};
