# What mariadb.sh and postgresql.sh share; read by them, not run. They define
# NAME, set_up (DIR is new), launch PORT (calls daemon), answers and facts.
# shellcheck shell=bash

fail() { printf '%s: %s\n' "$NAME" "$*" >&2; exit 1; }

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

# Database servers refuse to run as root, which then runs them as another user.
OWNER=$(id -un)
if [ "$(id -u)" = 0 ]; then
    OWNER=mysql
    if [ "$NAME" = postgresql.sh ]; then OWNER=postgres; fi
fi

AS_OWNER=()
if [ "$(id -un)" != "$OWNER" ]; then AS_OWNER=(setpriv "--reuid=$OWNER" "--regid=$OWNER" --init-groups); fi

give() { if [ "$(id -un)" != "$OWNER" ]; then chown -R "$OWNER:" "$1"; fi; }

# A certificate for 127.0.0.1 and localhost, signed by an authority of its own.
certify() {
    local days=30
    {
        openssl req -x509 -newkey rsa:2048 -nodes -days $days -subj "/CN=Test authority" \
            -keyout "$DIR/ca.key" -out "$DIR/ca.pem"
        openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout "$DIR/server.key" -out "$DIR/server.csr"
        openssl x509 -req -in "$DIR/server.csr" -CA "$DIR/ca.pem" -CAkey "$DIR/ca.key" -CAcreateserial -days $days \
            -extfile <(echo "subjectAltName=DNS:localhost,IP:127.0.0.1") -out "$DIR/server.pem"
    } >>"$DIR/setup.log" 2>&1 || fail "no certificate: $(tail -n 3 "$DIR/setup.log")"
    chmod 600 "$DIR"/*.key
}

# A process is ours when pid and start time are the recorded ones.
birth_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
is_running() {
    local pid birth
    { read -r pid birth <"$DIR/server.pid"; } 2>/dev/null || return 1
    [ -n "$pid" ] && [ "$(birth_of "$pid")" = "$birth" ]
}
server_pid() { cut -d' ' -f1 "$DIR/server.pid"; }

# Runs the server in the background, as its owner, and records its pid. A guard
# in the background ends it when its lifetime is over.
daemon() {
    "${AS_OWNER[@]}" setsid "$@" >>"$DIR/output.log" 2>&1 </dev/null 9>&- &
    local pid=$!
    echo "$pid $(birth_of $pid)" >"$DIR/server.pid"
    (
        exec 9>&- >/dev/null 2>&1 </dev/null
        end=$((SECONDS + ${LIFETIME:-7200}))
        while [ $SECONDS -lt $end ] && [ -e "/proc/$pid" ]; do sleep 5; done
        if is_running && [ "$(server_pid)" = "$pid" ]; then kill -KILL "$pid"; fi
    ) &
}

start() {
    mkdir -p "$DIR"
    chmod 755 "$DIR"
    exec 9>"$DIR.lock"
    flock -w 180 9 || fail "another start holds $DIR.lock"
    if ! is_running; then
        local port end
        port=$(choose_port)
        if [ ! -e "$DIR/port" ]; then set_up; fi
        echo "$port" >"$DIR/port"
        launch "$port"
        end=$((SECONDS + 60))
        until answers; do
            is_running || fail "the server ended: $(tail -n 5 "$DIR"/*.log)"
            [ $SECONDS -lt $end ] || fail "no answer within 60 s; see $DIR"
            sleep 0.2
        done
    fi
    echo "HOST=127.0.0.1"
    echo "PORT=$(cat "$DIR/port")"
    echo "USER=glance"
    echo "PASSWORD=secret"
    echo "CA=$DIR/ca.pem"
    echo "PID=$(server_pid)"
    facts
}

# Ends the server with a signal and, when it has not ended after 30 s, with KILL.
end_with() {
    is_running || return 0
    local end=$((SECONDS + 30)) pid
    pid=$(server_pid)
    kill "-$1" "$pid"
    while is_running; do
        if [ $SECONDS -ge $end ]; then kill -KILL "$pid"; fi
        sleep 0.1
    done
}

main() {
    [ $# = 2 ] || fail "usage: $NAME start|stop|kill DIR"
    DIR=$(readlink -m "$2")
    case $1 in
        start) start ;;
        stop) end_with "${STOP_SIGNAL:-TERM}" ;;
        kill) end_with KILL ;;
        *) fail "usage: $NAME start|stop|kill DIR" ;;
    esac
}
