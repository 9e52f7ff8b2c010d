#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every test, from nothing: installs what is missing (Debian 12) and, in
# build-test/,
#
#	pythons      the mixed workload on every CPython that is here, and on
#	             Debian's 3.14 and 3.15, which it fetches: see
#	             tests/truth/pythons.sh
#	plain        builds with gcc, warnings being errors, and tests; what was
#	             fetched too
#	sanitizers   the same with AddressSanitizer and UBSan
#	threads      several readers of one image with ThreadSanitizer
#	clang        builds with clang, warnings being errors
#	fuzz         fuzzes, a minute a target: tests/fuzz/run.sh
#	dist         makes a tarball that holds what git holds, and builds, tests
#	             (all but tests/truth/cases), installs and uninstalls that
#
# Asks nothing; the status is 0 if nothing failed.  The last line is
# "N passed, N failed, N skipped": rows of the unit tests, figures of the
# truth cases, scripts and the steps above.  What was skipped is named.
#
#	tests/run.sh [--all-pythons] [--full] [STEP]...
#
# With --all-pythons the step pythons fetches all that can be had.  With --full
# there are more steps, which take long:
#
#	applications ten programs of packages of Debian, two of which are too
#	             big for the others: tests/truth/workloads/*_app.py
#	survey       the traversals of some ninety extension packages of Debian,
#	             which it installs (6 GB): tests/truth/survey.py
#	structures   2,000 cores damaged where it hurts:
#	             tests/damage/structures.py
#	bare         interpreters of one static file without a build-id, built
#	             from Debian's source: tests/truth/build-bare
set -uo pipefail
exec </dev/null
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "$0")/.." && pwd)
here=$top/build-test
jobs=-j$(nproc)
fetched=(3.14 3.15)
full=() # steps of --full
passed=0 failed=0 skipped=0
# shellcheck source=tests/debian.sh
. "$top/tests/debian.sh"

pass() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	echo "FAIL: $*"
}
skip() {
	skipped=$((skipped + 1))
	echo "SKIP: $*"
}

# step NAME COMMAND...: one step, its output kept in a file; where it fails its
# last $tail lines, or 20, are shown.
step() {
	local name=$1 started=$SECONDS
	shift
	if "$@" >"$here/$name.log" 2>&1; then
		pass
		echo "ok: $name ($((SECONDS - started)) s)"
	else
		grep -E '^FAIL|error:|\*\*\*' "$here/$name.log" | head -n 40
		tail -n "${tail:-20}" "$here/$name.log"
		fail "$name ($((SECONDS - started)) s)"
		return 1
	fi
}

# count_log LOG FAILED: what one test's log says of its parts: Check's
# summaries, else the last line of a truth case, else it counts as one.
# Prints PASSED FAILED; a test that failed has at least one failure.
count_log() {
	awk -v broken="$2" '
	match($0, /Checks: [0-9]+, Failures: [0-9]+, Errors: [0-9]+/) {
		split(substr($0, RSTART, RLENGTH), n, /[^0-9]+/)
		bad += n[3] + n[4]
		good += n[2] - n[3] - n[4]
	}
	/^[0-9]+ passed, [0-9]+ failed/ { last_good = $1; last_bad = $3 }
	END {
		good += last_good
		bad += last_bad
		if (broken && !bad)
			bad = 1
		if (!broken && !good)
			good = 1
		print good + 0, bad + 0
	}' "$1"
}

# show_figures NAME LOG: of a truth case, right and all, and the first lines
# of what is said of one that is wrong.
show_figures() {
	awk -F '\t' -v name="$1" '
	/^    / {
		if (left-- > 0)
			print "    " $0
		next
	}
	{ left = $NF == "WRONG" ? 12 : 0 }
	$NF ~ /^(ok|WRONG|skipped.*)$/ {
		if (!shown++)
			print "figures of " name
		if (NF == 5)
			printf "    %-18s %9s of %9s %9s %% %s\n", $1, $2, $3, $4, $5
		else
			printf "    %-18s %9s of %9s %11s %s\n", $1, $2, $3, "", $4
	}' "$2"
}

