#!/bin/sh
# SPDX-License-Identifier: MIT
# The three leaks of samples/leaky.py are found, as samples/demo.sh finds them.
# shellcheck source=tests/cli/cores.sh
. "${srcdir:-.}/tests/cli/cores.sh"
cores 100 2000

status=0
# want WHAT EXPECTED FOUND
want() {
	test "$2" = "$3" && return
	echo "$1: expected $2, found $3"
	status=1
}
# grown TYPE: how many more of it, by coil-diff.
grown() {
	./coil-diff -c count_change,type "$dir/core.1" "$dir/core.2" |
		awk -F '\t' -v type="$1" '$2 == type { print $1 + 0 }'
}
want "documents more" 2000 "$(grown __main__.Document)"
want "sections more" 6000 "$(grown __main__.Section)"
want "sessions more" 200 "$(grown __main__.Session)"
want "bus unchanged" "" "$(grown __main__.Bus)"

# Every document is in a cycle with its three sections and their list.
want "cycles and objects of garbage" "2100 10500" "$(
	./coil-cycles --garbage -c cycles,objects,shape "$dir/core.2" |
		awk -F '\t' '/Document/ { c += $1; o += $2 }
			END { print c, o }'
)"

# The cache holds every report and every key, and is their only holder.
want "what the cache retains" 4201 "$(
	./coil-retained -n 0 -c count,label "$dir/core.2" |
		awk -F '\t' '$2 ~ /RENDERED$/ { print $1; exit }'
)"

# All sessions hang from the bus by closures.
./coil-objects -t __main__.Session "$dir/core.2" >"$dir/sessions"
want "path of the sessions" "210 .SERVICE .bus .callbacks ['report'] [...] \
.__closure__ [...] .cell_contents" "$(
	./coil-paths --merge -c count,words "$dir/core.2" - <"$dir/sessions" |
		awk -F '\t' 'NR > 1 { path = path " " $2; count = $1 }
			END { print count path }'
)"

# Every singleton once.
want "second singletons" "" "$(
	./coil-singletons -c kind,value,state "$dir/core.2" |
		grep -E '^(none|true|false|ellipsis|notimplemented|int)	' |
		grep -v '	ok$'
)"
exit $status
