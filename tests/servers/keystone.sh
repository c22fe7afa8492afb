#!/bin/bash
# A real Keystone on 127.0.0.1 for tests: SQLite, Fernet tokens, everything
# under one directory. Debian 12's package "keystone"; it is installed when it
# is missing and this runs as root.
#
#   keystone.sh start DIR   set up DIR when it is new, start the server; prints
#                           KEY=VALUE lines (also kept in DIR/facts): how to log
#                           in, the ids of projects, application credentials, ...
#   keystone.sh stop DIR    stop the server that "start" started; data stays
#
# Environment, read by "start":
#   IMAGE_URL   image endpoint in the catalog, http://127.0.0.1:9292 by default
#               (only when DIR is new)
#   PORT        port to listen on; a free one by default
#   LIFETIME    seconds after which a forgotten server ends by itself (7200)
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin PYTHONDONTWRITEBYTECODE=1
HERE=$(dirname "$(readlink -f "$0")")
PYTHON=/usr/bin/python3 # the one that Debian's packages are installed for

fail() { printf 'keystone.sh: %s\n' "$*" >&2; exit 1; }

install_package() {
    [ -x /usr/bin/keystone-manage ] && return 0
    [ "$(id -u)" = 0 ] || fail "the package keystone is missing; as root: apt-get install keystone"
    local guard=/usr/sbin/policy-rc.d made=no result=0
    # Debian starts daemons at installation; this file forbids it meanwhile.
    if [ ! -e $guard ]; then printf '#!/bin/sh\nexit 101\n' >$guard; chmod 755 $guard; made=yes; fi
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y --no-install-recommends keystone ||
        { apt-get update && apt-get install -y --no-install-recommends keystone; }; } \
        >"$DIR/install.log" 2>&1 </dev/null || result=1
    if [ $made = yes ]; then rm -f $guard; fi
    [ $result = 0 ] || fail "the package keystone cannot be installed: $(tail -n 3 "$DIR/install.log")"
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

choose_port() {
    local port attempt
    if [ -n "${PORT:-}" ]; then echo "$PORT"; return; fi
    if [ -s "$DIR/port" ]; then cat "$DIR/port"; return; fi
    for attempt in $(seq 50); do
        port=$((20000 + (RANDOM + attempt * 37) % 12000))
        if port_is_free $port; then echo $port; return; fi
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

write_configuration() {
    umask 077
    mkdir -p "$DIR/keys" "$DIR/credential-keys"
    cat >"$DIR/keystone.conf" <<CONF
[DEFAULT]
log_file = $DIR/keystone.log
public_endpoint = http://127.0.0.1:$1
[cache]
enabled = false
[credential]
key_repository = $DIR/credential-keys
[database]
connection = sqlite:///$DIR/keystone.db
[fernet_tokens]
key_repository = $DIR/keys
[identity]
password_hash_rounds = 4
[oslo_policy]
policy_file = $DIR/policy.yaml
policy_dirs = $DIR/policy.d
[token]
provider = fernet
CONF
}

set_up() {
    local port=$1
    write_configuration "$port"
    "$PYTHON" -W ignore "$HERE/keystone_setup.py" "$DIR" "http://127.0.0.1:$port/v3" \
        "${IMAGE_URL:-http://127.0.0.1:9292}" >"$DIR/setup.log" 2>&1 ||
        fail "the set-up failed; see $DIR/setup.log and keystone.log: $(tail -n 3 "$DIR/setup.log")"
    echo "$port" >"$DIR/port"
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
        setsid timeout --kill-after=10 "${LIFETIME:-7200}" "$PYTHON" -W ignore "$HERE/keystone_server.py" \
            "$DIR/keystone.conf" "$port" >>"$DIR/server.log" 2>&1 </dev/null 9>&- &
        pid=$!
        echo "$pid $(birth_of $pid)" >"$DIR/server.pid"
        end=$((SECONDS + 60))
        until [ "$(curl -s -m 5 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/v3")" = 200 ]; do
            is_running || fail "the server ended: $(tail -n 5 "$DIR/server.log")"
            [ $SECONDS -lt $end ] || fail "no answer within 60 s; see $DIR/server.log"
            sleep 0.2
        done
    fi
    cat "$DIR/facts"
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

[ $# = 2 ] || fail "usage: keystone.sh start|stop DIR"
DIR=$(readlink -m "$2")
case $1 in
    start) start ;;
    stop) stop ;;
    *) fail "usage: keystone.sh start|stop DIR" ;;
esac
