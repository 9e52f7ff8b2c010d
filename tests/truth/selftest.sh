#!/bin/sh
# SPDX-License-Identifier: MIT
# The harness tests itself: see selftest.py.
command -v python3 >/dev/null || exit 77
exec python3 -B "$(dirname "$0")/selftest.py"
