#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fuzzes with libFuzzer under AddressSanitizer and UBSan: every target, or those
# that are named.
#
#	run.sh HOURS [TARGET]...     all together, one after another; 30m and 90s
#	                             are good too
#	run.sh --ci [TARGET]...      $COIL_FUZZ_SECONDS each, or 60: the same
#	                             inputs every time, as many targets at once as
#	                             there are processors
#	run.sh --keep [TARGET]...    no fuzzing: put into fuzz_TARGET.hex what the
#	                             runs so far have found and is small
#	run.sh --list                which targets there are
#
# Starts from the seeds that the targets make and from fuzz_TARGET.hex, and
# works in build-test/fuzz (or $COIL_FUZZ_BUILD), where the corpus grows from
# run to run.  Prints for each target executions and coverage (edges of the
# program).  Status 1: something was found: what libFuzzer says of it and the
# input are printed, so that the output is enough to reproduce it; 77: no
# libFuzzer.  The last line is "N passed, N failed".
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${COIL_FUZZ_BUILD:-$top/build-test/fuzz}
# Every target there is.
all=("$top"/tests/fuzz/fuzz_*.c)
all=("${all[@]##*/fuzz_}")
all=("${all[@]%.c}")
passed=0 failed=0
# shellcheck source=tests/debian.sh
. "$top/tests/debian.sh"

usage() {
	sed -n '/^#	/s/^#	//p' "$0" >&2
	exit 2
}

# in_seconds TIME: hours, 30m or 90s.
in_seconds() {
	case $1 in
	*[!0-9.ms]* | '' | *[ms]?*) return 1 ;;
	*m) awk "BEGIN { print int(${1%m} * 60) }" ;;
	*s) awk "BEGIN { print int(${1%s}) }" ;;
	*) awk "BEGIN { print int($1 * 3600) }" ;;
	esac
}

has_libfuzzer() {
	local try
	try=$(mktemp -d) || exit 1
	echo 'int LLVMFuzzerTestOneInput(const char *p, long n);
	int LLVMFuzzerTestOneInput(const char *p, long n)
	{ return p && n ? 0 : 0; }' >"$try/t.c"
	clang -fsanitize=fuzzer,address,undefined -o "$try/t" "$try/t.c" \
		>/dev/null 2>&1
	local status=$?
	rm -rf "$try"
	return $status
}

# Tracing every comparison makes the targets three times slower: not here.
make_targets() {
	prepare_source "$top" "$build-source"
	configure_in "$build" CC=clang --enable-sanitizers --disable-shared \
		--enable-static \
		CFLAGS='-g -O2 -fsanitize-coverage=inline-8bit-counters,pc-table' &&
		make -s -C "$build" "-j$(nproc)" tests/fuzz/fuzzer tests/fuzz/run
}

# fuzz TARGET SECONDS [OPTION]...: status 1 if something was found.
fuzz() {
	local target=$1 seconds=$2 work=$build/corpus/$1 found=$build/found/$1
	local log=$build/$target.log
	shift 2
	mkdir -p "$work" "$found"
	"$build/tests/fuzz/run" -s "$target" "$work"
	"$build/tests/fuzz/run" -x "$top/tests/fuzz/fuzz_$target.hex" "$work"
	# A machine that others load stands still for seconds: -timeout is long.
	# Without llvm-symbolizer addr2line names the functions.
	if COIL_FUZZ=$target \
		ASAN_OPTIONS=quarantine_size_mb=32:allow_addr2line=1:${ASAN_OPTIONS-} \
		UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS-} \
		"$build/tests/fuzz/fuzzer" -max_total_time="$seconds" \
		-max_len="${longest[$target]}" -timeout=30 \
		-rss_limit_mb=2048 -artifact_prefix="$found/" \
		-print_final_stats=1 "$@" "$work" >"$log" 2>&1; then
		echo "$target: $(figures "$log")"
	else
		show_finding "$target" "$log"
		echo "FAIL: $target: $(figures "$log")"
		return 1
	fi
}

