#!/bin/bash
# SPDX-License-Identifier: MIT
# The references that samples/leakref forgets are what coil-holders names
# first, and in a process that forgets none it names none.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
sample=$(cd "$srcdir/samples/leakref" && pwd)
include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
test -e "$include/Python.h" || skip "no $include/Python.h (python3.11-dev)"
cd "$tmp" || exit
mkdir -p leakref
${CC:-cc} -shared -fPIC -isystem "$include" -o leakref/leakref.so \
	"$sample/leakref.c" || fail "leakref.c does not compile"

mkfifo leakref/in leakref/out
PYTHONPATH=leakref "$python" -B "$sample/serve.py" 1000 \
	<leakref/in >leakref/out &
exec 8>leakref/in 9<leakref/out
read -r pid name <&9
dump "$pid" leakref/core || skip "gcore cannot dump"
exec 8>&- 9<&-
wait
rm -f leakref/in leakref/out

coil holders leakref/core >holders.out 2>holders.err ||
	fail "status $?: $(cat holders.err)"
first=$(head -1 holders.out | cut -f 1-7)
test "$first" = "$name	1000	str	leak	-	1001	1" ||
	fail "the first line is $first, not $name"
# Three numbers a call of tally(), 100 calls; a stale word in memory that
# nobody explains may have the address of one.
coil holders -t int leakref/core >holders.ints
test "$(cut -f 2,3,6,7 holders.ints | sort | uniq -c)" = "    300 1	int	1	0" ||
	fail "the numbers: $(cut -f 2,3,6,7 holders.ints | sort | uniq -c)"
leaks=$(cut -f 4 holders.ints | grep -c leak)
test "$leaks" -gt 250 || fail "of the numbers only $leaks"
coil holders leakref/core "$name" | diff - <(head -1 holders.out) ||
	fail "asked for by its address"
coil holders --kind=leak -t str leakref/core | diff - <(head -1 holders.out) ||
	fail "asked for by kind and type"
test "$(coil holders --kind=leak leakref/core |
	coil retained --set -c count leakref/core -)" = $((leaks + 1)) ||
	fail "what they retain"

# A process that forgets none: all is accounted for.
coil holders --kind=leak core >holders.out
test ! -s holders.out || fail "a healthy process: $(cat holders.out)"
coil holders --kind=stack -c where core | grep -qE '^thread [0-9]+ sp\+0x' ||
	fail "no thread is named"
coil holders --kind=static -c where core |
	grep -qE '^python3\.11(\+0x| [A-Za-z_]+)' || fail "no module is named"
rm -rf leakref
finish
