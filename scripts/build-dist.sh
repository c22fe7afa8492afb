#!/usr/bin/env bash
# Builds the distribution in target/dist: bin/ with all commands, lib/{server,client}/*.jar and their AOT caches.
#   scripts/build-dist.sh              compiles, packages (without tests), assembles, trains
#   scripts/build-dist.sh --if-needed  the same, when a source is newer than the distribution
#   scripts/build-dist.sh --assemble   assembles what a Maven build has packaged already, and trains
set -euo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# shellcheck source=scripts/jdk25.sh
. scripts/jdk25.sh
glance_find_java25 jdk

dist=$root/target/dist
mode=${1:-build}

# The distribution is complete and no source is newer.
is_current() {
    [[ -e $dist/built ]] || return 1
    local newer
    newer=$(find pom.xml glance-core glance-registry glance-stores glance-server glance-client packaging scripts \
        -path '*/target' -prune -o -path '*/src/test' -prune -o -type f -newer "$dist/built" -print -quit)
    [[ -z $newer ]]
}

package() {
    echo "building (the first time takes some minutes) ..."
    mvn -B -q -ntp package -DskipTests -pl glance-server,glance-client -am
}

# Copies module $1's jar and its run time dependencies to lib/$2, and writes lib/$2.launch with JVM options $3. The
# class path has a fixed order, since an AOT cache is good for exactly the class path it was made with.
assemble_part() {
    local module=$1 part=$2 options=$3 jars
    mkdir -p "$dist/lib/$part"
    cp -p "$module"/target/runtime/*.jar "$dist/lib/$part/"
    find "$module/target" -maxdepth 1 -name "$module-*.jar" ! -name '*-tests.jar' ! -name '*-sources.jar' \
        -exec cp -p {} "$dist/lib/$part/" \;
    # $home stays as it is: bin/ replaces it.
    # shellcheck disable=SC2016
    jars=$(cd "$dist/lib/$part" && printf '$home/lib/'"$part"'/%s\n' *.jar | LC_ALL=C sort | paste -sd:)
    {
        echo "# How bin/ starts the $part; sourced with \$home set. Made by scripts/build-dist.sh."
        echo "launch_options=\"$options\""
        echo "launch_class_path=\"$jars\""
        echo 'launch_natives='
    } >"$dist/lib/$part.launch"
}

# Unpacks the server's native libraries for this machine's kind to lib/native. Elsewhere the drivers unpack their own, at each start,
# into a temporary directory.
natives() {
    local kind netty
    case $(uname -sm) in
        'Linux x86_64') kind=x86_64 netty=x86_64 ;;
        'Linux aarch64') kind=aarch64 netty=aarch_64 ;;
        *) return 0 ;;
    esac
    if [[ -e /lib/ld-musl-$kind.so.1 ]]; then return 0; fi
    mkdir "$dist/lib/native"
    (
        cd "$dist/lib/native"
        "$JAVA_HOME/bin/jar" --extract --file "$(echo ../server/sqlite-jdbc-*.jar)" "org/sqlite/native/Linux/$kind/libsqlitejdbc.so"
        "$JAVA_HOME/bin/jar" --extract --file "$(echo ../server/netty-transport-native-epoll-*-linux-"$netty".jar)" \
            "META-INF/native/libnetty_transport_native_epoll_$netty.so"
        find org META-INF -name '*.so' -exec mv {} . \;
        rm -r org META-INF
        chmod 0644 ./*.so
    )
    # shellcheck disable=SC2016
    echo 'launch_natives=$home/lib/native' >>"$dist/lib/server.launch"
}

assemble() {
    rm -rf "$dist"
    mkdir -p "$dist/bin" "$dist/lib"
    cp -p packaging/bin/* "$dist/bin/"
    cp -p scripts/jdk25.sh packaging/lib/launch.sh "$dist/lib/"
    # shellcheck source=packaging/jvm.options
    . packaging/jvm.options
    assemble_part glance-server server "$server_jvm_options"
    assemble_part glance-client client "$client_jvm_options"
    natives
}

# The sources' time of this build: one edited while it runs makes the next run build again.
started=$(mktemp)
trap 'rm -f "$started"' EXIT

case $mode in
    build) package ;;
    --if-needed)
        if is_current; then exit 0; fi
        package
        ;;
    --assemble) ;;
    *)
        echo "usage: $0 [--if-needed | --assemble]" >&2
        exit 2
        ;;
esac
assemble
scripts/train-aot.sh "$dist"
touch -r "$started" "$dist/built"
