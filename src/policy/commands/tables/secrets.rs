//! Keys, passwords and their stores.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "gpg gpg2" "opts -o -r -u --output --recipient
        --export-secret-keys|--export-secret-key|--export-secret-subkeys : !secret-read
        --delete-secret-keys|--delete-keys|--delete-secret-and-public-key|--delete-key|--delete-secret-key : !secret-write
        --list-keys|-k|--verify|--fingerprint : pure" [prompt "gpg --export-secret-keys", prompt "gpg --delete-secret-keys x", allow "gpg --verify a.sig"]
    "pass gopass" "rm|delete|edit|insert|mv|generate : !secret-write
        !ls|list|find|init|git|version|rm|delete|help 1 : !secret-read" [prompt "pass rm -rf x", prompt "pass show x", allow "pass ls"]
    "op bw lpass keepassxc-cli bitwarden" "item|items|document|vault delete : !secret-write
        delete|rm : !secret-write
        read|get|show|export|clip : !secret-read
        item|document get : !secret-read
        run : x1" [prompt "op item delete x", prompt "op read op://v/i/f", prompt "bw get password x"]
    "vault" "kv|secrets|token|lease|policy|auth delete|destroy|disable|revoke|undelete : !secret-write
        kv get : !secret-read
        read|print : !secret-read
        delete|write : !secret-write
        kv put|patch|metadata : !secret-write
        status|version : pure
        operator : !safety-off" [prompt "vault kv delete x", prompt "vault kv get x", prompt "vault secrets disable x", allow "vault status"]
    "security" "dump-keychain|find-generic-password|find-internet-password|export : !secret-read
        delete-*|add-*|set-* : !secret-write" [prompt "security find-generic-password -w x", prompt "security delete-keychain x"]
    "secret-tool keyctl" "lookup|search|print|pipe : !secret-read
        clear|store|unlink|revoke|purge : !secret-write" [prompt "secret-tool lookup a b"]
    "openssl" "opts -in -out -inkey -key -k -pass -keyout -subj -days -newkey
        dash1
        rsa|pkey|pkcs12|ec|pkcs8|smime|enc -in : r=-in|-inkey
        base64 : r=-in
        -out|-keyout : w=-out|-keyout
        s_client : n" [allow "openssl rand -hex 16", prompt "openssl rsa -in ~/.ssh/id_rsa"]
    "sops age ansible-vault git-crypt" "opts -i -o
        -d|--decrypt : !secret-read
        decrypt|view|unlock : !secret-read" [prompt "sops -d secrets.yaml", prompt "ansible-vault view x"]
    "passwd chpasswd vipw vigr" ": !privilege" [prompt "passwd root"]
};
