# A Debian 12 root of its own to install packages in, for the walks; to be sourced. Sets nothing up by itself.
#   machine   the directory of the root; the caller sets it
# shellcheck shell=bash

step() { printf '== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
in_machine() { chroot "${machine:?}" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive "$@"; }

# $1: a tar file to keep the root in, made from this machine's own package sources when there is none of these packages; $2: packages,
# with commas.
debian_root() {
    if [[ -s $1 && $(cat "$1.packages" 2>/dev/null) == "$2" ]]; then return; fi
    step "a Debian 12 root"
    if ! command -v mmdebstrap >/dev/null; then
        apt-get -qq -y --no-install-recommends install mmdebstrap >/dev/null || fail "mmdebstrap cannot be installed"
    fi
    mkdir -p "$(dirname -- "$1")"
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
        mmdebstrap --quiet --variant=minbase --include="$2" bookworm "$1.new.tar" - || fail "no Debian root"
    mv "$1.new.tar" "$1"
    echo "$2" >"$1.packages"
}

# A root with MariaDB and what our packages depend on, for all walks that need a database.
database_root=target/debian-database.tar
debian_database_root() {
    debian_root "$database_root" adduser,init-system-helpers,libstdc++6,logrotate,mariadb-server,procps,sysvinit-utils
}

# The machine as an operator gets it, from the tar file $1: packages can be fetched, ours are in /packages, and services are not
# started while it is made.
fresh_machine() {
    rm -rf "${machine:?}"
    mkdir -p "$machine"
    tar -C "$machine" -xf "$1"
    no_services
    cp /etc/resolv.conf "$machine/etc/resolv.conf"
    printf '127.0.0.1 localhost controller\n' >"$machine/etc/hosts"
    mkdir -p "$machine/packages"
    cp target/packages/*.deb "$machine/packages/"
}

# Packages that are installed start no service, until services_allowed.
no_services() {
    printf '#!/bin/sh\nexit 101\n' >"$machine/usr/sbin/policy-rc.d"
    chmod 755 "$machine/usr/sbin/policy-rc.d"
}

# From here on they do, as on a machine that was booted: without a policy nothing would be started where no init runs.
services_allowed() { printf '#!/bin/sh\nexit 0\n' >"$machine/usr/sbin/policy-rc.d"; }

# In the namespaces of the walk: what a running machine has.
boot() {
    mount -t proc proc /proc
    mount -t proc proc "$machine/proc"
    mount --rbind /dev "$machine/dev"
    mount -t tmpfs tmpfs "$machine/run"
    ip link set lo up
}

# The machine's own systemd as its first process, instead of boot; the caller is the first of its namespaces, cgroup included.
exec_systemd() {
    mount --make-rprivate /
    mount --bind "$machine" "$machine"
    mount -t proc proc "$machine/proc"
    mount -t sysfs -o ro sysfs "$machine/sys"
    mount -t cgroup2 cgroup2 "$machine/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 tmpfs "$machine/run"
    mount --rbind /dev "$machine/dev"
    ip link set lo up
    exec chroot "$machine" env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
}

# Until something listens on port $1.
wait_for() {
    local i
    for ((i = 0; i < 300; i++)); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
        sleep 0.1
    done
    tail -n 5 "$machine"/var/log/glance/* >&2 || true
    fail "nothing listens on port $1"
}

# A real Keystone with the service's user glance, whose password is service_pass; $1: its directory. Sets credentials, which
# as_user gives to a command in the machine.
keystone_for_machine() {
    PORT=5000 IMAGE_URL=http://controller:9292 tests/servers/keystone.sh start "$1" >"$1.facts" || fail "keystone"
    (
        set -a
        # shellcheck source=/dev/null
        . "$1.facts"
        openstack user set --password service_pass glance
    )
    credentials=()
    local fact
    while IFS= read -r fact; do
        case $fact in
            OS_USERNAME=* | OS_PASSWORD=*) credentials+=("$fact") ;;
            OS_PROJECT_NAME=*) credentials+=("OS_TENANT_NAME=${fact#*=}") ;;
        esac
    done <"$1.facts"
    credentials+=(OS_AUTH_URL=http://controller:5000/v3)
}
as_user() { in_machine env "${credentials[@]}" "$@"; }
