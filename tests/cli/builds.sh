#!/bin/bash
# SPDX-License-Identifier: MIT
# Release and debug builds of one release are told apart by what the process
# says of itself: a symbol of its file or, without that, sys.abiflags.  Neither
# is read by the other's layout, not even when that is asked for.
fetched=${COIL_PYTHON_CACHE:-${XDG_CACHE_HOME:-${HOME:-/}/.cache}/coil-pythons}
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_kernel_cores
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
mkdir "$dir/nothing"
layouts=$srcdir/formats/layouts
tried=0

# try INTERPRETER BUILD RIGHT WRONG: what coil-info calls the build, the names
# of its layout and of that of the other build.
try()
{
	if ! test -x "$1"; then
		echo "skipped: no $1"
		return
	fi
	rm -f "$dir"/core*
	(
		cd "$dir" && ulimit -c unlimited &&
			"$1" -I -S -c 'import os; os.abort()'
	) >/dev/null 2>&1
	mv "$dir"/core.* "$dir/core" 2>/dev/null
	test -s "$dir/core" || skip "the kernel made no core"
	for files in / "$dir/nothing"; do
		for layout in '' "--layout=$layouts/$3.json"; do
			# shellcheck disable=SC2086 # a word or none
			coil-info "--sysroot=$files" $layout "$dir/core" \
				>"$dir/out" 2>"$dir/err"
			grep -q "^layout	$3\$" "$dir/out" &&
				grep -q "^build	$2\$" "$dir/out" ||
				fail "$1, files $files: $(cat "$dir/err")"
		done
		coil-info "--sysroot=$files" "--layout=$layouts/$4.json" \
			"$dir/core" >"$dir/out" 2>"$dir/err"
		test $? -eq 2 || fail "$1, files $files: read by $4"
		grep -q "layout $4" "$dir/err" ||
			fail "$1, files $files: $(cat "$dir/err")"
	done
	tried=$((tried + 1))
}

try "$fetched/3.9/python3.9" release cpython-3.9 cpython-3.9-debug
try "$fetched/3.9/python3.9d" debug cpython-3.9-debug cpython-3.9
try /usr/bin/python3.11 release cpython-3.11 cpython-3.11-debug
try /usr/bin/python3.11d debug cpython-3.11-debug cpython-3.11
test $tried -gt 0 || skip "no interpreter to try"
finish
