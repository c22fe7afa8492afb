#!/bin/bash
# A real MariaDB on 127.0.0.1 for tests, everything under one directory. Debian
# 12's package "mariadb-server"; scripts/install-test-packages.sh installs it.
#
#   mariadb.sh start DIR    set up DIR when it is new, start the server; prints
#                           KEY=VALUE lines: HOST, PORT, USER, PASSWORD, SOCKET,
#                           CA (its certificate's authority, for TLS), PID
#   mariadb.sh stop DIR     shut the server down; data stays
#   mariadb.sh kill DIR     end it at once, as a crash would; data stays
#
# The user may create databases. Root takes the user "mysql" for the server
# when it can, since the server refuses to run as root.
#
# Environment, read by "start":
#   PORT        port to listen on; a free one by default
#   LIFETIME    seconds after which a forgotten server ends by itself (7200)
#   DURABLE     "yes": every commit waits for the disk, as in production
#   MEMORY      MiB for its cache of pages (256)
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
HERE=$(dirname "$(readlink -f "$0")")
NAME=mariadb.sh
# shellcheck source=tests/servers/database.sh
. "$HERE/database.sh"

set_up() {
    command -v mariadb-install-db >/dev/null || fail "the package mariadb-server is missing; as root: apt-get install mariadb-server"
    give "$DIR"
    "${AS_OWNER[@]}" mariadb-install-db --no-defaults --datadir="$DIR/data" --auth-root-authentication-method=normal \
        --skip-test-db >"$DIR/setup.log" 2>&1 || fail "the set-up failed: $(tail -n 3 "$DIR/setup.log")"
    certify
    cat >"$DIR/init.sql" <<SQL
CREATE OR REPLACE USER 'glance'@'%' IDENTIFIED BY 'secret';
GRANT ALL ON *.* TO 'glance'@'%';
DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host <> 'localhost');
FLUSH PRIVILEGES;
SQL
    give "$DIR"
}

launch() {
    local sync=0
    if [ "${DURABLE:-}" = yes ]; then sync=1; fi
    # Of its own: each server removes at its start what others keep in a common one.
    mkdir -p "$DIR/tmp"
    give "$DIR/tmp"
    daemon mariadbd --no-defaults --datadir="$DIR/data" --tmpdir="$DIR/tmp" --socket="$DIR/socket" --pid-file="$DIR/mariadb.pid" \
        --bind-address=127.0.0.1 --port="$1" --init-file="$DIR/init.sql" --log-error="$DIR/server.log" \
        --ssl-ca="$DIR/ca.pem" --ssl-cert="$DIR/server.pem" --ssl-key="$DIR/server.key" \
        --innodb-flush-log-at-trx-commit=$sync --innodb-file-per-table=$sync --innodb-buffer-pool-size="${MEMORY:-256}M" --innodb-log-file-size="$((${MEMORY:-256} / 2))M" \
        --max-connections=300 --skip-name-resolve --performance-schema=OFF
}

answers() { mariadb --no-defaults --socket="$DIR/socket" -uglance -psecret -e 'SELECT 1' >/dev/null 2>&1; }

facts() { echo "SOCKET=$DIR/socket"; }

main "$@"
