# shellcheck shell=sh disable=SC2154
# How bin/ starts the Java programs of this distribution; to be sourced with $home, the distribution's directory, set.

# Becomes java with the options, native libraries and class path of part $1, server or client; the rest are further options, the main
# class and its arguments. JAVA_HOME is set.
glance_become() {
    # shellcheck source=/dev/null # made by the build
    . "$home/lib/$1.launch"
    shift
    # The options are a list of words. Libraries that lie ready need no temporary directory that programs may be run from.
    # shellcheck disable=SC2086
    exec "$JAVA_HOME/bin/java" $launch_options \
        ${launch_natives:+"-Djava.library.path=$launch_natives" "-Dorg.sqlite.lib.path=$launch_natives"} \
        -cp "$launch_class_path" "$@"
}

# Becomes the main class $2 of part $1 with the other arguments. The java process takes the shell's place, so that signals arrive.
# GLANCE_JAVA_OPTIONS adds JVM options, a list of words; another heap layout or collector than the distribution's makes the JVM ignore
# the AOT cache, which costs start-up time only.
glance_launch() {
    launch_part=$1 launch_main=$2
    shift 2
    # shellcheck source=scripts/jdk25.sh
    . "$home/lib/jdk25.sh"
    glance_find_java25 java
    # shellcheck disable=SC2086
    glance_become "$launch_part" "-XX:AOTCache=$home/lib/$launch_part.aot" ${GLANCE_JAVA_OPTIONS:-} "$launch_main" "$@"
}
