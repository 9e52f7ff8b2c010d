#!/bin/sh
# SPDX-License-Identifier: MIT
# The layer rule: data flows through the rooms of lib/ from left to right.  A
# room includes headers of its own and of rooms that it stands right of, and
# calls no function of another.  "room: the rooms it needs", in the order of the
# flow; what these need is theirs too.
srcdir=${srcdir:-.}
rooms='
base:
image: base
layout: image
values: layout
allocator: values
runtime: allocator
types: runtime
traverse: image
objects: types traverse
graph: base
analysis: graph
walk: objects graph
snapshot: walk analysis
words: snapshot
audit: words
'
# Folders that stand beside the flow: the rooms that they may look into.
# formats/read makes images; what a program of the library sees is public, to
# which tools add what base has for any C (arrays, bisection, text);
# coil-layout reads an interpreter's DWARF, which is no snapshot, by lib/layout.
others='
lib: public
lib/coil: public
lib/objects/kinds: objects
lib/objects/repr: objects
formats/read: image formats/read
formats/export: public formats/export
tools: public base tools/common
tools/common: public base tools/common
tools/layout: public tools/common layout
samples: public
samples/leakref:
'
# Whose the public headers are: a room may include those of rooms to its left.
# Not named: the room of the header's own name.
headers='
reference base
status base
check audit
diff analysis
duplicates audit
holders audit
pymalloc audit
singletons audit
threads audit
weakrefs audit
'

# judge: of "FOLDER HEADER FILE" lines, those that break the rule.
judge() {
	awk -v rooms="$rooms" -v others="$others" -v headers="$headers" '
	function table(text, prefix, into,   n, i, line, row) {
		n = split(text, line, "\n")
		for (i = 1; i <= n; i++)
			if (split(line[i], row, /: ?/))
				into[row[1]] = prefix row[2]
	}
	# What FOLDER may look into, as keys of may[].
	function close_over(folder,   todo, n, word, i) {
		split("", may)
		todo = need[folder]
		while ((n = split(todo, word, " "))) {
			todo = ""
			for (i = 1; i <= n; i++)
				if (!(word[i] in may)) {
					may[word[i]]
					todo = todo " " need[word[i]]
				}
		}
	}
	BEGIN {
		table(rooms, "", need)
		for (room in need) {
			own[room]
			own["lib/" room]
		}
		table(others, "", need)
		n = split(headers, line, "\n")
		for (i = 1; i <= n; i++)
			if (split(line[i], row, " "))
				owner["coil/" row[1] ".h"] = row[2]
	}
	{
		folder = $1
		sub(/^lib\//, "", folder)
		if (!(folder in own))
			folder = $1
		if (!(folder in need)) {
			print $3 ": no rule says what " $1 " may include"
			next
		}
		close_over(folder)
		room = $2
		if (sub(/\/[^\/]*$/, "", room) == 0)
			room = "coil" # coil.h
		if (room == "common")
			room = "tools/common"
		if (room == "coil") {
			room = $2 in owner ? owner[$2] : $2
			gsub(/^coil\/|\.h$/, "", room)
			if ("public" in may)
				next
		}
		sub(/\/(kinds|repr)$/, "", room)
		if (room != folder && !(room in may))
			print $3 ": \"" $2 "\" is not for " $1
	}'
}

# includes: "FOLDER HEADER FILE" of each include with a folder.
includes() {
	(cd "$srcdir" && find lib formats tools samples -name '*.[chd]*' ! -name '*.py' |
		grep -v '/layouts\.c$' | xargs grep -E '^ *# *include *["<]' /dev/null) |
		sed -n 's/^\([^:]*\)\/\([^:\/]*\):[^"<]*["<]\([^">]*\)[">].*/\1 \3 \1\/\2/p' |
		awk '$2 ~ /^coil[.\/]/ || ($2 ~ /^[a-z].*\// && $2 !~ /^(sys|linux|elfutils)\//)' |
		sed 's,^tools \(.*tools/layout\.c\)$,tools/layout \1,'
}

# calls: the same of calls: "FOLDER FOLDER/symbol FILE".  The objects are those
# of the library as it was built.
calls() {
	find lib formats -name '*.o' -path '*core_la*' 2>/dev/null |
		grep -v '/\.libs/' >objects.txt
	test -s objects.txt || find lib formats -name '*.o' -path '*/.libs/*core_la*' >objects.txt
	sed 's,/\.libs,,' objects.txt | sed 's,/[^/]*$,,' | paste -d ' ' objects.txt - |
		while read -r object folder; do
			nm -g "$object" | awk -v folder="$folder" -v object="$object" \
				'NF == 2 && $1 == "U" { print "U", folder, $2, object }
				NF == 3 { print "D", folder, $3, object }'
		done | awk '
		$1 == "D" { at[$3] = $2 }
		$1 == "U" { user[++n] = $2; symbol[n] = $3; file[n] = $4 }
		END {
			for (i = 1; i <= n; i++)
				if (symbol[i] in at && at[symbol[i]] ~ /^lib\//)
					print user[i], substr(at[symbol[i]], 5) "/" symbol[i], file[i]
		}'
	rm -f objects.txt
}

status=0
found=$(includes | judge)
if test -n "$found"; then
	echo "$found"
	status=1
fi
calls >calls.txt
if ! test -s calls.txt; then
	echo "no call was seen: is this not a build directory?"
	status=1
fi
found=$(judge <calls.txt | sed 's/" is not for/" is not to be called by/')
rm -f calls.txt
if test -n "$found"; then
	echo "$found"
	status=1
fi

# What is forbidden must be found: each room, that it may not include one to its
# right nor call it; and what is allowed must not.
order=$(echo "$rooms" | sed -n 's/:.*//p')
passed=
for room in $order; do
	test -z "$(echo "lib/$room $room/a.h a.c" | judge)" || status=2
	for left in $passed; do
		test -n "$(echo "lib/$left $room/a.h a.c" | judge)" || status=2
	done
	passed="$passed $room"
done
test -z "$(echo "lib/audit coil/image.h a.c" | judge)" || status=2
test -n "$(echo "lib/image coil/graph.h a.c" | judge)" || status=2
test -n "$(echo "lib/new base/base.h a.c" | judge)" || status=2
test $status != 2 || echo "the rule itself is broken"

# Which release it is ask lib/layout and lib/runtime; tools print it and
# compare it.
found=$(cd "$srcdir" && grep -rl 'hexversion' lib --include='*.[ch]' |
	grep -v -e '^lib/layout/' -e '^lib/runtime/' -e '^lib/coil/runtime\.h$')
if test -n "$found"; then
	echo "only lib/layout and lib/runtime may ask for the version: $found"
	status=1
fi
exit $status
