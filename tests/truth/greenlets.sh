#!/bin/bash
# SPDX-License-Identifier: MIT
# Greenlets: each has a frame of its own or none, is as tracked as the interpreter
# says and in that generation; their C++ objects, their copies of the C stack and
# their data stacks are theirs, so that nearly all blocks are explained; and
# nothing is missing.  The program is greenlets.py.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
test "${COIL_TRUTH:-}" != no || skip "COIL_TRUTH=no"
need_kernel_cores
program=$(cd "$srcdir" && pwd)/tests/truth/greenlets.py
number=20000
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
cd "$dir" || exit 99
tried=0

try()
{
	dies "$1" "$1" "$program" $number right || return
	coil-info core >info 2>err || fail "$1: coil-info: $? $(cat err)"
	coil-objects -t '*greenlet*' -c address,gc,generation core >listed 2>err ||
		fail "$1: coil-objects: $? $(cat err)"
	cut -f 1 right | coil-refs core - >refs 2>err ||
		fail "$1: coil-refs: $? $(cat err)"
	awk -F '\t' 'FILENAME == "refs" {
			if ($4 == "gr_frame") frame[$1] = $2
			next
		}
		FILENAME == "listed" { gc[$1] = $2 "\t" $3; next }
		{
			if (!($1 in frame)) frame[$1] = "-"
			if (frame[$1] != $2 || gc[$1] != $3 "\t" $4)
				print $0 ": " frame[$1] "\t" gc[$1]
		}' refs listed right >wrong
	test "$(wc -l <right)" -eq $number || fail "$1: $(wc -l <right) said"
	test ! -s wrong || fail "$1: $(wc -l <wrong) wrong: $(head -3 wrong)"
	awk -F '\t' '$1 == "coverage" { exit !($2 + 0 >= 99) }' info ||
		fail "$1: $(grep ^coverage info)"
	tried=$((tried + 1))
}

for interpreter in /usr/bin/python3.11 "${GREENLET_PYTHON:-}"; do
	"$interpreter" -c 'import greenlet' 2>/dev/null || continue
	try "$interpreter"
done
test $tried -gt 0 || test $failures -gt 0 ||
	skip "no interpreter with greenlet"
echo "$tried processes"
finish
