#!/bin/sh
# SPDX-License-Identifier: MIT
# Every checked-in layout against the DWARF of the interpreters that are
# installed; those without debugging information are named and passed over.

srcdir=${srcdir:-.}
tool=./coil-layout
status=77

if test ! -x $tool; then
	echo "skip: coil-layout was not built (no libdw)"
	exit 77
fi

# check LAYOUT FILE [ROOT]: FILE is an interpreter or its libpython, ROOT the
# folder that tests/truth/fetch-python laid it out in.
check() {
	layout=$srcdir/formats/layouts/$1.json
	if test ! -e "$2"; then
		echo "skip: $1: no interpreter at $2"
		return
	fi
	out=$($tool --check="$layout" ${3:+--debug-path="$3/usr/lib/debug"} \
		"$2" 2>&1)
	case $? in
	0) echo "ok: $1: $2" ;;
	3) echo "ok: $1: $2, but $(echo "$out" | wc -l) structs not in it" ;;
	2) echo "skip: $1: $out"; return ;;
	*) echo "FAIL: $1: $2"; echo "$out"; status=1; return ;;
	esac
	test $status -eq 77 && status=0
}

pyenv=${PYENV_ROOT:-$HOME/.pyenv}
check cpython-3.11 /usr/bin/python3.11
check cpython-3.11 "$pyenv/versions/3.11.7/lib/libpython3.11.so.1.0"
check cpython-3.11-debug /usr/bin/python3.11d
check cpython-3.12 "$pyenv/versions/3.12.1/lib/libpython3.12.so.1.0"
check cpython-3.13 "$pyenv/versions/3.13.0/lib/libpython3.13.so.1.0"
check cpython-3.8 "$pyenv/versions/3.8.18/lib/libpython3.8.so.1.0"
check cpython-3.9 "$pyenv/versions/3.9.18/lib/libpython3.9.so.1.0"
check cpython-3.10 "$pyenv/versions/3.10.13/lib/libpython3.10.so.1.0"
cache=${COIL_PYTHON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coil-pythons}
for pair in 3.9-debug:3.9d 3.13-debian:3.13 3.13-debug:3.13d 3.14:3.14 \
	3.14-debug:3.14d 3.15:3.15 3.15-debug:3.15d; do
	root=${pair#*:}
	root=$cache/${root%d}
	check "cpython-${pair%:*}" "$root/usr/bin/python${pair#*:}" "$root"
done

check cpython-3.13.18-debian "$cache/3.13-sid/usr/bin/python3.13" "$cache/3.13-sid"
check cpython-3.13.18-debug "$cache/3.13-sid/usr/bin/python3.13d" "$cache/3.13-sid"
check cpython-3.13t "$cache/3.13t/python3.13t"

# A difference must be seen.
wrong=$(mktemp) || exit 99
sed 's/"ob_type": 8$/"ob_type": 9/' \
	"$srcdir/formats/layouts/cpython-3.11.json" >"$wrong"
if test $status -eq 0 && test -e /usr/bin/python3.11; then
	out=$($tool --check="$wrong" /usr/bin/python3.11 2>/dev/null)
	if test $? -ne 1 || test "$out" != "$(printf 'PyObject.ob_type\t9\t8')"
	then
		echo "FAIL: a wrong offset was not told: $out"
		status=1
	fi
fi
rm -f "$wrong"
exit $status
