#!/bin/bash
# SPDX-License-Identifier: MIT
# libcoil(3) shows every call as its header declares it, and its example
# compiles without a warning and is right.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
page=$srcdir/man/libcoil.3

# Prototypes, one a line, without what depends on the layout of the text.
declared()
{
	cat "$srcdir"/lib/coil/*.h | tr '\n\t' '  ' | sed 's,/\*[^*]*\*\+\([^/*][^*]*\*\+\)*/,,g
		s/COIL_API/\n&/g' | sed -n 's/^COIL_API \([^;]*)\);.*/\1/p'
}

shown()
{
	sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$page" | awk '
	/^\.Ft / { type = substr($0, 5) }
	/^\.Fn / { name = $2; sub(/^\.Fn [^ ]* /, ""); print type " " name "(" $0 ")" }
	/^\.Fo / { name = $2; args = "" }
	/^\.Fa / { sub(/^\.Fa /, ""); args = args (args ? "," : "") $0 }
	/^\.Fc/ { print type " " name "(" args ")" }'
}

same()
{
	tr -d ' "' | sort
}

diff <(declared | same) <(shown | same) ||
	fail "the headers (<) and the page (>) differ"
test "$(declared | wc -l)" -gt 90 || fail "too few declarations"

sed -n '/^\.Bd -literal/,/^\.Ed/{/^\./d;s/\\e/\\/g;p;}' "$page" \
	>"$tmp/example.c"
shellflags="-std=c11 -Wall -Wextra -Werror"
# shellcheck disable=SC2086 # lists of options
${CC:-cc} $shellflags ${SAN_CFLAGS-} -I"$srcdir/lib" "$tmp/example.c" \
	-L"$builddir/.libs" -lcoil -Wl,-rpath,"$(cd "$builddir" && pwd)/.libs" \
	-o "$tmp/example" || fail "the example does not compile"
found=$("$tmp/example" "$core" | cut -f 1)
want=$(coil retained -t str -n 1 -c retained "$core")
test -n "$want" && test "$found" = "$want" ||
	fail "the example says $found, coil-retained $want"
rm -f "$tmp/example" "$tmp/example.c"
finish
