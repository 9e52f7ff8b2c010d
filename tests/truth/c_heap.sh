#!/bin/bash
# SPDX-License-Identifier: MIT
# What coil says that the C heap spent on an object is what malloc_usable_size
# says, or nothing: with glibc's malloc, and with those that are put before it.
# The program is c_heap.py.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
test "${COIL_TRUTH:-}" != no || skip "COIL_TRUTH=no"
need_kernel_cores
interpreter=${C_HEAP_PYTHON:-/usr/bin/python3.11}
test -x "$interpreter" || skip "no $interpreter"
program=$(cd "$srcdir" && pwd)/tests/truth/c_heap.py
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
cd "$dir" || exit 99
tried=0

# shellcheck disable=SC2317 # it is: by dies
run()
{
	LD_PRELOAD=$2 "$interpreter" -B "$program" "$1" >right
}

# try NAME LIBRARY told|untold
try()
{
	dies "$1" run "$1" "$2" || return
	coil-info core >info 2>err || fail "$1: coil-info: $? $(cat err)"
	grep -q "^c_heap	$1$" info || fail "$1: $(grep ^c_heap info)"
	cut -f 1 right | coil-objects -c address,allocated core - >said 2>err ||
		fail "$1: coil-objects: $? $(cat err)"
	test "$(wc -l <right)" -gt 1000 || fail "$1: $(wc -l <right) objects"
	if test "$3" = told; then
		diff right said >wrong ||
			fail "$1: $(grep -c '^>' wrong): $(head -4 wrong)"
	else
		grep -q '^c_heap_sizes	not known' info ||
			fail "$1: nothing said of sizes"
		grep -v '	-$' said >wrong &&
			fail "$1: $(wc -l <wrong): $(head -3 wrong)"
	fi
	tried=$((tried + 1))
}

try glibc "" told
for row in jemalloc:libjemalloc.so.2:told \
	tcmalloc:libtcmalloc_minimal.so.4:untold \
	mimalloc:libmimalloc.so.2:untold; do
	IFS=: read -r name file told <<-END
		$row
	END
	path=/usr/lib/x86_64-linux-gnu/$file
	test -e "$path" || continue
	try "$name" "$path" "$told"
done
echo "$tried allocators"
finish
