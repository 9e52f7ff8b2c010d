# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# To be sourced by tests that want real snapshots.  cores COUNT... runs
# samples/leaky.py and leaves $dir/core.1, .2, ... after so many requests
# each.  $dir is a temporary directory that goes with the test.  Exits with 77
# where no such core can be had.
srcdir=${srcdir:-.}
dir=$(mktemp -d) || exit 99
export XDG_CACHE_HOME="$dir/cache"
service=
finish() {
	test -z "$service" || kill "$service" 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 99' HUP INT TERM

skip() {
	echo "skip: $*"
	exit 77
}

cores() {
	python=${LEAKY_PYTHON:-/usr/bin/python3.11}
	test -x "$python" || skip "no $python"
	command -v gcore >/dev/null || skip "no gcore"
	mkfifo "$dir/requests"
	"$python" -B "$srcdir/samples/leaky.py" \
		<"$dir/requests" >"$dir/answers" 2>&1 &
	service=$!
	exec 3>"$dir/requests"
	made=0
	for count; do
		echo "$count" >&3
		made=$((made + 1))
		waited=0
		until test "$(grep -c handled "$dir/answers")" -eq $made; do
			sleep 0.1
			waited=$((waited + 1))
			test $waited -lt 600 || exit 99
		done
		gcore -o "$dir/core" "$service" >"$dir/gcore" 2>&1 ||
			skip "gcore: $(tail -n 1 "$dir/gcore")"
		mv "$dir/core.$service" "$dir/core.$made"
	done
	exec 3>&-
	wait "$service"
	service=
}
