#!/bin/sh
# SPDX-License-Identifier: MIT
# HACKING.md has every folder and, in its tour, every file of the flow as that
# says of itself; README.md's table every tool; the tests of the tree are
# registered.
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
	grep -qF -e "| \`$folder\` |" -e "\`$folder\`: " HACKING.md ||
		tell "HACKING.md: no $folder"
done
python3 -B tests/tour.py --check || status=1
for page in man/coil-*.1; do
	tool=$(basename "$page" .1)
	grep -qF "$page" man/Makefile.inc || tell "man/Makefile.inc: no $page"
	grep -qF "| \`$tool\` |" README.md || tell "README.md: no $tool"
	grep -qF "\`$tool\`" NEWS.md || tell "NEWS.md: no $tool"
done
for test in tests/*.sh tests/*/*.sh tests/truth/cases/*.truth \
	tests/test_*.c tests/fuzz/fuzz_*.c; do
	grep -qE "^(check_PROGRAMS \+= |	)${test%.c}( |\$)" tests/Makefile.inc ||
		tell "tests/Makefile.inc: no ${test%.c}"
done
exit $status
