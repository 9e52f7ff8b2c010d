#!/bin/sh
# SPDX-License-Identifier: MIT
# Dominators and components of a real heap against igraph's.
srcdir=${srcdir:-.}
python=${COIL_TEST_PYTHON:-/usr/bin/python3.11}
for need in "$python" gcore; do
	command -v "$need" >/dev/null || {
		echo "skip: $need is not installed"
		exit 77
	}
done
test -x tests/test_oracle || {
	echo "skip: built without igraph"
	exit 77
}
dir=$(mktemp -d) || exit 99
trap 'kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
PYTHONPATH=$srcdir/tests/truth/workloads "$python" -B -W ignore -c '
import time, large, json, asyncio, xml.dom.minidom, email.message, sqlite3
held = large.build(100000)
print("ready", flush=True)
time.sleep(600)' >"$dir/said" &
pid=$!
until grep -q ready "$dir/said"; do
	kill -0 "$pid" 2>/dev/null || exit 99
	sleep 0.2
done
gcore -o "$dir/core" "$pid" >/dev/null 2>&1 || exit 99
COIL_ORACLE_CORE=$dir/core.$pid tests/test_oracle
