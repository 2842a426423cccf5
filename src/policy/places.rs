//! Paths: how they are made absolute, and what it means to touch them.

use std::sync::OnceLock;

use super::action::Place;
use super::call::Surroundings;
use super::danger::{Danger, danger, worse};
use super::glob::{could_be, matches};

/// What is done to a file.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Verb {
    /// It is read.
    #[default]
    Read,
    /// It is written, made or replaced.
    Write,
    /// It is deleted or moved away; a folder only when it is empty.
    Delete,
    /// It is deleted with everything below it.
    DeleteTree,
    /// Owner or permissions of everything below it change.
    ChangeTree,
}

impl Verb {
    const fn letter(self) -> char {
        match self {
            Self::Read => 'r',
            Self::Write => 'w',
            Self::Delete => 'd',
            Self::DeleteTree => 't',
            Self::ChangeTree => 'm',
        }
    }
}

/// Stands in a path for what is not known of it.
pub const UNKNOWN: char = '…';

/// Patterns, the verbs they are about, and the rule; `-` is no danger. The first that matches holds. `~/` is the home
/// folder, `%/` the project.
const PLACES: &[(&str, &str, &str)] = &[
    (
        "/dev/null /dev/zero /dev/full /dev/std* /dev/tty* /dev/fd/** /dev/*random /dev/pts/* /dev/ptmx /dev/shm/**",
        "rwdt",
        "-",
    ),
    ("/var/lib/apt/lists /var/lib/apt/lists/** /var/cache/apt/**", "dt", "-"),
    (
        "/dev/sd* /dev/nvme* /dev/vd* /dev/hd* /dev/xvd* /dev/mmcblk* /dev/disk* /dev/rdisk* /dev/mapper/* /dev/md* /dev/dm-* \
      /dev/loop* /dev/mem /dev/kmem /dev/port /dev/disk/** /proc/sysrq-trigger /proc/kcore",
        "wdtm",
        "device-write",
    ),
    ("/dev/sd* /dev/nvme* /dev/vd* /dev/mem /dev/kmem /proc/kcore /proc/*/environ /proc/*/mem", "r", "secret-read"),
    ("/dev/** /proc/** /sys/**", "wdtm", "system-write"),
    (
        "/etc/passwd* /etc/shadow* /etc/gshadow* /etc/group /etc/sudoers /etc/sudoers.d/** /etc/pam.d/** /etc/ld.so.preload \
      /boot/** /etc/fstab /etc/hostname~",
        "wdtm",
        "system-core",
    ),
    (
        "/etc/shadow* /etc/gshadow* /etc/sudoers /etc/sudoers.d/** /etc/ssl/private/** /etc/ssh/ssh_host_*_key \
      /etc/kubernetes/*.conf /run/secrets/** /var/run/secrets/**",
        "r",
        "secret-read",
    ),
    (
        "/etc/cron*/** /etc/crontab /etc/anacrontab /var/spool/cron/** /var/spool/at/** /etc/systemd/** /lib/systemd/** \
      /usr/lib/systemd/** /run/systemd/** /etc/init.d/** /etc/rc*/** /etc/rc.local /etc/profile /etc/profile.d/** \
      /etc/bash.bashrc /etc/zsh/** /etc/environment /etc/ld.so.conf* /Library/Launch*/** /etc/xdg/autostart/**",
        "wdtm",
        "persistence",
    ),
    ("**/.ssh/authorized_keys* **/.ssh/rc **/.ssh/environment **/.rhosts **/.shosts", "w", "backdoor"),
    ("**/.ssh/*.pub **/.ssh/known_hosts* **/.ssh/config", "r", "-"),
    ("**/.ssh/known_hosts*", "w", "-"),
    ("**/.ssh/* **/.ssh **/.gnupg **/.gnupg/** **/.password-store **/.password-store/**", "r", "secret-read"),
    ("**/.ssh/** **/.ssh **/.gnupg/** **/.gnupg **/.password-store/** **/.password-store", "wdtm", "secret-write"),
    (
        "**/.env.example* **/.env.sample* **/.env.template* **/.env.dist **/.env.defaults **/*.example **/*.sample **/*.template",
        "rwdtm",
        "-",
    ),
    ("**/.env **/.env.* **/.env? **/.envrc **/*.env **/.dev.vars **/.htpasswd", "r", "secret-read"),
    (
        "**/id_rsa **/id_dsa **/id_ecdsa **/id_ed25519 **/*_rsa **/*.key **/privkey*.pem **/?.pem **/id_? **/*private*.pem **/*-key.pem **/key.pem \
      **/*.p12 **/*.pfx **/*.jks **/*.keystore **/*.kdbx **/*.ppk **/wallet.dat **/.vault-token **/master.key",
        "r",
        "secret-read",
    ),
    (
        "~/.aws ~/.aws/** ~/.azure/** ~/.config/gcloud/** ~/.kube ~/.kube/** ~/.docker/config.json **/.netrc **/.git-credentials \
      ~/.config/gh/hosts.yml ~/.config/glab-cli/** ~/.config/hub ~/.npmrc ~/.yarnrc* ~/.pypirc ~/.pgpass ~/.my.cnf ~/.mylogin.cnf \
      ~/.config/op/** ~/.local/share/keyrings/** ~/.cargo/credentials* ~/.gem/credentials ~/.terraform.d/** ~/.terraformrc \
      ~/.config/rclone/** ~/.boto ~/.s3cfg ~/.*_history ~/.local/share/fish/fish_history ~/Library/Keychains/** ~/.mozilla/** \
      ~/.config/google-chrome/** ~/.config/chromium/** ~/.config/BraveSoftware/** ~/.thunderbird/** ~/Library/Application?Support/Google/** \
      ~/Library/Application?Support/Firefox/** ~/.bitcoin/** ~/.ethereum/** ~/.config/solana/** ~/.local/share/opencode/auth.json \
      ~/.claude/.credentials.json ~/.codex/auth.json ~/.config/github-copilot/** **/credentials.json **/*oauth*creds*.json **/service-account*.json \
      **/service_account*.json **/secrets.yml **/secrets.yaml **/secrets.json **/secrets.toml **/*.tfstate **/.pgpass \
      /root/.aws/** /root/.kube/** /home/*/.aws/** /home/*/.kube/**",
        "r",
        "secret-read",
    ),
    (
        "~/.aws/** ~/.azure/** ~/.config/gcloud/** ~/.kube/** ~/.docker/config.json ~/.netrc ~/.git-credentials ~/.aws ~/.kube \
      ~/.config/gh/** ~/.npmrc ~/.pypirc ~/.pgpass ~/.cargo/credentials* ~/.local/share/keyrings/** ~/Library/Keychains/** \
      ~/.local/share/opencode/** ~/.mozilla/** ~/.config/google-chrome/** ~/.*_history",
        "wdtm",
        "secret-write",
    ),
    (
        "~/.bashrc ~/.bash_profile ~/.bash_login ~/.bash_logout ~/.bash_aliases ~/.profile ~/.zshrc ~/.zshenv ~/.zprofile ~/.zlogin \
      ~/.zlogout ~/.kshrc ~/.cshrc ~/.tcshrc ~/.login ~/.config/fish/** ~/.xinitrc ~/.xprofile ~/.xsession* ~/.config/autostart/** \
      ~/.config/systemd/** ~/.local/share/systemd/** ~/Library/Launch*/** ~/.config/environment.d/** ~/.pam_environment ~/.inputrc \
      ~/.vimrc ~/.config/nvim/** ~/.emacs* ~/.gitconfig ~/.config/git/** ~/.tmux.conf ~/.screenrc ~/.gdbinit ~/.pythonrc* \
      ~/.oh-my-zsh/** ~/.forward ~/.procmailrc ~/.local/share/applications/** **/.bashrc **/.zshrc **/.bash_profile **/.profile \
      **/site-packages/*.pth **/sitecustomize.py **/usercustomize.py",
        "wdtm",
        "persistence",
    ),
    ("**/.git/*.lock **/.git/**/*.lock **/.git/*_MSG **/.git/info/exclude", "wd", "-"),
    ("**/.git/hooks/*.sample", "d", "-"),
    (
        "**/.git/hooks/** **/.git/config **/.git/config.worktree **/.git/info/attributes **/.git/modules/*/hooks/**",
        "w",
        "persistence",
    ),
    ("%/.git %/.git/**", "wdtm", "delete-project"),
    // Not what is built, nor what others wrote.
    (
        "%/**/node_modules/** %/**/build/** %/**/dist/** %/**/target/** %/**/out/** %/**/tmp/** %/**/vendor/** %/**/generated/**",
        "t",
        "-",
    ),
    // What people write by hand has such names; where it is below one of these, it is a part of a repository of several.
    (
        "%/src %/app %/tests %/test %/packages %/source %/internal %/migrations %/.github %/lib %/apps %/services %/modules %/crates %/libs %/cmd %/pkg %/web %/frontend %/backend \
         %/server %/client %/api %/tools %/scripts %/infra %/deploy %/terraform %/charts %/spec %/components %/include %/Sources %/notebooks %/playbooks %/roles %/config %/db %/k8s \
         %/manifests %/proto %/dags %/dbt %/pipelines %/core %/common %/shared %/pages %/engine %/helm %/models %/controllers %/views %/templates %/benches %/plugins %/hooks %/pipeline %/cpp %/workers %/worker %/jobs %/functions %/lambdas %/mobile %/database",
        "t",
        "discard-changes",
    ),
    // Git has no copy of these.
    ("%/.env.production **/*.tfstate", "dt", "discard-changes"),
    (
        "%/**/src %/**/src/main %/**/src/main/* %/**/src/test %/**/app %/**/migrations %/app/models %/app/controllers %/app/views %/services/* %/apps/* %/packages/* %/crates/* %/modules/* %/internal/* %/cmd/*",
        "t",
        "discard-changes",
    ),
    (
        "~/.config/pip/** ~/.pip/** ~/.local/bin/npm ~/.local/bin/node ~/.local/bin/python* ~/.local/bin/git ~/.local/bin/sudo ~/.local/bin/ls ~/bin/ls ~/bin/git ~/bin/sudo ~/bin/npm ~/bin/node ~/bin/python* ~/bin/ssh ~/.condarc",
        "w",
        "persistence",
    ),
    ("**/.git/**", "wdtm", "history-rewrite"),
    (
        "~/.cache/**/* ~/.gradle/caches ~/.m2/repository ~/.npm ~/.yarn ~/.pnpm-store ~/go/pkg ~/.bun/install/cache ~/Library/Developer/Xcode/DerivedData ~/Library/Developer/Xcode/DerivedData/** ~/.npm/** ~/.cargo/registry/** ~/.cargo/git/** ~/.gradle/caches/** ~/.m2/repository/** ~/.yarn/** ~/.pnpm-store/** \
      ~/.local/share/pnpm/** ~/go/pkg/** ~/.bun/install/cache/** ~/.nuget/packages/** ~/Library/Caches/**/* ~/.local/share/Trash/** \
      ~/.cache/opencode/** ~/.deno/** ~/.rustup/tmp/**",
        "wdtm",
        "-",
    ),
    ("/tmp /var/tmp /private/tmp", "w", "-"),
    ("/dev/shm/** /tmp/**/* /var/tmp/**/* /private/tmp/**/* /var/folders/**/*", "wdtm", "-"),
];

