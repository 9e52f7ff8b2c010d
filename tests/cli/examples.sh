#!/bin/bash
# SPDX-License-Identifier: MIT
# The examples of the pages work as typed: each .Dl line after a `.\" run`
# comment, with a real core in place of core.1234.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
pages=$(cd "$srcdir/man" && pwd)
cp "$core" "$tmp/core.1234"
cd "$tmp" || exit

count=0
for page in "$pages"/coil*.[0-9]; do
	while IFS= read -r example; do
		count=$((count + 1))
		bash -o pipefail -c "$example" >examples.out 2>examples.err
		status=$?
		# 141: head has seen enough.
		case $status in 0 | 1 | 141) ;; *)
			fail "$(basename "$page"): status $status: $example"
			head -3 examples.err
			;;
		esac
		test ! -s examples.err ||
			fail "$(basename "$page"): it spoke: $example"
		case $example in *diff* | *duplicate* | *--kind=count*) continue ;; esac
		test -s examples.out ||
			fail "$(basename "$page"): printed nothing: $example"
	done < <(sed -n '/^\.\\" run$/{n;s/^\.Dl //;s/\\et/\\t/g;p;}' "$page")
done
rm -f core.1234
echo "$count examples"
test "$count" -gt 15 || fail "too few examples"
finish
