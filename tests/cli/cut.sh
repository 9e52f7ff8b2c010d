#!/bin/bash
# SPDX-License-Identifier: MIT
# Cores that lost their end, are compressed, or become shorter while they are
# read: what is printed is right or marked, and the status says that it is not
# all.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
own=$(mktemp -d "$tmp/cut.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
export TMPDIR=$own/tmp
mkdir "$TMPDIR"
size=$(stat -c %s "$core")

# objects CORE [OPTION]...: ADDRESS TYPE SIZE FLAGS, sorted; status of the tool
objects()
{
	coil objects --no-cache -c address,type,size,flags "${@:2}" "$1" \
		>"$own/out" 2>"$own/err"
	got=$?
	sort "$own/out"
	return $got
}

# Of what remains: no object that was none unless it says that it may be none,
# no other type but for the module that it is from, no other size unless it says
# so.
objects "$core" >"$own/whole"
for share in 30 45 50 60 75 80 85 90 97; do
	head -c $((size * share / 100)) "$core" >"$own/core"
	objects "$own/core" "--exe=$python" >"$own/part"
	got=$?
	test $got -eq 3 || fail "$share %: status $got: $(cat "$own/err")"
	test -s "$own/part" || fail "$share %: nothing"
	wrong=$(join -t "$(printf '\t')" -a 1 "$own/part" "$own/whole" | awk -F '\t' '
		{ ending = "." $2; at = length($5) - length(ending) + 1 }
		NF < 7 && $4 ~ /uncertain/ { next }
		NF < 7 { print "no object:", $0; next }
		$2 != $5 && $2 !~ /^<type 0x/ &&
			!(at > 0 && substr($5, at) == ending) { print }
		$3 != $6 && $4 !~ /incomplete|size-guess/ { print }' | head -n 5)
	test -z "$wrong" || fail "$share %: $wrong"
done

# said WHAT COMMAND...: status 2 or 3, one line, which says that the file is cut
# before anything else.
said()
{
	"${@:2}" >"$own/out" 2>"$own/err"
	got=$?
	test $got -eq 2 || test $got -eq 3 || fail "$1: status $got"
	test "$(wc -l <"$own/err")" -eq 1 || fail "$1: $(cat "$own/err")"
	grep -q "^[a-z-]*: \(incomplete: \)\?$own/core[.a-z]*: the file is cut off: " \
		"$own/err" || fail "$1: $(cat "$own/err")"
}

# Whatever is asked of a core that ends in its headers, its memory, its notes:
# what is known is that it was cut.
for bytes in 64 700 2000 100000 1000000 3000000 $((size - 30000)); do
	head -c $bytes "$core" >"$own/core"
	for tool in $(snapshot_tools); do
		case $tool in
		diff | paths | refs | show) continue ;; # they ask for more
		esac
		said "$bytes bytes: $tool" "coil-$tool" --no-cache "$own/core"
	done
done

# The kernel writes notes first: they name the process whatever is cut.  It
# cuts by itself where there is a limit.
if test "$(ulimit -H -c)" != 0 &&
	case $(cat /proc/sys/kernel/core_pattern) in core*) ;; *) false ;; esac
then
	mkdir "$own/kernel"
	(
		cd "$own/kernel" && ulimit -c 3000 &&
			"$python" -I -S -c 'import os; os.abort()' cut-me
	) >/dev/null 2>&1
	mv "$own"/kernel/core* "$own/core.kernel"
	if test "$(stat -c %s "$own/core.kernel")" -le 3072000; then
		for tool in info types threads; do
			said "limit: $tool" coil-$tool --no-cache \
				"$own/core.kernel"
			grep -q "(process [0-9]*, signal 6: $python .*cut-me)" \
				"$own/err" || fail "limit: $(cat "$own/err")"
		done
		head -c 20000 "$own/core.kernel" >"$own/core"
		said "notes" coil-types --no-cache "$own/core"
		grep -q "signal 6: $python" "$own/err" ||
			fail "notes: $(cat "$own/err")"
	fi
	# A process that leaves out its memory is not cut, nor without --exe.
	(
		cd "$own/kernel" && ulimit -c unlimited &&
			echo 0 >/proc/self/coredump_filter &&
			exec "$python" -I -S -c 'import os; os.abort()'
	) >/dev/null 2>&1
	coil-types --no-cache "$own"/kernel/core* >"$own/out" 2>"$own/err"
	test $? -eq 2 || fail "filter: $(cat "$own/err")"
	grep -q 'were not saved; see coredump_filter' "$own/err" ||
		fail "filter: $(cat "$own/err")"
fi

# Compressed ones answer as the core does, and leave nothing.
coil types --no-cache "$core" >"$own/types"
for method in "zstd zst" "lz4 lz4" "xz xz" "gzip gz"; do
	read -r tool suffix <<<"$method"
	if ! command -v "$tool" >/dev/null; then
		echo "skipped: $method: no $tool"
		continue
	fi
	"$tool" -1 -q -c "$core" >"$own/core.$suffix"
	coil types --no-cache "$own/core.$suffix" >"$own/out" 2>"$own/err"
	test $? -eq 0 || fail "$tool: $(cat "$own/err")"
	cmp -s "$own/types" "$own/out" || fail "$tool: other types"
	head -c "$(($(stat -c %s "$own/core.$suffix") * 9 / 10))" \
		"$own/core.$suffix" >"$own/core.cut"
	coil types --no-cache "--exe=$python" "$own/core.cut" \
		>"$own/out" 2>"$own/err"
	test $? -eq 3 || fail "$tool, cut: $(cat "$own/err")"
	grep -q 'could be unpacked' "$own/err" ||
		fail "$tool, cut: not said: $(cat "$own/err")"
	head -c 300000 "$own/core.$suffix" >"$own/core.cut"
	coil types --no-cache "$own/core.cut" >"$own/out" 2>"$own/err"
	test $? -eq 2 || fail "$tool, cut early: $(cat "$own/err")"
	# A block of lz4 may be more than there is.
	grep -q "/core.cut: \(the file is \)\?cut off" "$own/err" ||
		fail "$tool, cut early: $(cat "$own/err")"
	rm "$own/core.$suffix"
done
test -z "$(ls "$TMPDIR")" || fail "left behind: $(ls "$TMPDIR")"

# Cut under the tool's hands, after the first of its records: the pipe holds it
# until then.
cp "$core" "$own/core"
{
	coil objects --no-cache "$own/core" 2>"$own/err"
	echo $? >"$own/status"
} | {
	read -r _
	truncate -s 65536 "$own/core"
	cat >"$own/out"
}
test "$(cat "$own/status")" = 2 || fail "shrunk: $(cat "$own/status" "$own/err")"
test "$(wc -l <"$own/err")" -eq 1 && grep -q 'became shorter' "$own/err" ||
	fail "shrunk: $(cat "$own/err")"
finish
