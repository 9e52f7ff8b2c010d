#!/bin/sh
# SPDX-License-Identifier: MIT
# What lies on the stacks of frames that execute, above their tops, and what
# merely looks like an object: neither explains, holds or is anything.
#
# Each interpreter that is here takes part: Debian's, those of pyenv, those that
# tests/truth/fetch-python brought.
srcdir=${srcdir:-.}
dir=$(mktemp -d) || exit 99
export XDG_CACHE_HOME="$dir/cache"
target=
finish() {
	test -z "$target" || kill "$target" 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 99' HUP INT TERM
command -v gcore >/dev/null || {
	echo "skip: no gcore"
	exit 77
}
failures=0
checks=0

# build PYTHON WHAT: the program's heap into $dir/core, the addresses that it
# says into $said.  False where there is no such program with this interpreter.
build() {
	rm -rf "$dir/in" "$dir/out" "$dir/cache"
	: >"$dir/out"
	mkfifo "$dir/in"
	"$1" -B "$srcdir/tests/cli/stale.py" "$2" <"$dir/in" \
		>"$dir/out" 2>"$dir/error" &
	target=$!
	exec 3>"$dir/in"
	waited=0
	until grep -q ^ready "$dir/out"; do
		kill -0 $target 2>/dev/null && test $waited -lt 300 || break
		sleep 0.1
		waited=$((waited + 1))
	done
	said=$(sed -n 's/^ready //p' "$dir/out")
	test -n "$said" && gcore -o "$dir/core" $target >"$dir/gcore" 2>&1
	made=$?
	exec 3>&-
	wait $target
	mv "$dir/core.$target" "$dir/core" 2>/dev/null
	target=
	return $made
}

# want WHAT EXPECTED FOUND
want() {
	checks=$((checks + 1))
	test "$2" = "$3" && return
	echo "FAIL: $python: $1: expected '$2', found '$3'"
	failures=$((failures + 1))
}

# path ADDRESS: to it, in words.
path() {
	./coil-paths -c words "$dir/core" "$1" | tr '\n' ' '
}

# fact ADDRESS NAME: one value of coil-show.
fact() {
	./coil-show -c name,value "$dir/core" "$1" |
		awk -F '\t' -v name="$2" '$1 == name { print $2 }'
}

held_by_the_module() {
	# shellcheck disable=SC2086 # two addresses
	set -- $said
	want "$what: the path of the list" 'module __main__ .KEPT ' "$(path "$1")"
	want "$what: its count" 1 "$(fact "$1" found)"
	want "$what: and what no reference explains" 0 \
		"$(fact "$1" unexplained)"
	want "$what: the path of what is in it" \
		'module __main__ .KEPT [0] ' "$(path "$2")"
	# What is told of the stack all the same is told as what it is.
	want "$what: references from stacks that are not doubted" '' "$(
		./coil-show -c section,name "$dir/core" "$1" |
			awk -F '\t' '$1 == "from" && $2 ~ /stack/ &&
				$2 !~ /^perhaps / { print $2 }'
	)"
}

check_slot() { held_by_the_module; }
check_thread() { held_by_the_module; }

check_cycle() {
	want "the flags of a dead cycle" 'gc,unreachable,garbage' "$(
		./coil-objects -c flags,address "$dir/core" |
			awk -F '\t' -v at="$said" '$2 == at { print $1 }'
	)"
	want "it is found" "$said" "$(
		./coil-cycles --garbage --members -c address "$dir/core" | grep "$said"
	)"
}

check_greenlet() {
	for at in $said; do
		want "who holds a greenlet's local" 'local local in greenlet.<locals>.run' "$(
			./coil-paths -c words "$dir/core" "$at" | tail -n 1
		)"
	done
}

check_types() {
	./coil-objects -c address,flags,type -t '*' "$dir/core" >"$dir/objects"
	status=$?
	want "the status with arrays of types" 0 $status
	echo "$said" | tr ' ' '\n' | sort >"$dir/blocks"
	want "objects in arrays of types" '' "$(
		grep uncertain "$dir/objects" | cut -f 1 | sort |
			comm -12 - "$dir/blocks"
	)"
}

pythons=$(ls -d /usr/bin/python3.11 \
	"$HOME"/.pyenv/versions/3.[189]*/bin/python3 \
	"${XDG_CACHE_REAL:-$HOME/.cache}"/coil-pythons/3.*/python3.*[0-9] \
	2>/dev/null)
for python in $pythons; do
	for what in slot thread cycle greenlet types; do
		build "$python" $what || continue
		check_$what
	done
done
test $checks -gt 0 || {
	echo "skip: no interpreter"
	exit 77
}
echo "$((checks - failures)) passed, $failures failed"
test $failures -eq 0