# show_finding TARGET LOG: what was said since the fault, and the input.
show_finding() {
	local input
	sed -n '/^==[0-9]*== *ERROR\|runtime error: /,$p' "$2" |
		grep -av '^#[0-9]' | head -n 150
	input=$(sed -n 's/.*Test unit written to //p' "$2" | tail -n 1)
	if [ ! -e "$input" ]; then
		echo "no input was left; the end of its output:"
		tail -n 20 "$2"
	elif [ "$(wc -c <"$input")" -le 2000 ]; then
		echo "the input, a line of tests/fuzz/fuzz_$1.hex:"
		hex "$input"
	else
		echo "the input, to be read by base64 -d | gunzip:"
		gzip -9cn "$input" | base64
	fi
	echo "once more: $build/tests/fuzz/run -f $1 ${input:-FILE}"
}

# hex FILE: its bytes as one line.
hex() {
	od -An -v -tx1 "$1" | tr -d ' \n'
	echo
}

# fuzz_all COUNT SECONDS [OPTION]...: all targets, COUNT at a time; what they
# say is printed in their order.
fuzz_all() {
	local count=$1 target running=0
	shift
	for target in "${targets[@]}"; do
		if [ "$running" -ge "$count" ]; then
			wait -n
			running=$((running - 1))
		fi
		rm -f "$build/$target.ok"
		fuzz "$target" "$@" >"$build/$target.out" 2>&1 &&
			touch "$build/$target.ok" &
		running=$((running + 1))
	done
	wait
	for target in "${targets[@]}"; do
		cat "$build/$target.out"
		if [ -e "$build/$target.ok" ]; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
	done
}

figures() {
	awk '
	/^#[0-9]+/ { for (i = 2; i < NF; i++) {
		if ($i == "cov:") edges = $(i + 1)
		if ($i == "corp:") corpus = $(i + 1) } }
	/stat::number_of_executed_units/ { runs = $2 }
	/^#[0-9]+/ && !runs { last = substr($1, 2) }
	END { printf "%d executions, %d edges, corpus %s",
		runs ? runs : last, edges, corpus }' "$1"
}

# keep TARGET: the least part of what was found that covers as much.
keep() {
	local target=$1 small=$build/small/$1 file
	rm -rf "$small"
	mkdir -p "$small" "$build/corpus/$target"
	COIL_FUZZ=$target "$build/tests/fuzz/fuzzer" -merge=1 -max_len=512 "$small" \
		"$build/corpus/$target" >"$build/$target-merge.log" 2>&1 ||
		return
	for file in "$small"/*; do
		hex "$file"
	done | LC_ALL=C sort -u >"$top/tests/fuzz/fuzz_$target.hex"
	wc -lc "$top/tests/fuzz/fuzz_$target.hex"
}

[ $# -gt 0 ] || usage
mode=$1
shift
targets=("$@")
[ $# -gt 0 ] || targets=("${all[@]}")
[ "$mode" != --list ] || exec printf '%s\n' "${targets[@]}"
case $mode in
--ci) seconds=${COIL_FUZZ_SECONDS:-60} ;;
--keep) seconds=0 ;;
*) seconds=$(in_seconds "$mode") && seconds=$((seconds / ${#targets[@]})) ||
	usage ;;
esac
# To libFuzzer 0 seconds are all the time there is.
[ "$mode" = --keep ] || [ "$seconds" -gt 0 ] || usage
if ! has_libfuzzer; then
	echo "skip: no libFuzzer (clang, libclang-rt-14-dev)"
	exit 77
fi
mkdir -p "$build"
make_targets >"$build.log" 2>&1 || {
	tail -n 20 "$build.log"
	exit 1
}
declare -A longest
while read -r target bytes; do
	longest[$target]=$bytes
done < <("$build/tests/fuzz/run" -t)
case $mode in
--keep) for target in "${targets[@]}"; do keep "$target"; done ;;
--ci) fuzz_all "$(nproc)" "$seconds" -seed=1 ;;
*) fuzz_all 1 "$seconds" ;;
esac
[ "$mode" = --keep ] || echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
