#!/bin/sh
# SPDX-License-Identifier: MIT
# Every format of formats.def is read by a file of its name, and has a unit test
# and a fuzz target of its name that are built and run, with inputs to start
# from, and is named by coil-info(1); and every file of formats/read is in the build.
srcdir=${srcdir:-.}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# What make check runs, a word a line; nobody's TESTS=.
# shellcheck disable=SC2016 # make expands it
printf 'include Makefile\nprint:\n\t@echo $(TESTS)\n' |
	env -u MAKEFLAGS "${MAKE:-make}" -s -f - print 2>"$dir/make" | tr ' ' '\n' |
	sed "s,^$srcdir/,," >"$dir/built"
grep -qx tests/test_formats "$dir/built" || {
	cat "$dir/make"
	echo "make does not say what it tests: is this not a build directory?"
	exit 1
}
bash "$srcdir/tests/fuzz/run.sh" --list >"$dir/fuzzed"

# lacks FILE LINE...: what of the lines FILE lacks.
lacks() {
	file=$1
	shift
	for line; do
		grep -qx -- "$line" "$file" || echo "$name: $line is not in ${file##*/}"
	done
}

# missing TREE: what its formats lack, a line each.
missing() {
	rows=$(sed -n 's/^COIL_FORMAT(\(.*\)).*/\1/p' "$1/formats/read/formats.def")
	test -n "$rows" || echo "formats.def: no format"
	for name in $rows; do
		for file in "formats/read/$name.c" "tests/test_$name.c" \
			"tests/fuzz/fuzz_$name.c" "tests/fuzz/fuzz_$name.hex"; do
			test -s "$1/$file" || echo "$name: no $file"
		done
		lacks "$dir/built" "tests/test_$name" \
			"tests/fuzz/fuzz_$name.hex"
		lacks "$dir/fuzzed" "$name"
		# Where coil-info(1) says what "format" may be.
		lacks "$1/man/coil-info.1" ".Li $name"
	done
	for file in "$1"/formats/read/*; do
		file=formats/read/${file##*/}
		grep -qE "^	$file( |\$)" "$1/formats/Makefile.inc" ||
			echo "formats/Makefile.inc: no $file"
	done
}

missing "$srcdir" >"$dir/found"
cat "$dir/found"

# A row of which there is nothing must be found in all of its places.
mkdir -p "$dir/tree/formats"
cp -R "$srcdir/formats/read" "$srcdir/formats/Makefile.inc" "$dir/tree/formats"
chmod -R u+w "$dir/tree"
ln -s "$(cd "$srcdir" && pwd)/tests" "$(cd "$srcdir" && pwd)/man" "$dir/tree"
echo 'COIL_FORMAT(vacant)' >>"$dir/tree/formats/read/formats.def"
touch "$dir/tree/formats/read/other.c"
missing "$dir/tree" >"$dir/made"
test "$(wc -l <"$dir/made")" = $(($(wc -l <"$dir/found") + 9)) || {
	echo "a row without anything must fail in nine places:"
	cat "$dir/made"
	exit 1
}
test ! -s "$dir/found"
