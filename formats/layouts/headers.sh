#!/bin/sh
# SPDX-License-Identifier: MIT
# An object file whose debugging information has what an interpreter's headers
# declare, for a build of which there is no interpreter.
#
#	headers.sh OBJECT INCLUDE [OPTION...]
#
# INCLUDE is the folder with Python.h and, below internal/, CPython's own
# headers; the options are the compiler's: -DPy_DEBUG for a debug build, which
# exports _Py_NegativeRefcount.  Structs that .c files declare are not in it:
# give coil-layout an interpreter of the same release behind it.
set -e
object=$1
include=$2
if [ $# -lt 2 ]; then
	sed -n 's/^#	//p' "$0" >&2
	exit 2
fi
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compile() { # compile OPTION... FILE
	"${CC:-gcc}" -w -g -fno-eliminate-unused-debug-types -DPy_BUILD_CORE \
		-I"$include" -I"$include/internal" "$@"
}

# Some are parts of others, or are made for one .c file: left out.
echo '#include "Python.h"' >"$work/all.c"
for header in "$include"/*.h "$include"/internal/*.h; do
	line="#include \"${header#"$include/"}\""
	printf '#include "Python.h"\n%s\n' "$line" >"$work/one.c"
	if compile "$@" -fsyntax-only "$work/one.c" 2>/dev/null; then
		echo "$line" >>"$work/all.c"
	fi
done
cat >>"$work/all.c" <<'END'
#ifdef Py_DEBUG
void _Py_NegativeRefcount(const char *file, int line, PyObject *object) {}
#endif
END
compile "$@" -c -o "$object" "$work/all.c"