/// The same, each pattern for itself: they are asked for every file.
fn places() -> &'static [(&'static str, &'static str, &'static str)] {
    static EACH: OnceLock<Vec<(&'static str, &'static str, &'static str)>> = OnceLock::new();
    EACH.get_or_init(|| {
        let mut each = Vec::new();
        for (patterns, verbs, rule) in PLACES {
            patterns.split_ascii_whitespace().for_each(|pattern| each.push((pattern, *verbs, *rule)));
        }
        each
    })
}

/// Where deletion of everything below is the end of the machine, or close to it.
const SYSTEM_TREES: &str = "/ /bin /bin/** /sbin /sbin/** /lib* /lib*/** /boot /boot/** /dev /proc /sys /etc /usr /usr/* /usr/bin/** /usr/sbin/** \
    /usr/lib*/** /usr/share/* /usr/local/* /var /var/lib /var/lib/* /var/lib/*/* /var/log /var/spool /var/www /var/db /opt /srv /root /home /home/* \
    /Users /Users/* /run /mnt /mnt/* /media /media/*/* /data /sdcard /sdcard/* /storage /nix /nix/** /snap /System /System/** /Library /Library/** /Applications /private /private/*";

/// Paths a pattern of a shell may be meant to hit: they are judged as if they were written out.
const CANARIES: &[&str] = &[
    "/",
    "/bin",
    "/boot",
    "/etc",
    "/home",
    "/lib",
    "/root",
    "/usr",
    "/var",
    "/opt",
    "/usr/bin",
    "/var/lib",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/sudoers",
    "/etc/crontab",
    "/dev/sda",
    "/dev/nvme0n1",
    "~",
    "~/.ssh",
    "~/.ssh/id_rsa",
    "~/.ssh/id_ed25519",
    "~/.ssh/authorized_keys",
    "~/.bashrc",
    "~/.zshrc",
    "~/.profile",
    "~/.gnupg",
    "~/.aws",
    "~/.aws/credentials",
    "~/.netrc",
    "~/.kube/config",
    "~/.git-credentials",
    "~/.npmrc",
    "~/.config",
    "~/.bash_history",
    "~/Documents",
    "%/.git",
    "%/.git/config",
    "%/.env",
    "%/.env.local",
    "%/src",
    "%/app",
    "%/lib",
    "%/tests",
    "%/services",
    "%/packages",
    "%/crates",
    "%",
];

/// Joins to a folder and takes `.`, `..` and doubled `/` away. Nothing where it is relative to an unknown folder.
pub fn resolve(path: &str, cwd: Option<&str>, home: &str) -> Option<String> {
    let mut out = String::with_capacity(path.len() + 32);
    let rest = match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => {
            out.push_str(home);
            rest
        }
        Some(_) | None if path.starts_with('/') => path,
        Some(_) | None => {
            out.push_str(cwd?);
            path
        }
    };
    while out.ends_with('/') {
        out.pop();
    }
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => out.truncate(out.rfind('/').unwrap_or(0)),
            part => {
                out.push('/');
                out.push_str(part);
            }
        }
    }
    if out.is_empty() {
        out.push('/');
    }
    Some(out)
}

