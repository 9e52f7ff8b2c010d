#!/bin/bash
# SPDX-License-Identifier: MIT
# On a terminal: a header, aligned columns, units, colour unless NO_COLOR.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
golden=$(cd "$here/golden" && pwd)/terminal
cd "$tmp" || exit

# What "$@" prints on a terminal.
on_terminal()
{
	TERM=xterm "$python" -c '
import os, pty, sys
def read(fd):
    return os.read(fd, 4096)
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], read)))
' "$@" </dev/null | tr -d '\r'
}

on_terminal coil types -n 3 -t 'app.cache.*' core >terminal.out
grep -q "^$(printf '\033')\[1mTYPE_ADDRESS  *COUNT" terminal.out ||
	fail "no bold header"
grep -q " KiB" terminal.out || fail "no units"
grep -q "	" terminal.out && fail "tabs"

NO_COLOR=1 on_terminal coil types -c count,size,type -t 'app.cache.*' core \
	>terminal.out
diff "$golden" terminal.out || fail "table"

on_terminal coil types --no-header --bytes --color=never -c count,size,type \
	-t 'app.cache.*' core >terminal.out
coil types -c size -t app.cache.Node core | grep -qf - terminal.out ||
	fail "--bytes"
grep -q COUNT terminal.out && fail "--no-header"

coil types --color=always -n 1 core | grep -q "$(printf '\033')" ||
	fail "--color=always"
coil types -n 1 core | grep -q "$(printf '\033')" && fail "colour in a pipe"
on_terminal coil types --json -n 1 core | grep -q '^{"type_address":"0x' ||
	fail "--json on a terminal"
finish
