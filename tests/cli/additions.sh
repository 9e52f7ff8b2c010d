#!/bin/bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC1003,SC2016,SC2317 # for make, sed, Markdown; called by eval
# The four additions of HACKING.md, done as it says: a tool, a kind with a
# struct of its own, a format and a layout, in one copy of the tree, built once.
# Each must be used and tested, and whatever $EDITOR it leaves out must be said
# by the build or by a test.  All of them are called census.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
# The tree is the same whatever it is compiled with.
test -z "${SAN_CFLAGS-}" || skip "once is enough: the plain build does it"
need_cores
command -v coil-layout >/dev/null || skip "coil-layout was not built (no libdw)"
coil-layout "$python" >/dev/null 2>&1 || skip "no DWARF of $python"
command -v automake >/dev/null || skip "no automake"
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
tree=$dir/tree build=$dir/tree/build before=$dir/before
mkdir "$tree" "$before"
tar -C "$srcdir" --exclude=./build --exclude='./build-test*' --exclude=./_build \
	--exclude=./.git -cf - . | tar -C "$tree" -xf -
chmod -R u+w "$tree"
MAKE="${MAKE:-make}"
unset MAKEFLAGS MFLAGS MAKELEVEL

# insert PATH AFTER LINE: a line behind the first that matches.
insert()
{
	grep -q -- "$2" "$1" || fail "$1 has no line like $2"
	sed -i "0,/$2/{/$2/a\\
$3
}" "$1"
}

# What an author would write; at the top of the tree.
write()
{
	case $1 in
	tools/census.c)
		sed 's/coil-types/coil-census/; s/"types"/"census"/' \
			tools/types.c >"$1" ;;
	man/coil-census.1)
		sed 's/coil-types/coil-census/; s/COIL-TYPES/COIL-CENSUS/' \
			man/coil-types.1 >"$1" ;;
	tools/Makefile.inc)
		insert "$1" '^	coil-types \\$' '	coil-census \\'
		printf 'coil_census_%s\n' 'SOURCES = tools/census.c' \
			'LDADD = $(tool_libs)' >>"$1" ;;
	man/Makefile.inc) insert "$1" 'coil-arenas.1' '	man/coil-census.1 \\' ;;
	README.md) insert "$1" '^| `coil-types` |' '| `coil-census` | counts |' ;;
	NEWS.md) echo '* `coil-census` counts.' >>"$1" ;;
	tests/cli/cases) echo 'census 0 coil census -n 1 -c type core' >>"$1" ;;

	lib/layout/layout.def)
		insert "$1" '^COIL_END(PyCellObject)' 'COIL_KIND_STRUCT(arrayiterobject)'
		insert "$1" '^COIL_KIND_STRUCT(arrayit' 'COIL_FIELD(arrayiterobject, ao)'
		insert "$1" '^COIL_FIELD(arrayit' 'COIL_END(arrayiterobject)' ;;
	lib/objects/kinds/census.c)
		cat >"$1" <<-'C'
		/* SPDX-License-Identifier: MIT */
		/* Iterators of arrays.  Source: Modules/arraymodule.c. */
		#include "objects/kinds/kinds.h"

		KIND(census, "array.arrayiterator", STRUCT(arrayiterobject),
		     MEMBERS(VISITED(arrayiterobject, ao, MEMBER, "ao")));
		C
		;;
	lib/objects/kinds/kinds.def)
		insert "$1" '^COIL_KIND(float)' 'COIL_KIND(census)' ;;
	lib/objects/Makefile.inc)
		insert "$1" 'kinds\/cell.c' '	lib\/objects\/kinds\/census.c \\' ;;
	tests/truth/workloads/mixed.py)
		insert "$1" '^        numbers_, array' '        iter(numbers_),' ;;

	formats/read/census.c)
		sed 's/coil_format_elfcore/coil_format_census/
			s/\.name = "[^"]*"/.name = "census"/' \
			formats/read/elfcore.c >"$1" ;;
	formats/read/formats.def)
		sed -i 's/^COIL_FORMAT(elfcore)/COIL_FORMAT(census)\n&/' "$1" ;;
	man/coil-info.1) insert "$1" '^\.Li elfcore' '.Li census' ;;
	formats/Makefile.inc)
		insert "$1" 'read\/compressed.c' '	formats\/read\/census.c \\' ;;
	tests/test_census.c)
		cat >"$1" <<-'C'
		/* SPDX-License-Identifier: MIT */
		/* The format of additions.sh. */
		#include "formats/read/format.h"
		#include "tests/unit.h"

		START_TEST(probe)
		{
			ck_assert(!coil_format_census.probe((const uint8_t *)"", 0));
		}
		END_TEST

		void unit_tests(TCase *tc)
		{
			tcase_add_test(tc, probe);
		}
		C
		;;
	tests/fuzz/fuzz_census.c)
		sed 's/\.name = "elfcore"/.name = "census"/' \
			tests/fuzz/fuzz_elfcore.c >"$1" ;;
	tests/fuzz/fuzz_census.hex) cp tests/fuzz/fuzz_elfcore.hex "$1" ;;
	tests/Makefile.inc)
		insert "$1" '^	tests\/test_base \\' '	tests\/test_census \\'
		insert "$1" '^	tests\/fuzz\/fuzz_elfcore \\' \
			'	tests\/fuzz\/fuzz_census \\' ;;

	formats/layouts/census.json)
		printf '{\n\t"name": "census",\n\t"like": "cpython-3.11",\n' >"$1"
		printf '\t"%s,\n' 'source": "that of 3.11"' \
			'first": "0x030b02f0"' 'last": "0x030b02f0"' \
			'debug": false' 'free_threaded": false' >>"$1"
		printf '\t"proved": []\n}\n' >>"$1" ;;
	formats/layouts/Makefile.inc)
		insert "$1" 'cpython-3.11.json' \
			'	formats\/layouts\/census.json \\' ;;
	*) fail "HACKING.md says \$EDITOR $1, which additions.sh does not know" ;;
	esac
}

