#!/bin/sh
# SPDX-License-Identifier: MIT
# What is easy to read: no function of lib, tools and formats/read is longer
# than 60 lines or more complex than 20 (McCabe, as pmccabe counts), no file is
# longer than 500 lines and half of them are no longer than 150.  Tables of
# data (*.def) may be as long as what they describe.
srcdir=${srcdir:-.}
command -v pmccabe >/dev/null || {
	echo "skipped: no pmccabe"
	exit 77
}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# functions FILE...: those above, a line each.  pmccabe prints of each its
# modified and traditional complexity, statements, first line, lines, file(line)
# and name.
functions()
{
	pmccabe "$@" 2>"$dir/parse" | awk -F '\t' '
	$2 > 20 { printf "%s(): complexity %d, not 20\n", $6, $2 }
	$5 > 60 { printf "%s(): %d lines, not 60\n", $6, $5 }'
	cat "$dir/parse"
}

# files FILE...: those above, and the median if it is.
files()
{
	for file; do
		echo "$(wc -l <"$file") $file"
	done | sort -n >"$dir/lines"
	awk '
	{ lines[NR] = $1 }
	$1 > 500 { printf "%s: %d lines, not 500\n", $2, $1 }
	END {
		median = lines[int((NR + 1) / 2)]
		if (median > 150)
			printf "half of %d files have more than %d lines\n",
				NR, median
	}' "$dir/lines"
}

# above TREE
above()
{
	find "$1/lib" "$1/tools" "$1/formats/read" -name '*.c' >"$dir/sources"
	find "$1/lib" "$1/tools" "$1/formats/read" -name '*.[ch]' >"$dir/texts"
	# shellcheck disable=SC2046 # no name has a space
	functions $(cat "$dir/sources")
	# shellcheck disable=SC2046
	files $(cat "$dir/texts")
}

# A tree in which all of that is wrong must be found out.
made=$dir/made
mkdir -p "$made/lib" "$made/tools" "$made/formats/read"
awk 'BEGIN {
	print "int complex(int n)\n{"
	for (i = 0; i < 20; i++)
		print "\tif (n == " i ")\n\t\treturn 1;"
	print "\treturn 0;\n}"
}' >"$made/lib/complex.c"
awk 'BEGIN {
	print "int long_one(int n)\n{"
	for (i = 0; i < 60; i++)
		print "\tn++;"
	print "\treturn n;\n}"
	for (i = 0; i < 500; i++)
		print "/* and more */"
}' >"$made/tools/long.c"
seq 151 | sed 's,.*,/* & */,' >"$made/formats/read/median.h"
above "$made" >"$dir/found"
for wrong in 'complex(): complexity 21' 'long_one(): 6[0-9] lines' \
	'long.c: 5[0-9]* lines' 'half of 3 files'; do
	grep -q "$wrong" "$dir/found" || {
		echo "not found: $wrong"
		cat "$dir/found"
		exit 1
	}
done

above "$srcdir" >"$dir/found"
cat "$dir/found"
test ! -s "$dir/found"
