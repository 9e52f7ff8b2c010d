#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The mixed workload on every CPython that is here.
#
#	pythons.sh [--fetch=VERSION]... DIR     runs, in a build directory
#	pythons.sh --list                       prints what would be run
#
# Interpreters are those of $PATH, of pyenv, of $COIL_PYTHONS (paths, a colon
# between two) and those that fetch-python has laid out in its cache; --fetch
# has it lay out more.  DIR receives a log each and figures.tsv, which table.py
# reads.  Printed are the figures that are wrong, and what was skipped and why:
# a version that is not here, a mirror that cannot be reached, a release that
# no layout is for, unless figures.tsv beside this file knows that release.
# With COIL_BIN the tools are taken from there; JOBS run at a time, else as many
# as there are processors.
# The last line is "N passed, N failed, N skipped".
set -uo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
cache=${COIL_PYTHON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coil-pythons}
# The versions that there are layouts for, and what is said to be missing where
# it is: version and build of those that were proved on one.
versions=() wanted=()
for layout in "$here"/../../formats/layouts/*.json; do
	first=$(sed -n 's/^\t"first": "\(0x[0-9a-f]*\)",$/\1/p' "$layout")
	version=3.$((first >> 16 & 255)) build=release
	grep -q '"debug": true' "$layout" && build=debug
	grep -q '"free_threaded": true' "$layout" && build=free-threaded
	versions+=("$version")
	grep -q '"proved": \["' "$layout" && wanted+=("$version $build")
done
mapfile -t versions < <(printf '%s\n' "${versions[@]}" | sort -uV)
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | sort -uV)
passed=0 failed=0 skipped=0 fetch=() list=no dir=

usage() {
	sed -n 's/^#	//p' "$0" >&2
	exit 2
}

skip() {
	skipped=$((skipped + 1))
	echo "SKIP: $*"
}

fail() {
	failed=$((failed + 1))
	echo "FAIL: $*"
}

# candidates: paths that may be interpreters, one a line.
candidates() {
	local -a folders
	local folder version
	IFS=: read -r -a folders <<<"${PATH:-}"
	folders+=("${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin "$cache"/*)
	for folder in "${folders[@]}"; do
		case $folder in */shims) continue ;; esac
		for version in "${versions[@]}"; do
			printf '%s\n' "$folder/python$version"{,d,t,td}
		done
	done
	tr ':' '\n' <<<"${COIL_PYTHONS:-}"
}

# find_pythons: "MINOR BUILD RELEASE HOW PATH", one a line, each interpreter
# once.  Those of the cache are dumped by the kernel: from glibc 2.42 on a part
# of a thread's stack cannot be read, and gcore of gdb 13 then leaves it out.
find_pythons() {
	local path said how
	declare -A seen
	while read -r path; do
		[ -f "$path" ] && [ -x "$path" ] || continue
		said=$("$path" -I -S -c '
import os, sys
build = ["release", "debug"][hasattr(sys, "gettotalrefcount")]
if "free-threading" in sys.version:
    build = ["free-threaded", "free-threaded-debug"][build == "debug"]
print("%d.%d" % sys.version_info[:2], build, sys.version.split()[0],
      os.path.realpath(sys.executable))' 2>/dev/null) || continue
		[ -z "${seen[${said##* }]:-}" ] || continue
		seen[${said##* }]=yes
		how=gcore
		case $path in "$cache"/*) how=kernel ;; esac
		echo "${said% *} $how $path"
	done < <(candidates) | sort -t ' ' -V
}

# run_one NAME HOW PATH: a log, with the exit status at its end.
run_one() {
	timeout 30m sh "$here/run.sh" "$3" mixed "$2" >"$dir/$1.log" 2>&1
	echo "status $?" >>"$dir/$1.log"
}

# is_known MINOR BUILD RELEASE: whether figures of it are checked in.
is_known() {
	grep -qsP "^$1\t$2\t\Q$3\E\t" "$here/figures.tsv"
}

# judge NAME MINOR BUILD RELEASE HOW: counts the figures of its log.
judge() {
	local log=$dir/$1.log status refusal
	status=$(sed -n 's/^status //p' "$log" | tail -n 1)
	if [ "$status" = 77 ]; then
		skip "CPython $4, $3: $(sed -n 's/^skipped: //p' "$log")"
		return
	fi
	refusal=$(grep -m 1 -E 'no layout \(|is another build than' "$log" |
		sed 's/^ *//')
	if [ -n "$refusal" ] && ! is_known "$2" "$3" "$4"; then
		skip "CPython $4, $3: $refusal"
		return
	fi
	awk -F '\t' -v of="$2	$3	$4	$5" '
	$NF ~ /^(ok|WRONG|skipped.*)$/ {
		print of "\t" $1 "\t" $2 "\t" $3 "\t" $NF
	}' "$log" >>"$dir/figures.tsv"
	awk -F '\t' '
	$NF == "WRONG" { left = 13 }
	left-- > 0 { print "    " $0 }' "$log"
	if ! grep -q '^[0-9]* passed, [0-9]* failed' "$log"; then
		tail -n 5 "$log"
		fail "CPython $4, $3: no result"
		return
	fi
	read -r good bad < <(sed -n \
		's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log" |
		tail -n 1)
	echo "CPython $4, $3, by $5: $good figures right, $bad wrong"
	passed=$((passed + good))
	failed=$((failed + bad))
	[ "$bad" = 0 ] || echo "FAIL: CPython $4, $3"
}

while [ $# -gt 0 ]; do
	case $1 in
	--fetch=*) fetch+=("${1#*=}") ;;
	--list) list=yes ;;
	-*) usage ;;
	*) dir=$1 ;;
	esac
	shift
done
if [ $list = yes ]; then
	find_pythons
	exit
fi
[ -n "$dir" ] || usage
mkdir -p "$dir" || exit 2
dir=$(cd "$dir" && pwd)
rm -f "$dir"/*.log "$dir/figures.tsv"

for version in "${fetch[@]}"; do
	"$here/fetch-python" "$version" >"$dir/fetch-$version.log" 2>&1
	case $? in
	0) tail -n 3 "$dir/fetch-$version.log" ;;
	77) skip "fetching $version: $(tail -n 1 "$dir/fetch-$version.log")" ;;
	*)
		tail -n 10 "$dir/fetch-$version.log"
		fail "fetching $version"
		;;
	esac
done

found=$(find_pythons)
for pair in "${wanted[@]}"; do
	grep -q "^$pair " <<<"$found" || skip "CPython $pair: none here"
done
running=0
while read -r minor build release how path; do
	[ -n "$path" ] || continue
	run_one "$release-$build-$how" "$how" "$path" </dev/null &
	running=$((running + 1))
	if [ "$running" -ge "${JOBS:-$(nproc)}" ]; then
		wait -n
		running=$((running - 1))
	fi
done <<<"$found"
wait
while read -r minor build release how path; do
	[ -n "$path" ] || continue
	judge "$release-$build-$how" "$minor" "$build" "$release" "$how"
done <<<"$found"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
