#!/bin/bash
# SPDX-License-Identifier: MIT
# A CPython that nobody has heard of: real processes whose version words say
# 3.16 are refused with what to do; --layout reads them if it is the right one,
# and the self-checks tell a wrong one.
fetched=${COIL_PYTHON_CACHE:-${XDG_CACHE_HOME:-${HOME:-/}/.cache}/coil-pythons}
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_kernel_cores
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
pyenv=${PYENV_ROOT:-${HOME:-/}/.pyenv}/versions
layouts=$srcdir/formats/layouts
patch=$here/patch.py
tried=0

# Prints where the version words are, as patch.py's arguments; then a core with
# all that was mapped from files.
cat >"$dir/die.py" <<'END'
import ctypes, os, sys
with open("/proc/self/coredump_filter", "w") as f:
    f.write("0x7f")
def address(name):
    return ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, name))
words = [address("Py_Version")]
runtime = address("_PyRuntime")
if ctypes.string_at(runtime, 8) == b"xdebugpy":
    words.append(runtime + 8)
for word in words:
    print("0x%x=0x031000f0w" % word)
sys.stdout.flush()
os.abort()
END

# refused WHAT PATTERN... -- OPTION...: status 2, and what must be said.
refused()
{
	what=$1
	shift
	patterns=()
	while test "$1" != --; do
		patterns+=("$1")
		shift
	done
	shift
	coil-info "$@" "$dir/core" >"$dir/out" 2>"$dir/err"
	status=$?
	test $status -eq 2 || fail "$what: status $status: $(cat "$dir/err")"
	test ! -s "$dir/out" || fail "$what: it printed"
	for pattern in "${patterns[@]}"; do
		grep -q -e "$pattern" "$dir/err" ||
			fail "$what: no \"$pattern\": $(cat "$dir/err")"
	done
}

# try INTERPRETER RIGHT WRONG CHECK: the name of the layout that is right for
# it, of one that is not, and what must be said of that.
try()
{
	die_in "$dir" "$1" || return
	coil-types "$dir/core" >"$dir/right" || fail "$1: not read"
	# shellcheck disable=SC2046 # words
	python3 "$patch" "$dir/core" $(cat "$dir/words") ||
		fail "$1: the words are not in the core"
	refused "$1" 'CPython 3\.16\.0' '(nearest: cpython-3\.15)' \
		'coil-layout(1)' 'give it with --layout' --
	refused "$1 by $3" "$3" "$4" -- \
		"--layout=$layouts/$3.json"
	coil-types "--layout=$layouts/$2.json" "$dir/core" >"$dir/found" ||
		fail "$1: not read with --layout"
	cmp -s "$dir/right" "$dir/found" || fail "$1: other types"
	coil-info "--layout=$layouts/$2.json" "$dir/core" |
		grep -q '3\.16\.0' || fail "$1: coil-info says another version"
	tried=$((tried + 1))
}

try /usr/bin/python3.11 cpython-3.11 cpython-3.12 \
	'the main interpreter is elsewhere'
try /usr/bin/python3.11d cpython-3.11-debug cpython-3.12 \
	'for release builds'
try "$pyenv/3.12.1/bin/python3.12" cpython-3.12 cpython-3.11 \
	'the main interpreter is elsewhere'
try "$pyenv/3.13.0/bin/python3.13" cpython-3.13 cpython-3.13-debian \
	'is another build'
try "$fetched/3.15/python3.15" cpython-3.15 cpython-3.14 'is another build'
try "$fetched/3.15/python3.15d" cpython-3.15-debug cpython-3.15 \
	'for release builds'
test $tried -gt 0 || skip "no interpreter to try"
finish
