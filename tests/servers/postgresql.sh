#!/bin/bash
# A real PostgreSQL on 127.0.0.1 for tests, everything under one directory.
# Debian 12's package "postgresql"; scripts/install-test-packages.sh installs it.
#
#   postgresql.sh start DIR   set up DIR when it is new, start the server; prints
#                             KEY=VALUE lines: HOST, PORT, USER, PASSWORD, SOCKET
#                             (a directory), CA (its certificate's authority, for
#                             TLS), PID
#   postgresql.sh stop DIR    shut the server down; data stays
#   postgresql.sh kill DIR    end it at once, as a crash would; data stays
#
# The user may create databases. Root takes the user "postgres" for the server,
# since the server refuses to run as root.
#
# Environment, read by "start":
#   PORT        port to listen on; a free one by default
#   LIFETIME    seconds after which a forgotten server ends by itself (7200)
#   DURABLE     "yes": every commit waits for the disk, as in production
#   MEMORY      MiB for its cache of pages (256)
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
HERE=$(dirname "$(readlink -f "$0")")
NAME=postgresql.sh
# shellcheck source=tests/servers/database.sh
. "$HERE/database.sh"
STOP_SIGNAL=INT # fast: a shutdown that does not wait for clients
BIN=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)

set_up() {
    [ -n "$BIN" ] || fail "the package postgresql is missing; as root: apt-get install postgresql"
    echo secret >"$DIR/password"
    give "$DIR"
    "${AS_OWNER[@]}" "$BIN/initdb" -D "$DIR/data" -U glance --pwfile="$DIR/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C --no-sync >"$DIR/setup.log" 2>&1 ||
        fail "the set-up failed: $(tail -n 3 "$DIR/setup.log")"
    certify
    give "$DIR"
}

launch() {
    local sync=off
    if [ "${DURABLE:-}" = yes ]; then sync=on; fi
    daemon "$BIN/postgres" -D "$DIR/data" -p "$1" -k "$DIR" -h 127.0.0.1 -c fsync=$sync -c synchronous_commit=$sync \
        -c ssl=on -c ssl_ca_file="$DIR/ca.pem" -c ssl_cert_file="$DIR/server.pem" -c ssl_key_file="$DIR/server.key" \
        -c max_connections=300 -c shared_buffers="${MEMORY:-256}MB" -c max_wal_size="${MEMORY:-1024}MB"
}

answers() { PGPASSWORD=secret psql -q -h "$DIR" -p "$(cat "$DIR/port")" -U glance -d postgres -c 'SELECT 1' >/dev/null 2>&1; }

facts() { echo "SOCKET=$DIR"; }

main "$@"
