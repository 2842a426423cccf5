//! Commands that run other commands.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "sudo doas sudo-rs pkexec run0 gosu su-exec setpriv" "opts -u -g -C -h -p -U -r -t -D -R -T --user --group --prompt --role --type --chdir --chroot --host --close-from --reuid --regid
        first
        -e|--edit : w*
        !-e|--edit 1 : x1
        -i|-s|--login|--shell 0 : s<
        -i|-s|--login|--shell 0 !< : !privilege
        bash|sh|zsh|fish 0 !< : !privilege
        -l|-v|-k : pure" [allow "sudo apt-get install -y jq", deny "sudo rm -rf /", deny "sudo -u root -- rm -rf /etc", deny "sudo -E A=b rm -rf ~", deny "doas rm -rf /"]
    "sudoedit" ": w*" [deny "sudoedit /etc/passwd"]
    "sg newgrp" "1 : s2
        1 < : s<" [deny "newgrp docker <<< 'rm -rf ~'", deny "sg root 'rm -rf /etc'"]
    "choom pasuspender systemd-inhibit systemd-cat chpst envdir envuidgid setuidgid softlimit setlock multilog cpulimit trickle with-env exec-env corepack mispipe ifne" "opts -n -p -u -l -m --what --who --why -t -o -e
        first
        1 : x1 x2" [deny "systemd-inhibit rm -rf ~", deny "setuidgid u rm -rf ~"]
    "prlimit runcon cgexec uclampset" "opts -t -u -r -l -g -p
        first
        1 : x1" [deny "prlimit --nofile=10 rm -rf ~", deny "runcon -t x rm -rf ~"]
    "pdsh pssh clush dsh" "opts -w -l -h -H
        first
        1 : R1-" [deny "pdsh -a rm -rf /"]
    "su runuser" "opts -c -s -g -G --command --shell --group
        -c|--command : s=-c|--command
        < !-c|--command : s<
        !-c|--command : !privilege" [deny "su -c 'rm -rf /'", deny "su root -c 'rm -rf /'", prompt "su - root"]
    "env" "opts -u -C -S --unset --chdir --split-string
        first
        -S|--split-string : &split
        -u=SWARM_P*|--unset=SWARM_P*|-u=SWARM_CON*|--unset=SWARM_CON* : !self-protection-ask
        1 : x1
        0 : pure" [allow "env NODE_ENV=test npm test", prompt "env -u SWARM_POLICY opencode run x", prompt "env --unset=SWARM_PACK sh", allow "env -u NODE_ENV npm test", deny "env A=b rm -rf /", deny "env -i rm -rf ~", deny "env -S 'rm -rf /'"]
    "nice ionice chrt taskset setarch linux32 linux64 i386 numactl" "opts -n -c -P -u --adjustment --class --classdata -m -N
        first
        1 : x1 x2" [deny "nice -n 19 rm -rf /", deny "ionice -c 3 rm -rf ~", deny "taskset 1 rm -rf /"]
    "timeout gtimeout" "opts -k -s --kill-after --signal
        first
        1 : x2" [allow "timeout 5 npm test", deny "timeout 5 rm -rf /", deny "timeout -s KILL 5 rm -rf ~"]
    "setsid xvfb-run" "opts -n -s -e --server-args --server-num --error-file
        first
        1 : x1" [deny "setsid rm -rf /", deny "setsid -f rm -rf ~", deny "xvfb-run -a rm -rf ~", allow "xvfb-run -s '-screen 0 1x1x24' npm test"]
    "command" "first
        -v|-V : pure
        !-v|-V 1 : x1" [deny "command rm -rf /", allow "command -v shred mkfs"]
    "nohup time gtime builtin exec unbuffer catchsegv eatmydata fakeroot proxychains proxychains4 torsocks torify tsocks firejail caffeinate arch winpty dbus-run-session aoss padsp \
     dumb-init tini nocache chronic noglob nocorrect coproc then do else !" "opts -a -f -o -e -g --server-args --format
        first
        1 : x1" [deny "nohup rm -rf / &", deny "time rm -rf ~", deny "exec rm -rf /"]
    "stdbuf" "opts -i -o -e
        first
        1 : x1" [deny "stdbuf -o L rm -rf /"]
    "strace ltrace perf valgrind hyperfine ktrace dtruss rr heaptrack" "opts -e -o -p -P -s -u -a -E -O -F -w -r -n -N -L --warmup --runs --prepare --cleanup --setup --export-json
        first
        1 : x1
        record|stat|trace 1 : x1
        : &suspect
        -o|--export-json|--log-file : w=-o|--export-json|--log-file
        --prepare|--cleanup|--setup : s=--prepare|--cleanup|--setup" [deny "strace -f rm -rf /", deny "perf stat rm -rf ~", allow "strace -e open ls", allow "strace -o out.log ls", deny "strace -o /dev/sda ls"]
    "watch entr nodemon chokidar onchange watchexec reflex gow air cargo-watch when-changed" "opts -n --interval -e -w -x --exec --watch --ext -s
        first
        -x|--exec|-s : s=-x|--exec|-s
        -x|--exec|-s : &suspect
        1 : s1-" [allow "watch -n 1 ls", deny "watch -n 1 'rm -rf ~'", deny "entr rm -rf /", deny "nodemon --exec 'rm -rf ~'"]
    "xargs gxargs parallel rush" "opts -a -I -E -L -n -P -s -d -J -j --jobs --arg-file --delimiter --max-args --max-procs --replace --max-lines --max-chars --colsep
        first
        : &xargs" [
        prompt "git ls-files -z | xargs -0 rm -f", prompt "find src -type f | xargs rm", prompt "git ls-files src | xargs -I{} rm {}", prompt "rg --files | xargs rm", allow "grep -rl x src | xargs rm", allow "rg --files -g '*.pyc' | xargs rm", allow "git ls-files dist | xargs rm",
        allow "git ls-files -d | xargs rm", deny "echo / | xargs rm -rf", deny "echo ~ | xargs -I{} rm -rf {}", deny "parallel rm -rf ::: / ~", prompt "cat list | xargs rm -rf", deny "find / | xargs rm -rf",
        allow "find . -name '*.pyc' | xargs rm -f", deny "printf '%s\\n' 'rm -rf /' | xargs -I{} sh -c '{}'"]
    "chroot" "opts --userspec --groups
        first
        1 : !privilege
        1 : X2" [deny "chroot /mnt rm -rf /"]
    "unshare bwrap flatpak-spawn systemd-nspawn proot fakechroot toolbox distrobox" "opts -S -G -R -w -D --bind --ro-bind --dev --proc --setuid --setgid --root --wd --tmpfs --map-user
        first
        1 : x1 x2 x3" [deny "unshare -r rm -rf /"]
    "script" "opts -c -E -I -O -B -m --command
        -c|--command : s=-c|--command
        : w1" [deny "script -c 'rm -rf /' /dev/null", deny "script -qc 'rm -rf ~' /dev/null"]
    "flock" "opts -w -c -E --timeout --command
        first
        1 : x2
        -c|--command : s=-c|--command
        1 @-c : s3" [deny "flock /tmp/l rm -rf /", deny "flock /tmp/l -c 'rm -rf ~'"]
    "tmux screen zellij byobu abduco dtach" "opts -L -S -f -s -t -c -n -x -y
        new|new-session|neww|new-window|split-window|splitw|respawn-pane|popup|display-popup|run-shell|run|pipe-pane 1 : s1-
        send-keys|send 1 : &keys
        if-shell : s1-
        run-shell 1 : s1
        -X stuff : &keys
        -d|-m 1 : &suspect
        kill-server : !kill-others" [allow "tmux new-session -d -s dev 'npm run dev'", deny "tmux send-keys -t 0 'rm -rf ~' Enter", deny "tmux new -d 'rm -rf /'", deny "screen -X stuff 'rm -rf ~\\n'"]
    "trap" ": pure" [deny "trap 'rm -rf ~' EXIT", allow "trap 'echo bye' EXIT"]
    "make gmake nmake ninja just task" "opts -f -C -I -o -W --file --makefile --directory --eval
        : &makevars
        : &builds
        @SHELL=*|.SHELLFLAGS=* : !unknown-code
        @*=\\!*|*=$(shell* : !unknown-code
        --command : &suspect
        publish|release|deploy* !-n|--dry-run|--just-print|--recon : !deploy" [allow "make -j8 test", allow "printf 'all:\n\t@echo \"done\"\n' > Makefile && make", deny "printf 'cmds:\n  - \"rm -rf ~\"\n' > Taskfile.yml && task", allow "make clean", prompt "make SHELL=/tmp/x", deny "printf 'all:\\n\\trm -rf /\\n' | make -f -"]
    "cmake ctest meson bazel buck" "opts -C -D
        : &builds
        -E remove_directory|rm : t1-
        -E rm|remove : t1-
        -P : f-:=-P" [allow "cmake --build build", deny "cmake -E rm -rf /"]
    "start-stop-daemon daemonize" "opts --exec -x -a --startas --pidfile -p --chuid -c --user
        --exec|-x|-a|--startas : s=--exec|-x|-a|--startas
        : &suspect" [deny "start-stop-daemon --start --exec 'rm -rf /'"]
    "run-parts" ": !unknown-code" [prompt "run-parts /tmp/x"]
    "ssh-agent keychain dbus-launch" "first
        1 : x1" [deny "ssh-agent rm -rf /"]
    "git-shell" ": !unknown-code" [prompt "git-shell x"]
    "concurrently run-p run-s npm-run-all wireit turbo nx" "opts -n -c
        : &each
        exec : &suspect" [allow "concurrently 'npm run a' 'npm run b'", deny "concurrently 'rm -rf ~'"]
    "dotenv direnv cross-env cross-env-shell env-cmd with-contenv infisical doppler chamber aws-vault dotenvx" "opts -f -e -p -c
        first
        : &builds
        secrets|secret|configs get|download|set|delete|substitute : !secret-read
        run|exec 1 : x1 x2
        !run|exec 1 : x1" [allow "cross-env NODE_ENV=test jest", deny "cross-env A=b rm -rf /", deny "doppler run -- rm -rf /"]
};
