#!/bin/sh
# SPDX-License-Identifier: MIT
# What 'make install' puts in place is enough: coil.pc, coil.h and the library
# build the samples, which answer as coil-types and coil-paths do.  Every tool
# has its page.
# shellcheck source=tests/cli/cores.sh
. "${srcdir:-.}/tests/cli/cores.sh"
cc=${CC:-cc}
command -v pkg-config >/dev/null || skip "no pkg-config"

root=$dir/root
env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
	"${MAKE:-make}" -s install DESTDIR="$root" >"$dir/log" 2>&1 || {
	cat "$dir/log"
	exit 1
}
coil_pc=$(find "$root" -name coil.pc)
lib=$(dirname "$(find "$root" -name libcoil.so)")
bin=$(dirname "$(find "$root" -type f -name coil-info)")
if test ! -e "$coil_pc" || test ! -e "$lib/libcoil.so" ||
	test ! -e "$bin/coil-info"; then
	echo "not all was installed:"
	find "$root" -type f
	exit 1
fi

status=0
for tool in "$bin"/coil*; do
	name=$(basename "$tool")
	test -n "$(find "$root" -name "$name.1")" && continue
	echo "$name has no page"
	status=1
done
for file in coil coil-types; do
	find "$root" -path "*/bash-completion/completions/$file" | grep -q . &&
		continue
	echo "no completion of $file"
	status=1
done

export PKG_CONFIG_SYSROOT_DIR="$root"
PKG_CONFIG_LIBDIR=$(dirname "$coil_pc")
export PKG_CONFIG_LIBDIR
flags=$(pkg-config --cflags --libs coil) || exit 1
for sample in count_types why_alive; do
	# shellcheck disable=SC2086 # lists of options
	$cc -std=c11 -Wall -Werror $SAN_CFLAGS "$srcdir/samples/$sample.c" \
		$flags -o "$dir/$sample" || exit 1
done

cores 10
export LD_LIBRARY_PATH="$lib"
"$dir/count_types" "$dir/core.1" | sort >"$dir/counted" || exit 1
"$bin/coil-types" -n 0 -c type_address,count,type "$dir/core.1" |
	sort >"$dir/types" || exit 1
grep '__main__.Document$' "$dir/counted" | cut -f 2 | grep -qx 10 || {
	echo "ten documents were made, not found"
	status=1
}
cmp "$dir/counted" "$dir/types" || status=1
document=$("$bin/coil-objects" -t __main__.Document -n 1 -c address "$dir/core.1")
"$dir/why_alive" "$dir/core.1" "$document" >"$dir/alive" || exit 1
"$bin/coil-paths" -c address,words,type "$dir/core.1" "$document" >"$dir/paths" ||
	exit 1
test -s "$dir/paths" && cmp "$dir/alive" "$dir/paths" || status=1
exit $status