# As $EDITOR: the file as it was is kept.
edit()
{
	for path; do
		mkdir -p "$(dirname "$before/$path")"
		test ! -e "$path" || cp -p "$path" "$before/$path"
		write "$path"
		edited+=("$path")
	done
}

# The commands of the block of HACKING.md under the line that begins with $1.
block()
{
	awk -v head="$1" 'index($0, head) == 1 { found = 1; next }
	found && /^    / { print; some = 1; next }
	found && some { exit }' HACKING.md |
		sed -e 's/^    //' -e 's/  *# .*//' -e 's/NAME/census/g'
}

# answers KEY: what coil-info says of the core.
answers()
{
	./coil-info --no-cache "$dir/core" 2>>"$dir/log" |
		sed -n "s/^$1	//p"
}

# tests NAME...: scripts of tests/cli.
tests()
{
	for script; do
		srcdir=.. bash "../tests/cli/$script.sh" >>"$dir/log" 2>&1 ||
			return
	done
}

# Whether it is used and tested; in the build directory.
tool_is_there()
{
	tests pages map && srcdir=.. bash ../tests/cli/golden.sh census \
		>>"$dir/log" 2>&1
}
kind_is_there()
{
	test "$(./coil-types --no-cache -t array.arrayiterator -c means \
		"$dir/core" 2>>"$dir/log")" = native && tests map
}
format_is_there()
{
	test "$(answers format)" = census && tests formats map &&
		$MAKE -s check TESTS='tests/test_census tests/fuzz/fuzz_census.hex' \
			>>"$dir/log" 2>&1
}
layout_is_there()
{
	test "$(answers layout)" = census && tests layouts
}

# says WHAT PATH: that the edit of PATH is left out, the build or a test does.
says()
{
	local path=$tree/$2
	mkdir -p "$(dirname "$dir/after/$2")"
	mv "$path" "$dir/after/$2"
	test ! -e "$before/$2" || cp "$before/$2" "$path"
	rm -f coil-census # which another Makefile would not have made
	if $MAKE -s "-j$(nproc)" >>"$dir/log" 2>&1 && "$1_is_there"; then
		fail "a $1 without $2: nothing fails"
	fi
	cp "$dir/after/$2" "$path"
	echo "a $1 without $2 fails"
}

# A process that has an iterator of an array.
mkfifo "$dir/said"
"$python" -I -S -c 'import array, time; i = iter(array.array("i", [1]))
print(flush=True); time.sleep(100)' >"$dir/said" &
read -r _ <"$dir/said"
dump $! "$dir/core" || skip "gcore cannot dump"
kill $!

cd "$tree" || exit 99
for what in tool kind format layout; do
	edited=()
	case $what in
	format) head="A format of snapshots:" ;;
	*) head="A $what" ;;
	esac
	block "$head" >"$dir/$what"
	grep -q '^\$EDITOR' "$dir/$what" || fail "HACKING.md: no '$head'"
	eval "$(sed -n 's/^\$EDITOR/edit/p' "$dir/$what")"
	declare -a "${what}_edits=(${edited[*]})"
done
test -x configure || autoreconf -i >"$dir/log" 2>&1
mkdir "$build" && cd "$build" && ../configure -q CC="${CC:-gcc}" CFLAGS=-O1 \
	>>"$dir/log" 2>&1 || skip "configure: $(tail -1 "$dir/log")"
# The offsets of one interpreter do here.
grep -q '^make update-layouts' "$dir/kind" || fail "HACKING.md: no update-layouts"
LAYOUTS=cpython-3.11 $MAKE -s update-layouts >>"$dir/log" 2>&1 ||
	fail "update-layouts"
mkdir -p tests/cli/tmp && ln -s "$tmp"/core* tests/cli/tmp && : >tests/cli/tmp/made
$MAKE -s "-j$(nproc)" >>"$dir/log" 2>&1 || {
	fail "make"
	grep error: "$dir/log" | head
	finish
}
for what in tool kind format layout; do
	# Real interpreters take minutes: tests/truth/cases.
	eval "$(grep -v -e '^\$EDITOR' -e '^make update' "$dir/$what" |
		sed -e 's/^make && //' -e '/truth\/run.sh/d')" >>"$dir/log" 2>&1 ||
		fail "a $what: the commands of HACKING.md"
done
$MAKE -s "-j$(nproc)" check TESTS= >>"$dir/log" 2>&1 || fail "make check TESTS="
test "$failures" -eq 0 || tail -n 30 "$dir/log"
for what in tool kind format layout; do
	"${what}_is_there" || {
		fail "a $what is not used and tested"
		tail -n 10 "$dir/log"
	}
done
test "$failures" -eq 0 || finish
for what in tool kind format layout; do
	declare -n edits=${what}_edits
	for path in "${edits[@]}"; do
		# Only the truth cases meet what a workload makes.
		test "${path#tests/truth/}" = "$path" || continue
		says "$what" "$path"
	done
done
finish
