#!/bin/sh
# SPDX-License-Identifier: MIT
# Every function of the public headers has a contract: a comment that ends on
# the line before it.  One comment serves a group, of at most three functions
# without an empty line between them.  Where one of these returns a status the
# comment names COIL_OK and when it is something else, "those of X()" if need be.
# What a function hands out of the graph is a coil_node, no array of numbers.
srcdir=${srcdir:-.}
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# judge FILE...: what is missing, a line each.
judge() {
	awk '
	# The function that declaration text has.
	function name(text) {
		sub(/\(.*/, "", text)
		sub(/.*[ *]/, "", text)
		return text
	}
	function judge(text,   who) {
		who = FILENAME ": " name(text) "()"
		sub(/.*\//, "", who)
		if (!described)
			print who " has no comment directly before it"
		else if (++group > 3)
			print who " is one too many for one comment"
		else if (text ~ /^COIL_API enum coil_status coil_[a-z_]*\(/ &&
			text !~ /coil_status_string/ &&
			comment !~ /COIL_OK.*(COIL_E_|those of [a-z_]*\(\))/)
			print who ": its comment names no status"
		if (text ~ /uint32_t \*coil_/)
			print who " gives nodes as uint32_t"
		functions++
	}
	FNR == 1 || /^[ \t]*$/ { described = 0 }
	FNR == 1 { text = comment = ""; inside = 0 }
	text == "" && /^\/\*/ { comment = ""; inside = 1; group = 0 }
	inside {
		comment = comment " " $0
		if (/\*\/[ \t]*$/) {
			inside = 0
			described = 1
		}
		next
	}
	/^COIL_API/ { text = " " }
	text != "" {
		line = $0
		gsub(/[ \t]+/, " ", line)
		text = text " " line
		if (/;/) {
			sub(/^ +/, "", text)
			judge(text)
			text = ""
		}
		next
	}
	/[^ \t]/ { described = 0 }
	END { if (!functions) print "no function was seen" }
	' "$@"
}

judge "$srcdir"/lib/coil/*.h >"$dir/found"
cat "$dir/found"

# What is missing must be found, and what is there must not be missed.
expect() { # expect FINDINGS NAME: of the header on standard input
	cat >"$dir/coil.h"
	test "$(judge "$dir/coil.h" | wc -l)" = "$1" && return
	echo "$2: not $1 findings but"
	judge "$dir/coil.h"
	echo wrong >>"$dir/found"
}
expect 1 'nothing' </dev/null
expect 0 'a comment' <<-'END'
	/** Steps. */
	COIL_API uint32_t coil_a(
		const struct a *x);
END
expect 1 'none' <<-'END'
	COIL_API uint32_t coil_a(const struct a *x);
END
expect 1 'one that is not directly before it' <<-'END'
	/** Steps. */

	COIL_API uint32_t coil_a(const struct a *x);
END
expect 1 'one of something else' <<-'END'
	/** Steps. */
	struct a;
	COIL_API uint32_t coil_a(const struct a *x);
END
expect 0 'a group' <<-'END'
	/** Steps. */
	COIL_API uint32_t coil_a(const struct a *x);
	COIL_API uint32_t coil_b(const struct a *x);
	COIL_API uint32_t coil_c(const struct a *x);
END
expect 1 'a large group' <<-'END'
	/** Steps. */
	COIL_API uint32_t coil_a(const struct a *x);
	COIL_API uint32_t coil_b(const struct a *x);
	COIL_API uint32_t coil_c(const struct a *x);
	COIL_API uint32_t coil_d(const struct a *x);
END
expect 1 'a group that is parted' <<-'END'
	/** Steps. */
	COIL_API uint32_t coil_a(const struct a *x);

	COIL_API uint32_t coil_b(const struct a *x);
END
expect 1 'no status' <<-'END'
	/** Find it. */
	COIL_API enum coil_status coil_a(const struct a *x);
END
expect 1 'no failure' <<-'END'
	/** Returns COIL_OK. */
	COIL_API enum coil_status coil_a(const struct a *x);
END
expect 0 'a status, and that of another' <<-'END'
	/** Returns COIL_OK or COIL_E_NOMEM. */
	COIL_API enum coil_status coil_a(const struct a *x);
	/**
	 * Returns COIL_OK and those of coil_a().
	 */
	COIL_API enum coil_status coil_b(
		const struct a *x);
END
expect 1 'nodes as numbers' <<-'END'
	/** Members. */
	COIL_API const uint32_t *coil_a(const struct a *x);
END
test ! -s "$dir/found"
