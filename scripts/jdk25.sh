# shellcheck shell=sh
# Finds a JDK 25 and exports it as JAVA_HOME; to be sourced. Order: JAVA_HOME when its `release` file says 25, then the
# first JDK below $GLANCE_JVM_DIRECTORY (default /usr/lib/jvm) that says so. Says what to install when there is none.
# Without any fork, since the client's start sources it too.

# Is $1 the home of a Java 25? $2: `jdk` wants the compiler as well.
glance_is_java25() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    [ "$2" != jdk ] || [ -x "$1/bin/javac" ] || return 1
    while IFS= read -r glance_line; do
        case $glance_line in
            'JAVA_VERSION="25"' | 'JAVA_VERSION="25.'*) return 0 ;;
        esac
    done <"$1/release"
    return 1
}

# Sets JAVA_HOME. $1: `jdk` (the default) to build, `java` to run only.
glance_find_java25() {
    glance_wanted=${1:-jdk}
    if [ -n "${JAVA_HOME:-}" ] && glance_is_java25 "$JAVA_HOME" "$glance_wanted"; then
        export JAVA_HOME
        return 0
    fi
    for glance_home in "${GLANCE_JVM_DIRECTORY:-/usr/lib/jvm}"/*; do
        if glance_is_java25 "$glance_home" "$glance_wanted"; then
            JAVA_HOME=$glance_home
            export JAVA_HOME
            return 0
        fi
    done
    cat >&2 <<MESSAGE
No JDK 25 found: JAVA_HOME is '${JAVA_HOME:-}', and nothing below ${GLANCE_JVM_DIRECTORY:-/usr/lib/jvm} is version 25.
Install one, e.g. Eclipse Temurin 25 (package temurin-25-jdk from https://adoptium.net/installation/linux/),
or set JAVA_HOME to the directory of a JDK 25.
MESSAGE
    return 1
}
