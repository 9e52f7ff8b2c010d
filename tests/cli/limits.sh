#!/bin/bash
# SPDX-License-Identifier: MIT
# Files that may not grow, disks that are full, readers that leave, descriptors
# that are closed: the answer comes where it can, and where it cannot one line
# says why.  Nothing is left behind.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
own=$(mktemp -d "$tmp/limits.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
export XDG_CACHE_HOME=$own/cache TMPDIR=$own/tmp
mkdir "$TMPDIR"
cd "$own" || exit
ln -s "$core" core
coil-types --no-cache core >want || fail "no answer at all"

# same WHAT STATUS: the answer is right in spite of all, and nothing is said.
same()
{
	test "$2" -eq 0 || fail "$1: status $2: $(cat err)"
	cmp -s want out || fail "$1: another answer"
	test ! -s err || fail "$1: it spoke: $(cat err)"
}

# trouble WHAT STATUS WORDS: status 2 and one line, which says it.
trouble()
{
	test "$2" -eq 2 || fail "$1: status $2: $(cat err)"
	test "$(wc -l <err)" -eq 1 || fail "$1: not one line: $(cat err)"
	grep -q "$3" err || fail "$1: $(cat err)"
	test -z "$(ls "$TMPDIR")" || fail "$1: left behind: $(ls "$TMPDIR")"
}

# No file may be longer than a KiB, whatever the signal would do.
for what in "" "trap '' XFSZ;"; do
	bash -c "$what ulimit -f 1; coil types core" 2>err | cat >out
	same "$what a limit" "${PIPESTATUS[0]}"
	bash -c "$what ulimit -f 0; coil types core" 2>err | cat >out
	same "$what a limit of 0" "${PIPESTATUS[0]}"
	test -z "$(find cache -name 'graph-*' -size +0 2>/dev/null)" ||
		fail "$what a limit: a cut file in the cache"
	(ulimit -f 1 && exec coil objects core 2>&3 >out) 3>&1 | cat >err
	trouble "$what a limit on the output" "${PIPESTATUS[0]}" 'write error'
	cat core | bash -c "$what ulimit -f 1; coil types -" 2>&1 >out |
		cat >err
	trouble "$what a limit on the copy of standard input" \
		"${PIPESTATUS[1]}" 'standard input.*TMPDIR'
done
for method in "zstd zst" "lz4 lz4" "xz xz" "gzip gz"; do
	read -r tool suffix <<<"$method"
	command -v "$tool" >/dev/null || continue
	"$tool" -1 -q -c "$core" >"core.$suffix"
	(ulimit -f 1 && exec coil types "core.$suffix" 2>&1 >out) | cat >err
	trouble "$tool: a limit on what is unpacked" "${PIPESTATUS[0]}" \
		'unpacking.*TMPDIR'
	rm "core.$suffix"
done

# A disk that is full: of the cache, of TMPDIR, of the output.
small()
{
	# shellcheck disable=SC2016 # expanded by that sh
	unshare -rm sh -c '
		mount -t tmpfs -o size=64k none "$1" || exit 77
		shift
		exec "$@"' sh "$@"
}
mkdir -p cache/coil full
chmod 700 cache/coil
if small full true 2>/dev/null; then
	small cache/coil coil types core >out 2>err
	same "a full cache" $?
	gzip -1 -c "$core" >core.gz
	small "$TMPDIR" coil types core.gz >out 2>err
	trouble "a full TMPDIR" $? 'No space left.*TMPDIR'
	small "$TMPDIR" coil types - <core >out 2>err # no copy is needed
	same "a full TMPDIR and a file on standard input" $?
	cat core | small "$TMPDIR" coil types - >out 2>err
	trouble "a full TMPDIR and a pipe" $? 'No space left.*TMPDIR'
	rm core.gz
else
	echo "skipped: no file system can be mounted"
fi
chmod 500 cache/coil
coil types core >out 2>err
same "a cache that cannot be written" $?
chmod 700 cache/coil
for command in "coil types" "coil --help" "coil" "coil --version" \
	"coil types --help" "coil types --json" "coil types --header -t none"; do
	case $command in *types*) set -- core ;; *) set -- ;; esac
	$command "$@" >/dev/full 2>err
	trouble "$command >/dev/full" $? 'No space left'
	$command "$@" >&- 2>err
	trouble "$command >&-" $? 'write error'
done
coil types core 2>/dev/full >out
: >err
same "2>/dev/full" $?

# A reader that leaves.
for command in coil "coil types core" "coil types --help"; do
	for signal in "" "trap '' PIPE;"; do
		bash -c "$signal sleep 0.2; exec $command" 2>err | :
		status=${PIPESTATUS[0]}
		test "$status" -eq 0 && test ! -s err ||
			fail "$command | :: $status $(cat err)"
	done
done

# Closed from the start: nothing that is opened takes their place.
rm -rf cache
coil types core <&- >out 2>err
same "<&-" $?
rm -rf cache
: >err
coil types core 2>&- >out
same "2>&-" $?
rm -rf cache
coil types core <&- 2>&- >out
same "<&- 2>&-" $?
coil types no-such-core <&- 2>&- >out
test $? -eq 2 || fail "2>&-: status"
test ! -s out || fail "2>&-: the remark is on standard output"
coil types - <&- >out 2>err
trouble "types - <&-" $? 'standard input'
coil objects core - <&- >out 2>err
trouble "objects core - <&-" $? 'standard input'
for file in cache/coil/*; do
	grep -aq 'coil-types: ' "$file" && fail "a remark is in $file"
done
cmp -s "$core" core || fail "the core was written to"
finish
