#!/bin/sh
# SPDX-License-Identifier: MIT
# Every checked-in layout against the DWARF of the interpreters that are here
# and that it says to be of; those without debugging information are named and
# passed over.

srcdir=${srcdir:-.}
layouts=$srcdir/formats/layouts
tool=./coil-layout
status=77
tab=$(printf '\t')

if test ! -x $tool; then
	echo "skip: coil-layout was not built (no libdw)"
	exit 77
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# check LAYOUT ROLE PROGRAM DEBUG MODULE...: a line of interpreters.py.
check() {
	layout=$1 program=$3 debug=${4#-}
	shift 4
	out=$($tool --check="$layouts/$layout.json" \
		${debug:+--debug-path="$debug"} "$program" "$@" 2>&1)
	case $? in
	0) echo "ok: $layout: $program" ;;
	3) echo "ok: $layout: $program, but $(echo "$out" | wc -l) structs not in it" ;;
	2)
		echo "skip: $layout: $out"
		return
		;;
	*)
		echo "FAIL: $layout: $program"
		echo "$out"
		status=1
		return
		;;
	esac
	test $status -eq 77 && status=0
}

python3 "$layouts/interpreters.py" >"$work/interpreters" || exit 99
while IFS= read -r line; do
	IFS=$tab
	# shellcheck disable=SC2086 # its words
	set -- $line
	unset IFS
	check "$@"
done <"$work/interpreters"

# A difference must be seen: sees LAST DEBUG STRUCTS EXPECTED.
sees() {
	cat >"$work/wrong.json" <<END
{"name": "wrong", "like": "cpython-3.11", "source": "a test",
"first": "0x030b0000", "last": "$1", "debug": $2, "free_threaded": false,
"structs": {$3}}
END
	out=$($tool --check="$work/wrong.json" /usr/bin/python3.11 2>/dev/null)
	if test $? -ne 1 || test "$out" != "$(printf '%b' "$4")"; then
		echo "FAIL: not told: $4; but: $out"
		status=1
	fi
}

if test $status -eq 0 && test -e /usr/bin/python3.11; then
	sees 0x030bffff false '"PyObject": {"ob_type": 9}' \
		'PyObject.ob_type\t9\t8'
	sees 0x030bffff false '"PyTupleObject": {"ob_item": null}' \
		'PyTupleObject.ob_item\tnull\t24'
	sees 0x030b01f0 false '' 'last\t0x030b01f0\t0x030b02f0'
	sees 0x030bffff true '' 'debug\ttrue\tfalse'
fi
exit $status
