#!/bin/bash
# SPDX-License-Identifier: MIT
# coil-check finds nothing in healthy processes, and what was made wrong in
# copies of their cores.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
patch=$(cd "$here" && pwd)/patch.py
cd "$tmp" || exit

# findings CORE: their kinds, each once, with the status.
findings()
{
	coil check "$@" >check.out 2>check.err
	echo "$? $(cut -f 2 check.out | sort -u | tr '\n' ' ')"
}

# expect WHAT STATUS-AND-KINDS ADDRESS WORDS CHANGE...: in a changed copy.
expect()
{
	what=$1 want=$2 address=$3 words=$4
	shift 4
	cp core wrong
	"$python" "$patch" wrong "$@" || fail "$what: not changed"
	found=$(findings wrong)
	test "$found" = "$want" || fail "$what: $found, not $want: $(cat check.err)"
	grep -q "^$address	.*$words" check.out ||
		fail "$what: $(head -3 check.out)"
}

# at ADDRESS OFFSET
at()
{
	printf '0x%016x' $(($1 + $2))
}

for healthy in core core.2 core.3; do
	test "$(findings $healthy)" = "0 " || fail "$healthy: $(head check.out)"
	test ! -s check.err || fail "$healthy: $(cat check.err)"
done

session=$(coil objects -t app.cache.Session --attr=user -n 1 -c address core)
list=$(coil refs --in -c from core "$session" | grep -v '^-' | head -1)
pool=$(printf '0x%016x' $((session & ~0x3fff)))
type=$(coil refs -c to,kind core "$session" | sed -n 's/	type$//p')
expect "a count too low" "1 count " "$type" "its reference count is 1, but" \
	"$type=1"
expect "a freed object" "1 collector dangling " "$list" \
	"list: its item 3 is $session: its reference count is 0" "$session=0"
expect "an object without a type" "1 collector dangling " "$list" \
	"list: its item 3 is $session: it has no type" \
	"$(at "$session" 8)=0x10"
expect "a pool" "1 pool " "$pool" "it counts 9999 blocks" "$pool=9999w"
expect "a list" "1 collector " "0x[0-9a-f]*" "does not close" \
	"$(at "$session" -16)=0x10"

head -c $(($(stat -c %s core) * 9 / 10)) core >wrong
found=$(findings wrong)
case $found in
"3 file "*) ;;
*) fail "a core cut off: $found" ;;
esac
found=$(findings --kind=pool core)
test "$found" = "0 " || fail "--kind: $found"
coil check --kind=nonsense core 2>check.err && fail "a kind that is none"
grep -q nonsense check.err || fail "a kind that is none: $(cat check.err)"
rm -f wrong
finish
