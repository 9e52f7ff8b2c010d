#!/bin/sh
# SPDX-License-Identifier: MIT
# The layer rule: which headers of the project a folder may include.  Data
# flows from left to right: base, image, runtime, types, objects, graph,
# analysis, snapshot; formats fill images; tools see public headers only.
srcdir=${srcdir:-.}
status=0

# includes FILE...: "FILE HEADER" for each include; a header without a folder
# is of the file's own.
includes() {
	sed -n 's/^ *# *include *"\([^"]*\)".*/\1/p
		s/^ *# *include *<\(coil[./][^>]*\)>.*/\1/p' "$1" |
		while read -r header; do
			case $header in
			config.h | coil.h | */*) echo "$1 $header" ;;
			esac
		done
}

# judge FOLDER ALLOWED...: of "FILE HEADER" lines, those that no shell
# pattern allows.
judge() {
	folder=$1
	shift
	while read -r file header; do
		for pattern in config.h "$@"; do
			# shellcheck disable=SC2254 # a pattern
			case $header in
			$pattern) continue 2 ;;
			esac
		done
		echo "$file: \"$header\" is not for $folder"
	done
}

# may FOLDER ALLOWED...
ruled=
may() {
	folder=$1
	ruled="$ruled $folder "
	files=$(find "$srcdir/$folder" -maxdepth 1 -name '*.[chd]*' 2>/dev/null)
	told=$(for file in $files; do includes "$file"; done | judge "$@")
	test -z "$told" && return
	echo "$told"
	status=1
}

base="base/* coil/status.h"
image="$base image/* coil/image.h"
runtime="$image runtime/* coil/runtime.h"
types="$runtime types/*"
objects="$types traverse/* objects/* coil/graph.h coil/snapshot.h"
set -f # patterns are for case, not for files
# shellcheck disable=SC2086 # lists of patterns
{
	may lib coil/*
	may lib/coil coil/*
	may lib/base $base
	may lib/image $image
	may lib/runtime $runtime
	may lib/types $types
	may lib/traverse $types traverse/*
	may lib/objects $objects
	may lib/objects/kinds $objects
	may lib/graph $objects graph/*
	# A graph needs no target memory, and so no analysis does.
	may lib/analysis base/* graph/* analysis/* coil/analysis.h \
		coil/diff.h coil/graph.h coil/status.h
	may lib/snapshot coil/* $objects graph/* analysis/* snapshot/*
	may formats/read $image formats/read/*
	may formats/export coil.h coil/* formats/export/*
	# coil-layout reads an interpreter's DWARF, which is no snapshot.
	may tools coil.h coil/* common/* runtime/layout*
	may tools/common coil.h coil/* common/*
	may samples coil.h
	may samples/leakref
	# What is forbidden must be told.
	if test -z "$(echo "a.c graph/graph.h" | judge lib/base $base)" ||
		test -n "$(echo "a.c image/image.h" | judge lib/types $types)"
	then
		echo "the rule itself is broken"
		status=1
	fi
}
set +f
told=$(grep -l '#include "runtime/' "$srcdir"/tools/*.c |
	grep -v '/layout\.c$')
if test -n "$told"; then
	echo "only tools/layout.c may look into lib/runtime: $told"
	status=1
fi

# Which release it is asks lib/runtime alone; tools print it and compare it.
told=$(grep -rl 'hexversion' "$srcdir"/lib --include='*.[ch]' |
	grep -v -e '/lib/runtime/' -e '/lib/coil/runtime\.h$')
if test -n "$told"; then
	echo "only lib/runtime may ask for the version: $told"
	status=1
fi

# No folder without a rule.
for folder in $(cd "$srcdir" && find lib formats tools samples -name '*.[ch]' |
	sed 's,/[^/]*$,,' | sort -u); do
	case $ruled in
	*" $folder "*) ;;
	*)
		echo "$folder: no rule says what it may include"
		status=1
		;;
	esac
done
exit $status
