#!/bin/bash
# SPDX-License-Identifier: MIT
# An interpreter without a build-id: its file is taken at its recorded path, or
# where it is named, if all that the core has of its read-only memory is in it,
# and refused with the reason otherwise.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
command -v gcore >/dev/null || skip "no gcore"
command -v objcopy >/dev/null || skip "no objcopy"
test -x "$python" || skip "no $python"
dir=$(mktemp -d) || exit 99
process=
trap 'test -z "$process" || kill "$process"; rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
mkdir -p "$tmp" "$dir/nothing"

objcopy --remove-section .note.gnu.build-id "$python" "$dir/python" ||
	skip "objcopy does not make one"
readelf -n "$dir/python" | grep -q 'Build ID' && skip "it has a build-id"
PYTHONHOME=/usr "$dir/python" -I -S -c 'import time
print("ready", flush=True)
time.sleep(1000)' >"$dir/ready" &
process=$!
for _ in $(seq 100); do
	test -s "$dir/ready" && break
	sleep 0.1
done
dump "$process" "$dir/core" || skip "gcore cannot dump"
kill "$process"
wait "$process" 2>/dev/null
process=

# info WANT WHAT OPTION...: status and output of coil-info
info()
{
	coil-info --no-cache "${@:3}" "$dir/core" >"$dir/out" 2>"$dir/err"
	got=$?
	test $got -eq "$1" || fail "$2: status $got: $(cat "$dir/err")"
}

# said WHAT WORDS: in the output, as a regular expression
said()
{
	grep -q "$2" "$dir/out" ||
		fail "$1: $(cat "$dir/err"; grep _file "$dir/out")"
}

info 0 "recorded path"
said "recorded path" "^file_compared	$dir/python: no build-id; [0-9]* bytes"
said "recorded path" '^python_found_by	symbol$'
coil-types --no-cache "$dir/core" >"$dir/right"
grep -q '<type 0x' "$dir/right" && fail "types without names"

mv "$dir/python" "$dir/moved"
info 3 "moved"
said "moved" "^missing_file	$dir/python: no build-id"
info 0 "named" "--exe=$dir/moved"
said "named" "^file_compared	$dir/moved: no build-id; [0-9]* bytes agree"
coil-types --no-cache "--exe=$dir/moved" "$dir/core" >"$dir/out"
cmp -s "$dir/right" "$dir/out" || fail "named: other types"
mkdir -p "$dir/root$dir"
cp "$dir/moved" "$dir/root$dir/python"
cp -r --parents "$(ldd "$python" | sed -n 's/.*=> \(.*\/libc.so.6\) .*/\1/p')" \
	"$dir/root"
coil-info --no-cache "--sysroot=$dir/root" "$dir/core" >"$dir/out" 2>"$dir/err"
said "sysroot" "^file_compared	$dir/root$dir/python: "

# Another build, as far as one can know: a byte of the page that was captured,
# a program header, the interpreter that the system has.
for at in 2048 88; do
	cp "$dir/moved" "$dir/other"
	printf '\252' | dd of="$dir/other" bs=1 seek=$at conv=notrunc 2>/dev/null
	info 3 "byte $at" "--exe=$dir/other"
	said "byte $at" "^missing_file	$dir/python: no build-id, and other "
	grep -q 'no build-id, and other' "$dir/err" ||
		fail "byte $at: not said: $(cat "$dir/err")"
done
info 3 "another" "--exe=$python"
said "another" "^missing_file	$dir/python: no build-id, and other "
finish