/// Whether the path is the folder or below it.
pub fn is_below(path: &str, folder: &str) -> bool {
    let folder = folder.strip_suffix('/').unwrap_or(folder);
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A pattern without sets at its start that most signs are in: `[!x]`, `[a-z]`, `!(x)`.
fn without_sets(mut pattern: &str) -> &str {
    if pattern.starts_with("!(") {
        return "*";
    }
    while let Some((set, rest)) = pattern.strip_prefix('[').and_then(|rest| rest.split_once(']'))
        && (set.starts_with(['!', '^']) || set.contains('-'))
    {
        pattern = rest;
    }
    pattern
}

/// The folder of a path.
pub fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(place) => path.get(..place).unwrap_or("/"),
    }
}

/// The last name of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Surroundings {
    /// The path as an action tells it.
    pub(super) fn place(&self, path: String) -> Place {
        let is_inside = is_below(&path, &self.root);
        let shown = match path.strip_prefix(&self.root).map(|rest| rest.trim_start_matches('/')) {
            Some("") if is_inside => ".".to_owned(),
            Some(rest) if is_inside => rest.to_owned(),
            Some(_) | None => path.clone(),
        };
        Place { path, real: None, shown, is_inside }
    }

    /// Whether a pattern of the tables matches. `~/` and `%/` stand for home and project.
    fn fits(&self, pattern: &str, path: &str) -> bool {
        // Bytes, not searchers: all patterns are tried on every path.
        let (folder, rest) = match pattern.as_bytes() {
            [b'~', ..] => (self.home.trim_end_matches('/'), pattern.get(1..).unwrap_or_default()),
            [b'%', ..] => (self.root.trim_end_matches('/'), pattern.get(1..).unwrap_or_default()),
            _ => ("", pattern),
        };
        // Most paths are told apart by their first letters, and a name wherever it is by the ends.
        let Some(path) = path.strip_prefix(folder) else { return false };
        let first = |text: &str| text.as_bytes().get(1).copied();
        match rest.strip_prefix("**/") {
            Some(rest) => {
                let rest = rest.as_bytes();
                let tail = rest.iter().rposition(|byte| matches!(byte, b'*' | b'?')).map_or(0, |at| at + 1);
                if !path.as_bytes().ends_with(rest.get(tail..).unwrap_or_default()) {
                    return false;
                }
            }
            None if first(rest) != first(path) && !matches!(first(rest), Some(b'*' | b'?')) => return false,
            None => {}
        }
        matches(rest, path, Some(b'/'), false)
    }

    fn fits_any(&self, patterns: &str, path: &str) -> bool {
        patterns.split_ascii_whitespace().any(|pattern| self.fits(pattern, path))
    }

    /// Whether nobody reads it without a question.
    pub(super) fn is_secret(&self, path: &str) -> bool {
        self.danger_of(path, Verb::Read, false).is_some()
    }

    /// What it means to do this to that. `is_elsewhere`: on another machine or in a container, where only the system's own
    /// folders are known.
    pub(super) fn danger_of(&self, path: &str, verb: Verb, is_elsewhere: bool) -> Option<&'static Danger> {
        let (path, verb) = match path.rsplit_once('/') {
            // All that is in a folder is the folder.
            Some((folder, name)) if verb == Verb::DeleteTree || verb == Verb::ChangeTree => {
                let rest = without_sets(name);
                let is_all = rest.bytes().all(|byte| matches!(byte, b'*' | b'?' | b'.')) && rest.contains('*');
                (
                    if is_all && folder.is_empty() {
                        "/"
                    } else if is_all {
                        folder
                    } else {
                        path
                    },
                    verb,
                )
            }
            Some(_) | None => (path, verb),
        };
        let mut worst = self.danger_of_one(path, verb, is_elsewhere);
        // What is not known at the end may be nothing at all.
        if let Some((folder, name)) = path.rsplit_once('/')
            && matches!(verb, Verb::DeleteTree | Verb::ChangeTree)
            && !name.is_empty()
            && name.chars().all(|sign| sign == UNKNOWN)
        {
            worst = worse(worst, self.danger_of_one(if folder.is_empty() { "/" } else { folder }, verb, is_elsewhere));
        }
        if path.contains(['*', '?', '[', '(', UNKNOWN]) {
            for canary in CANARIES {
                let (folder, rest) = match (canary.strip_prefix('~'), canary.strip_prefix('%')) {
                    (Some(rest), _) => (self.home.as_str(), rest),
                    (_, Some(rest)) => (self.root.as_str(), rest),
                    (None, None) => ("", *canary),
                };
                let Some(first) = path.find(['*', '?', '[', '(', UNKNOWN]) else { continue };
                let whole = [folder, rest].concat();
                // Cheap first: what stands before the pattern.
                if path.get(..first).is_some_and(|sure| whole.starts_with(sure)) && could_be(path, &whole) {
                    worst = worse(worst, self.danger_of_one(&whole, verb, is_elsewhere));
                }
            }
        }
        worst
    }

    fn danger_of_one(&self, path: &str, verb: Verb, is_elsewhere: bool) -> Option<&'static Danger> {
        // A folder that holds the home folder is no project.
        let is_project = !is_below(&self.home, &self.root);
        let (is_inside, letter) = (is_project && is_below(path, &self.root), verb.letter());
        let is_tree = matches!(verb, Verb::DeleteTree | Verb::ChangeTree);
        let is_removal = is_tree || verb == Verb::Delete;
        if is_removal && is_below(&self.home, path) && !self.home.is_empty() && path != "/" {
            return danger("delete-home");
        }
        for (pattern, verbs, rule) in places() {
            // A project or a home may be in a folder that is for everybody.
            let is_ours = || {
                is_removal && is_below(&self.root, path) || is_below(path, &self.home) && self.fits(pattern, &self.home)
            };
            if verbs.contains(letter) && self.fits(pattern, path) && !(*rule == "-" && is_ours()) {
                return danger(rule);
            }
        }
        if is_removal && !is_inside && (is_tree || path.matches('/').count() == 1) && self.fits_any(SYSTEM_TREES, path)
        {
            return danger("delete-system");
        }
        match verb {
            Verb::Read => None,
            Verb::Delete if path == self.root => danger("delete-project"),
            Verb::Write | Verb::Delete if is_elsewhere || is_inside => None,
            Verb::ChangeTree if path == self.root => None,
            Verb::DeleteTree | Verb::Delete | Verb::ChangeTree if is_below(&self.root, path) => {
                danger("delete-project")
            }
            Verb::DeleteTree | Verb::ChangeTree if is_elsewhere || is_inside => None,
            Verb::DeleteTree | Verb::Delete | Verb::ChangeTree => danger("delete-outside"),
            Verb::Write => {
                let is_plain = path.strip_prefix(self.home.as_str()).is_some_and(|rest| {
                    rest.starts_with('/')
                        && (!rest.starts_with("/.") || self.fits_any("~/.local/** ~/.config/*/**", path))
                });
                if is_plain {
                    return None;
                }
                let is_system = self.fits_any("/bin/** /sbin/** /lib*/** /etc/** /usr/** /var/** /opt/** /root/** /System/** /Library/** /Applications/**", path);
                danger(if is_system { "system-write" } else { "work-outside" })
            }
        }
    }
}
