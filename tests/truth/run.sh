#!/bin/sh
# SPDX-License-Identifier: MIT
# Everything about one interpreter and one workload: record its own account,
# dump it, ask the tools, compare.
#
#	run.sh INTERPRETER WORKLOAD [gcore|kernel]
#
# WORKLOAD is a name in workloads/ or a file; "applications" is all of those
# that end in _app, one after the other.  The tools are taken from
# $COIL_BIN, else from the build directory's tools/ (the working directory's or
# $top_builddir's).  FILES=no keeps the executable and the libraries from them,
# FILTER is the kernel's coredump_filter.  SIZE is given to the workload,
# MIN_TYPES and MIN_OBJECTS are goals, WITHOUT is parts of the names of two
# modules' files: see without.py.  TRUTH_DIR is where files go and stay (else a
# temporary directory, removed), PYTHON compares.
# The last line is "N passed, N failed"; 77 where something is not installed.
here=$(dirname "$0")
interpreter=$1
workload=$2
how=${3:-gcore}
if [ $# -lt 2 ]; then
	sed -n 's/^#	//p' "$0" >&2
	exit 2
fi
case $workload in
applications)
	passed=0 failed=0
	for each in "$here"/workloads/*_app.py; do
		name=$(basename "$each" .py)
		echo "== $name"
		out=$(MIN_TYPES=${MIN_TYPES:-1} sh "$0" "$interpreter" "$name" \
			"$how" 2>&1)
		if [ $? -eq 77 ]; then
			printf '%s\n' "$out"
			exit 77
		fi
		printf '%s\n' "$out" | sed '$d'
		last=$(printf '%s\n' "$out" | tail -n 1)
		passed=$((passed + ${last%% *}))
		last=${last#*, }
		failed=$((failed + ${last%% *}))
	done
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
	;;
*/*) ;;
*) workload=$here/workloads/${workload%.py}.py ;;
esac
bin=${COIL_BIN:-${top_builddir:-.}}
[ -x "$bin/coil-objects" ] || bin=$bin/tools
python=${PYTHON:-python3}
for need in "$interpreter" "$python"; do
	command -v "$need" >/dev/null || {
		echo "skipped: no $need"
		exit 77
	}
done
if [ "$how" = gcore ] && ! command -v gcore >/dev/null; then
	echo "skipped: no gcore"
	exit 77
fi
if [ "$how" = kernel ]; then
	case $(cat /proc/sys/kernel/core_pattern) in
	core*) ;;
	*)
		echo "skipped: the kernel gives cores to a program"
		exit 77
		;;
	esac
fi
if [ -n "$TRUTH_DIR" ]; then
	mkdir -p "$TRUTH_DIR" || exit 2
	dir=$TRUTH_DIR
else
	dir=$(mktemp -d) || exit 2
	trap 'rm -rf "$dir"' EXIT
	trap 'exit 2' HUP INT TERM
