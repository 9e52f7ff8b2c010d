#!/bin/sh
# SPDX-License-Identifier: MIT
# libcoil.so exports what the public headers declare with COIL_API, and
# nothing else.
srcdir=${srcdir:-.}
library=.libs/libcoil.so
if test ! -e $library; then
	echo "skip: no shared library was built"
	exit 77
fi
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

cat "$srcdir"/lib/coil/*.h | tr '\n' ' ' | sed 's/COIL_API/\n&/g' |
	sed -n 's/^COIL_API [^(;]*[ *]\(coil_[a-z0-9_]*\)(.*/\1/p' |
	sort >"$dir/declared"
# What the linker and the sanitizers add is not ours.
nm -D --defined-only $library | awk '{ print $NF }' |
	grep -vE '^(_init|_fini|_end|_edata|__bss_start|__(odr_)?asan.*)$' |
	sort >"$dir/exported"

test -s "$dir/declared" || echo "no declarations were found"
comm -23 "$dir/declared" "$dir/exported" | sed 's/$/: declared, not exported/'
comm -13 "$dir/declared" "$dir/exported" | sed 's/$/: exported, not declared/'
test -s "$dir/declared" && cmp -s "$dir/declared" "$dir/exported"
