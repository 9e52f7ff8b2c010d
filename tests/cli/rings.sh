#!/bin/bash
# SPDX-License-Identifier: MIT
# Cycles that repeat themselves are told in short, whatever their length; so are
# long values by coil-show.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
command -v gcore >/dev/null || skip "no gcore"
test -x "$python" || skip "no $python"
mkdir -p "$tmp"
own=$(mktemp -d "$tmp/rings.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
mkfifo "$own/in" "$own/out"
"$python" -I -S "$here/rings.py" <"$own/in" >"$own/out" &
exec 8>"$own/in" 9<"$own/out"
read -r _ pid <&9
gcore -o "$own/core" "$pid" >"$own/log" 2>&1
exec 8>&- 9<&-
wait
mv "$own/core.$pid" "$own/core" || skip "gcore cannot dump"
cd "$own" || exit

timeout 60 coil cycles -c objects,shape core >shapes || fail "status $?"
# has OBJECTS SHAPE: dicts of instances are objects of the cycle and no steps
has()
{
	grep -qxF "$1	$2" shapes ||
		fail "not: $2: $(grep "^$1	" shapes | cut -c1-200)"
}
has 1000 'list[0] → … 998 more … → list[0]'
has 3 'list[0] → list[0] → list[0] → list'
has 1000 '__main__.A.next → __main__.B.next → … 996 more … → __main__.A.next → __main__.B.next'
has 999 '__main__.A.next → __main__.B.next → __main__.C.next → … 993 more … → __main__.A.next → __main__.B.next → __main__.C.next'
has 200000 '__main__.C.next → … 199998 more … → __main__.C.next'
has 502 '__main__.A.next → … 497 more … → __main__.A.next → __main__.A.other → list[0] → __main__.A'
# Subscripts read alike; the others are shown as they are.
grep -qE '^999	list\[[0-2]\] → … 997 more … → list\[[0-2]\]$' shapes ||
	fail "at other places: $(grep '^999	list' shapes | cut -c1-200)"
grep -qE '^600	__main__.A.n000 → (__main__.A.n[0-9]{3} → ){63}… 235 more … → __main__.A.n299 → __main__.A$' shapes ||
	fail "names: $(grep n000 shapes)"
test "$(wc -L <shapes)" -lt 1500 || fail "a long shape: $(wc -L <shapes)"

# What a value is shortened to, and what is not.
coil objects -t list core --value='*bytearray*' -c address >lists
coil refs -c to core - <lists >values
test "$(wc -l <values)" -ge 9 || fail "no values: $(cat values)"
coil show -c section,name,value core - <values >shown || fail "show: $?"
awk -F '\t' 'length($3) > 700 { print length($3), $0 }' shown >long
test ! -s long || fail "long: $(cut -c1-200 long)"
coil objects -c value core - <values >listed
while IFS= read -r value; do
	case $value in "'yyy"*) continue ;; esac
	grep -qxF "object	value	$value" shown ||
		fail "shortened in another way: $value"
done <listed
grep -qx "object	value	'y\{600\}'" shown || fail "600 letters are cut"

# A path of 100,000 links.
coil objects -t str --value="'at the end'" core | coil show core - |
	awk -F '\t' '$2 == "path" { print $3, $5, $6 }' >path
test "$(sed -n '$p' path)" = "[0] str 'at the end'" &&
	grep -q '^more - 9999[0-9]$' path && test "$(wc -l <path)" -lt 9 ||
	fail "path: $(head -n 12 path)"
finish
