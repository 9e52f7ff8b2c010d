#!/bin/bash
# SPDX-License-Identifier: MIT
# Every page is clean mdoc(7), has the sections that a page has, and names the
# options and columns that --help names.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
man=$srcdir/man
tools=$(snapshot_tools)
test -n "$tools" || fail "there are no tools"

if command -v mandoc >/dev/null; then
	for page in "$man"/*coil*.[0-9]; do
		mandoc -T lint -W warning "$page" || fail "$page: mandoc"
	done
fi

# The long options that a page explains, one a line.
page_options()
{
	sed -nE 's/^\.It Fl (. , )?-([a-z-]+).*/\2/p' "$@" | sort -u
}

help_options()
{
	"$1" --help | sed -nE 's/^  (-.,|   ) --([a-z-]+).*/\2/p' | sort -u
}

help_columns()
{
	"$1" --help | sed -n 's/^Columns[^:]*: //p' | tr -d '*' | tr ' ' '\n' |
		sort -u
}

for tool in $tools; do
	page=$man/coil-$tool.1
	test -e "$page" || {
		fail "coil-$tool has no page"
		continue
	}
	for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' \
		EXAMPLES 'SEE ALSO'; do
		grep -qx "\.Sh $section" "$page" || fail "$page: no $section"
	done
	grep -q '|' <(sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page") ||
		test "$tool" = singletons || fail "$page: no pipeline"
	shared=$(page_options "$man/coil.7")
	case $tool in
	info | check) shared=$(echo "$shared" | grep -vx type) ;;
	esac
	diff <({ page_options "$page"; echo "$shared"; } | sort -u) \
		<(help_options "coil-$tool") ||
		fail "$page: options (<) and --help (>) differ"
	for column in $(help_columns "coil-$tool"); do
		grep -Eq "^\.(It )?Cm.*\b$column\b|^\.Cm $column" "$page" ||
			fail "$page: no column $column"
	done
	coil | grep -q "^  $tool " || fail "coil does not list $tool"
done
finish
