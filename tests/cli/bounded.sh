#!/bin/bash
# SPDX-License-Identifier: MIT
# Work is bounded by the size of the input: twice as much takes twice as long.
# The limits are of CPU time and far above what is needed, and far below what
# the square of the size takes.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
test -x "$python" || skip "no $python"
command -v gcore >/dev/null || skip "no gcore"
own=$(mktemp -d) || exit 99
trap 'rm -rf "$own"' EXIT
XDG_CACHE_HOME=$own/cache

# heap MODE N FILE: a core of bounded.py.
heap()
{
	mkfifo "$own/in" "$own/out"
	"$python" -I -S "$here/bounded.py" "$1" "$2" \
		<"$own/in" >"$own/out" &
	exec 6>"$own/in" 7<"$own/out"
	read -r _ <&7
	gcore -o "$3" $! >"$own/gcore.log" 2>&1 || skip "gcore does not work"
	mv "$3.$!" "$3"
	exec 6>&- 7<&-
	wait
	rm "$own/in" "$own/out"
}

# within SECONDS LINES COMMAND...: ends well in so much CPU time, with so many
# lines.  Sanitizers take several times as long.
within()
{
	local seconds=$1 lines=$2 status found
	shift 2
	test -z "${SAN_CFLAGS-}" || seconds=$((seconds * 6))
	(
		ulimit -t "$seconds"
		exec "$@" >"$own/answer" 2>"$own/errors"
	)
	status=$?
	found=$(wc -l <"$own/answer")
	if test "$status" -ne 0 || test "$found" -ne "$lines"; then
		fail "$*: status $status, $found lines for $lines"
		head -n 2 "$own/errors"
	fi
}

n=96000
heap rows $n "$own/rows"
within 20 $n coil objects -n 0 -t __main__.Item -c address "$own/rows"
cp "$own/answer" "$own/items"
within 20 $((n * 4)) coil paths -t __main__.Item "$own/rows"
within 20 $((n * 8)) coil paths -k 2 -t __main__.Item "$own/rows"
within 20 $n coil refs --in "$own/rows" - <"$own/items"
within 20 $n coil refs "$own/rows" - <"$own/items"
within 20 $n coil retained -n 0 -t __main__.Item "$own/rows"
# Six lists of which five have the items of another: the one at the lowest
# address keeps them, and what all are asked costs no more.
coil objects -n 6 --min-size=100000 -t list -c address "$own/rows" | sort \
	>"$own/lists"
item=$(coil refs -c to "$own/rows" "$(head -n 1 "$own/lists")" | head -n 1)
test "$(wc -l <"$own/lists")" -eq 6 || fail "not six lists"
test -n "$item" || fail "an empty list"
array=$("$python" "$here/bounded.py" word "$own/rows" \
	"$(head -n 1 "$own/lists")" 24)
patches=()
while read -r address; do
	patches+=("$(printf '0x%x' $((address + 24)))=$array")
done <"$own/lists"
"$python" "$here/patch.py" "$own/rows" "${patches[@]}"
test "$(coil objects -n 0 -t list --columns=address,flags "$own/rows" |
	grep -c overlaps)" -eq 5 || fail "not five lists overlap"
test "$(coil objects -c flags "$own/rows" "$(head -n 1 "$own/lists")" |
	grep -c overlaps)" -eq 0 || fail "the first list overlaps"
coil types "$own/rows" >"$own/answer" 2>"$own/errors"
test $? -eq 3 || fail "damage is not told by the status"
grep -q 'the items of 5 objects stand in memory of others' "$own/errors" ||
	fail "said: $(cat "$own/errors")"
test "$(coil check "$own/rows" 2>/dev/null | grep -c 'its items stand in')" \
	-eq 5 || fail "coil-check does not name five lists"
rm "$own/rows"

# A chain of classes, each of which is asked along all of its bases; then
# sixty-four of them are their own tp_base, 256 bytes on in 3.11.
heap bases 1500 "$own/bases"
within 20 1 coil objects -t __main__.C1499 -c address "$own/bases"
coil objects -n 0 -t type -c address,static "$own/bases" |
	awk '$2 == "false" || $2 == "no" || $2 == 0 { print $1 }' |
	head -n 64 >"$own/classes"
patches=()
while read -r address; do
	patches+=("$(printf '0x%x' $((address + 256)))=$address")
done <"$own/classes"
test ${#patches[@]} -eq 64 || fail "${#patches[@]} heap types of 64"
"$python" "$here/patch.py" "$own/bases" "${patches[@]}"
within 20 "$(coil types -n 0 "$own/bases" | wc -l)" coil types -n 0 "$own/bases"
test "$(coil check "$own/bases" | grep -c 'its tp_base leads back to it')" \
	-eq 64 || fail "rings of bases: $(coil check "$own/bases" | head -n 5)"
finish
