#!/bin/bash
# SPDX-License-Identifier: MIT
# A damaged cache file is made anew; of tools started together one builds the
# graph and the others wait and map it.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
own=$(mktemp -d "$tmp/cachedamage.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
bin=$(cd "$builddir" && pwd)

python3 "$srcdir/tests/damage/cache.py" "$bin" "$core" 40 >"$own/out" 2>&1 ||
	fail "$(cat "$own/out")"
tail -n 1 "$own/out"

# Twenty, held at a gate until all have been started.
asks=("types" "types -r" "objects" "refs --all" "cycles" "retained" "info"
	"weakrefs" "holders" "paths -t app.cache.*")
for round in 1 2 3; do
	rm -rf "${own:?}/home"
	exec 6>"$own/gate"
	flock 6
	for i in {0..19}; do
		# shellcheck disable=SC2086 # words
		(
			exec 6>&-
			flock -s "$own/gate" true
			XDG_CACHE_HOME=$own/home exec coil ${asks[i % 10]} -v "$core"
		) >"$own/out.$i" 2>"$own/err.$i" 7>&- &
	done
	flock -u 6
	exec 6>&-
	wait
	built=$(cat "$own"/err.* | grep -c 'the graph was built')
	used=$(cat "$own"/err.* | grep -c 'the graph was in the cache')
	test "$built $used" = "1 19" ||
		fail "round $round: $built built, $used used: $(cat "$own"/err.*)"
	for i in {0..9}; do
		test "${asks[i]}" = info ||
			cmp "$own/out.$i" "$own/out.$((i + 10))" ||
			fail "round $round: coil ${asks[i]} differs"
	done
done
finish
