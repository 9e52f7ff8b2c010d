#!/bin/sh
# SPDX-License-Identifier: MIT
# The traversals of ten small extension packages, as far as they are installed:
# each type is stepped, and the references of each of its objects are those that
# gc.get_referents() tells.  All packages: tests/run.sh --full.
#
#	survey.sh [INTERPRETER]
#
# The tools are taken as run.sh takes them.  77 where something is not installed.
here=$(cd "$(dirname "$0")" && pwd)
interpreter=${1:-/usr/bin/python3.11}
bin=${COIL_BIN:-${top_builddir:-.}}
[ -x "$bin/coil-types" ] || bin=$bin/tools
test "$COIL_TRUTH" != no || {
	echo "skipped: COIL_TRUTH=no"
	exit 77
}
test -z "$SAN_CFLAGS" || {
	echo "skipped: built with sanitizers; the plain build runs it"
	exit 77
}
for need in "$interpreter" gcore python3; do
	command -v "$need" >/dev/null || {
		echo "skipped: no $need"
		exit 77
	}
done
exec python3 -B "$here/survey.py" --interpreter "$interpreter" --bin "$bin" \
	--few