fi
XDG_CACHE_HOME=$(cd "$dir" && pwd)/cache
export XDG_CACHE_HOME
rm -f "$dir"/core* "$dir"/*.jsonl "$dir"/*.txt

"$interpreter" -B -W ignore "$here/record.py" --size "${SIZE:-0}" \
	--dump "$how" "$workload" "$dir" || {
	echo "the account could not be taken"
	echo "0 passed, 1 failed"
	exit 1
}

# The allocator was the interpreter's; older ones do not know each.
told=${PYTHONMALLOC:-}
version=$("$interpreter" -c 'import sys; print(sys.version_info[:2])')
unset PYTHONMALLOC

# The output of a tool; 1 is an answer and 3 is right but incomplete.
failed=0
tool() {
	out=$dir/$1
	shift
	name=$1
	shift
	"$bin/$name" "$@" >"$out" 2>"$dir/error"
	status=$?
	if [ -s "$dir/error" ]; then
		sed "s/^/    /" "$dir/error"
	fi
	case $status in
	0 | 1) ;;
	3) echo "$name: memory was missing" ;;
	*)
		echo "$name: exit status $status"
		failed=$((failed + 1))
		rm -f "$out"
		;;
	esac
}

core=$dir/core
set --
if [ "$FILES" = no ]; then
	mkdir -p "$dir/nothing"
	set -- "--sysroot=$dir/nothing"
fi
# The cache is not to be seen: first without, then with one that is new.
export XDG_CACHE_HOME="$dir/cache"
tool info.txt coil-info "$@" "$core"
tool objects.jsonl coil-objects "$@" --json -t '*' -t '<*' "$core"
tool refs.jsonl coil-refs "$@" --all --json --no-cache "$core"
tool cached.jsonl coil-refs "$@" --all --json "$core"
tool cycles.jsonl coil-cycles "$@" --garbage --members --json "$core"
tool weakrefs.jsonl coil-weakrefs "$@" --json "$core"
tool flags.tsv coil-objects --columns=flags,address "$@" -t '*' -t '<*' "$core"
tool types.tsv coil-types -c means,reason,count,type_address,type "$@" "$core"
tool holders.jsonl coil-holders "$@" --json "$core"
tool duplicates.jsonl coil-duplicates "$@" --members --json "$core"
tool arenas.jsonl coil-arenas "$@" --json "$core"
tool classes.jsonl coil-arenas "$@" --classes --json "$core"
tool threads.jsonl coil-threads "$@" --json "$core"
tool check.tsv coil-check "$@" --no-header "$core"
tool locals.jsonl coil-threads "$@" --locals --json "$core"
if [ -f "$dir/objects.jsonl" ]; then
	"$python" "$here/retained.py" sample "$dir" >"$dir/sample.txt"
	tool retained.jsonl coil-retained "$@" --json "$core" - <"$dir/sample.txt"
fi

# The names of all kinds, where a build directory has them.  Without files types
# lack names, and code that tells references.
if [ -x "$bin/tests/truth/kinds" ] && [ "$FILES" != no ]; then
	"$bin/tests/truth/kinds" >"$dir/native.txt"
elif [ "$FILES" != no ]; then
	echo "skipped: whether kinds are met: no tests/truth/kinds (make check TESTS=)"
fi
# And to say that each must be met: "mixed" has one of
# everything, 3.11 is where each must be met; but not with malloc, where what only
# a C variable holds and no collector's list has cannot be found: _PyRuntime's
# table of extensions, and with it their definitions (Python/import.c).
case $told$workload,$version in
malloc*) ;;
*/mixed.py,"(3, 11)")
	[ ! -f "$dir/native.txt" ] || cp "$dir/native.txt" "$dir/kinds.txt"
	;;
esac

passed=0
if cmp -s "$dir/refs.jsonl" "$dir/cached.jsonl"; then
	passed=1
else
	echo "coil-refs differs with a cache"
	failed=$((failed + 1))
fi
rm -rf "$dir/cached.jsonl" "$dir/cache"
# Not only the workload's objects: none has fewer than the references found.
if grep "	count	" "$dir/check.tsv"; then
	echo "reference counts below the references found"
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi
# The same graph whatever is met first, where the build directory has who asks.
if [ -x "$bin/tests/truth/orders" ] && [ "$FILES" != no ]; then
	if "$bin/tests/truth/orders" "$core" >"$dir/orders.txt"; then
		echo "orders: $(wc -l <"$dir/orders.txt"), one graph"
		passed=$((passed + 1))
	else
		grep -v 'ok$' "$dir/orders.txt"
		echo "orders: the graph depends on what is met first"
		failed=$((failed + 1))
	fi
fi
# Whatever is told as a reference leads to an object.
if [ "$FILES" = no ] || grep -q '^dangling	0$' "$dir/info.txt"; then
	passed=$((passed + 1))
else
	echo "references to what is no object:"
	grep '^dangling' "$dir/info.txt"
	failed=$((failed + 1))
fi
count() { # adds up the last lines of the comparisons
	passed=$((passed + $(echo "$1" | sed -n 's/^\([0-9]*\) passed, .*/\1/p')))
	failed=$((failed + $(echo "$1" | sed -n 's/.* passed, \([0-9]*\) .*/\1/p')))
}
for comparison in compare.py "retained.py check" ${WITHOUT:+without.py}; do
	rest=
	if [ "$comparison" = without.py ]; then
		rest="$bin $WITHOUT"
	fi
	# shellcheck disable=SC2086 # words
	result=$("$python" -B "$here"/$comparison "$dir" $rest)
	printf '%s\n' "$result" | sed '$d'
	last=$(printf '%s\n' "$result" | tail -n 1)
	case $last in
	*' passed, '*) count "$last" ;;
	*)
		echo "$comparison: no result"
		failed=$((failed + 1))
		;;
	esac
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
