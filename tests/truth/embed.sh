#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs with an interpreter in them: one that was finalized is told so, and
# one that was initialized anew is sound, what the first left behind being no
# damage and no garbage.  The program is embed.c; libpython is that of Debian and
# those of ~/.pyenv.  And one whose malloc is its own, linked into it.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
test "${COIL_TRUTH:-}" != no || skip "COIL_TRUTH=no"
need_kernel_cores
source=$(cd "$srcdir" && pwd)/tests/truth/embed.c
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
cd "$dir" || exit 99
tried=0

# make PREFIX MINOR FLAG...: build it with the libpython of PREFIX
make_it()
{
	prefix=$1 minor=$2
	shift 2
	cc -O1 -o embed "$source" "-I$prefix/include/python3.$minor" \
		"-L$prefix/lib" "-Wl,-rpath,$prefix/lib" "$@" \
		"-lpython3.$minor" 2>err
}

die()
{
	rm -f core*
	(
		ulimit -c unlimited
		PYTHONHOME=$1 ./embed "$2"
		true # so that the death is told in here
	) >out 2>&1
	mv core* core 2>/dev/null
	test -s core || fail "$1 $2: no core: $(tail -1 out)"
}

count_of()
{
	coil-types -t "__main__.$1" -c count core 2>>err
}

try()
{
	die "$1" run
	test "$(count_of First)" = 123 || fail "$1 run: $(count_of First)"
	for mode in again thrice; do
		die "$1" $mode
		coil-check core >found 2>err || fail "$1 $mode: $(wc -l <found)"
		test "$(count_of Last)" = 77 || fail "$1 $mode: no Last"
		test -z "$(coil-cycles --garbage -c objects core)" ||
			fail "$1 $mode: garbage $(coil-cycles --garbage core)"
	done
	die "$1" final
	coil-info core >out 2>err
	status=$?
	test $status = 2 || fail "$1 final: $status"
	grep -q 'it was finalized (Py_Finalize), no interpreter is left' err ||
		fail "$1 final: $(cat err)"
	tried=$((tried + 1))
}

for prefix in /usr "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*; do
	for minor in 8 9 10 11 12 13; do
		test -e "$prefix/include/python3.$minor/Python.h" || continue
		make_it "$prefix" $minor || continue
		try "$prefix"
	done
done
if test -e /usr/lib/x86_64-linux-gnu/libjemalloc.a &&
	make_it /usr 11 -Wl,-u,malloc /usr/lib/x86_64-linux-gnu/libjemalloc.a -lm -lstdc++; then
	die /usr run
	coil-info core 2>err | grep -qE '^c_heap	(jemalloc|other)$' ||
		fail "linked: $(coil-info core | grep ^c_heap)"
	tried=$((tried + 1))
fi
test $tried -gt 0 || test $failures -gt 0 || skip "no libpython to link with"
echo "$tried programs"
finish
