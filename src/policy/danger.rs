//! The built-in rules: what makes an action catastrophic or risky, in the words of a denial.

/// How bad it can get.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Somebody should look first.
    Risky,
    /// It cannot be undone, or it gives the machine away.
    Catastrophic,
}

/// A built-in rule.
#[derive(Debug, Eq, PartialEq)]
pub struct Danger {
    /// Its name in events and denials.
    pub id: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What it does, as the end of "stopped because it …".
    pub reason: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

const fn risky(id: &'static str, reason: &'static str, instead: &'static str) -> Danger {
    Danger { id, severity: Severity::Risky, reason, instead }
}

const fn catastrophic(id: &'static str, reason: &'static str, instead: &'static str) -> Danger {
    Danger { id, severity: Severity::Catastrophic, reason, instead }
}

const ASK: &str = "ask the user to do it, or to allow it";
const PLAIN: &str = "write the command out, without variables or encoding";

/// All of them, by id.
pub static DANGERS: &[Danger] = &[
    catastrophic("backdoor", "lets others log in to this machine", ASK),
    risky("cloud-delete", "deletes or replaces resources in a cloud", "show the plan first and ask the user"),
    risky(
        "container-delete",
        "deletes containers, images, volumes or workloads",
        "delete one thing by its name, or ask",
    ),
    risky("container-escape", "gives a container the machine", "mount only the project, without privileges"),
    risky("database-delete", "deletes data in a database", "make a backup first and ask the user"),
    risky("delete-branch", "deletes branches or tags that may not be merged", "use git branch -d, or ask"),
    catastrophic(
        "delete-home",
        "deletes the home folder or what is in it",
        "delete only what you made, by its full name",
    ),
    risky("delete-outside", "deletes files outside of the project", "delete only files of the project, or ask"),
    risky("delete-project", "deletes the whole project or its history", "delete single files by name, or ask"),
    catastrophic("delete-system", "deletes folders of the system", "delete only what you made, by its full name"),
    risky("deploy", "changes what others use", ASK),
    catastrophic("device-write", "overwrites a disk or the memory of the machine", ASK),
    risky("discard-changes", "throws away work that is not committed", "use git stash, or commit first"),
    risky("disk-full", "writes without end", "write as much as you need"),
    risky("force-push", "rewrites or deletes history that others have", "push without force, or ask"),
    catastrophic("fork-bomb", "starts processes without end", "start only as many as you need"),
    catastrophic("format-device", "formats or partitions a disk", ASK),
    risky("history-rewrite", "rewrites or destroys history", "make a new commit instead, or ask"),
    catastrophic("kill-all", "ends every process", "end single processes by their id"),
    risky("kill-others", "ends processes that may belong to others", "end single processes by their id"),
    risky("package-remove", "removes software from the machine", ASK),
    risky("permission-open", "changes permissions far and wide", "change single files, with the least that is needed"),
    risky("persistence", "changes what runs outside of this session", ASK),
    risky("power", "stops or restarts the machine or its services", ASK),
    risky("privilege", "acts as another user or changes users", "do it without, or ask"),
    risky("publish", "publishes something for everybody", ASK),
    risky("remote-code", "runs code straight from the network", "download it to a file, read it, then run it"),
    catastrophic("remote-shell", "gives a shell to whoever is at the other end", ASK),
    risky("safety-off", "switches a protection off", "leave the protection on, or ask"),
    risky("secret-read", "reads keys or credentials", "use the example file, or ask for the one value you need"),
    risky("secret-write", "changes keys or credentials", ASK),
    catastrophic(
        "self-protection",
        "touches the gate that judges it",
        "leave it; a person changes it outside of this session",
    ),
    risky("self-protection-ask", "changes the configuration of the agent", "ask the user to edit it"),
    catastrophic("system-core", "changes who may use this machine or how it starts", ASK),
    risky("system-write", "changes the system outside of the project", "write within the project, or ask"),
    catastrophic("system-write-core", "makes the system unusable", ASK),
    risky("tool-deletes", "deletes something, by a tool that is not known further", ASK),
    risky("tunnel", "opens a way into this machine or its network", ASK),
    risky("unknown-code", "runs code that cannot be read beforehand", PLAIN),
    risky("unknown-command", "runs a command whose name cannot be known beforehand", PLAIN),
    risky("unknown-target", "changes files whose names cannot be known beforehand", "write the paths out"),
    risky("unread", "cannot be read as a whole", "make it shorter and simpler"),
    risky("upload", "sends files or secrets away", "ask before anything leaves this machine"),
    risky("work-outside", "writes outside of the project", "write within the project, or ask"),
];

/// The rule of that name.
pub fn danger(id: &str) -> Option<&'static Danger> {
    DANGERS.binary_search_by(|danger| danger.id.cmp(id)).ok().and_then(|place| DANGERS.get(place))
}

/// The worse of two.
pub fn worse(one: Option<&'static Danger>, other: Option<&'static Danger>) -> Option<&'static Danger> {
    match (one, other) {
        (Some(a), Some(b)) if b.severity > a.severity => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_sorted_and_each_is_found() {
        assert!(DANGERS.is_sorted_by(|one, next| one.id < next.id));
        assert!(DANGERS.iter().all(|each| danger(each.id) == Some(each)));
        assert!(danger("none").is_none());
    }
}
