# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# For the scripts that a person runs on a fresh Debian: packages that are
# missing, and a source tree that can be built out of tree.  To be sourced.

# missing PACKAGE...: those that are not installed, one a line.
missing() {
	local package
	for package; do
		case $(dpkg-query -W -f='${Status}\n' "$package" 2>&1) in
		*'install ok installed'*) ;;
		*) echo "$package" ;;
		esac
	done
}

# install_packages PACKAGE...: as root or by sudo, asking nothing.
install_packages() {
	local -a as_root=()
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || {
			echo "needs root or sudo to install: $*" >&2
			return 1
		}
		as_root=(sudo)
	fi
	local -a apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
		apt-get -qq -o DPkg::Lock::Timeout=300)
	"${apt[@]}" update </dev/null >/dev/null || true
	"${apt[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null
}

# need PACKAGE...: all of them, or failure.
need() {
	local -a absent
	if ! command -v dpkg-query >/dev/null; then
		echo "not Debian; taken to be installed: $*"
		return 0
	fi
	mapfile -t absent < <(missing "$@")
	[ ${#absent[@]} -gt 0 ] || return 0
	echo "installing ${absent[*]}"
	install_packages "${absent[@]}"
}

# want PACKAGE...: the same, but each is done without if it cannot be had.
want() {
	local package
	need "$@" && return
	for package in $(missing "$@"); do
		need "$package" || echo "without $package"
	done
}

# Who owns the tree does not matter to what is read from it here.
git() { command git -c safe.directory='*' "$@"; }

# prepare_source TREE COPY: sets $source to a tree with a configure script
# that nobody has configured in place: TREE, else a copy of it.
prepare_source() {
	source=$1
	if [ -e "$1/config.status" ]; then
		echo "configured in place, so built from a copy: $1"
		source=$2
		mkdir -p "$source"
		(cd "$1" && git ls-files -z --cached --others \
			--exclude-standard | tar -c --null -T -) |
			tar -x -C "$source"
	fi
	if [ "$source/configure.ac" -nt "$source/configure" ]; then
		(cd "$source" && autoreconf -i)
	fi
}

# configure_in BUILD OPTION...: configures $source there, unless that is done.
configure_in() {
	local build=$1
	shift
	if grep -qsxF "abs_top_srcdir = $source" "$build/Makefile"; then
		return
	fi
	rm -rf "$build"
	mkdir -p "$build"
	(cd "$build" && "$source/configure" -q "$@")
}
