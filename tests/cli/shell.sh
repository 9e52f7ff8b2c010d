#!/bin/sh
# SPDX-License-Identifier: MIT
# No script has what shellcheck warns of.
cd "${srcdir:-.}" || exit 99
command -v shellcheck >/dev/null || {
	echo "skip: no shellcheck"
	exit 77
}
find .ci/run tests samples formats -type f \( -name "*.sh" -o -name run \) \
	-exec shellcheck -x {} +
