#!/bin/sh
# SPDX-License-Identifier: MIT
# Unicorn agrees with the machine of lib/traverse on the operations of
# traverse_operations.h and on a core of real objects, PyGObject's among them
# where it is installed, which lock bits.
#
#	unicorn.sh [INTERPRETER]
#
# 77 where it was built without Unicorn or no core can be made.
here=$(cd "$(dirname "$0")" && pwd)
interpreter=${1:-/usr/bin/python3}
program=${top_builddir:-.}/tests/truth/unicorn
for need in "$interpreter" gcore "$program"; do
	command -v "$need" >/dev/null || {
		echo "skipped: no $need"
		exit 77
	}
done
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
"$interpreter" -B -W ignore - "$here/workloads" "$dir" <<'END' || {
import os, subprocess, sys
sys.path.insert(0, sys.argv[1])
import mixed
kept = mixed.build(0)
try:
    from gi.repository import GObject
    source = GObject.Object()
    source.connect("notify", len, [source])
    source.own = [1]
except ImportError:
    pass
null = os.open(os.devnull, os.O_RDWR)
os.dup2(null, 1)
os.dup2(null, 2)
os._exit(subprocess.call(["gcore", "-o", sys.argv[2] + "/core",
                          str(os.getpid())]))
END
	echo "skipped: gcore makes no core here"
	exit 77
}
"$program" && "$program" "$dir"/core.*
