#!/bin/bash
# SPDX-License-Identifier: MIT
# Completions for bash complete; those for zsh are at least zsh, where there is
# one.  What they offer is what --help names.
: "${srcdir:=.}" "${builddir:=.}"
folder=$builddir/tools/completion
failures=0
test -e "$folder/coil" || {
	echo "skipped: no completions were made"
	exit 77
}
if command -v zsh >/dev/null; then
	zsh -n "$folder/_coil" || failures=1
fi
# shellcheck source=/dev/null
. "$folder/coil"
compopt()
{
	:
}

# complete_line WORD...: what _coil offers for the last of them.
complete_line()
{
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_coil "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	echo "${COMPREPLY[*]}"
}

# offers EXPECTED WORD...
offers()
{
	expected=$1
	shift
	found=$(complete_line "$@")
	test "$found" = "$expected" && return
	echo "FAIL: $*: '$found', not '$expected'"
	failures=$((failures + 1))
}

offers "types threads" coil t
offers "check cycles" coil help c
offers "--min-share=" coil retained --mi
offers "--min-share=" coil-retained --mi
offers "--kind=" coil-singletons --k
offers "" coil-singletons --min
offers "auto always never" coil-types --color =
offers "always" coil-types --color = al
offers "type type_address" coil-objects -c type
offers "address,type address,type_address" coil-objects -c address,type
offers "words" coil-paths --columns = w
mkdir -p "$builddir/tests/cli/tmp/completion" &&
	cd "$builddir/tests/cli/tmp/completion" && : >core.1234 && : >cough || exit
offers "core.1234" coil-show cor
offers "core.1234 cough" coil show co
offers "cough" coil-types --exe = cou
offers "" coil-types --limit = co
cd "$OLDPWD" && rm -rf "$builddir/tests/cli/tmp/completion"

# Each option of each tool, in both.
for tool in $("$builddir/coil" | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
	"$builddir/coil-$tool" --help |
		sed -nE 's/^  (-.,|   ) (--[a-z-]+=?).*/\2/p' | sort \
		>"$builddir/completion.want"
	COMP_WORDS=("coil-$tool" --) COMP_CWORD=1
	_coil "coil-$tool" -- "coil-$tool"
	printf '%s\n' "${COMPREPLY[@]}" | sort |
		diff "$builddir/completion.want" - || failures=$((failures + 1))
	sed -n "/^	$tool)/,/;;/s/^		.*[{,'*]\(--[a-z-]*=*\)[[}].*/\1/p" \
		"$folder/_coil" | sort |
		diff "$builddir/completion.want" - || failures=$((failures + 1))
done
rm -f "$builddir/completion.want"
echo "$failures failures"
test "$failures" -eq 0
