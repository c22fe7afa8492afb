#!/bin/bash
# A real OpenStack Object Storage (Swift) on 127.0.0.1 for tests, which speaks
# the S3 protocol too: all its servers in one process, one replica, everything
# under one directory. Debian 12's package "python3-swift"; it is installed when
# it is missing and this runs as root.
#
#   swift.sh start DIR   set up DIR when it is new, start the server; prints
#                        KEY=VALUE lines (also kept in DIR/facts): AUTH_URL (v1),
#                        IDENTITY_URL (v3), STORAGE_URL, S3_URL and the accounts
#   swift.sh stop DIR    stop the server that "start" started; data stays
#
# DIR must be on a file system with extended attributes (ext4, xfs, btrfs).
#
# Environment, read by "start":
#   PORT        the first of four neighbouring ports; free ones by default
#   LIFETIME    seconds after which a forgotten server ends by itself (7200)
#   MOST        bytes of the largest object (only when DIR is new)
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin PYTHONDONTWRITEBYTECODE=1
HERE=$(dirname "$(readlink -f "$0")")
PYTHON=/usr/bin/python3 # the one that Debian's packages are installed for

fail() { printf 'swift.sh: %s\n' "$*" >&2; exit 1; }

install_package() {
    "$PYTHON" -c 'import swift' 2>/dev/null && return 0
    [ "$(id -u)" = 0 ] || fail "the package python3-swift is missing; as root: apt-get install python3-swift"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y --no-install-recommends python3-swift ||
        { apt-get update && apt-get install -y --no-install-recommends python3-swift; }; } \
        >"$DIR/install.log" 2>&1 </dev/null ||
        fail "the package python3-swift cannot be installed: $(tail -n 3 "$DIR/install.log")"
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Proxy, account, container and object server take a port each.
choose_port() {
    local port attempt
    if [ -n "${PORT:-}" ]; then echo "$PORT"; return; fi
    if [ -s "$DIR/port" ]; then cat "$DIR/port"; return; fi
    for attempt in $(seq 50); do
        port=$((20000 + (RANDOM + attempt * 37) % 12000))
        if port_is_free $port && port_is_free $((port + 1)) && port_is_free $((port + 2)) &&
            port_is_free $((port + 3)); then
            echo $port
            return
        fi
    done
    fail "no four free ports between 20000 and 32000"
}

# A process is ours when pid and start time are the recorded ones.
birth_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
is_running() {
    local pid birth
    { read -r pid birth <"$DIR/server.pid"; } 2>/dev/null || return 1
    [ -n "$pid" ] && [ "$(birth_of "$pid")" = "$birth" ]
}

storage_configuration() {
    local kind=$1 port=$2
    cat >"$DIR/etc/$kind-server.conf" <<CONF
[DEFAULT]
bind_port = $port
swift_dir = $DIR/etc
devices = $DIR/devices
recon_cache_path = $DIR/recon
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
db_preallocation = off
log_level = WARNING
log_custom_handlers = swift_server.log_to_stderr
[pipeline:main]
pipeline = $kind-server
[app:$kind-server]
use = egg:swift#$kind
network_chunk_size = 1048576
disk_chunk_size = 1048576
mb_per_sync = 0
CONF
}

proxy_configuration() {
    local port=$1 filters="catch_errors gatekeeper healthcheck listing_formats bulk tempurl copy container_quotas
        account_quotas slo dlo versioned_writes symlink" filter
    cat >"$DIR/etc/proxy-server.conf" <<CONF
[DEFAULT]
bind_port = $port
swift_dir = $DIR/etc
log_level = WARNING
log_custom_handlers = swift_server.log_to_stderr
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck memory identity listing_formats bulk tempurl s3api s3names tempauth projects copy container_quotas account_quotas slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
object_chunk_size = 1048576
client_chunk_size = 1048576
[filter:memory]
paste.filter_factory = swift_server:memory
[filter:identity]
paste.filter_factory = swift_server:identity
credential_id = testappcred
credential_secret = testappsecret
credential_user = test:tester
credential_key = testing
[filter:s3names]
paste.filter_factory = swift_server:s3names
testaccesskey = test:tester
[filter:projects]
paste.filter_factory = swift_server:projects
[filter:tempauth]
use = egg:swift#tempauth
user_admin_admin = admin .admin .reseller_admin
user_test_tester = testing .admin
user_test_reader = reading
user_demo_demo = demo .admin
storage_url_scheme = http
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = yes
CONF
    for filter in $filters; do
        printf '[filter:%s]\nuse = egg:swift#%s\n' "$filter" "$filter" >>"$DIR/etc/proxy-server.conf"
        case $filter in
            slo | dlo) echo "rate_limit_after_segment = 100000" ;;
            versioned_writes) echo "allow_object_versioning = true" ;;
        esac >>"$DIR/etc/proxy-server.conf"
    done
}

