#!/bin/bash
# S3Proxy on 127.0.0.1 for tests: a server of the S3 protocol that is kin neither to Swift nor to Ceph and keeps its objects in
# a directory. Its jars come from Maven's repository into Maven's own cache; nothing is installed.
#
#   s3proxy.sh start DIR   set up DIR when it is new, start the server; prints KEY=VALUE lines (also kept in DIR/facts):
#                          S3_URL, S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION, PID
#   s3proxy.sh stop DIR    stop the server that "start" started; data stays
#
# Environment, read by "start":
#   JAVA_HOME   a Java of 17 or newer; that of the path by default
#   LIFETIME    seconds after which a forgotten server ends by itself (7200)
set -euo pipefail
export LC_ALL=C
VERSION=4.1.0

fail() { printf 's3proxy.sh: %s\n' "$*" >&2; exit 1; }

# The one dependency named beside S3Proxy is one for which Maven would choose a version too old for the others.
project() {
    cat <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId>
  <artifactId>s3proxy-classpath</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.gaul</groupId>
      <artifactId>s3proxy</artifactId>
      <version>$VERSION</version>
    </dependency>
    <dependency>
      <groupId>com.fasterxml.jackson.core</groupId>
      <artifactId>jackson-annotations</artifactId>
      <version>2.21</version>
    </dependency>
  </dependencies>
</project>
POM
}

# Leaves the class path in DIR/classpath; asks the network only for what Maven has not cached.
find_jars() {
    if [ -s "$DIR/classpath" ]; then return; fi
    local offline
    project >"$DIR/pom.xml"
    for offline in -o ""; do
        if timeout 280 mvn -q -B $offline -f "$DIR/pom.xml" dependency:build-classpath -DincludeScope=runtime \
            -Dmdep.outputFile="$DIR/classpath" >"$DIR/maven.log" 2>&1 </dev/null 9>&-; then
            return
        fi
        rm -f "$DIR/classpath"
    done
    fail "Maven does not find S3Proxy $VERSION: $(tail -n 1 "$DIR/maven.log")"
}

choose_port() {
    local port attempt
    if [ -s "$DIR/port" ]; then cat "$DIR/port"; return; fi
    for attempt in $(seq 50); do
        port=$((20000 + (RANDOM + attempt * 37) % 12000))
        if ! answers "$port"; then echo $port | tee "$DIR/port"; return; fi
    done
    fail "no free port between 20000 and 32000"
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A process is ours when pid and start time are the recorded ones.
birth_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
is_running() {
    local pid birth
    { read -r pid birth <"$DIR/server.pid"; } 2>/dev/null || return 1
    [ -n "$pid" ] && [ "$(birth_of "$pid")" = "$birth" ]
}

configure() {
    local port=$1
    mkdir -p "$DIR/data"
    cat >"$DIR/s3proxy.properties" <<CONF
s3proxy.endpoint=http://127.0.0.1:$port
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=testaccesskey
s3proxy.credential=testsecretkey
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir=$DIR/data
jclouds.region=us-east-1
CONF
    cat >"$DIR/logback.xml" <<CONF
<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%d %level %msg%n</pattern></encoder></appender>
  <root level="WARN"><appender-ref ref="OUT"/></root>
</configuration>
CONF
    cat >"$DIR/facts" <<FACTS
S3_URL=http://127.0.0.1:$port
S3_ACCESS_KEY=testaccesskey
S3_SECRET_KEY=testsecretkey
S3_REGION=us-east-1
FACTS
}

start() {
    mkdir -p "$DIR"
    exec 9>"$DIR/lock"
    flock -w 300 9 || fail "another start holds $DIR/lock"
    if ! is_running; then
        local java=java port pid end
        if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; fi
        find_jars
        port=$(choose_port)
        configure "$port"
        setsid timeout --kill-after=10 "${LIFETIME:-7200}" "$java" -Xmx192m -XX:+UseSerialGC \
            -Dlogback.configurationFile="$DIR/logback.xml" -cp "$(cat "$DIR/classpath")" \
            org.gaul.s3proxy.Main --properties "$DIR/s3proxy.properties" >>"$DIR/server.log" 2>&1 </dev/null 9>&- &
        pid=$!
        echo "$pid $(birth_of $pid)" >"$DIR/server.pid"
        end=$((SECONDS + 60))
        until answers "$port"; do
            is_running || fail "the server ended: $(tail -n 5 "$DIR/server.log")"
            [ $SECONDS -lt $end ] || fail "no answer within 60 s; see $DIR/server.log"
            sleep 0.1
        done
    fi
    cat "$DIR/facts"
    echo "PID=$(cut -d' ' -f1 "$DIR/server.pid")"
}

stop() {
    is_running || { rm -f "$DIR/server.pid"; return 0; }
    local pid birth end=$((SECONDS + 15))
    read -r pid birth <"$DIR/server.pid"
    kill -TERM "$pid"
    while is_running; do
        if [ $SECONDS -ge $end ]; then kill -KILL -- "-$pid"; break; fi
        sleep 0.1
    done
    rm -f "$DIR/server.pid"
}

[ $# = 2 ] || fail "usage: s3proxy.sh start|stop DIR"
DIR=$(readlink -m "$2")
case $1 in
    start) start ;;
    stop) stop ;;
    *) fail "usage: s3proxy.sh start|stop DIR" ;;
esac
