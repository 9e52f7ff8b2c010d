#!/bin/bash
# SPDX-License-Identifier: MIT
# A value that changed is another object, where only its end did, too.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
here=$(cd "$here" && pwd)
cd "$tmp" || exit

# change TYPE OFFSET: the word at OFFSET bytes before the end of the longest
# object of TYPE is changed in a copy; coil-diff must say that it is new.
change()
{
	local address size where
	read -r address size < <(coil objects -t "$1" -c address,size core |
		sort -k2,2nr | head -n 1)
	test "$size" -gt 1000 || fail "$1: the longest has $size bytes"
	where=$(printf '0x%x' $(((address + size - $2) & ~7)))
	cp core changed
	"$python" "$here/patch.py" changed "$where=0x4141414141414141"
	test "$(coil diff --objects -c address core changed)" = "$address" ||
		fail "$1: $(coil diff --objects core changed)"
	test "$(coil diff --gone -c address core changed)" = "$address" ||
		fail "$1 gone: $(coil diff --gone core changed)"
	rm changed
}

change str 16
change bytes 16
test -z "$(coil diff --objects core core)" || fail "a core and itself"
finish
