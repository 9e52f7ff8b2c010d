#!/bin/bash
# SPDX-License-Identifier: MIT
# The cache: answers are the same with it and without, it is made private, it
# is used for the same file only, kept within its size, and can be had not.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
cd "$tmp" || exit
XDG_CACHE_HOME=$tmp/cache-test
dir=$XDG_CACHE_HOME/coil
rm -rf "$XDG_CACHE_HOME"

use()
{
	coil info "$@" | sed -n 's/^cache	//p'
}

expect()
{
	test "$2" = "$3" || fail "$1: $2, not $3"
}

expect "--no-cache" "$(use --no-cache core)" off
expect "COIL_CACHE" "$(COIL_CACHE=off use core)" off
expect "no home" "$(unset HOME; XDG_CACHE_HOME=relative use core)" off
expect "a pipe" "$(cat core | use -)" off
test ! -e "$dir" || fail "a cache that was not wanted"
expect "first" "$(use core)" built
expect "second" "$(use core)" used
expect "its mode" "$(stat -c %a "$dir")" 700
expect "HOME" "$(unset XDG_CACHE_HOME; HOME=$tmp/cache-test use core)" built
test -d "$tmp/cache-test/.cache/coil" || fail "not below HOME"
cp core other
expect "another file" "$(use other)" built
touch -d 2020-01-01 other
expect "the file touched" "$(use other)" built
expect "no room" "$(COIL_CACHE_SIZE=1K use core.2; use core.2)" "built
built"
test "$(COIL_CACHE_SIZE=40M use core.2)" = used || fail "no room now"
expect "its size" "$(($(du -sm "$dir" | cut -f 1) <= 40))" 1
chmod 755 "$dir"
expect "open to others" "$(use core)" off
chmod 700 "$dir"

COIL_CACHE_SIZE=big coil types core >cache.out 2>cache.err
expect "a bad size" $? 2
grep -q COIL_CACHE_SIZE cache.err || fail "a bad size: $(cat cache.err)"

# The same bytes: without, with an empty one, with a full one, damaged.
asks()
{
	coil types -r core && coil cycles core && coil objects --json core &&
		coil retained --tree core &&
		coil paths -t 'app.cache.*' -k 2 core &&
		coil retained -n 20 core | coil show core -
}
COIL_CACHE=off asks >cache.want 2>&1
rm -rf "$dir"
asks >cache.out 2>&1
cmp cache.want cache.out || fail "an empty cache answers otherwise"
asks >cache.out 2>&1
cmp cache.want cache.out || fail "the cache answers otherwise"
ls "$dir"/*.objects "$dir"/*.dominators "$dir"/*.paths >cache.out ||
	fail "not all is kept"
for file in "$dir"/graph-*; do
	printf 'x' | dd of="$file" bs=1 seek=5000 conv=notrunc 2>/dev/null
done
asks >cache.out 2>&1
cmp cache.want cache.out || fail "a damaged cache is believed"
rm -rf "$XDG_CACHE_HOME" other cache.want cache.out
finish
