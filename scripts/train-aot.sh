#!/usr/bin/env bash
# Makes the AOT caches of the distribution in $1 (JDK 25, JEP 514): a short run of the server and of some client commands
# on exactly the class path and options they are used with, recorded with -XX:AOTCacheOutput. A cache that cannot be
# made is a failure: start-up time is a promise.
set -euo pipefail
dist=$(cd -P -- "${1:?usage: train-aot.sh DIST}" && pwd)
# shellcheck source=scripts/jdk25.sh
. "$dist/lib/jdk25.sh"
glance_find_java25 jdk

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
    # The launch file reads $home.
    # shellcheck disable=SC2034
    local part=$1 main=$2 home=$dist
    shift 2
    # shellcheck source=/dev/null
    . "$dist/lib/$part.launch"
    # shellcheck disable=SC2154
    local options=${launch_options%% -XX:AOTCache=*}
    # shellcheck disable=SC2086,SC2154
    exec "$JAVA_HOME/bin/java" $options -XX:AOTCacheOutput="$dist/lib/$part.aot" -cp "$launch_class_path" "$main" "$@"
}

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
    if curl -sf -o /dev/null "$url/healthcheck"; then break; fi
    kill -0 "$server_pid" 2>/dev/null || fail "the server stopped"
    sleep 0.1
done
curl -sf -o /dev/null "$url/healthcheck" || fail "the server did not answer on $url within 60 s"

# A little of everything the server does early in its life.
head -c 3000000 /dev/urandom >"$work/data"
json=(-sf -H 'Content-Type: application/json')
curl -s -o /dev/null "$url/"
for round in 1 2 3; do
    id=$(curl "${json[@]}" -d '{"name":"training '"$round"'","disk_format":"raw","container_format":"bare","a":"b"}' \
        "$url/v2/images" | sed -E 's/.*"id": ?"([^"]+)".*/\1/') || fail "create"
    curl -sf -T "$work/data" -H 'Content-Type: application/octet-stream' "$url/v2/images/$id/file" || fail "upload"
    curl -sf "$url/v2/images/$id/file" | cmp - "$work/data" || fail "download"
    curl -sf -o /dev/null "$url/v2/images?limit=20" || fail "list"
    curl -sf -o /dev/null "$url/v2/images/$id" || fail "show"
    curl -sf -o /dev/null -X PATCH -H 'Content-Type: application/openstack-images-v2.1-json-patch' \
        -d '[{"op":"replace","path":"/name","value":"trained"}]' "$url/v2/images/$id" || fail "update"
    if [[ $round != 3 ]]; then curl -sf -X DELETE "$url/v2/images/$id" || fail "delete"; fi
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
