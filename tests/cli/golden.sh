#!/bin/bash
# SPDX-License-Identifier: MIT
# Runs the commands in `cases` and compares what they print with golden/.
# With --update it writes the golden files instead; of all cases, or of those
# that are named: golden.sh [--update] [NAME]..., "types" is all of types-*, too.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
update=
test "${1-}" != --update || {
	update=$1
	shift
}
only=" $* "
golden=$(cd "$here/golden" && pwd)
cases=$(cd "$here" && pwd)/cases

# Run the command as typed; its status is that of the last coil in it.
run()
{
	(
		cd "$tmp" || exit
		exec 2>"$tmp/golden.err"
		eval "$1"'
		echo "${PIPESTATUS[*]}" >"$tmp/golden.status"'
	)
}

# Addresses depend on the day; what is not known in advance is 0x#.
anonymous()
{
	sed -E 's/0x[0-9a-f]+/0x#/g' "$1"
}

for tool in $(snapshot_tools); do
	grep -qE "^[^#]*[ (]coil[ -]$tool( |\$)" "$cases" ||
		fail "cases: none of coil-$tool"
done
while read -r name status command; do
	case $name in '' | '#'*) continue ;; esac
	case $only in
	"  " | *" $name "* | *" ${name%%-*} "*) ;;
	*) continue ;;
	esac
	run "$command" >"$tmp/golden.1"
	found=$(tr ' ' '\n' <"$tmp/golden.status" | sort -n | tail -1)
	# The first run may have filled the cache; the second does without.
	run "${command//core /--no-cache core }" >"$tmp/golden.2"
	cmp -s "$tmp/golden.1" "$tmp/golden.2" ||
		fail "$name: two runs differ"
	anonymous "$tmp/golden.1" >"$tmp/golden.out"
	if test "$update" = --update; then
		cp "$tmp/golden.out" "$golden/$name"
	elif ! diff -u "$golden/$name" "$tmp/golden.out"; then
		fail "$name: $command"
	fi
	if test "$found" != "$status"; then
		fail "$name: status $found, not $status: $command"
		cat "$tmp/golden.err"
	fi
	if test "$status" -lt 2 && test -s "$tmp/golden.err"; then
		fail "$name: it spoke: $(head -1 "$tmp/golden.err")"
	fi
done <"$cases"
finish
