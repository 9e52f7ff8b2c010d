#!/bin/bash
# SPDX-License-Identifier: MIT
# The examples of the pages work as a reader of the rendered page types them.
# Those after a `.\" run` comment are taken from what each formatter that is
# here shows, with real cores in place of core.1234 and core.1 to core.3, and
# run; the others say why not: `.\" not run: ...`.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
pages=$(cd "$srcdir/man" && pwd)
own=$(mktemp -d "$tmp/examples.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
ln -s "$core" "$own/core.1234"
ln -s "$core" "$own/core.1"
ln -s "$core.2" "$own/core.2"
ln -s "$core.3" "$own/core.3"
cd "$own" || exit

formatters=
command -v mandoc >/dev/null && formatters="mandoc-utf8 mandoc-ascii"
command -v groff >/dev/null && formatters="$formatters groff-utf8"
test -n "$formatters" || skip "neither mandoc nor groff"

# render FORMATTER: the page on standard input as text
render()
{
	case $1 in
	mandoc-*) mandoc "-T${1#*-}" ;;
	groff-*) groff "-T${1#*-}" -P-c -mdoc 2>groff.err ;;
	esac | col -b | expand
}

# examples FORMATTER PAGE: what is shown after @run, up to an empty line; an
# empty line behind each.
examples()
{
	sed 's/^\.\\" run$/.Dl @run/' "$2" | render "$1" | sed 's/^ *//' | awk '
		/^@run$/ { take = 1; next }
		/^$/ { if (take == 2) { print ""; take = 0 }; next }
		take { take = 2; print }'
}

# Run the lines on standard input as one script.
try()
{
	page=$1
	bash -o pipefail -c "$2" >out 2>err </dev/null
	status=$?
	# 141: head has seen enough.
	case $status in 0 | 1 | 141) ;; *)
		fail "$page: status $status: $2"
		head -3 err
		;;
	esac
	test ! -s err || fail "$page: it spoke: $2 $(cat err)"
	# Nothing grew, is stored twice, or does not agree.
	case $2 in *diff*core.1234* | *duplicate* | *--kind=count*) return ;; esac
	test -s out || fail "$page: printed nothing: $2"
}

count=0
for page in "$pages"/coil*.[17]; do
	name=$(basename "$page")
	# In macros quotes are eaten, and lines are filled.
	grep -n '^\.D[l1] ' "$page" && fail "$name: commands stand in .Bd -literal"
	# What a formatter may set as a typographic quote or dash.
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/{/^\.Bd -literal/,/^\.Ed/p;}' "$page" |
		grep -v '^\.' | sed 's/\\[-e]//g' | grep "[-'\`^~]" &&
		fail "$name: write \\- \\(aq \\(ga \\(ha \\(ti"
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$page" |
		grep -B 1 '^\.Bd' | grep -v -e '^\.\\" \(not \)\?run' -e '^\.Bd' \
		-e '^--$' && fail "$name: an example that is not run"
	first=
	for formatter in $formatters; do
		examples "$formatter" "$page" >shown
		LC_ALL=C grep -n '[^ -~]' shown &&
			fail "$name: not ASCII by $formatter"
		test -n "$first" || cp shown wanted
		cmp -s wanted shown ||
			fail "$name: $formatter shows other commands: $(diff wanted shown)"
		first=known
	done
	test "$(grep -c '^\.\\" run$' "$page")" -eq "$(grep -c '^$' wanted)" ||
		fail "$name: examples are lost"
	script=
	while IFS= read -r line; do
		if test -n "$line"; then
			script="$script$line"$'\n'
			continue
		fi
		case $script in *' jq '*)
			if ! command -v jq >/dev/null; then
				echo "skipped: no jq: $script"
				script=
				continue
			fi
			;;
		esac
		count=$((count + 1))
		try "$name" "$script"
		script=
	done <wanted
done
echo "$count examples"
test "$count" -gt 30 || fail "too few examples"
finish
