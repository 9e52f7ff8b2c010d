#!/bin/bash
# SPDX-License-Identifier: MIT
# Words from the input, be they names, values, operands or options, are escaped
# wherever they come out: in tables, JSON and remarks, in a pipe and on a
# terminal.  One file writes to standard output and standard error.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
own=$(mktemp -d) || exit 99
here=$(cd "$here" && pwd)
trap 'rm -rf "$own"' EXIT

# All that writes to them, or is told to by the C library.
direct='\b(stdout|stderr|STDOUT_FILENO|STDERR_FILENO)\b|\bwrite\([012],'
direct="$direct|\\b(v?printf|puts|putchar|perror|psignal|v?warnx?|v?errx?|error)\\("
allowed="common/say\\.c:|/\\*.*stdout.*\\*/|isatty\\(|posix_spawn_file_actions_add"
told=$(cd "$srcdir" && grep -rnE "$direct" tools lib formats --include='*.[ch]' |
	grep -vE "$allowed|^lib/layout/embed\\.c:|^[^:]*:[0-9]*:[[:space:]]*(/?\\*|//)")
test -z "$told" || fail "around tools/common/say.c: $told"
# getopt_long() speaks for itself unless it is told not to.
while IFS= read -r file; do
	grep -q 'opterr = 0' "$file" || fail "$file: opterr"
done < <(grep -lr 'getopt_long(argc' "$srcdir/tools")

# keep WHAT [json|terminal]: what is in $own/out and $own/err, for judge.
mkdir "$own/plain" "$own/json" "$own/terminal"
kept=0
keep()
{
	kept=$((kept + 1))
	mv "$own/out" "$own/${2-plain}/$kept-out"
	# The remarks of a terminal are among the records.
	cp "$own/err" "$own/plain/$kept-err"
	echo "$kept: $1" >>"$own/kept"
}

