#!/bin/bash
# SPDX-License-Identifier: MIT
# Damaged cores: damage.py with $COIL_DAMAGE of them, or 200; 1000 where coil was
# built with sanitizers, which see what goes wrong.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
own=$(mktemp -d "$tmp/damage.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
ln -s "$core" "$own/core"
count=200
test -z "${SAN_CFLAGS-}" || count=1000
python3 "$srcdir/tests/damage/damage.py" "$(cd "$builddir" && pwd)" \
	"$own/core" "${COIL_DAMAGE:-$count}"
