#!/bin/bash
# SPDX-License-Identifier: MIT
# Processes that die inside of a collection, where links hold counts and lists
# are taken apart: every object that was there is found, with its type, as
# tracked as it was, and coil-info says that the collector runs.  See
# collecting.py for where they die.
fetched=${COIL_PYTHON_CACHE:-${XDG_CACHE_HOME:-${HOME:-/}/.cache}/coil-pythons}
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
test "${COIL_TRUTH:-}" != no || skip "COIL_TRUTH=no"
test "$(ulimit -H -c)" != 0 || skip "no cores: the hard limit is 0"
case $(cat /proc/sys/kernel/core_pattern) in
core*) ;;
*) skip "the kernel gives cores to a program" ;;
esac
program=$(cd "$srcdir" && pwd)/tests/truth/collecting.py
pyenv=${PYENV_ROOT:-${HOME:-/}/.pyenv}/versions
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
cd "$dir" || exit 99
tried=0

# try INTERPRETER PHASE
try()
{
	rm -f core*
	(
		ulimit -c unlimited
		"$1" -I -S -X utf8 "$program" "$2" said
		true # so that the death is told in here
	) >out 2>&1
	mv core* core 2>/dev/null
	if ! test -s core; then
		fail "$1, $2: no core: $(tail -1 out)"
		return
	fi
	coil-info core >info 2>err || fail "$1, $2: $(cat err)"
	grep -q '^gc	.*collecting' info ||
		fail "$1, $2: not said to collect: $(grep '^gc' info)"
	coil-objects -t '*' -c address,type,gc core >found 2>err ||
		fail "$1, $2: $(cat err)"
	sort said >right
	awk -F '\t' '{ sub(/.*\./, "", $2); print $1 "\t" $2 "\t" $3 }' found |
		sort >listed
	join -t "$(printf '\t')" -a 1 right listed |
		awk -F '\t' '$4 != $2 || $5 != $3' >wrong
	test -s right || fail "$1, $2: nothing said"
	test ! -s wrong || fail "$1, $2: $(wc -l <wrong) of $(wc -l <right)" \
		"objects wrong: $(head -3 wrong)"
	tried=$((tried + 1))
}

for interpreter in /usr/bin/python3.11 /usr/bin/python3.11d \
	"$pyenv"/3.8.18/bin/python3.8 "$pyenv"/3.9.18/bin/python3.9 \
	"$pyenv"/3.10.13/bin/python3.10 "$pyenv"/3.12.1/bin/python3.12 \
	"$pyenv"/3.13.0/bin/python3.13 "$fetched"/3.13/python3.13 \
	"$fetched"/3.14/python3.14 "$fetched"/3.15/python3.15; do
	if ! test -x "$interpreter"; then
		echo "skipped: no $interpreter"
		continue
	fi
	for phase in start subtract move finalize; do
		try "$interpreter" $phase
	done
done
test $tried -gt 0 || skip "no interpreter to try"
echo "$tried processes"
finish
