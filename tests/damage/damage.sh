#!/bin/bash
# SPDX-License-Identifier: MIT
# Damaged cores: damage.py with $COIL_DAMAGE of them, or 300; 60 where coil was
# built with sanitizers, which is slow: there COIL_DAMAGE=1000 before a release.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
own=$(mktemp -d "$tmp/damage.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
ln -s "$core" "$own/core"
count=300
if test -n "${SAN_CFLAGS-}"; then
	count=60
	export SLOW=yes
fi
python3 "$srcdir/tests/damage/damage.py" "$(cd "$builddir" && pwd)" \
	"$own/core" "${COIL_DAMAGE:-$count}"
