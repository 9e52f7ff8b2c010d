#!/bin/bash
# SPDX-License-Identifier: MIT
# Cores damaged where it hurts: structures.py with $COIL_STRUCTURES of them, or
# 100; $COIL_SEED is the first one's number, or 1.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
own=$(mktemp -d "$tmp/structures.XXXXXX") || exit 99
trap 'rm -rf "$own"' EXIT
ln -s "$core" "$own/core"
command -v coil-layout >/dev/null || skip "coil-layout was not built (no libdw)"
coil-layout --normalise --like=none \
	"$srcdir/formats/layouts/cpython-3.11.json" >"$own/layout.json" || exit 99
test -z "${SAN_CFLAGS-}" || export COIL_DAMAGE_SCALE=4
python3 -B "$srcdir/tests/damage/structures.py" \
	"$(cd "$builddir" && pwd)" "$own/core" \
	"$own/layout.json" \
	"${COIL_STRUCTURES:-100}" "${COIL_SEED:-1}"
