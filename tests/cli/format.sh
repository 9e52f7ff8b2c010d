#!/bin/sh
# SPDX-License-Identifier: MIT
# The tree is as clang-format leaves it; 'format.sh --fix' leaves it so.
# Releases of it differ; the one of Debian 12 is asked.
cd "${srcdir:-.}" || exit 99
tool=
for name in clang-format-14 clang-format; do
	case $($name --version 2>/dev/null) in
	*'version 14.'*) tool=$name ;;
	esac
done
if test -z "$tool"; then
	echo "skip: no clang-format 14"
	exit 77
fi
over_all() {
	find lib formats tools tests samples -name '*.[ch]' \
		! -path lib/layout/layouts.c -exec "$@" {} +
}
if test "$1" = --fix; then
	over_all $tool -i
	exit
fi
told=$(over_all $tool --dry-run -Werror 2>&1 | grep error:) || exit 0
echo "lines that differ, by file (tests/cli/format.sh --fix mends them):"
echo "$told" | cut -d : -f 1 | uniq -c
exit 1
