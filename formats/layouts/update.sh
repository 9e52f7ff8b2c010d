#!/bin/sh
# SPDX-License-Identifier: MIT
# Bring the layout files of this folder up to date after a change of
# lib/layout/layout.def: 'make update-layouts'.
#
#	update.sh TOOL
#
# TOOL is coil-layout.  A file whose "source" is the DWARF of a release, or its
# headers with Py_DEBUG, is made anew by that interpreter, with its debugging
# information and all its extension modules; where that is not here the file is
# named, and goes on saying what it said, whatever becomes of those it is like.
# A file with another "source" was written by hand: it follows those it is like.
# LAYOUTS, if set, names the only files to be made.
set -e
tool=$1
here=$(cd "$(dirname "$0")" && pwd)
tab=$(printf '\t')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/old" "$work/new"
for file in "$here"/*.json; do
	"$tool" --normalise "$file" >"$work/old/${file##*/}"
done
cp "$work"/old/* "$work/new"
python3 "$here/interpreters.py" >"$work/interpreters"

# value KEY LAYOUT: what the file says, a string.
value() {
	sed -n "s/^$tab\"$1\": \"\\(.*\\)\",\$/\\1/p" "$work/old/$2.json"
}

# whole LAYOUT OPTION... FILE...: the tool's layout, with nothing left out.
whole() {
	"$tool" --like=none "$@" >"$work/whole" 2>"$work/errors" || {
		cat "$work/errors" >&2
		exit 1
	}
}

# of_interpreter LAYOUT FOUND [OBJECT]: FOUND is a line of interpreters.py,
# OBJECT declares structs in another way.
of_interpreter() (
	IFS=$tab
	# As many words as there are modules.
	# shellcheck disable=SC2086
	set -- "$1" "${3-}" $2
	layout=$1 object=$2 program=$5 debug=${6#-}
	shift 6
	whole --base="$work/old/$layout.json" ${debug:+--debug-path="$debug"} \
		${object:+"$object"} "$program" "$@"
)

# The debug build of one of which only the release build is here: what the
# headers declare that such a build adds; structs that are declared in .c files
# are those of the release build, as they are in the debug builds of 3.9, 3.11
# and 3.13.
of_headers() { # of_headers LAYOUT RELEASE-LAYOUT FOUND
	program=$(printf '%s\n' "$3" | cut -f 3)
	minor=${2#cpython-}
	sh "$here/headers.sh" "$work/object.o" \
		"${program%/*/*}/include/python$minor" -DPy_DEBUG || exit 1
	of_interpreter "$1" "$3" "$work/object.o"
}

# make LAYOUT: its file in new, whole.
make() {
	source=$(value source "$1")
	found=$(grep "^$1${tab}source$tab" "$work/interpreters" | head -n 1) ||
		:
	case $source in
	"headers of "*" with Py_DEBUG,"*)
		release=${1%-debug}
		found=$(grep "^$release${tab}source$tab" "$work/interpreters" |
			head -n 1) || :
		;;
	"DWARF of "*) release= ;;
	*) return 0 ;;
	esac
	case " ${LAYOUTS:-$1} " in
	*" $1 "*)
		test -n "$found" || echo "$1: left as it is: no $source" >&2
		;;
	*) found= ;;
	esac
	if test -z "$found"; then
		whole --normalise "$work/old/$1.json"
	elif test -n "$release"; then
		of_headers "$1" "$release" "$found"
	else
		of_interpreter "$1" "$found"
	fi
	cp "$work/whole" "$work/new/$1.json"
}

for file in "$here"/*.json; do
	name=${file##*/}
	make "${name%.json}"
done
case " ${LAYOUTS:-cpython-3.14.0} " in
*" cpython-3.14.0 "*)
	whole --normalise "$work/new/cpython-3.14.json"
	python3 "$here/incremental.py" "$work/whole" \
		>"$work/new/cpython-3.14.0.json"
	;;
esac

# What of the new ones differs from what they are like.
for file in "$here"/*.json; do
	name=${file##*/}
	like=$(value like "${name%.json}")
	"$tool" --normalise --like="${like:-none}" "$work/new/$name" \
		>"$work/whole"
	cmp -s "$work/whole" "$file" || cp "$work/whole" "$file"
done
