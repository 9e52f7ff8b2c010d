#!/bin/sh
# SPDX-License-Identifier: MIT
# Bring the layout files of this folder up to date after a change of
# lib/layout/layout.def: 'make update-layouts'.  Needs the interpreters, with
# their debugging information; a file whose interpreter is not there is named
# and left as it is.  Debian's interpreters of other releases are looked for
# where tests/truth/fetch-python puts them, in $COIL_PYTHON_CACHE; LAYOUTS, if
# set, names the only files to be made.

tool=$1
here=$(dirname "$0")
pyenv=${PYENV_ROOT:-$HOME/.pyenv}/versions
cache=${COIL_PYTHON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/coil-pythons}

# Extension modules whose objects have kinds: those of them in folder $1 that
# were made for $2, if they are no part of the interpreter.
modules() {
	for name in _asyncio _bz2 _ctypes _curses_panel _datetime _decimal \
		_elementtree _lzma _multibytecodec _pickle _queue _sqlite3 \
		_struct _zoneinfo array pyexpat select zlib; do
		ls "$1/$name.$2-x86_64-linux-gnu.so" 2>/dev/null
	done
}

# update LAYOUT INTERPRETER MODULE-FOLDER ABI [ROOT [OBJECT]]: INTERPRETER may be
# its libpython; ROOT is the folder it was fetched to, OBJECT what declares
# structs in another way.
update() {
	case " ${LAYOUTS:-$1} " in
	*" $1 "*) ;;
	*) return ;;
	esac
	if test ! -e "$2"; then
		echo "$1: left alone: no $2" >&2
		return
	fi
	# As many words as there are modules.
	# shellcheck disable=SC2046
	if ! "$tool" --base="$here/$1.json" \
		${5:+--debug-path="$5/usr/lib/debug"} ${6:+"$6"} "$2" \
		$(modules "$3" "$4") >"$here/$1.json-t" 2>/dev/null
	then
		rm -f "$here/$1.json-t"
		echo "$1: failed" >&2
		exit 1
	fi
	mv -f "$here/$1.json-t" "$here/$1.json"
}

# One of pyenv's: LAYOUT VERSION, and those that were fetched: LAYOUT VERSION
# [FOLDER of the cache], with a d behind the version for the debug build.
from_pyenv() {
	minor=${2%.*}
	update "$1" "$pyenv/$2/lib/libpython$minor.so.1.0" \
		"$pyenv/$2/lib/python$minor/lib-dynload" "cpython-${minor%.*}${minor#*.}"
}
fetched() {
	root=$cache/${3:-${2%d}}
	update "$1" "$root/usr/bin/python$2" \
		"$root/usr/lib/python${2%d}/lib-dynload" \
		"cpython-${2%%.*}${2#*.}" "$root"
}

# The debug build of one of pyenv's, which has none: LAYOUT VERSION.  The headers
# declare what such a build adds; structs that are declared in .c files are those
# of the release build, as they are in the debug builds of 3.9, 3.11 and 3.13.
debug_headers() {
	minor=${2%.*}
	case " ${LAYOUTS:-$1} " in
	*" $1 "*) ;;
	*) return ;;
	esac
	if test -e "$pyenv/$2"; then
		object=$(mktemp) || exit 1
		sh "$here/headers.sh" "$object" \
			"$pyenv/$2/include/python$minor" -DPy_DEBUG || exit 1
	fi
	update "$1" "$pyenv/$2/lib/libpython$minor.so.1.0" \
		"$pyenv/$2/lib/python$minor/lib-dynload" \
		"cpython-${minor%.*}${minor#*.}" "" "$object"
	rm -f "$object"
	object=
}

# One that was built from source there: LAYOUT VERSION.
built() {
	root=$cache/$2
	update "$1" "$root/bin/python$2" "$root/lib/python$2/lib-dynload" \
		"cpython-${2%%.*}${2#*.}"
}

object=
from_pyenv cpython-3.8 3.8.18
debug_headers cpython-3.8-debug 3.8.18
from_pyenv cpython-3.9 3.9.18
from_pyenv cpython-3.10 3.10.13
debug_headers cpython-3.10-debug 3.10.13
debian=/usr/lib/python3.11/lib-dynload
update cpython-3.11 /usr/bin/python3.11 $debian cpython-311
update cpython-3.11-debug /usr/bin/python3.11d $debian cpython-311d
from_pyenv cpython-3.12 3.12.1
debug_headers cpython-3.12-debug 3.12.1
from_pyenv cpython-3.13 3.13.0
fetched cpython-3.13-debian 3.13
fetched cpython-3.13.18-debian 3.13 3.13-sid
fetched cpython-3.13.18-debug 3.13d 3.13-sid
fetched cpython-3.14 3.14
case " ${LAYOUTS:-cpython-3.14.0} " in
*" cpython-3.14.0 "*)
	python3 "$here/incremental.py" "$here/cpython-3.14.json" \
		>"$here/cpython-3.14.0.json-t" &&
		mv -f "$here/cpython-3.14.0.json-t" "$here/cpython-3.14.0.json"
	;;
esac
fetched cpython-3.15 3.15
fetched cpython-3.9-debug 3.9d
fetched cpython-3.13-debug 3.13d
fetched cpython-3.14-debug 3.14d
fetched cpython-3.15-debug 3.15d
built cpython-3.13t 3.13t
