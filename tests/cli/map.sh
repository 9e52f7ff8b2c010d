#!/bin/sh
# SPDX-License-Identifier: MIT
# HACKING.md's map has every folder, README.md's table every tool, and the
# tests of the tree are registered.
cd "${srcdir:-.}" || exit 99
status=0
tell() {
	echo "$*"
	status=1
}

for folder in $(find lib formats tools man samples tests .ci -type f |
	grep -v -e __pycache__ -e '/tests/cli/tmp' -e '/\.' |
	sed 's,/[^/]*$,/,' | sort -u) .ci/; do
	case $folder in
	formats/) continue ;; # but for its Makefile.inc it has folders only
	esac
	grep -qF "| \`$folder\` |" HACKING.md || tell "HACKING.md: no $folder"
done
for page in man/coil-*.1; do
	tool=$(basename "$page" .1)
	grep -qF "| \`$tool\` |" README.md || tell "README.md: no $tool"
	grep -qF "\`$tool\`" NEWS.md || tell "NEWS.md: no $tool"
done
for script in tests/cli/*.sh tests/truth/cases/*.truth; do
	grep -qF "$script" tests/Makefile.inc ||
		tell "tests/Makefile.inc: no $script"
done
exit $status
