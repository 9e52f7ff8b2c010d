#!/bin/bash
# SPDX-License-Identifier: MIT
# Releases on which no layout was proved: real processes whose version words say
# another release are read where what they tell agrees with the layout, which
# coil-info says, and refused where a number differs or the release is an alpha.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_kernel_cores
command -v coil-layout >/dev/null || skip "coil-layout was not built (no libdw)"
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
pyenv=${PYENV_ROOT:-${HOME:-/}/.pyenv}/versions
layouts=$srcdir/formats/layouts
patch=$here/patch.py
tried=0

# Prints where the version words are; then a core with all that was mapped from
# files.
cat >"$dir/die.py" <<'END'
import ctypes, os, sys
with open("/proc/self/coredump_filter", "w") as f:
    f.write("0x7f")
def address(name):
    return ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, name))
words = [address("Py_Version")]
runtime = address("_PyRuntime")
if ctypes.string_at(runtime, 8) == b"xdebugpy":
    words.append(runtime + 8)
print(*map(hex, words))
sys.stdout.flush()
os.abort()
END

# A core of interpreter $1 as $dir/core, and where its version words are.
make_core()
{
	die_in "$dir" "$1" || return
	tried=$((tried + 1))
}

# The version words of the core become $1.
say()
{
	read -ra words <"$dir/words"
	for word in "${words[@]}"; do
		python3 "$patch" "$dir/core" "$word=0x$1w" || fail "no $word"
	done
}

# The value of key $1 in what coil-info said.
value()
{
	sed -n "s/^$1	//p" "$dir/out"
}

# is HEX LAYOUT RELEASE: the core, with words that say HEX, is read so.
is()
{
	say "$1"
	coil-info --no-cache "$dir/core" >"$dir/out" 2>"$dir/err" ||
		fail "0x$1: status $?: $(cat "$dir/err")"
	test "$(value layout)" = "$2" || fail "0x$1: by $(value layout)"
	test "$(value layout_release)" = "$3" ||
		fail "0x$1: $(value layout_release), not $3"
	value layout_compared |
		grep -q '^[0-9]* sizes and [0-9]* offsets of the process agree$' ||
		fail "0x$1: compared: $(value layout_compared)"
	test "$(value layout_compared |
		awk '{ print ($1 + $4 > 150) ? "many" : "few" }')" = many ||
		fail "0x$1: little was compared: $(value layout_compared)"
}

# refused WHAT PATTERN OPTION...: status 2, nothing printed, PATTERN said.
refused()
{
	what=$1 pattern=$2
	shift 2
	coil-info --no-cache "$@" "$dir/core" >"$dir/out" 2>"$dir/err"
	status=$?
	test $status -eq 2 || fail "$what: status $status: $(cat "$dir/err")"
	test ! -s "$dir/out" || fail "$what: it printed"
	grep -q -e "$pattern" "$dir/err" ||
		fail "$what: no \"$pattern\": $(cat "$dir/err")"
	grep -q 'one with coil-layout(1)\|a layout with coil-layout(1)' \
		"$dir/err" || fail "$what: not what to do: $(cat "$dir/err")"
}

# no HEX PATTERN: the core, with words that say HEX, is refused.
no()
{
	say "$1"
	refused "0x$1" "$2"
}

# wrong LAYOUT STRUCT FIELD PATTERN: with 8 more there.
wrong()
{
	coil-layout --normalise --like=none "$layouts/$1.json" >"$dir/whole.json"
	python3 - "$dir/whole.json" "$2" "$3" >"$dir/wrong.json" <<'END'
import json, sys
with open(sys.argv[1]) as f:
    layout = json.load(f)
layout["structs"][sys.argv[2]][sys.argv[3]] += 8
json.dump(layout, sys.stdout)
END
	refused "$1, $2.$3" "$4" "--layout=$dir/wrong.json"
}

if make_core /usr/bin/python3.11; then
	is 030b02f0 cpython-3.11 proved
	test "$(value layout_proved_on)" = '3.11.2 3.11.7' ||
		fail "proved on $(value layout_proved_on)"
	is 030b05f0 cpython-3.11 between
	is 030b01f0 cpython-3.11 before
	is 030b63f0 cpython-3.11 beyond
	is 030b00c1 cpython-3.11 candidate
	no 030b00b4 'CPython 3\.11\.0b4 .*no layout'
	no 030b00a7 'CPython 3\.11\.0a7 .*no layout'
	wrong cpython-3.11 PyFunctionObject func_closure \
		'PyFunctionObject.func_closure is [0-9]* in the process (function.__closure__), '
	wrong cpython-3.11 PyListObject size \
		'PyListObject.size is 40 in the process (list.__basicsize__), 48 in the layout'
	wrong cpython-3.11 PyModuleObject md_weaklist \
		'(module.__weakrefoffset__)'
fi
if make_core "$pyenv/3.12.1/bin/python3.12"; then
	is 030c01f0 cpython-3.12 proved
	is 030c00f0 cpython-3.12 before
	is 030c0bf0 cpython-3.12 beyond
	no 030c00b1 'no layout'
fi
if make_core "$pyenv/3.13.0/bin/python3.13"; then
	is 030d00f0 cpython-3.13 proved
	is 030d06f0 cpython-3.13 beyond
	is 030d63f0 cpython-3.13 beyond
	is 030d00c2 cpython-3.13 candidate
	is 030d00b3 cpython-3.13 beta
	no 030d00a6 'no layout'
	wrong cpython-3.13 PyTypeObject tp_flags \
		'PyTypeObject.tp_flags is 168 in the process (_Py_DebugOffsets.type_object_tp_flags), 176 in the layout'
	wrong cpython-3.13 _gc_runtime_state size '_gc_runtime_state.size is '
fi
test $tried -gt 0 || skip "no interpreter to try"
finish
