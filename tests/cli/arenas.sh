#!/bin/bash
# SPDX-License-Identifier: MIT
# The views of the arenas agree with each other and with coil-info.
. "${srcdir:-.}/tests/cli/lib.sh" || exit 99
need_cores
cd "$tmp" || exit

info()
{
	coil info core | sed -n "s/^$1	//p"
}

# sum COLUMN ARGUMENT...: of a column of coil-arenas.
sum()
{
	coil arenas -c "$@" core | awk '{ n += $1 } END { print n + 0 }'
}

same()
{
	test "$2" = "$3" || fail "$1: $2 and $3"
}

same "arenas" "$(coil arenas core | wc -l)" "$(info arenas)"
same "used bytes" "$(sum used)" "$(info used_bytes)"
same "used bytes by size" "$(sum size --classes)" "$(info used_bytes)"
same "blocks" "$(sum blocks)" "$(info used_blocks)"
same "blocks by size" "$(sum used --classes)" "$(info used_blocks)"
same "pools" "$(sum pools)" "$(info pools)"
same "pools by size" "$(sum pools --classes)" "$(info pools)"
same "pools drawn" "$(coil arenas --map -c map core | tr -dc '0-9#' | wc -c)" \
	"$(info pools)"
coil arenas --map -c map core | grep -Evq '^[0-9#.]{63,64}$' &&
	fail "a map is not of 64 pools"
coil arenas -c used,free,size core | awk '$1 + $2 > $3 { exit 1 }' ||
	fail "an arena holds more than its size"

# All blocks, each once; those that are known are those that coil-info says.
coil arenas --pinned --below=100 -c block,use,address core >arenas.out
same "pinned" "$(wc -l <arenas.out)" "$(info used_blocks)"
same "pinned twice" "$(cut -f 1 arenas.out | sort | uniq -d)" ""
same "known" "$(grep -vc unknown arenas.out)" "$(info explained_blocks)"
same "unknown" "$(grep unknown arenas.out | cut -f 3 | sort -u)" -
test -z "$(coil arenas --pinned --below=0 core)" || fail "--below=0"
finish
