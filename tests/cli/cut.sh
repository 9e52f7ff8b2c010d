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
