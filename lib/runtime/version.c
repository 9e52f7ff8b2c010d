/* SPDX-License-Identifier: MIT */
/*
 * Which CPython it is: the table of debug offsets, the symbol Py_Version, or
 * sys.hexversion.
 *
 * Source: CPython 3.11 docs, "API and ABI Versioning": Py_Version, and the
 * nibbles of PY_VERSION_HEX; 3.13, Include/internal/pycore_debug_offsets.h:
 * cookie at 0, version at 8, free_threaded at 16 of _PyRuntime, and
 * interpreter_state.size behind runtime_state {size, finalizing,
 * interpreters_head}; Py_DEBUG builds export _Py_NegativeRefcount; docs,
 * sys.abiflags, and configure.ac: "d" of a debug build, "t" of a
 * free-threaded one.
 */

#include "runtime/internal.h"

#include <stdio.h>

static const char cookie[] = "xdebugpy";

bool coil_has_debug_offsets(const struct coil_image *image, uint64_t runtime)
{
	const uint8_t *p = coil_image_view(image, runtime, strlen(cookie));

	return p && memcmp(p, cookie, strlen(cookie)) == 0;
}

void coil_version_read(const struct coil_image *image,
		       const struct coil_module *module, uint64_t runtime,
		       struct coil_version *out)
{
	uint64_t address =
		module ? coil_module_symbol(image, module, "Py_Version", NULL)
		       : 0;
	const uint8_t *offsets = coil_image_view(image, runtime, 56);

	memset(out, 0, sizeof(*out));
	out->debug = module && coil_module_symbol(image, module,
						  "_Py_NegativeRefcount", NULL);
	if (offsets && coil_has_debug_offsets(image, runtime)) {
		out->hex = load32(offsets + 8);
		out->free_threaded = load64(offsets + 16) != 0;
		out->interpreter_size = load64(offsets + 48);
		out->source = COIL_VERSION_COOKIE;
	}
	/* The table stands in the process's own memory, the symbol in what may
	 * have come from a file. */
	if (!out->hex && address && coil_read32(image, address, &out->hex) &&
	    out->hex)
		out->source = COIL_VERSION_SYMBOL;
}

/* The value of @name in sys.__dict__ of the main interpreter; 0: none. */
static uint64_t find_in_sys(const struct coil_image *image,
			    const struct coil_layout *layout, uint64_t runtime,
			    const char *name)
{
	uint64_t main = coil_field(image, runtime,
				   layout->_PyRuntimeState.interpreters_main);
	uint64_t sys =
		coil_field(image, main, layout->PyInterpreterState.sysdict);

	return coil_dict_item(image, layout, sys, name);
}

bool coil_version_agrees(const struct coil_image *image,
			 const struct coil_layout *layout, uint64_t runtime)
{
	static const char *const letters[2][2] = {{"", "d"}, {"t", "td"}};
	uint64_t flags = find_in_sys(image, layout, runtime, "abiflags");

	return !flags ||
	       coil_str_equals(image, layout, flags,
			       letters[layout->free_threaded][layout->debug]);
}

uint32_t coil_version_of_sys(const struct coil_image *image,
			     const struct coil_layout *layout, uint64_t runtime)
{
	uint64_t number = find_in_sys(image, layout, runtime, "hexversion");
	uint32_t digit;

	/* One digit of 30 bits holds it until version 64. */
	if (!number ||
	    !coil_read32(image, number + layout->PyLongObject.ob_digit, &digit))
		return 0;
	return digit & 0x3fffffff;
}

void coil_version_format(uint32_t hex, char *buf, size_t size)
{
	static const struct {
		uint32_t level;
		const char *text;
	} levels[] = {{0xa, "a"}, {0xb, "b"}, {0xc, "rc"}};
	int n = snprintf(buf, size, "%u.%u.%u", hex >> 24, hex >> 16 & 0xff,
			 hex >> 8 & 0xff);

	for (size_t i = 0; i < countof(levels); i++) {
		if (levels[i].level == (hex >> 4 & 0xf) && n > 0 &&
		    (size_t)n < size)
			snprintf(buf + n, size - (size_t)n, "%s%u",
				 levels[i].text, hex & 0xf);
	}
}

unsigned coil_release_nearest(const struct coil_runtime *runtime,
			      unsigned known)
{
	uint32_t minor = runtime->info.hexversion >> 16 & 0xff;

	if (runtime->info.hexversion >> 24 != 3)
		return 0;
	if (minor < 31)
		known &= (2u << minor) - 1;
	return known ? 1u << (31 - __builtin_clz(known)) : 0;
}

unsigned coil_release_bit(const struct coil_runtime *runtime, unsigned known)
{
	uint32_t minor = runtime->info.hexversion >> 16 & 0xff;
	unsigned near = coil_release_nearest(runtime, known);

	return minor < 32 && near == 1u << minor ? near : 0;
}