set_up() {
    local port=$1
    "$PYTHON" -c 'import os, sys; os.setxattr(sys.argv[1], "user.test", b"1")' "$DIR" 2>/dev/null ||
        fail "$DIR is on a file system without extended attributes"
    mkdir -p "$DIR/etc" "$DIR/devices/one" "$DIR/recon"
    cat >"$DIR/etc/swift.conf" <<CONF
[swift-hash]
swift_hash_path_suffix = $RANDOM$RANDOM
[storage-policy:0]
name = default
default = yes
[swift-constraints]
max_file_size = ${MOST:-5368709122}
CONF
    proxy_configuration "$port"
    storage_configuration account $((port + 1))
    storage_configuration container $((port + 2))
    storage_configuration object $((port + 3))
    (cd "$HERE" && "$PYTHON" -W ignore swift_server.py rings "$DIR" "$port") >"$DIR/setup.log" 2>&1 ||
        fail "the set-up failed: $(tail -n 3 "$DIR/setup.log")"
    cat >"$DIR/facts" <<FACTS
AUTH_URL=http://127.0.0.1:$port/auth/v1.0
IDENTITY_URL=http://127.0.0.1:$port/identity/v3
STORAGE_URL=http://127.0.0.1:$port/v1/AUTH_test
USER=test:tester
KEY=testing
OTHER_USER=demo:demo
OTHER_KEY=demo
CREDENTIAL_ID=testappcred
CREDENTIAL_SECRET=testappsecret
S3_URL=http://127.0.0.1:$port
S3_ACCESS_KEY=testaccesskey
S3_SECRET_KEY=testing
S3_REGION=us-east-1
PORT=$port
FACTS
    echo "$port" >"$DIR/port"
}

# An account can be asked for: all four servers answer.
answers() {
    local token
    token=$(curl -s -m 10 -D - -o /dev/null -H 'X-Auth-User: test:tester' -H 'X-Auth-Key: testing' \
        "http://127.0.0.1:$1/auth/v1.0" | tr -d '\r' | sed -n 's/^[Xx]-[Aa]uth-[Tt]oken: //p')
    [ -n "$token" ] && curl -sf -m 10 -o /dev/null -X PUT -H "X-Auth-Token: $token" \
        "http://127.0.0.1:$1/v1/AUTH_test/glance"
}

start() {
    mkdir -p "$DIR"
    exec 9>"$DIR/lock"
    flock -w 180 9 || fail "another start holds $DIR/lock"
    if ! is_running; then
        install_package
        local port pid end
        port=$(choose_port)
        [ -s "$DIR/facts" ] || set_up "$port"
        PYTHONPATH=$HERE setsid timeout --kill-after=10 "${LIFETIME:-7200}" "$PYTHON" -W ignore \
            "$HERE/swift_server.py" serve "$DIR" >>"$DIR/server.log" 2>&1 </dev/null 9>&- &
        pid=$!
        echo "$pid $(birth_of $pid)" >"$DIR/server.pid"
        end=$((SECONDS + 60))
        until answers "$port"; do
            is_running || fail "the server ended: $(tail -n 5 "$DIR/server.log")"
            [ $SECONDS -lt $end ] || fail "no answer within 60 s; see $DIR/server.log"
            sleep 0.2
        done
        echo "PID=$pid" >"$DIR/pid-fact"
    fi
    cat "$DIR/facts" "$DIR/pid-fact"
}

stop() {
    is_running || { rm -f "$DIR/server.pid"; return 0; }
    local pid birth end=$((SECONDS + 15))
    read -r pid birth <"$DIR/server.pid"
    kill -TERM "$pid"
    while is_running; do
        if [ $SECONDS -ge $end ]; then kill -KILL -- "-$pid"; break; fi
        sleep 0.1
    done
    rm -f "$DIR/server.pid"
}

[ $# = 2 ] || fail "usage: swift.sh start|stop DIR"
DIR=$(readlink -m "$2")
case $1 in
    start) start ;;
    stop) stop ;;
    *) fail "usage: swift.sh start|stop DIR" ;;
esac