# count_tests BUILD: adds up its tests.
count_tests() {
	local trs log name result good bad
	local -a files
	mapfile -t files < <(find "$1" -name '*.trs' | sort)
	if [ ${#files[@]} -eq 0 ]; then
		grep -A5 -E 'error|Error' "$1-check.log" | tail -n 60
		fail "$1: no test was run"
	fi
	for trs in "${files[@]}"; do
		log=${trs%.trs}.log
		name=${1##*/}/$(basename "${trs%.trs}")
		show_figures "$name" "$log"
		result=$(sed -n 's/^:test-result: //p' "$trs" | sort -u | head -n 1)
		case $result in
		PASS | XFAIL)
			read -r good bad < <(count_log "$log" '')
			;;
		SKIP)
			skip "$name: $(grep -i skip "$log" | grep -v '^SKIP ' |
				tail -n 1 | sed 's/^skip[a-z]*: *//')"
			continue
			;;
		*)
			read -r good bad < <(count_log "$log" yes)
			echo "FAIL: $name"
			case $log in
			*/cases/*) tail -n 5 "$log" ;;
			*) tail -n 40 "$log" ;;
			esac | sed 's/^/    /'
			;;
		esac
		passed=$((passed + good))
		failed=$((failed + bad))
		grep -i '^ *skip' "$log" | sed "s,^,    $name: ,"
	done
}

# test_build NAME OPTION...: configures, builds and tests.
test_build() {
	local name=$1 build=$here/$1 started
	shift
	step "$name-build" build "$build" "$@" || return
	find "$build" -name '*.trs' -delete
	started=$SECONDS
	# Failures are counted test by test.
	timeout 45m make -s -k -C "$build" "$jobs" check \
		>"$here/$name-check.log" 2>&1
	count_tests "$build"
	echo "done: $name-check ($((SECONDS - started)) s)"
}

build() {
	local build=$1
	shift
	configure_in "$build" "$@" && make -s -C "$build" "$jobs"
}

# The tarball against git, then automake's own check of it.
dist() {
	local build=$here/plain tarball
	build "$build" --enable-werror && make -s -C "$build" dist || return
	tarball=$(find "$build" -maxdepth 1 -name 'coil-*.tar.xz')
	if git -C "$top" rev-parse 2>/dev/null; then
		tar -tf "$tarball" | sed 's,^[^/]*/,,' | sort >"$here/in-tarball"
		git -C "$top" ls-files | grep -vE '(^|/)\.(gitignore|keep)$' |
			sort >"$here/in-git"
		if [ -n "$(comm -13 "$here/in-tarball" "$here/in-git")" ]; then
			echo "in git and not in the tarball:"
			comm -13 "$here/in-tarball" "$here/in-git"
			return 1
		fi
	fi
	COIL_TRUTH=no timeout 30m make -s -C "$build" "$jobs" distcheck
}

# Counted by its last line; what it says is shown.
pythons() {
	local log=$here/pythons.log started=$SECONDS good bad left
	step pythons-build build "$here/plain" --enable-werror || return
	COIL_BIN=$here/plain "$top/tests/truth/pythons.sh" \
		"${fetched[@]/#/--fetch=}" "$here/pythons" 2>&1 | tee "$log"
	read -r good bad left < <(tail -n 1 "$log" | sed -n \
		's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) .*/\1 \2 \3/p')
	if [ -z "${left:-}" ]; then
		fail "pythons: no result"
		return
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + left))
	export COIL_MIXED=told # once is enough
	echo "done: pythons ($((SECONDS - started)) s)"
}

# A named skip is no failure.
fuzz() {
	COIL_FUZZ_BUILD=$here/fuzz "$top/tests/fuzz/run.sh" --ci
	case $? in 0 | 77) true ;; *) false ;; esac
}

