#!/bin/bash
# SPDX-License-Identifier: MIT
# Trouble is status 2, one line on standard error and nothing on standard
# output; a closed pipe is no trouble, a full disk is.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
cd "$tmp" || exit
tools=$(snapshot_tools)

: >empty
echo "a text" >text
cp "$python" executable
cp core other-machine
# e_machine is at 18: 183 is EM_AARCH64.
printf '\267' | dd of=other-machine bs=1 seek=18 conv=notrunc 2>/dev/null
head -c 60 core >cut-header
sleep 1000 &
dump $! no-python || skip "gcore cannot dump sleep"
kill $!

# expect WHAT COMMAND...: status 2, one line, nothing printed.
expect()
{
	what=$1
	shift
	"$@" >errors.out 2>errors.err
	status=$?
	test $status -eq 2 || fail "$what: status $status: $*"
	test ! -s errors.out || fail "$what: it printed: $*"
	test "$(wc -l <errors.err)" -eq 1 ||
		fail "$what: not one line: $* $(cat errors.err)"
	grep -q "^$1: " errors.err || fail "$what: $(cat errors.err)"
}

test -n "$tools" || fail "there are no tools"
for tool in $tools; do
	for input in empty text executable other-machine cut-header no-python \
		no-such-file . ; do
		# shellcheck disable=SC2046 # words
		expect "$input" "coil-$tool" "$input" $(more_arguments "$tool" core)
		grep -qF "$input" errors.err ||
			fail "$tool: $input is not named: $(cat errors.err)"
	done
	expect "bad option" "coil-$tool" --no-such-option core
	expect "no snapshot" "coil-$tool"
	expect "bad number" "coil-$tool" -n ten core core
	expect "bad column" "coil-$tool" -c no_such_column core core
	"coil-$tool" --help >/dev/full 2>errors.err
	test $? -eq 2 || fail "/dev/full: coil-$tool --help"
done
# Files that are none are refused before they are waited for.
mkfifo fifo
for option in --layout=fifo --layout=. --layout=/dev/zero --exe=fifo --exe=. \
	--exe=/dev/zero --exe=no-such-file --sysroot=fifo --module-path=text; do
	expect "$option" coil-types "$option" core
	grep -qF "${option#*=}: " errors.err || fail "$option: $(cat errors.err)"
done
expect "fifo" coil-types fifo
rm fifo
expect "no such tool" coil no-such-tool
expect "address" coil-show core 12z
expect "no address" coil-paths core
expect "kind" coil-singletons --kind=x core
expect "twice stdin" coil-objects - -

# A full disk, found at once or at the end.
for command in "coil-info core" "coil-objects core" "coil-types --json core"; do
	$command >/dev/full 2>errors.err
	test $? -eq 2 || fail "/dev/full: $command"
	grep -q 'No space left' errors.err || fail "/dev/full: $(cat errors.err)"
done

# A reader that leaves ends a tool quietly, whatever SIGPIPE does.
for trap in "" "trap '' PIPE;"; do
	bash -c "$trap coil-objects core 2>errors.err; echo \$? >errors.status" |
		head -1 >errors.out
	test ! -s errors.err || fail "closed pipe: $(cat errors.err)"
	test "$(cat errors.status)" -eq 0 || fail "closed pipe: status"
	test "$(wc -l <errors.out)" -eq 1 || fail "closed pipe: output"
done

# Unknown addresses: the rest is done, the status says so.
coil-objects core 0x10 "$(coil-objects -n 1 -c address core)" \
	>errors.out 2>errors.err
test $? -eq 3 || fail "unknown address: status"
test "$(wc -l <errors.out)" -eq 1 || fail "unknown address: output"
grep -q 0x10 errors.err || fail "unknown address: not named"

# A core cut off is read as far as it goes, and said so.
head -c $(($(stat -c %s core) * 9 / 10)) core >./cut
coil-types cut >errors.out 2>errors.err
status=$?
test $status -eq 3 || test $status -eq 2 || fail "cut: status $status"
grep -q cut errors.err || fail "cut: $(cat errors.err)"

# Standard input, from a file and from a pipe.
coil-types core >want
coil-types - <core >errors.out && cmp want errors.out || fail "- from a file"
cat core | coil-types - >errors.out && cmp want errors.out ||
	fail "- from a pipe"
rm -f want cut other-machine executable no-python
finish
