#!/bin/sh
# SPDX-License-Identifier: MIT
# The tables of README.md and coil(7) are those of the figures measured.
command -v python3 >/dev/null || {
	echo "skip: no python3"
	exit 77
}
exec python3 -B "${srcdir:-.}/tests/truth/table.py" --check
