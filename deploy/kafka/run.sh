#!/usr/bin/env bash
# Runs a command with a real Apache Kafka beside it, without containers:
#
#   deploy/kafka/run.sh go test ./adapters/kafka/...
#
# The command finds the broker's address in KAFKA_TEST_BROKERS. Without a command the broker runs until interrupted. Its data ends with it.
#
#   deploy/kafka/run.sh --stopped go test …
#
# makes a broker and leaves it to the command to start, kill and start it again: KAFKA_TEST_START is a program that becomes the broker,
# on the data it had.
#
# Needs Java 17 or later, and Maven for the first run, which fetches Kafka into the cache.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
libs=${XDG_CACHE_HOME:-$HOME/.cache}/linklog/kafka-$(cksum <"$here/pom.xml" | cut -d' ' -f1)
java=(java -Xmx512m -XX:+UseSerialGC "-Dlog4j2.configurationFile=$here/log4j2.properties" -cp "$libs/*")
work=$(mktemp -d)
broker=

# finish leaves no broker behind, not even one that the command started and forgot.
finish() {
	[ -n "$broker" ] || broker=$(forgotten)
	if [ -n "$broker" ]; then
		kill -KILL "$broker" 2>/dev/null || true # nothing of it is kept
		wait "$broker" 2>/dev/null || true
	fi
	rm -rf "$work"
}

# forgotten prints the number of the process that started last, if it is still our broker.
forgotten() {
	local pid
	pid=$(cat "$work/pid" 2>/dev/null) || return 0
	if { cat "/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null | grep -qF "$work"; then echo "$pid"; fi
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { echo "kafka: $*" >&2; }

fetch() {
	say "fetching the broker into $libs"
	mkdir -p "$(dirname "$libs")"
	local draft
	draft=$(mktemp -d "$libs.XXXXXX")
	mvn --batch-mode --quiet -Dstyle.color=never --file "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$draft" >&2
	mv "$draft" "$libs"
}

# free_port prints a port that nobody listens on, below the range from which the system gives ports to outgoing connections.
free_port() {
	local port
	while port=$((20000 + RANDOM % 10000)); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
	echo "$port"
}

# make_broker makes an empty broker on fresh ports, and the program that starts it.
make_broker() {
	local port controller
	port=$(free_port) controller=$(free_port)
	rm -rf "$work/data"
	{
		cat "$here/server.properties"
		echo "listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller"
		echo "controller.quorum.voters=1@127.0.0.1:$controller"
		echo "log.dirs=$work/data"
	} >"$work/server.properties"
	"${java[@]}" kafka.tools.StorageTool format --cluster-id bGlua2xvZy1mb3ItdGVzdA \
		--config "$work/server.properties" >"$work/log" 2>&1 || return
	{
		echo '#!/bin/sh'
		printf 'echo $$ >%q\n' "$work/pid"
		echo "exec $(printf '%q ' "${java[@]}" kafka.Kafka "$work/server.properties")"
	} >"$work/start"
	chmod +x "$work/start"
	address=127.0.0.1:$port
}

# start starts a fresh broker and waits until it says that it is up; it fails if the broker ends instead.
start() {
	make_broker || return
	"$work/start" >>"$work/log" 2>&1 &
	broker=$!
	until grep -q 'Kafka Server started' "$work/log"; do
		kill -0 "$broker" 2>/dev/null || return
		sleep 0.1
	done
}

[ -d "$libs" ] || fetch
begin=start
if [ "${1:-}" = --stopped ]; then
	shift
	java+=(-XX:TieredStopAtLevel=1) # it starts often, and lives shortly
	begin=make_broker
	export KAFKA_TEST_START=$work/start
fi
if ! $begin && ! $begin; then # the ports may have been taken in between, once
	tail -n 30 "$work/log" >&2
	say "the broker did not start"
	exit 1
fi
export KAFKA_TEST_BROKERS=$address
say "ready on $address"
if [ $# -eq 0 ]; then
	wait "$broker"
else
	"$@"
fi