# Programs as people write them, all of them.
applications() {
	local log=$here/applications.log good bad
	want python3-sklearn
	step applications-build build "$here/plain" --enable-werror || return
	COIL_BIN=$here/plain "$top/tests/truth/run.sh" /usr/bin/python3.11 \
		applications >"$log" 2>&1
	grep -E '^== |(ok|WRONG)$' "$log"
	read -r good bad < <(tail -n 1 "$log" |
		sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
	if [ -z "${bad:-}" ]; then
		fail "applications: no result"
		return
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
}

# A table of all extension packages.
survey() {
	local log=$here/survey.log good bad
	local -a packages
	read -ra packages < <(python3 -B "$top/tests/truth/survey.py" --packages)
	want "${packages[@]}"
	step survey-build build "$here/plain" --enable-werror || return
	python3 -B "$top/tests/truth/survey.py" --bin "$here/plain" \
		--interpreter /usr/bin/python3.11 2>&1 | tee "$log"
	read -r good bad < <(tail -n 1 "$log" |
		sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
	if [ -z "${bad:-}" ]; then
		fail "survey: no result"
		return
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
}

# Interpreters of one static file, with link-time optimisation, stripped, and
# without a build-id: built from Debian's source, which takes minutes.
bare() {
	local compiler python good bad
	want libffi-dev libexpat1-dev zlib1g-dev libssl-dev libsqlite3-dev \
		libbz2-dev liblzma-dev libreadline-dev clang llvm lld
	step bare-build build "$here/plain" --enable-werror || return
	for compiler in gcc clang; do
		step "bare-$compiler-build" "$top/tests/truth/build-bare" \
			"$compiler" || continue
		python=$(tail -n 1 "$here/bare-$compiler-build.log")
		COIL_BIN=$here/plain "$top/tests/truth/run.sh" "$python" mixed \
			>"$here/bare-$compiler.log" 2>&1
		read -r good bad < <(tail -n 1 "$here/bare-$compiler.log" |
			sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
		if [ -z "${bad:-}" ]; then
			fail "bare $compiler: no result"
			continue
		fi
		echo "without a build-id, $compiler: $good passed, $bad failed"
		passed=$((passed + good))
		failed=$((failed + bad))
	done
}

# 100 of them are of "make check".
structures() {
	step structures-build build "$here/plain" --enable-werror || return
	step structures env srcdir="$top" builddir="$here/plain" \
		COIL_STRUCTURES=2000 "$top/tests/damage/structures.sh" &&
		tail -n 2 "$here/structures.log"
}

# What two threads share is not written: only a build of its own can tell.
threads() {
	local build=$here/threads
	configure_in "$build" --enable-sanitizers=thread \
		CFLAGS='-g -O1' || return
	make -s -C "$build" "$jobs" check TESTS=tests/test_readers \
		check_PROGRAMS=tests/test_readers || return
	grep Checks "$build/tests/test_readers.log"
}

one() { # STEP
	case $1 in
	plain) test_build plain --enable-werror ;;
	sanitizers)
		test_build sanitizers --enable-werror --enable-sanitizers \
			CFLAGS='-g -O1'
		;;
	threads) step threads threads ;;
	clang)
		if command -v clang >/dev/null; then
			step clang build "$here/clang" --enable-werror CC=clang
		else
			skip "clang: not installed"
		fi
		;;
	fuzz)
		# All that a finding says: nobody else may ever meet it again.
		tail=1000 step fuzz fuzz && grep -E '^[a-z]+: |^skip' "$here/fuzz.log"
		;;
	pythons) pythons ;;
	applications) applications ;;
	survey) survey ;;
	structures) structures ;;
	bare) bare ;;
	dist) step dist dist ;;
	*)
		echo "run.sh: no step $1" >&2
		exit 2
		;;
	esac
}

while :; do
	case ${1:-} in
	--all-pythons) fetched=(3.9 3.13 3.13-sid 3.14 3.15 3.13t) ;;
	--full) full=(applications survey structures bare) ;;
	*) break ;;
	esac
	shift
done
mkdir -p "$here"
need gcc libc6-dev make autoconf automake libtool pkg-config libarchive-dev \
	libjansson-dev libxxhash-dev libzydis-dev check gdb python3 git \
	xz-utils || {
	fail "packages"
	echo "$passed passed, $failed failed, $skipped skipped"
	exit 1
}
want libdw-dev libigraph-dev python3.11 python3.11-dbg clang libclang-rt-14-dev \
	pmccabe clang-format shellcheck mandoc groff-base jq zstd lz4
# Interpreters within programs; other allocators.
want libpython3.11-dev libjemalloc2 libjemalloc-dev libtcmalloc-minimal4 \
	libmimalloc2.0
# The truth of extension types.
want python3-numpy python3-pandas python3-lxml python3-multidict python3-wrapt \
	python3-cffi python3-greenlet python3-pyrsistent python3-regex \
	python3-yaml python3-msgpack python3-psycopg2 python3-pil \
	python3-markupsafe python3-frozenlist python3-yarl python3-gi \
	python3-gi-cairo python3-cryptography python3-contourpy
# The programs of tests/truth/workloads/*_app.py.
want python3-aiohttp python3-celery python3-django python3-gevent python3-gi \
	gir1.2-glib-2.0 python3-sqlalchemy python3-twisted
step configure-script prepare_source "$top" "$here/source" && {
	# tests/truth/survey.sh: workloads/survey.py, FEW.
	want python3-btrees python3-aiohttp python3-contourpy \
		python3-cryptography python3-cytoolz python3-gi \
		python3-kiwisolver python3-persistent python3-zope.interface \
		python3-zstandard
	[ $# -gt 0 ] || set -- pythons plain sanitizers threads clang fuzz dist "${full[@]}"
	for name; do
		one "$name"
	done
}
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
