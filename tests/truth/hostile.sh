#!/bin/sh
# SPDX-License-Identifier: MIT
# A core with objects whose tp_traverse functions are hostile (hostile.c): each
# ends as a fault of that object alone, soon, and all else is as it was.
#
#	hostile.sh [INTERPRETER]
#
# The tools are taken as run.sh takes them.  77 where something is not installed.
here=$(cd "$(dirname "$0")" && pwd)
interpreter=${1:-/usr/bin/python3}
bin=${COIL_BIN:-${top_builddir:-.}}
[ -x "$bin/coil-types" ] || bin=$bin/tools
for need in "$interpreter" gcore "${CC:-cc}"; do
	command -v "${need%% *}" >/dev/null || {
		echo "skipped: no $need"
		exit 77
	}
done
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
include=$("$interpreter" -c 'import sysconfig
print(sysconfig.get_path("include"))')
[ -f "$include/Python.h" ] || {
	echo "skipped: no Python.h of $interpreter"
	exit 77
}
${CC:-cc} -O1 -shared -fPIC -Wl,--build-id -I "$include" \
	-o "$dir/hostile.so" "$here/hostile.c" 2>"$dir/errors" || {
	cat "$dir/errors"
	echo "skipped: the extension is not built on this machine"
	exit 77
}
cat >"$dir/hold.py" <<'END'
import gc, os, subprocess, sys
gc.disable()
sys.path.insert(0, sys.argv[1])
import hostile
ITEM = ["the item"]
ALL = hostile.make(ITEM)
for o, referents in zip(ALL[-2:], ([ITEM], [])):
    if gc.get_referents(o) != referents:
        sys.exit("gc.get_referents(%r) are %r" % (o, gc.get_referents(o)))
print("%#018x" % id(ITEM), *["%#018x" % id(o) for o in ALL])
sys.stdout.flush()
out = os.open(os.devnull, os.O_RDWR)
os.dup2(out, 1)
os.dup2(out, 2)
os._exit(subprocess.call(["gcore", "-o", sys.argv[1] + "/core",
                          str(os.getpid())]))
END
addresses=$("$interpreter" -B -S "$dir/hold.py" "$dir") || {
	echo "skipped: gcore makes no core here"
	exit 77
}
core=$(ls "$dir"/core.*)
item=${addresses%% *}

failed=0
passed=0
check() { # WHAT CONDITION...
	what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "failed: $what"
	fi
}

start=$(date +%s)
"$bin/coil-types" --no-cache -c type,means,reason,count -t 'hostile.*' \
	"$core" >"$dir/types" 2>"$dir/errors"
status=$?
seconds=$(($(date +%s) - start))
check "exit status $status: $(cat "$dir/errors")" [ $status -eq 0 ]
check "$seconds seconds" [ "$seconds" -le "${LIMIT:-20}" ]
if grep -q 'without Zydis' "$dir/types"; then
	echo "skipped: coil was built without Zydis"
	exit 77
fi
tab=$(printf '\t')
expect() { # TYPE MEANS REASON
	line="hostile.$1$tab$2$tab$3${tab}1"
	check "hostile.$1: $(grep "^hostile.$1$tab" "$dir/types")" \
		grep -qxF "$line" "$dir/types"
}
# Where it was follows: the instruction, its address, and that in the file.
at=' at 0x[0-9a-f]*, hostile.so+0x[0-9a-f]*'
while read -r name fault; do
	line="hostile.$name${tab}scanned$tab$fault\(: [a-z0-9 ]*\)*\($at\)*${tab}1"
	check "hostile.$name: $(grep "^hostile.$name$tab" "$dir/types")" \
		grep -qx "$line" "$dir/types"
done <<'END'
endless_loop fault: too many steps
endless_list fault: too many steps
makes_syscall fault: unknown instruction: syscall
makes_interrupt fault: unknown instruction: int
reads_wildly fault: read of missing memory
reads_null fault: read of missing memory
calls_heap fault: code in writable memory
jumps_nowhere its code was not captured
recurses fault: calls too deep
fills_stack fault: write
empties_stack fault: read of missing memory
moves_stack its code was not captured
writes_code fault: write
writes_all fault: too many writes
locks_two fault: unknown instruction: lock cmpxchg16b
uses_avx fault: unknown instruction: vpxor
jumps_into_middle fault: unknown instruction
visits_forever fault: too many visits
divides_by_zero fault: division
reads_clock fault: unknown instruction: rdtsc
asks_processor fault: unknown instruction: cpuid
halts fault: unknown instruction: hlt
is_undefined fault: unknown instruction: ud2
copies_string fault: read of missing memory
returns_far fault: unknown instruction
faults_after_visit fault: read of missing memory
counts_far fault: too many steps
END
expect well_behaved inferred -
expect writes_object interpreted "writes to memory"
expect counts_reference interpreted "computes with what it holds"
expect by_number interpreted "reads what it does not visit"
expect says_gc inferred -
expect denies_gc inferred -

# The item is held by the module's dict, and by each of the objects: exactly
# by the four that behave, by a scan by the others.
"$bin/coil-refs" --no-cache --in --json "$core" "$item" >"$dir/refs" \
	2>"$dir/errors"
rows=$(grep -c '"kind":"other"\|"kind":"member"' "$dir/refs")
check "the item has $rows references from the objects" [ "$rows" -eq 33 ]
exact=$(grep '"kind":"other"' "$dir/refs" | grep -c '"exact":true')
check "$exact of them are exact" [ "$exact" -eq 4 ]

# gc.get_referents() told above what is traversed of the last two.
traversed() { # OBJECT ANSWER
	"$bin/coil-refs" --no-cache --json "$core" "$1" 2>"$dir/errors" |
		grep "\"to\":\"$item\"" >"$dir/row"
	check "traversed is not $2: $(cat "$dir/row")" \
		grep -q "\"traversed\":$2" "$dir/row"
}
last=${addresses##* }
others=${addresses% *}
traversed "${others##* }" true
traversed "$last" false

# Without the module's file, and with another build of it: its types are
# scanned and say why; the references of all other objects stay as they were.
refs() { # FILE
	"$bin/coil-refs" --no-cache --all "$core" 2>"$dir/errors" |
		grep -vF "$(echo "$addresses" | tr ' ' '\n' | tail -n +2)" \
			>"$dir/$1"
}
fall_back() { # REASON
	"$bin/coil-types" --no-cache -c type_address,means,reason "$core" \
		2>"$dir/errors" | grep -F "$types" | cut -f2- | sort |
		uniq -c >"$dir/types"
	check "all 33 types: $1" \
		grep -qx " *33 scanned$tab$1" "$dir/types"
	refs after
	check "other objects, $1" cmp -s "$dir/before" "$dir/after"
}
# By address: the names of static types are in the file that will be missing.
types=$("$bin/coil-types" --no-cache -c type_address -t 'hostile.*' "$core")
refs before
check "references of other objects" [ -s "$dir/before" ]
mv "$dir/hostile.so" "$dir/kept.so"
fall_back "no file of its module"
${CC:-cc} -O2 -DOTHER -shared -fPIC -Wl,--build-id -I "$include" \
	-o "$dir/hostile.so" "$here/hostile.c" 2>"$dir/errors"
fall_back "its module's file is another build"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
