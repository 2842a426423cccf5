//! What is fetched and what is sent: `curl`, `http`, `socat`.

use super::arg::Arg;
use super::engine::Command;
use crate::policy::address;
use crate::policy::danger::danger;
use crate::policy::places::Verb;
use crate::policy::walk::{Input, Walk};
use crate::policy::written::Content;

/// Options by which somebody shows who he is: in them a secret goes where it belongs.
const LOGINS: &str = "-H|--header|-u|--user|-U|-b|--cookie|--oauth2-bearer|--password|--cert|--key|-x|--proxy";

pub fn curl(walk: &mut Walk, command: &Command) {
    let (args, parsed) = (command.args, &command.parsed);
    let shown = parsed.values(LOGINS, args).filter(|arg| arg.is_secret && !is_odd_header(&arg.text)).count();
    let mut sends = args.iter().filter(|arg| arg.is_secret).count() > shown;
    for value in parsed.values(
        "-d|--data|--data-binary|--data-ascii|--data-urlencode|--json|--post-file|--body-file|--header|-H",
        args,
    ) {
        let file = value
            .text
            .strip_prefix('@')
            .or_else(|| value.text.split_once("=@").map(|(_, file)| file))
            .or_else(|| value.text.split_once('@').filter(|(name, _)| is_word(name)).map(|(_, file)| file));
        if let Some(file) = file {
            if file == "-" {
                sends |= command.scene.input != Input::None && !matches!(command.scene.input, Input::Text(_));
            } else {
                sends = true;
                walk.file(&value.part(file), Verb::Read, command.scene);
            }
        }
        if !value.is_known && value.text.contains('@') {
            sends = true;
        }
    }
    for value in parsed.values("-F|--form", args) {
        if let Some((_, file)) = value.text.split_once("=@").or_else(|| value.text.split_once("=<")) {
            sends = true;
            walk.file(&value.part(file.split(';').next().unwrap_or(file)), Verb::Read, command.scene);
        }
    }
    for value in parsed.values("-T|--upload-file|--post-file|--body-file", args) {
        sends = true;
        walk.file(&value, Verb::Read, command.scene);
    }
    for value in parsed.values("-K|--config", args) {
        walk.file(&value, Verb::Read, command.scene);
        if !matches!(walk.content_of(&value, command.scene), Some(Content::Text(_))) {
            walk.mark(command.place, danger("unknown-code"));
        }
    }
    let urls: Vec<Arg> = parsed.values("--url", args).chain(command.which("*", 0)).collect();
    if sends && !urls.iter().all(|url| is_local(&url.text)) {
        walk.mark(command.place, danger("upload"));
    }
    let is_plain_get = parsed.holds("!-X|--request|-d|--data|--json|-H|--header|--data-raw|-F", args, false).is_some();
    for url in &urls {
        // Where a plain fetch goes nobody knows; what could answer for somebody is asked about.
        if url.is_known || !is_plain_get || address::of_url(&url.text, "http").is_some() {
            walk.url(url, command.scene);
        } else {
            walk.target(None);
            let place = walk.atoms.len().saturating_sub(1);
            if let Some(atom) = walk.atoms.get_mut(place) {
                atom.is_pure = true;
            }
        }
        let is_wide =
            ["_delete_by_query", "delete_series", "/_all", "/flushall"].iter().any(|path| url.text.contains(path));
        if is_wide {
            walk.mark(command.place, danger("database-delete"));
        }
    }
    let deletes = parsed.values("-X|--request|--method", args).any(|method| method.text.eq_ignore_ascii_case("delete"));
    if deletes
        && (!urls.iter().all(|url| is_local(&url.text))
            || urls.iter().any(|url| url.text.contains(":9200") || url.text.contains(":5984")))
    {
        walk.mark(command.place, danger("cloud-delete"));
    }
    for value in parsed.values("--connect-to|--resolve", args) {
        for port in value.text.split(':').filter_map(|part| part.parse::<u16>().ok()) {
            walk.port(port);
        }
    }
    for proxy in parsed.values("-x|--proxy|--preproxy|--socks5|--socks5-hostname|--socks4", args) {
        walk.url(&proxy, command.scene);
    }
    for folder in parsed.values("-P|--directory-prefix|--output-dir", args) {
        for url in &urls {
            let name = url.text.rsplit('/').next().unwrap_or("");
            walk.file(&folder.below(name), Verb::Write, command.scene);
            walk.note_write(&folder.below(name), command.scene, Input::Network, false);
        }
    }
    // What is fetched into a file is the network's.
    for file in parsed.values("-o|--output|-O|--output-document", args) {
        if file.text != "-" {
            walk.file(&file, Verb::Write, command.scene);
            walk.note_write(&file, command.scene, Input::Network, false);
        }
    }
    let names_itself = args.iter().any(|arg| {
        arg.text == "-O"
            || arg.text == "--remote-name"
            || arg.text.starts_with('-') && !arg.text.starts_with("--") && arg.text.contains('O')
    });
    if names_itself || command.name.ends_with("wget") {
        for url in &urls {
            let name = url.text.split(['?', '#']).next().unwrap_or("").rsplit('/').next().unwrap_or("");
            if !name.is_empty() {
                walk.note_write(&url.part(name), command.scene, Input::Network, false);
            }
        }
    }
}

/// A header by which nobody shows who he is.
fn is_odd_header(text: &str) -> bool {
    let Some((name, _)) = text.split_once(": ") else { return false };
    let name = name.to_ascii_lowercase();
    !["auth", "token", "key", "cookie", "secret", "pass", "sign", "credential"].iter().any(|word| name.contains(word))
}

/// Whether a URL is one of this machine.
fn is_local(url: &str) -> bool {
    address::of_url(url, "http").is_some_and(|target| address::is_loopback(&target.host))
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// `http POST :3000/path name=value`: what is no method is the URL, and without a host it is here.
pub fn http(walk: &mut Walk, command: &Command) {
    let operands = command.which("*", 0);
    let mut is_here = false;
    let url = operands.iter().find(|arg| !arg.text.bytes().all(|byte| byte.is_ascii_uppercase()));
    if let Some(url) = url {
        let text = if url.text.starts_with([':', '/']) { ["localhost", &url.text].concat() } else { url.text.clone() };
        is_here = is_local(&text);
        walk.url(&Arg { text, ..url.clone() }, command.scene);
    }
    let is_header =
        |arg: &Arg| arg.text.split_once(':').is_some_and(|(name, value)| is_word(name) && !value.starts_with("//"));
    if !is_here && operands.iter().any(|arg| arg.is_secret && !is_header(arg)) {
        walk.mark(command.place, danger("upload"));
    }
}

/// `socat ADDRESS ADDRESS`: `TCP:host:port,options`.
pub fn relay(walk: &mut Walk, command: &Command) {
    for arg in command.args {
        let mut parts = arg.text.split([':', ',']).skip(1);
        if let (Some(host), Some(port)) = (parts.next(), parts.next().and_then(|port| port.parse::<u16>().ok())) {
            walk.target(address::of_authority(host, Some(port)));
        }
    }
}
