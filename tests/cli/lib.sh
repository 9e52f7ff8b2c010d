# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # used by those that source it
# What the tests of the tools share; to be sourced.  The cores are made once,
# in the build directory, by whichever test comes first.
set -u
LC_ALL=C
export LC_ALL
: "${srcdir:=.}" "${builddir:=.}"
here=$srcdir/tests/cli
tmp=$(cd "$builddir" && pwd)/tests/cli/tmp
PATH=$(cd "$builddir" && pwd):$PATH
python=/usr/bin/python3.11
core=$tmp/core
failures=0
XDG_CACHE_HOME=$tmp/cache
export XDG_CACHE_HOME
unset COIL_CACHE COIL_CACHE_SIZE
unset NO_COLOR TERM TMPDIR

skip()
{
	echo "skipped: $*"
	exit 77
}

# Cores of the kernel in the working directory, or none of this can be tested.
need_kernel_cores()
{
	test "$(ulimit -H -c)" != 0 || skip "no cores: the hard limit is 0"
	case $(cat /proc/sys/kernel/core_pattern) in
	core*) ;;
	*) skip "the kernel gives cores to a program" ;;
	esac
}

# dies WHAT COMMAND...: the command ends in a core of the kernel, ./core; what it
# prints goes to ./out.  Fails and is 1 where there is none.
dies()
{
	rm -f core*
	(
		ulimit -c unlimited
		"${@:2}"
		true # so that the death is told in here
	) >out 2>&1
	mv core* core 2>/dev/null
	test -s core && return
	fail "$1: no core: $(tail -1 out)"
	return 1
}

# die_in FOLDER INTERPRETER: a core of it, FOLDER/core, by FOLDER/die.py, which
# prints FOLDER/words.  Status 1: the interpreter is not here.
die_in()
{
	if ! test -x "$2"; then
		echo "skipped: no $2"
		return 1
	fi
	rm -f "$1"/core*
	(
		cd "$1" && ulimit -c unlimited && "$2" -I -S die.py >words
	) >/dev/null 2>&1
	mv "$1"/core* "$1/core" 2>/dev/null
	test -s "$1/core" || skip "the kernel made no core"
}

fail()
{
	echo "FAIL: $*"
	failures=$((failures + 1))
}

finish()
{
	echo "$failures failures"
	test "$failures" -eq 0
	exit
}

# The tools that read snapshots, without "coil-": what the build installs.
# coil-layout reads interpreters.
snapshot_tools()
{
	# shellcheck disable=SC2016 # make expands it
	printf 'include Makefile\nprint:\n\t@echo $(bin_PROGRAMS)\n' |
		env -u MAKEFLAGS "${MAKE:-make}" -s -C "${tmp%/tests/cli/tmp}" -f - print |
		tr ' ' '\n' | sed -n 's/^coil-//p' | grep -vx layout |
		grep . || fail "make does not say which tools there are" >&2
}

# What the tool coil-$1 may be given after its snapshot, by its usage; $2 is the
# other snapshot of one that takes two.
more_arguments()
{
	"coil-$1" --help | sed -n 's/^Usage: .*\(SNAPSHOT\|BEFORE\)//p' |
		sed -e 's/\[LATER\]//' -e 's/\[*ADDRESS\]*\.\.\./0x1000/' -e "s,AFTER,$2,"
}

# Dump the process $1 into the file $2.
dump()
{
	gcore -o "$2" "$1" >"$tmp/gcore.log" 2>&1 && mv "$2.$1" "$2"
}

make_cores()
{
	mkfifo "$tmp/in" "$tmp/out"
	PYTHONHASHSEED=0 "$python" -I -S "$here/sample.py" \
		<"$tmp/in" >"$tmp/out" &
	exec 8>"$tmp/in" 9<"$tmp/out"
	read -r _ pid <&9
	dump "$pid" "$tmp/core" && echo >&8 && read -r _ pid <&9 &&
		dump "$pid" "$tmp/core.2" && echo >&8 && read -r _ pid <&9 &&
		dump "$pid" "$tmp/core.3"
	made=$?
	exec 8>&- 9<&-
	wait
	rm -f "$tmp/in" "$tmp/out"
	return $made
}

need_cores()
{
	command -v gcore >/dev/null || skip "no gcore"
	test -x "$python" || skip "no $python"
	mkdir -p "$tmp"
	exec 7>"$tmp/lock"
	flock 7 2>/dev/null
	if ! test -e "$tmp/made" || test "$here/sample.py" -nt "$tmp/made"; then
		make_cores || skip "gcore cannot dump: $(tail -1 "$tmp/gcore.log")"
		: >"$tmp/made"
	fi
	exec 7>&-
}
