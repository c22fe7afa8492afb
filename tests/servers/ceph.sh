#!/bin/bash
# A real Ceph cluster of one monitor and one OSD on 127.0.0.1 for tests, everything under one directory, with a pool "images"
# and a user "client.glance" whose rights are those an image service needs. Debian 12's packages ceph-common, ceph-mon,
# ceph-osd and librbd1 (MANAGER=yes: ceph-mgr too); missing ones are installed when this runs as root. Data that matters has no
# place here: nothing is kept twice.
#
#   ceph.sh start DIR    set up DIR when it is new, start the daemons; prints KEY=VALUE lines: CONF (what clients read),
#                        ADMIN_CONF, KEYRING, USER, POOL, FSID, MON_PID, OSD_PID and, with a manager, MGR_PID
#   ceph.sh stop DIR     stop them; data stays
#   ceph.sh kill DIR     end them at once, as a crash would; data stays
#
# Environment, read by "start":
#   MANAGER     "yes": a manager too, without which no quota takes effect (200 MiB more)
#   SIZE        GiB of the OSD's sparse file (8)
#   LIFETIME    seconds after which forgotten daemons end by themselves (7200)
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
POOL=images

fail() { printf 'ceph.sh: %s\n' "$*" >&2; exit 1; }

install_packages() {
    local package missing=() policy=/usr/sbin/policy-rc.d
    for package in "$@"; do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then missing+=("$package"); fi
    done
    if [ ${#missing[@]} = 0 ]; then return; fi
    if [ "$(id -u)" != 0 ]; then fail "as root: apt-get install --no-install-recommends ${missing[*]}"; fi
    # Daemons that packages bring are not started.
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    local get=(apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=180 install "${missing[@]}")
    export DEBIAN_FRONTEND=noninteractive
    "${get[@]}" >"$DIR/packages.log" 2>&1 || { apt-get -qq update && "${get[@]}"; } >>"$DIR/packages.log" 2>&1 ||
        fail "missing packages: ${missing[*]}: $(tail -n 2 "$DIR/packages.log")"
}

# The first of 32 free ports: two for the monitor, the rest for the OSD.
choose_ports() {
    local attempt base port
    for attempt in $(seq 50); do
        base=$((20000 + (RANDOM + attempt * 37) % 11900))
        for port in $(seq $base $((base + 31))); do
            if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue 2; fi
        done
        echo $base
        return
    done
    fail "no free ports between 20000 and 32000"
}

configure() {
    local port=$1
    cat >"$DIR/ceph.conf" <<CONF
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = [v2:127.0.0.1:$port/0,v1:127.0.0.1:$((port + 1))/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
auth allow insecure global id reclaim = false
keyring = $DIR/keyring
run dir = $DIR
crash dir = $DIR
# A unix socket's path has at most 107 bytes, which a directory for tests may exceed.
admin socket =
log file = $DIR/\$name.log
mon cluster log file = $DIR/cluster.log
log to stderr = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
[mon]
mon data = $DIR/mon
mon allow pool size one = true
mon allow pool delete = true
mon data avail crit = 0
mon data avail warn = 1
# Snapshots and pools are decided by the monitor, which collects decisions for a second before it makes them.
paxos propose interval = 0.05
paxos min wait = 0.01
[mgr]
mgr data = $DIR/mgr
keyring = $DIR/mgr/keyring
mgr initial modules =
mgr pool = false
mgr stats period = 1
[osd]
osd data = $DIR/osd
keyring = $DIR/osd/keyring
osd objectstore = bluestore
bluestore block size = $((${SIZE:-8} << 30))
bluestore block create = true
bluestore block wal create = false
bluestore block db create = false
bluestore cache autotune = false
bluestore cache size = 67108864
ms bind port min = $((port + 2))
ms bind port max = $((port + 31))
osd class update on start = false
osd op num shards = 2
osd op num threads per shard = 1
osd map cache size = 50
osd heartbeat grace = 60
mgr stats period = 1
CONF
    sed -e "s|^keyring = .*|keyring = $DIR/client.keyring|" -e '/^\[mon\]/,$d' -e '/^log file/d' "$DIR/ceph.conf" >"$DIR/client.conf"
}

# All keys are made here and given to the monitor when it is created.
make_keys() {
    local all=$DIR/all.keyring
    key() { ceph-authtool "$all" --gen-key -n "$@" >/dev/null; }
    export_key() { ceph-authtool -C "$2" -n "$1" -a "$(ceph-authtool "$all" -n "$1" -p)" >/dev/null; }
    ceph-authtool -C "$all" >/dev/null
    key mon. --cap mon 'allow *'
    key client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
    key client.glance --cap mon 'profile rbd' --cap osd "profile rbd pool=$POOL" --cap mgr "profile rbd pool=$POOL"
    key mgr.a --cap mon 'allow profile mgr' --cap osd 'allow *'
    key osd.0 --cap mon 'allow profile osd' --cap mgr 'allow profile osd' --cap osd 'allow *'
    export_key client.admin "$DIR/keyring"
    export_key client.glance "$DIR/client.keyring"
    export_key mgr.a "$DIR/mgr/keyring"
    export_key osd.0 "$DIR/osd/keyring"
}

set_up() {
    local port=$1 fsid
    mkdir -p "$DIR/mgr" "$DIR/osd"
    configure "$port"
    make_keys
    fsid=$(fact_fsid)
    monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$port,v1:127.0.0.1:$((port + 1))]" "$DIR/monmap" >/dev/null
    ceph-mon -c "$DIR/ceph.conf" --mkfs -i a --monmap "$DIR/monmap" --keyring "$DIR/all.keyring" >>"$DIR/setup.log" 2>&1 ||
        fail "no monitor: $(tail -n 3 "$DIR/setup.log")"
    rm "$DIR/all.keyring"
    cat /proc/sys/kernel/random/uuid >"$DIR/osd.uuid"
}

fact_fsid() { sed -n 's/^fsid = //p' "$DIR/ceph.conf"; }
admin() { timeout 60 "$1" -c "$DIR/ceph.conf" "${@:2}"; }

# A process is ours when pid and start time are the recorded ones.
birth_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
is_running() {
    local pid birth
    { read -r pid birth <"$DIR/$1.pid"; } 2>/dev/null || return 1
    [ -n "$pid" ] && [ "$(birth_of "$pid")" = "$birth" ]
}
pid_of() { cut -d' ' -f1 "$DIR/$1.pid"; }

# Runs a daemon in the background and records its pid. A guard ends it when its lifetime is over.
daemon() {
    local name=$1 pid end
    shift
    if is_running "$name"; then return; fi
    setsid "$@" >>"$DIR/$name.out" 2>&1 </dev/null 9>&- &
    pid=$!
    echo "$pid $(birth_of $pid)" >"$DIR/$name.pid"
    (
        exec 9>&- >/dev/null 2>&1 </dev/null
        end=$((SECONDS + ${LIFETIME:-7200}))
        while [ $SECONDS -lt $end ] && [ -e "/proc/$pid" ]; do sleep 5; done
        if is_running "$name" && [ "$(pid_of "$name")" = "$pid" ]; then kill -KILL "$pid"; fi
    ) &
}

wait_until() {
    local what=$1 end=$((SECONDS + 60))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || fail "$what is not there after 60 s; see $DIR"
        sleep 0.1
    done
}
monitor_answers() { (exec 3<>"/dev/tcp/127.0.0.1/$(cat "$DIR/port")") 2>/dev/null; }
osd_is_up() { admin ceph osd stat -f json | grep -q '"num_up_osds":1'; }

make_pool() {
    admin ceph osd pool create $POOL 8 8 && admin ceph osd pool application enable $POOL rbd && admin rbd pool init $POOL
}

start() {
    mkdir -p "$DIR"
    exec 9>"$DIR.lock"
    flock -w 180 9 || fail "another start holds $DIR.lock"
    local packages=(ceph-common ceph-mon ceph-osd librbd1)
    if [ "${MANAGER:-}" = yes ]; then packages+=(ceph-mgr); fi
    install_packages "${packages[@]}"
    if [ ! -e "$DIR/port" ]; then
        local port
        port=$(choose_ports)
        set_up "$port"
        echo "$port" >"$DIR/port"
    fi
    daemon mon ceph-mon -c "$DIR/ceph.conf" -i a -f
    wait_until "the monitor" monitor_answers
    if [ "${MANAGER:-}" = yes ]; then daemon mgr ceph-mgr -c "$DIR/ceph.conf" -i a -f; fi
    if [ ! -e "$DIR/osd/whoami" ]; then
        admin ceph osd new "$(cat "$DIR/osd.uuid")" 0 >/dev/null || fail "the monitor takes no OSD"
        ceph-osd -c "$DIR/ceph.conf" -i 0 --mkfs --osd-uuid "$(cat "$DIR/osd.uuid")" >>"$DIR/setup.log" 2>&1 ||
            fail "no object store: $(tail -n 3 "$DIR/setup.log")"
    fi
    daemon osd ceph-osd -c "$DIR/ceph.conf" -i 0 -f
    wait_until "the OSD" osd_is_up
    if [ ! -e "$DIR/pool" ]; then
        make_pool >>"$DIR/setup.log" 2>&1 || fail "no pool: $(tail -n 3 "$DIR/setup.log")"
        : >"$DIR/pool"
    fi
    wait_until "the pool" admin rbd ls $POOL
    facts
}

facts() {
    echo "CONF=$DIR/client.conf"
    echo "ADMIN_CONF=$DIR/ceph.conf"
    echo "KEYRING=$DIR/client.keyring"
    echo "USER=glance"
    echo "POOL=$POOL"
    echo "FSID=$(fact_fsid)"
    echo "MON_PID=$(pid_of mon)"
    echo "OSD_PID=$(pid_of osd)"
    if is_running mgr; then echo "MGR_PID=$(pid_of mgr)"; fi
}

# Ends the daemons with a signal, and those that have not ended after 20 s with KILL. A stopped one is let go on first.
end_with() {
    local name end=$((SECONDS + 20))
    for name in osd mgr mon; do
        if is_running $name; then
            kill "-$1" "$(pid_of $name)"
            kill -CONT "$(pid_of $name)"
        fi
    done
    for name in osd mgr mon; do
        while is_running $name; do
            if [ $SECONDS -ge $end ]; then kill -KILL "$(pid_of $name)"; fi
            sleep 0.1
        done
    done
}

[ $# = 2 ] || fail "usage: ceph.sh start|stop|kill DIR"
DIR=$(readlink -m "$2")
case $1 in
    start) start ;;
    stop) end_with TERM ;;
    kill) end_with KILL ;;
    *) fail "usage: ceph.sh start|stop|kill DIR" ;;
esac