judge()
{
	for how in plain json terminal; do
		test -n "$(ls "$own/$how")" || continue
		"$python" "$here/clean.py" "--$how" "$own/$how"/* >"$own/told" ||
			fail "$how: $(cut -c 1-300 "$own/told" | head -20)" \
				"$(cat "$own/kept")"
	done
	test "$kept" -gt "$1" || fail "only $kept outputs"
}

# Command lines.  Each is trouble, in one line that names the tool.
bad=$(printf 'no\033]0;t\007\302\2331m\r\n\t\342\200\256\342\201\246\342\200\250\330\234\377such')
refused()
{
	"$@" >"$own/out" 2>"$own/err"
	test $? -eq 2 || fail "status: $(printf '%q ' "$@")"
	test ! -s "$own/out" || fail "it printed: $(printf '%q ' "$@")"
	keep "$(printf '%q ' "$@")"
	test "$(wc -l <"$own/err")" -eq 1 ||
		fail "not one line: $(printf '%q ' "$@") $(cat "$own/err")"
	grep -q '^coil[a-z-]*: ' "$own/err" || fail "who: $(cat "$own/err")"
	grep -qF 'no\x1b]0;t\x07\xc2\x9b1m\x0d\n\t\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c\xffsuch' \
		"$own/err" || test -n "${unnamed-}" ||
		fail "not named: $(printf '%q ' "$@") $(cat "$own/err")"
}
: >"$own/empty"
cp "$own/empty" "$own/$bad"
for tool in $(snapshot_tools); do
	read -ra more <<<"$(more_arguments "$tool" "$own/empty")"
	refused "coil-$tool" "$bad" "${more[@]}"
	refused "coil-$tool" "$own/$bad" "${more[@]}"
	refused "coil-$tool" "--$bad" x
	refused "coil-$tool" "--json=$bad" x
	refused "coil-$tool" "-n$bad" x
	refused "coil-$tool" "-c$bad" "$own/empty" "${more[@]}"
	refused "coil-$tool" "--color=$bad" x
	unnamed=1
	refused "coil-$tool" "--layout=$own/$bad" "$own/empty" "${more[@]}"
	refused "coil-$tool" "-$(printf '\033')" x
	refused "coil-$tool" -c
	refused "coil-$tool" --co x
	unset unnamed
done
refused coil "$bad"
refused coil help "$bad"
refused coil "-$bad"
refused env "COIL_CACHE_SIZE=$bad" coil-types "$own/empty"
if command -v coil-layout >/dev/null; then
	refused coil-layout "$bad"
	refused coil-layout "--$bad" x
	refused coil-layout --check="$bad" x
fi
grep -q -- '--color --columns' <(coil-types --co x 2>&1) ||
	fail "an abbreviation of two: $(coil-types --co x 2>&1)"
grep -q -- '--columns needs' <(coil-types -c 2>&1) || fail "no argument"

judge 150

# A process whose names and values are all like that.
command -v gcore >/dev/null || skip "no gcore"
test -x "$python" || skip "no $python"
mkfifo "$own/in" "$own/ready"
"$python" -I -S "$here/hostile.py" <"$own/in" >"$own/ready" &
exec 8>"$own/in" 9<"$own/ready"
read -r _ pid <&9
gcore -o "$own/core" "$pid" >"$own/log" 2>&1
exec 8>&- 9<&-
wait
mv "$own/core.$pid" "$own/core" || skip "gcore cannot dump"
# The name of its binary, in the note of the files too: it is not found now.
LC_ALL=C sed "s,/usr/bin/python3\\.11,/usr\\x1b[1m\\n\\xe2\\x80\\xae\\x07\\x9bpy.11,g" "$own/core" >"$own/core.name"
test "$(stat -c %s "$own/core")" = "$(stat -c %s "$own/core.name")" ||
	fail "the name changed the size"

on_terminal()
{
	TERM=xterm "$python" -c '
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 4096))))
' "$@" </dev/null
}

cd "$own" || exit
things=$(coil-objects -c address,type core | sed -n 's/^\(0x[0-9a-f]*\)	m.*Q.*/\1/p' | head -3 | tr '\n' ' ')
test -n "$things" || fail "the hostile objects are not found"
while read -r line; do
	read -r -a words <<<"$line"
	for core in core core.name; do
		command=("${words[@]/CORE/$core}")
		for form in --header --json; do
			"${command[@]}" $form >out 2>err
			# Nothing to find, nothing grew.
			test -s out || [[ ${words[0]} == coil-[cd][hi]* ]] ||
				fail "printed nothing: ${command[*]} $(cat err)"
			how=plain
			test "$form" != --json || how=json
			keep "${command[*]} $form" $how
			test "$(grep -c '' err)" -eq "$(grep -c '^coil-' err)" ||
				fail "${command[*]}: a line of its own: $(cat err)"
		done
		on_terminal "${command[@]}" --no-cache >out 2>err
		keep "${command[*]} on a terminal" terminal
	done
done <<END
coil-info CORE
coil-info --types CORE
coil-check CORE
coil-types -r CORE
coil-objects -t m* CORE
coil-objects -t str --value=*31m* CORE
coil-show CORE $things
coil-refs CORE $things
coil-refs --in CORE $things
coil-threads --locals CORE
coil-paths -k 3 CORE $things
coil-paths --merge -t m* CORE
coil-retained CORE $things
coil-retained --tree CORE
coil-cycles CORE
coil-holders -n 50 CORE
coil-singletons -n 50 CORE
coil-duplicates -n 50 CORE
coil-arenas --pinned --below=100 -n 50 CORE
coil-diff --paths CORE $own/core
coil-diff --objects CORE $own/core
END
# What comes from standard input, a word a line.
printf '%s\n' "${bad//[$'\r\n\t']/}" | coil-objects core - >out 2>err
keep "an address that is none"
grep -qF 'no\x1b]0;t\x07\xc2\x9b1m\xe2' "$own/plain/$kept-err" ||
	fail "standard input: $(cat "$own/plain/$kept-err")"
coil-info core.name >out 2>err
grep -qF '/usr\x1b[1m\n' err || fail "the name is not told: $(cat err)"
judge 250
finish
