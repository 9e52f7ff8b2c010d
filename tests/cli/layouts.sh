#!/bin/bash
# SPDX-License-Identifier: MIT
# coil-layout with layout files alone: each is its own normal form, a whole one
# says the same, two are compared, and one that cannot be is refused in words.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
command -v coil-layout >/dev/null || skip "coil-layout was not built (no libdw)"
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
layouts=$srcdir/formats/layouts

for file in "$layouts"/*.json; do
	name=$(basename "$file" .json)
	coil-layout --normalise "$file" | cmp -s - "$file" ||
		fail "$name is not as coil-layout --normalise writes it"
	grep -q "layouts/$name\.json" "$layouts/Makefile.inc" ||
		fail "$name is not compiled in"
	coil-layout -N -l none "$file" >"$dir/$name.json"
	grep -q '"like"' "$dir/$name.json" && fail "$name: like nothing, but whole"
	coil-layout -c "$file" "$dir/$name.json" ||
		fail "$name: whole, it says something else"
done
lines=$(cat "$layouts"/*.json | wc -l)
test "$lines" -lt 9000 || fail "$lines lines of layouts"

# differs A B LINE...: what coil-layout -c prints of two, and 1.
differs()
{
	a=$1 b=$2
	shift 2
	printf '%b\n' "$@" >"$dir/expected"
	coil-layout -c "$a" "$b" >"$dir/out"
	test $? -eq 1 || fail "$a and $b do not differ"
	cmp "$dir/out" "$dir/expected" || cat "$dir/out"
	cmp -s "$dir/out" "$dir/expected" || fail "$a and $b"
}
differs "$layouts/cpython-3.13-later.json" "$layouts/cpython-3.13.13.json" \
	'first\t0x030d0100\t0x030d0d00' 'last\t0x030d0cff\t0x030dffff' \
	'strategies.inline_values\tof_instance\tof_dict'
differs "$layouts/cpython-3.8-debug.json" "$layouts/cpython-3.8.json" \
	'debug\ttrue\tfalse' 'untested\ttrue\tfalse' 'proved.0x030812f0\tnull\ttrue'

# refused PATTERN ARGUMENT...
refused()
{
	pattern=$1
	shift
	coil-layout "$@" >"$dir/out" 2>"$dir/err"
	test $? -eq 2 || fail "coil-layout $*: not refused"
	test -s "$dir/out" && fail "coil-layout $*: printed something"
	grep -q "$pattern" "$dir/err" ||
		fail "coil-layout $*: $(cat "$dir/err")"
}
cd "$dir" || exit 99
refused 'neither in its folder nor known' -N -l cpython-2.7 cpython-3.11.json
sed 's/"name": "cpython-3.11"/"name": "self", "like": "self"/' \
	cpython-3.11.json >self.json
refused 'self.json is like itself' -N self.json
refused 'takes a layout alone' -N cpython-3.8.json cpython-3.9.json
refused 'takes a layout alone' -N -c cpython-3.8.json cpython-3.9.json
refused 'no.json: ' -c cpython-3.8.json no.json
refused 'no.json: ' -N no.json
# What it is like may be in its folder or compiled in.
mkdir alone && cp cpython-3.11.json alone
coil-layout -N -l cpython-3.10 alone/cpython-3.11.json >compiled
coil-layout -N -l cpython-3.10 cpython-3.11.json | cmp - compiled ||
	fail "what is compiled in is not what is in the folder"
finish
