#!/bin/sh
# SPDX-License-Identifier: MIT
# One case of cases/*.truth, which say in the shell's words:
#
#	interpreter, workload, how, size   the arguments of run.sh
#	sanitized=yes   also where coil was built with sanitizers
#	files=no        without the executable and the libraries
#	filter          the kernel's coredump_filter, where how=kernel
#	environment     NAME=VALUE words that the interpreter is given
#	moves=yes       a release that no layout is known for is a skip
#	without         see run.sh
#	packages        what the interpreter must be able to import
#	min_types, min_objects   what there must be in the account
#	goals=no        a skip that prints the figures, however many are right
#
# A case is skipped, and says why, where its interpreter is not installed,
# where this machine makes no such core, where $COIL_TRUTH is "no", or where
# $COIL_MIXED is "told" and it is what pythons.sh runs.  In $fetched are the
# interpreters that fetch-python laid out.
case_file=$1
here=$(dirname "$0")
# shellcheck disable=SC2034 # for the cases
PYENV_ROOT=${PYENV_ROOT:-$HOME/.pyenv}
# shellcheck disable=SC2034
fetched=${COIL_PYTHON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coil-pythons}
interpreter='' workload='' how='' size='' sanitized='' goals='' moves=''
files='' filter='' environment=''
packages='' without='' min_types='' min_objects=''
# shellcheck source=/dev/null
. "$case_file"

skip() {
	echo "skip: $*"
	exit 77
}

# A core of a process that does nothing, by gdb.
gcore_works() {
	try=$(mktemp -d) || exit 99
	sleep 60 &
	gcore -o "$try/core" $! >/dev/null 2>&1
	kill $!
	test -s "$try/core.$!"
	works=$?
	rm -rf "$try"
	return $works
}

test "$COIL_TRUTH" != no || skip "COIL_TRUTH=no"
if test -n "$SAN_CFLAGS" && test "$sanitized" != yes; then
	skip "built with sanitizers; the plain build runs it"
fi
case $COIL_MIXED$workload$environment$filter$files$how-$interpreter in
*-/usr/bin/*) ;;
toldmixedgcore-* | toldmixedkernel-*)
	skip "pythons.sh has run it, of which COIL_MIXED tells"
	;;
esac
test -x "$interpreter" || skip "no $interpreter"
absent=
for package in $packages; do
	"$interpreter" -c "import $package" >/dev/null 2>&1 ||
		absent="$absent $package"
done
test -z "$absent" || skip "$interpreter without$absent"
case $how in
gcore)
	command -v gcore >/dev/null || skip "no gcore"
	gcore_works || skip "gcore may dump no process here"
	;;
kernel)
	# shellcheck disable=SC3045 # -H: dash and bash have it
	test "$(ulimit -H -c)" != 0 || skip "no cores: the hard limit is 0"
	;;
esac

# The graph cache goes with the case.
XDG_CACHE_HOME=$(mktemp -d) || exit 99
trap 'rm -rf "$XDG_CACHE_HOME"' EXIT
trap 'exit 99' HUP INT TERM
export COIL_BIN=. SIZE="$size" FILES="$files" FILTER="$filter" XDG_CACHE_HOME
export MIN_TYPES="$min_types" MIN_OBJECTS="$min_objects" TRUTH_ALL="$packages"
export WITHOUT="$without"
# shellcheck disable=SC2086 # words
out=$(env $environment sh "$here/run.sh" "$interpreter" "$workload" "$how" 2>&1)
status=$?
echo "$out"
if test "$moves" = yes && echo "$out" | grep -q ': no layout (nearest: '; then
	skip "$(echo "$out" | sed -n 's/^.*\(CPython .*: no layout\).*/\1/p' |
		head -n 1) yet"
fi
if test "$goals" = no && echo "$out" | grep -q '^referents	.*	[0-9]'; then
	skip "figures only: $(echo "$out" | tail -n 1)"
fi
exit $status
