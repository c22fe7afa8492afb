#!/usr/bin/env bash
# Makes the AOT caches of the distribution in $1 (JDK 25, JEP 514): a short run of the server and of some client commands
# on exactly the class path and options they are used with, recorded with -XX:AOTCacheOutput. A cache that cannot be
# made is a failure: start-up time is a promise. GLANCE_SERVER_RUNTIME and GLANCE_CLIENT_RUNTIME name other Java runtimes than
# the JDK, which are then the only ones that the caches are good for.
set -euo pipefail
dist=$(cd -P -- "${1:?usage: train-aot.sh DIST}" && pwd)
# shellcheck source=scripts/jdk25.sh
. "$dist/lib/jdk25.sh"
glance_find_java25 jdk
# shellcheck source=packaging/lib/launch.sh
. "$dist/lib/launch.sh"
# shellcheck source=scripts/answers.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/answers.sh"

# shellcheck disable=SC2034 # read by name, as is the client's
server_runtime=${GLANCE_SERVER_RUNTIME:-$JAVA_HOME}
client_runtime=${GLANCE_CLIENT_RUNTIME:-$JAVA_HOME}
work=$(mktemp -d)
server_pid=
cleanup() {
    if [[ -n $server_pid ]]; then kill -KILL "$server_pid" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

fail() {
    echo "AOT training failed: $1" >&2
    sed 's/^/    /' "$work"/*.log >&2 || true
    exit 1
}

# A port nobody listens on; found by trying to connect.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
}

# Runs java as bin/$1 does, recording a cache: part, main class, arguments.
record() {
    local part=$1 runtime=$1_runtime
    shift
    JAVA_HOME=${!runtime} home=$dist
    glance_become "$part" -XX:AOTCacheOutput="$dist/lib/$part.aot" "$@"
}

# The client without a cache: it makes the requests the server's cache is recorded from.
client() (
    JAVA_HOME=$client_runtime home=$dist
    glance_become client glance.client.cli.GlanceMain --os-image-url "$url" "$@"
)

port=$(free_port)
url=http://127.0.0.1:$port
cat >"$work/glance-api.conf" <<CONF
[DEFAULT]
bind_host = 127.0.0.1
bind_port = $port
[database]
connection = sqlite:///$work/glance.sqlite
[glance_store]
filesystem_store_datadir = $work/images
CONF
mkdir "$work/images"

record server glance.server.ApiMain --config-file "$work/glance-api.conf" >"$work/server.log" 2>&1 &
server_pid=$!
for ((i = 0; i < 600; i++)); do
    if glance_answers "$port"; then break; fi
    kill -0 "$server_pid" 2>/dev/null || fail "the server stopped"
    sleep 0.1
done
glance_answers "$port" || fail "the server did not answer on $url within 60 s"

# A little of everything the server does early in its life.
head -c 3000000 /dev/urandom >"$work/data"
for round in 1 2 3; do
    client image-create --name "training $round" --disk-format raw --container-format bare --property a=b \
        --file "$work/data" >"$work/created.log" 2>&1 || fail "create and upload"
    id=$(sed -nE 's/^\| id +\| ([^ ]+) .*/\1/p' "$work/created.log")
    client image-download "$id" --file "$work/copy" 2>"$work/download.log" || fail "download"
    cmp "$work/copy" "$work/data" || fail "the same bytes"
    rm "$work/copy"
    client image-list >"$work/list.log" 2>&1 || fail "list"
    client image-show "$id" >"$work/show.log" 2>&1 || fail "show"
    client image-update "$id" --name trained >"$work/update.log" 2>&1 || fail "update"
    if [[ $round != 3 ]]; then client image-delete "$id" 2>"$work/delete.log" || fail "delete"; fi
done

# The client's cache comes from its most frequent command; one process makes one cache.
(record client glance.client.cli.GlanceMain --os-image-url "$url" image-list) >"$work/client.log" 2>&1 ||
    fail "the client"

kill -TERM "$server_pid"
wait "$server_pid" || true
server_pid=
for part in server client; do
    [[ -s $dist/lib/$part.aot ]] || fail "no cache was written for the $part"
done
