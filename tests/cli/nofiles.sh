#!/bin/bash
# SPDX-License-Identifier: MIT
# A core alone, or beside files that have the names of its own and are of
# another build: all objects are found, types have the right name or none, and
# the tools say so with status 3.
# shellcheck disable=SC2016 # commands for another shell
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
command -v readelf >/dev/null || skip "no readelf"
dir=$tmp/nofiles
rm -rf "$dir"
mkdir -p "$dir/nothing" "$dir/other" "$dir/same"
XDG_CACHE_HOME=$dir/cache # what is missing is said where a graph is built
real=$(readlink -f "$python")

# status WANT WHAT COMMAND...
status()
{
	want=$1
	what=$2
	shift 2
	"$@" >"$dir/out" 2>"$dir/err"
	got=$?
	test $got -eq "$want" || fail "$what: status $got: $(cat "$dir/err")"
}

types()
{
	coil-types -c type_address,type,count,size "$@" "$core" \
		2>/dev/null | grep "^0x" |
		sort
}

types >"$dir/right"
rm -rf "$XDG_CACHE_HOME"
status 3 "no files" coil-types "--sysroot=$dir/nothing" "$core"
grep -q 'missing' "$dir/err" || fail "nothing said: $(cat "$dir/err")"
types "--sysroot=$dir/nothing" >"$dir/alone"
# What differs may only lack a name.
wrong=$(join -t "$(printf '\t')" -j 1 "$dir/right" "$dir/alone" |
	awk -F '\t' '$2 != $5 && $5 !~ /^<type 0x/ || $3 != $6 || $4 != $7')
test -z "$wrong" || fail "wrong without files: $wrong"
test "$(wc -l <"$dir/right")" -eq "$(wc -l <"$dir/alone")" ||
	fail "not the same types"
awk -F '\t' '{ all += $3; if ($2 ~ /^<type 0x/) unnamed += $3 }
	END { exit unnamed > all / 20 }' "$dir/alone" ||
	fail "too many without a name"

status 3 "info" coil-info "--sysroot=$dir/nothing" "$core"
grep -q "^missing_file	$real: not found\$" "$dir/out" ||
	fail "info does not list $real: $(grep missing "$dir/out")"

# The same file with another build-id.
build_id=$(readelf -n "$real" | sed -n 's/.*Build ID: //p')
bytes=$(readelf -n "$real" | sed -n 's/.*Build ID: //p' | sed 's/../\\x&/g')
LC_ALL=C sed "s/$bytes/01234567890123456789/" "$real" \
	>"$dir/other/$(basename "$real")"
cmp -s "$real" "$dir/other/$(basename "$real")" && fail "the same build"
for option in "--exe=$dir/other/$(basename "$real")" \
	"--sysroot=$dir/nothing --module-path=$dir/other"; do
	# shellcheck disable=SC2086 # words
	status 3 "another build" coil-info $option "$core"
	grep -q "^missing_file	$real: another build, not used: $dir/other/" \
		"$dir/out" || fail "$option: $(grep missing "$dir/out")"
	grep -q 'another build, not used' "$dir/err" ||
		fail "$option: not said: $(cat "$dir/err")"
	# shellcheck disable=SC2086 # words
	types $option >"$dir/found"
	cmp -s "$dir/alone" "$dir/found" || fail "$option: other types"
done

# Its own file in another place, and among several folders.
cp "$real" "$dir/same/"
types "--sysroot=$dir/nothing" "--module-path=$dir/other" \
	"--module-path=$dir/same" >"$dir/found"
grep -q '	<type 0x' "$dir/found" && fail "--module-path was not used"
folder=$dir/nothing/.build-id/$(echo "$build_id" | cut -c1-2)
mkdir -p "$folder"
cp "$real" "$folder/$(echo "$build_id" | cut -c3-)"
types "--sysroot=$dir/other" "--module-path=$dir/nothing" >"$dir/found"
grep -q '	<type 0x' "$dir/found" && fail ".build-id was not used"

# Said once: by the tool that builds the graph, in one line with the number and
# where the list is; the status is that of all.
# says N WHAT COMMAND: by a shell, with $none for --sysroot
says()
{
	none="--sysroot=$dir/nothing" core="$core" bash -c "$3" \
		2>"$dir/err" >"$dir/out"
	got=$?
	test $got -eq 3 || fail "$2: status $got: $(cat "$dir/err")"
	test "$(grep -c 'missing' "$dir/err")" -eq "$1" &&
		test "$(wc -l <"$dir/err")" -eq "$1" ||
		fail "$2: not $1 remarks: $(cat "$dir/err")"
	test "$1" -eq 0 || grep -q ' 1 file is missing .*coil-info' "$dir/err" ||
		fail "$2: $(cat "$dir/err")"
}
pipeline='coil objects $none -t list -n 3 "$core" | coil paths $none "$core" - | coil retained $none "$core" -'
rm -rf "$XDG_CACHE_HOME"
says 1 "a pipeline" "$pipeline"
says 0 "the next one" "$pipeline"
says 0 "a tool alone" 'coil types $none "$core"'
says 1 "coil-info, which lists them" 'coil info $none "$core"'
says 1 "--verbose" 'coil types -v $none "$core" 2>&1 >/dev/null | grep missing >&2; exit ${PIPESTATUS[0]}'
says 0 "--quiet" "rm -rf $XDG_CACHE_HOME; coil types -q \$none \"\$core\""
says 1 "no cache" 'coil types --no-cache $none "$core"'
says 1 "a pipeline without a cache" "${pipeline//\$none/\$none --no-cache}"
says 1 "a file of addresses" "coil objects --no-cache \$none \"\$core\" - <$dir/alone"
says 1 "twice the same" 'coil diff --no-cache $none "$core" "$core" 2>&1 >/dev/null | sed "s/; .*1 file/; 1 file/" >&2; exit ${PIPESTATUS[0]}'
rm -rf "$dir"
finish
