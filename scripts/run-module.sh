#!/usr/bin/env bash
# Runs a main class of a module that is no part of the distribution, against the distribution; builds both when needed.
# usage: scripts/run-module.sh MODULE MAIN-CLASS ARGUMENTS...
set -euo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
module=$1 main=$2
shift 2
cd "$root"
# shellcheck source=scripts/jdk25.sh
. scripts/jdk25.sh
glance_find_java25 jdk
scripts/build-dist.sh --if-needed

jar=$(find "$module/target" -maxdepth 1 -name "$module-*.jar" -print -quit 2>/dev/null || true)
if [[ -z $jar || -n $(find glance-*/src/main glance-*/pom.xml pom.xml -newer "$jar" -print -quit) ]]; then
    mvn -B -q -ntp package -DskipTests -pl "$module" -am
    jar=$(find "$module/target" -maxdepth 1 -name "$module-*.jar" -print -quit)
fi
exec "$JAVA_HOME/bin/java" -Dglance.root="$root" -Dglance.dist="$root/target/dist" --enable-native-access=ALL-UNNAMED \
    -cp "$jar:$module/target/runtime/*" "$main" "$@"
