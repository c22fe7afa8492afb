# shellcheck shell=bash
# Sourced by scripts that wait for a server.

# Whether the server on port $1 of this machine is healthy. Needs no program beside bash: a fresh machine has no curl.
glance_answers() (
    { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || exit 1
    printf 'GET /healthcheck HTTP/1.0\r\n\r\n' >&3
    IFS= read -r -t 10 status <&3 || exit 1
    [[ $status == *" 200 "* ]]
)
