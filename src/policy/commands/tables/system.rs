//! The machine: disks, processes, services, users, schedules.

use crate::policy::commands::row::{Row, rows};

pub static ROWS: &[Row] = rows! {
    "mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkfs.f2fs mke2fs mkswap mkntfs mkdosfs newfs" "opts -t -L -b
        @/dev/*|*…* : !format-device
        !@/dev/* : w*" [deny "mkfs.ext4 /dev/sda1", deny "mkfs -t xfs /dev/nvme0n1", allow "mkfs.ext4 disk.img"]
    "fdisk sfdisk cfdisk gdisk sgdisk parted partprobe" "
        -l|--list|-p|--print : pure
        !-l|--list|-p|--print 1 : !format-device" [deny "sgdisk --zap-all /dev/sda", allow "fdisk -l", deny "parted /dev/sda mklabel gpt"]
    "wipefs blkdiscard hdparm nvme badblocks sg_format" "
        1 -a|--all|-f|--force|-w|--security-erase : !format-device
        format|sanitize|write-zeroes : !format-device
        @/dev/* !--user-master|-I|-i|-t|-T|-n : !format-device" [deny "wipefs -a /dev/sda", deny "nvme format /dev/nvme0n1", deny "blkdiscard /dev/sda"]
    "cryptsetup" "luksFormat|erase|luksErase|luksKillSlot|luksRemoveKey|reencrypt : !format-device" [deny "cryptsetup luksFormat /dev/sda"]
    "zpool zfs btrfs mdadm dmsetup" "
        destroy|labelclear|remove*|wipe_table|rollback : !format-device
        subvolume delete : !format-device
        --zero-superblock|--stop|--remove : !format-device" [deny "zpool destroy tank", deny "zfs destroy -r tank/x", deny "mdadm --zero-superblock /dev/sda"]
    "lvremove vgremove pvremove lvreduce pvcreate vgcreate" ": !format-device" [deny "lvremove -f vg/lv", deny "vgremove vg"]
    "diskutil" "eraseDisk|eraseVolume|zeroDisk|secureErase|partitionDisk|reformat|randomDisk : !format-device
        apfs delete* : !format-device" [deny "diskutil eraseDisk JHFS+ x disk0"]
    "tune2fs resize2fs e2fsck fsck fsck.ext4 xfs_repair debugfs" "@/dev/* : !device-write" [deny "tune2fs -O ^has_journal /dev/sda1"]
    "insmod rmmod modprobe kexec" ": !system-write" [prompt "rmmod ext4"]
    "mount umount swapon losetup depmod sysctl" "
        -l|-a|--show 0 : pure
        @/dev/*|*.ko|-w|*=*|/ : !system-write
        -w|--write|-r|-f|-l|--bind|--move|-t|-D|-d : !system-write" [allow "mount", prompt "mount -o remount,rw /", prompt "sysctl -w kernel.x=1", prompt "umount -l /"]
    "swapoff" ": !system-write" [prompt "swapoff -a"]
    "flashrom fwupdmgr" "-w|-E : !format-device
        install|update|downgrade : !system-write" [deny "flashrom -w x.bin"]
    "do-release-upgrade" ": !system-write" [prompt "do-release-upgrade"]
    "date" "-s|--set : !system-write
        !-s|--set : pure" [allow "date +%s", prompt "date -s 1970-01-01"]
    "hping3 slowloris" ": n !upload" [prompt "hping3 --flood x.example"]
    "busctl gdbus dbus-send qdbus" "call : !power
        @*PowerOff*|*Reboot* : !power" [prompt "busctl call org.freedesktop.login1 / x PowerOff"]
    "fail2ban-client aa-teardown" "!status|ping|version : !safety-off" [prompt "fail2ban-client stop", prompt "aa-teardown"]
    "taskkill" ": !kill-others" [prompt "taskkill /F /IM x"]
    "net" "user|localgroup|stop|share : !privilege" [prompt "net user x y /add"]
    "Format-Volume Clear-Disk Initialize-Disk Remove-Partition" ": !format-device" [deny "Clear-Disk -Number 0"]
    "Stop-Computer Restart-Computer" ": !power" [prompt "Stop-Computer -Force"]
    "Set-MpPreference Set-ExecutionPolicy Invoke-Expression" ": !safety-off" [prompt "Set-ExecutionPolicy Bypass"]
    "enable" "-f : !unknown-code" [prompt "enable -f /tmp/x.so x"]
    "k3s-uninstall.sh k3s-killall.sh" ": !container-delete" [prompt "k3s-uninstall.sh"]
    "shutdown reboot halt poweroff pm-suspend systemd-halt" ": !power" [prompt "shutdown -h now", prompt "reboot"]
    "init telinit" "0|1|6|s|S : !power" [prompt "init 0"]
    "systemctl service rc-service launchctl sv supervisorctl initctl" "opts -t -p -n --type --property
        status|list-*|show|is-*|cat|list : pure
        stop|restart|disable|mask|kill|poweroff|reboot|halt|isolate|set-default|emergency|rescue|kexec|suspend|hibernate|remove|bootout|unload|shutdown : !power
        * stop|restart : !power
        enable|load|bootstrap|link|edit|set-property|preset|submit|set-environment : !persistence" [allow "systemctl status nginx", prompt "systemctl stop sshd", prompt "systemctl enable x", prompt "service docker stop"]
    "systemd-run" "opts -p -u --unit --property -M --slice --on-calendar --on-active --working-directory -E --setenv
        first
        --on-calendar|--on-active|--on-boot : !persistence
        1 : x1" [deny "systemd-run --user rm -rf ~", prompt "systemd-run --on-active=60 ls"]
    "crontab" "opts -u
        -l : pure
        !-l : !persistence" [allow "crontab -l", prompt "crontab x", prompt "echo '* * * * * x' | crontab -", prompt "crontab -r"]
    "at batch" "opts -f -q
        -l|-c : pure
        !-l|-c : !persistence
        -f : fsh:=-f
        < : s<" [prompt "at now", deny "echo 'rm -rf ~' | at now", prompt "batch"]
    "kill" "@PPID|-PPID : !kill-others
        : &kill" [allow "kill 1234", allow "kill -9 1234", deny "kill -9 -1", deny "kill -1", allow "kill -1 4321", allow "kill %1"]
    "pkill killall skill" "opts -u -U -t -g -s -G -P
        -u|-U|-t|-v|--inverse : !kill-others
        @bash|sh|zsh|code|tmux|screen|opencode*|gnome*|Xorg|login|cron|postgres|mysqld|java !-f : !kill-others
        @.|.*|''|[a-z]|?|sshd|systemd*|init|dockerd|containerd|opencode*|Xorg|login|dbus* : !kill-others
        0 !-l : !kill-others" [allow "pkill -f vite", allow "killall node", prompt "pkill -9 -u me", prompt "killall -9 sshd", prompt "pkill -f ."]
    "killall5" ": !kill-all" [deny "killall5 -9"]
    "useradd adduser usermod userdel deluser groupadd groupmod groupdel gpasswd visudo chsh chfn newusers dscl sysadminctl chage" ": !privilege" [prompt "userdel -r bob", prompt "usermod -aG sudo me", prompt "visudo"]
    "setenforce apparmor_parser aa-disable aa-complain auditctl csrutil spctl spctl-disable tccutil" ": !safety-off" [prompt "setenforce 0", prompt "csrutil disable"]
    "tmutil" "disable|delete|deletelocalsnapshots : !safety-off" [prompt "tmutil disable"]
    "pmset nvram bless  systemsetup scutil dseditgroup kextunload kextload launchd" ": !system-write" [prompt "nvram -c"]
    "stress stress-ng" ": !power" [prompt "stress --cpu 64"]
    "userdbctl loginctl" "enable-linger : !persistence
        terminate-*|kill-* : !kill-others" [prompt "loginctl enable-linger u", prompt "loginctl terminate-user u"]
    "chntpw" ": !privilege" [prompt "chntpw x"]
    "setcap capsh" ": !privilege" [prompt "setcap cap_setuid+ep x"]
    "history" "-c|-d|-w : !safety-off" [allow "history", prompt "history -c"]
    "ulimit" "-c 0 : pure" [allow "ulimit -n"]
    "unset" "@HISTFILE|PROMPT_COMMAND : !safety-off
        @SWARM_P*|SWARM_CON* : !self-protection-ask" [prompt "unset HISTFILE", prompt "unset SWARM_POLICY; opencode run x", allow "unset SWARM_RUN_ID"]
    "grub-install update-grub grub-mkconfig efibootmgr bootctl bcdedit dracut mkinitcpio update-initramfs" ": !system-core" [deny "grub-install /dev/sda"]
    "update-alternatives ldconfig timedatectl hostnamectl localectl date-set" "--set|--remove|--install : !system-write
        set-* : !system-write" [prompt "timedatectl set-time x", prompt "update-alternatives --set x y"]
    "logrotate journalctl" "--vacuum-size|--vacuum-time|--rotate|--vacuum-files : !safety-off
        !--vacuum-size|--vacuum-time|--rotate|--vacuum-files : pure" [prompt "journalctl --vacuum-time=1s", allow "journalctl -u x"]
    "pm2 forever" "
        delete|kill|stop|stopall all|0 : !kill-others
        kill : !kill-others" [prompt "pm2 kill", prompt "pm2 delete all", allow "pm2 restart shop"]
    "tcpdump tshark" "opts -i -w -z -r -G
        -z : !unknown-code" [prompt "tcpdump -z x"]
    "osascript" "opts -e -l
        -e=*shut?down*|-e=*restart*|-e=*log?out* : !power
        -e : c-:=-e
        1 !-e : f-:1" [deny "osascript -e 'do shell script \"rm -rf ~\"'"]
    "defaults" "delete|write : !system-write
        read : pure" [prompt "defaults write com.apple.x y 1"]
    "xattr" "-c|-d|-r : !safety-off" [prompt "xattr -d com.apple.quarantine x"]
    "format" "@?: : !format-device" [deny "format C:", allow "format x"]
    "cipher diskpart vssadmin wbadmin" ": !format-device" [deny "vssadmin delete shadows /all"]
    "reg" "delete|add : !system-write" [prompt "reg delete HKLM"]
    "schtasks" ": !persistence" [prompt "schtasks /create x"]
};
