#!/bin/bash
# Ceph's RADOS gateway, the S3 server that most operators of Ceph run, on 127.0.0.1 for tests: a cluster of
# ceph.sh under DIR/cluster and one gateway on it. Debian 12's package radosgw; it is installed when it is missing
# and this runs as root.
#
#   gateway.sh start DIR   set up DIR when it is new, start cluster and gateway; prints KEY=VALUE lines: S3_URL,
#                          S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION, PID, and what ceph.sh tells
#   gateway.sh stop DIR    stop them; data stays
#
# Environment, read by "start":
#   LIFETIME    seconds after which forgotten daemons end by themselves (7200)
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
HERE=$(dirname "$(readlink -f "$0")")
CLUSTER=$HERE/ceph.sh
ACCESS=testaccesskey SECRET=testsecretkey

fail() { printf 'gateway.sh: %s\n' "$*" >&2; exit 1; }

install_package() {
    if command -v radosgw >/dev/null; then return; fi
    [ "$(id -u)" = 0 ] || fail "the package radosgw is missing; as root: apt-get install --no-install-recommends radosgw"
    # The daemon that the package brings is not started.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    local get=(apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=180 install radosgw)
    export DEBIAN_FRONTEND=noninteractive
    { "${get[@]}" || { apt-get -qq update && "${get[@]}"; }; } >"$DIR/packages.log" 2>&1 </dev/null 9>&- ||
        fail "the package radosgw cannot be installed: $(tail -n 2 "$DIR/packages.log")"
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

choose_port() {
    local port attempt
    if [ -s "$DIR/port" ]; then cat "$DIR/port"; return; fi
    for attempt in $(seq 50); do
        port=$((20000 + (RANDOM + attempt * 37) % 12000))
        if ! answers "$port"; then echo $port | tee "$DIR/port"; return; fi
    done
    fail "no free port between 20000 and 32000"
}

# A process is ours when pid and start time are the recorded ones.
birth_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
is_running() {
    local pid birth
    { read -r pid birth <"$DIR/server.pid"; } 2>/dev/null || return 1
    [ -n "$pid" ] && [ "$(birth_of "$pid")" = "$birth" ]
}

admin() { timeout 60 "$1" -c "$DIR/ceph.conf" "${@:2}"; }

configure() {
    local port=$1
    cp "$DIR/cluster/ceph.conf" "$DIR/ceph.conf"
    cat >>"$DIR/ceph.conf" <<CONF
[client.rgw.a]
keyring = $DIR/keyring
rgw data = $DIR/data
rgw frontends = beast endpoint=127.0.0.1:$port
rgw thread pool size = 32
rgw enable usage log = false
rgw enable ops log = false
rgw enable lc threads = false
rgw enable quota threads = false
rgw run sync thread = false
rgw gc obj min wait = 5
rgw gc processor period = 5
log file = $DIR/gateway.log
CONF
    mkdir -p "$DIR/data"
    admin ceph auth get-or-create client.rgw.a mon 'allow rw' osd 'allow rwx' mgr 'allow rw' -o "$DIR/keyring" \
        >>"$DIR/setup.log" 2>&1 || fail "no key for the gateway: $(tail -n 3 "$DIR/setup.log")"
}

start() {
    mkdir -p "$DIR"
    exec 9>"$DIR/lock"
    flock -w 180 9 || fail "another start holds $DIR/lock"
    install_package
    "$CLUSTER" start "$DIR/cluster" >"$DIR/cluster.facts" 9>&- || fail "no cluster, see above"
    local port pid end
    if ! is_running; then
        port=$(choose_port)
        [ -s "$DIR/keyring" ] || configure "$port"
        setsid timeout --kill-after=10 "${LIFETIME:-7200}" radosgw -c "$DIR/ceph.conf" -n client.rgw.a -f \
            >>"$DIR/server.log" 2>&1 </dev/null 9>&- &
        pid=$!
        echo "$pid $(birth_of $pid)" >"$DIR/server.pid"
        end=$((SECONDS + 120)) # it makes its pools at its first start
        until answers "$port"; do
            is_running || fail "the gateway ended: $(tail -n 5 "$DIR/server.log")"
            [ $SECONDS -lt $end ] || fail "no answer within 120 s; see $DIR/gateway.log"
            sleep 0.1
        done
    fi
    if [ ! -e "$DIR/user" ]; then
        admin radosgw-admin -n client.rgw.a user create --uid=test --display-name=test --access-key=$ACCESS \
            --secret=$SECRET >>"$DIR/setup.log" 2>&1 || fail "no user of the gateway: $(tail -n 3 "$DIR/setup.log")"
        : >"$DIR/user"
    fi
    facts
}

facts() {
    cat "$DIR/cluster.facts"
    echo "S3_URL=http://127.0.0.1:$(cat "$DIR/port")"
    echo "S3_ACCESS_KEY=$ACCESS"
    echo "S3_SECRET_KEY=$SECRET"
    echo "S3_REGION=us-east-1"
    echo "PID=$(cut -d' ' -f1 "$DIR/server.pid")"
}

stop() {
    if is_running; then
        local pid birth end=$((SECONDS + 15))
        read -r pid birth <"$DIR/server.pid"
        kill -TERM "$pid"
        while is_running; do
            if [ $SECONDS -ge $end ]; then kill -KILL -- "-$pid"; break; fi
            sleep 0.1
        done
    fi
    rm -f "$DIR/server.pid"
    if [ -d "$DIR/cluster" ]; then "$CLUSTER" stop "$DIR/cluster"; fi
}

[ $# = 2 ] || fail "usage: gateway.sh start|stop DIR"
DIR=$(readlink -m "$2")
case $1 in
    start) start ;;
    stop) stop ;;
    *) fail "usage: gateway.sh start|stop DIR" ;;
esac
