#!/usr/bin/env bash
# Installs the Debian packages whose programs ./check and ./bench drive, those that are missing. Services they bring are
# not started (a policy-rc.d that exists during this call only). Exit 0: all there; 1: some are missing, named on stderr.
set -euo pipefail

# Real clients and their parts; image tools; a bootable image; the identity service; object storage and its clients; databases; references and load for the bench.
packages=(
    python3-glanceclient python3-openstackclient curl zsh fish
    qemu-utils memtest86+
    keystone sqlite3 python3-swift python3-swiftclient s3cmd radosgw
    ceph-common ceph-mon ceph-osd ceph-mgr librbd1
    mariadb-server postgresql
    nginx-light wrk
    shellcheck
)

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then echo "$package"; fi
    done
}

mapfile -t missing < <(missing_packages)
if ((${#missing[@]} == 0)); then exit 0; fi

policy=/usr/sbin/policy-rc.d
install_missing() {
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    local attempt
    for attempt in 1 2 3; do
        if apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
            -o Dpkg::Options::=--force-confold install "${missing[@]}" >/dev/null; then
            return 0
        fi
        echo "installing test packages failed (attempt $attempt of 3)" >&2
        sleep $((attempt * 5))
    done
    return 1
}

if ! command -v apt-get >/dev/null || ((EUID != 0)) || ! install_missing; then
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)); then exit 0; fi
    {
        echo "Missing Debian packages for the tests: ${missing[*]}"
        echo "As root: apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    } >&2
    exit 1
fi
