#!/bin/bash
# SPDX-License-Identifier: MIT
# A process that is dumped while its collector runs, in a finalizer: what the
# collector found unreachable is in no list of its own then, and is there all
# the same.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
cd "$tmp" || exit
cat >collecting.py <<'END'
import gc, os, time

gc.disable()


class Alive:
    def __init__(self, number):
        self.number = [number]


class Ring:
    pass


class Last:
    def __del__(self):
        print(os.getpid(), flush=True)
        time.sleep(100)


def make():
    for number in range(500):
        a, b = Ring(), Ring()
        a.other, b.other = b, a
        a.data = {"number": [number]}
    last = Last()
    last.itself = last


alive = [Alive(number) for number in range(3000)]
make()
gc.collect()
END

# count TYPE: how many objects of it coil lists.
count()
{
	coil objects -t "$1" collecting.core | wc -l
}

pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions
for interpreter in "$python" "$pyenv"/3.1[23].*/bin/python3.1[23]; do
	test -x "$interpreter" || continue
	coproc "$interpreter" -I -S collecting.py
	read -r pid <&"${COPROC[0]}"
	dump "$pid" collecting.core || fail "gcore cannot dump"
	kill "$pid"
	wait "$pid" 2>/dev/null
	coil info collecting.core | grep -qx 'gc	collecting' ||
		fail "$interpreter: not collecting"
	for pair in Alive:3000 Ring:1000 Last:1; do
		found=$(count "__main__.${pair%:*}")
		test "$found" = "${pair#*:}" ||
			fail "$interpreter: $found of $pair"
	done
	coil cycles --garbage --members -c address collecting.core | sort -u \
		>collecting.garbage
	coil objects -t __main__.Ring -c address collecting.core | sort \
		>collecting.rings
	test -z "$(comm -13 collecting.garbage collecting.rings)" ||
		fail "$interpreter: rings that are no garbage"
	coil check collecting.core >collecting.check ||
		fail "$interpreter: $(head -n 3 collecting.check)"
	rm -f collecting.core
done
finish
