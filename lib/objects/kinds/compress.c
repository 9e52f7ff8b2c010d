/* SPDX-License-Identifier: MIT */
/*
 * Compressors and decompressors: what is left of their input.  The types on the
 * heap that have a tp_traverse visit their type alone.
 * Source: CPython's Modules/zlibmodule.c (Dealloc(),
 * ZlibDecompressor_dealloc()), _bz2module.c, _lzmamodule.c.
 */
#include "objects/kinds/untraversed.h"

#define INPUT(s) \
	static void s##_buffers(const struct coil_heap *heap, \
				const struct coil_object *object, \
				struct coil_buffers *buffers) \
	{ \
		uint64_t input = FIELD(heap, object, s, input_buffer); \
		uint64_t bytes = FIELD(heap, object, s, input_buffer_size); \
\
		if (input && bytes) \
			buffers->take(buffers, input, bytes); \
	}

#define WITH_INPUT(ident, type_name, s, ...) \
	INPUT(s) \
	static const struct coil_member ident##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(ident##_members), \
		.buffers = s##_buffers, \
		.flags = COIL_KIND_UNTRAVERSED, \
	}

static const struct coil_member compobject_members[] = {
	OWNED(compobject, unused_data, "unused_data"),
	OWNED(compobject, unconsumed_tail, "unconsumed_tail"),
	OWNED(compobject, zdict, "zdict"),
};

/* Both have one struct. */
#define COMPOBJECT(ident, type_name) \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(compobject), \
		MEMBERS(compobject_members), \
		.flags = COIL_KIND_UNTRAVERSED, \
	}

COMPOBJECT(zlib_compress, "zlib.Compress");
COMPOBJECT(zlib_decompress, "zlib.Decompress");

WITH_INPUT(zlib_decompressor, "zlib._ZlibDecompressor", ZlibDecompressor,
	   OWNED(ZlibDecompressor, unused_data, "unused_data"),
	   OWNED(ZlibDecompressor, zdict, "zdict"));

WITH_INPUT(bz2_decompressor, "_bz2.BZ2Decompressor", BZ2Decompressor,
	   OWNED(BZ2Decompressor, unused_data, "unused_data"));

WITH_INPUT(lzma_decompressor, "_lzma.LZMADecompressor", LZMADecompressor,
	   OWNED(LZMADecompressor, unused_data, "unused_data"));
