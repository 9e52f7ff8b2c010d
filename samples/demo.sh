#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A leak found, from nothing: installs what is missing (Debian 12), builds coil
# in build-demo/, starts leaky.py, dumps it before and after it grew, and asks
# the two cores what happened.  Asks nothing, may be run again.
#
#	samples/demo.sh
set -euo pipefail
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build-demo
# shellcheck source=tests/debian.sh
. "$top/tests/debian.sh"

say() { printf '\n# %s\n' "$*"; }

# run COMMAND: print it, do it.  The tools themselves print a table on a
# terminal; elsewhere the last one of a pipeline is asked for a header and the
# columns are aligned here.
run() {
	local last=${1##*coil }
	printf '\n$ %s\n' "$1"
	if [ -t 1 ]; then
		bash -o pipefail -c "$1"
	else
		bash -o pipefail -c "${1%coil *}coil ${last%% *} \
			--header --human ${last#* }" | column -t -s $'\t'
	fi || [ $? -eq 1 ] # 1 is an answer: "they differ"
}

# snapshot NAME: a core of the running service, which goes on.
snapshot() {
	printf '\n$ gcore %s\n' "$service"
	gcore -o core "$service" >gcore.log 2>&1 || {
		cat gcore.log >&2
		exit 1
	}
	mv "core.$service" "$1"
	ls -l "$1"
}

# requests NUMBER: have the service handle so many.
requests() {
	echo "$1" >&"${SERVICE[1]}"
	read -r answer <&"${SERVICE[0]}"
	printf '\n%s requests: the service says "%s"\n' "$1" "$answer"
}

say "Building coil in build-demo/"
need gcc libc6-dev make autoconf automake libtool pkg-config libarchive-dev \
	libjansson-dev libxxhash-dev libzydis-dev gdb python3 bsdextrautils git
mkdir -p "$build"
prepare_source "$top" "$build/source" >"$build/autoreconf.log" 2>&1 || {
	cat "$build/autoreconf.log" >&2
	exit 1
}
# shellcheck disable=SC2154 # set by prepare_source
configure_in "$build/build" --prefix="$build/usr"
make -s -C "$build/build" -j"$(nproc)" install >"$build/make.log" 2>&1 || {
	cat "$build/make.log" >&2
	exit 1
}
export PATH=$build/usr/bin:$PATH XDG_CACHE_HOME=$build/cache

say "A service that leaks: samples/leaky.py"
python=/usr/bin/python3.11
[ -x $python ] || python=/usr/bin/python3
rm -rf "$build/cores"
mkdir "$build/cores"
cd "$build/cores"
coproc SERVICE { exec "$python" -B "$top/samples/leaky.py"; }
service=$SERVICE_PID
trap 'kill "$service" 2>/dev/null || true' EXIT
read -r answer <&"${SERVICE[0]}"
printf '\n$ python3 samples/leaky.py\n%s\n' "$answer"
requests 500
snapshot before.core
requests 10000
snapshot after.core

say "What is in the core: which Python, how many objects, is anything missing?"
run 'coil info after.core | grep -v ^blocks_'

say "Which types grew?"
run 'coil diff -n 12 before.core after.core'

say "Is any of it garbage that only the collector has not freed?"
run 'coil cycles --garbage -n 5 after.core'

say "It is off, so the documents stay.  And of the rest, what holds the most?"
run 'coil retained -n 8 after.core'

say "RENDERED is a cache that never evicts.  What keeps a session alive?"
run 'coil objects -t __main__.Session -n 1 -c address after.core |
	coil paths after.core -'

say "And all of them?"
run 'coil objects -t __main__.Session -c address after.core |
	coil paths --merge after.core -'

say "By closures on the list of callbacks.  One session in full:"
run "coil objects -t __main__.Session -n 1 -c address after.core |
	coil show after.core -"

say "What there should be one of: None, small numbers, interned strings"
run 'coil singletons --summary after.core'

say "The cores are in build-demo/cores, the tools in build-demo/usr/bin."
