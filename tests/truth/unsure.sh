#!/bin/sh
# SPDX-License-Identifier: MIT
# Cores with objects of a type whose tp_traverse cannot be stepped (unsure.c).
# One that a module holds is alive, and the collector's verdict right without
# it; one in a cycle that nobody holds makes it uncertain, and the tools that
# tell the verdict say so, once, with the type's name, and end with 3.
#
#	unsure.sh [INTERPRETER]
here=$(cd "$(dirname "$0")" && pwd)
interpreter=${1:-/usr/bin/python3}
bin=${COIL_BIN:-${top_builddir:-.}}
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
	-o "$dir/unsure.so" "$here/unsure.c" 2>"$dir/errors" || {
	cat "$dir/errors"
	echo "skipped: the extension is not built on this machine"
	exit 77
}
cat >"$dir/hold.py" <<'END'
import gc, os, subprocess, sys
gc.disable()
gc.collect()
sys.path.insert(0, sys.argv[1])
import unsure
class Plain: pass
KEPT = unsure.Holder()
KEPT.item = [KEPT]
def ring(holder):
    plain = Plain()
    plain.holder, holder.item = holder, plain
if sys.argv[2] != "kept":
    ring(unsure.Holder() if sys.argv[2] == "dead" else Plain())
out = os.open(os.devnull, os.O_RDWR)
os.dup2(out, 1)
os.dup2(out, 2)
os._exit(subprocess.call(["gcore", "-o", sys.argv[1] + "/" + sys.argv[2],
                          str(os.getpid())]))
END
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

# ask HOW STATUS REMARKS COMMAND...: of the core of that name
ask() {
	how=$1 wanted=$2 remarks=$3 tool=$4
	shift 4
	"$bin/$tool" "$@" --no-cache "$core" >"$dir/out" 2>"$dir/errors"
	status=$?
	check "$how: $tool ends with $status: $(cat "$dir/errors")" \
		[ $status -eq "$wanted" ]
	check "$how: $tool says $(cat "$dir/errors")" \
		[ "$(grep -c unsure.Holder "$dir/errors")" -eq "$remarks" ]
	check "$how: $tool says more" [ "$(wc -l <"$dir/errors")" -eq "$remarks" ]
}

for how in kept plain dead; do
	"$interpreter" -B -S "$dir/hold.py" "$dir" "$how" >/dev/null || {
		echo "skipped: gcore makes no core here"
		exit 77
	}
	core=$(ls "$dir/$how".*)
	if "$bin/coil-types" -c reason -t 'unsure.*' "$core" |
		grep -q 'without Zydis'; then
		echo "skipped: coil was built without Zydis"
		exit 77
	fi
	case $how in
	kept | plain) status=0 remarks=0 ;;
	dead) status=3 remarks=1 ;;
	esac
	ask "$how" "$status" "$remarks" coil-cycles --garbage
	ask "$how" "$status" "$remarks" coil-cycles --garbage --members
	ask "$how" "$status" "$remarks" coil-objects --garbage
	[ "$how" = dead ] || check "$how: garbage" [ "$(grep -c Plain "$dir/out")" \
		-eq "$([ "$how" = plain ] && echo 2 || echo 0)" ]
	ask "$how" "$status" "$remarks" coil-check
	ask "$how" 0 0 coil-types
done
# What a scan finds is not told as what the collector visits.
"$bin/coil-objects" -t unsure.Holder -c address "$core" 2>"$dir/errors" |
	"$bin/coil-refs" --json "$core" - >"$dir/refs" 2>"$dir/errors"
check "scanned references" grep -q '"label":"item"' "$dir/refs"
check "scanned references are told as traversed" \
	[ "$(grep '"label":"item"' "$dir/refs" | grep -c '"traversed":true')" \
	-eq 0 ]
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
