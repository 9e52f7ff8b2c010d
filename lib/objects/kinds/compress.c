/* SPDX-License-Identifier: MIT */
/*
 * Compressors and decompressors: what is left of their input.  Where a release
 * gives zlib's types a tp_traverse (3.14), that visits the dictionary; those of
 * bz2 and lzma visit their type alone.
 * Source: CPython's Modules/zlibmodule.c (Dealloc(),
 * ZlibDecompressor_dealloc()), _bz2module.c, _lzmamodule.c.
 */
#include "objects/kinds/untraversed.h"

#define INPUT(s) \
	static void s##_buffers(struct coil_reader *reader, \
				const struct coil_object *object, \
				struct coil_buffers *buffers) \
	{ \
		uint64_t input = FIELD(reader, object, s, input_buffer); \
		uint64_t bytes = FIELD(reader, object, s, input_buffer_size); \
\
		if (input && bytes) \
			buffers->take(buffers, input, bytes); \
	}

#define WITH_INPUT(ident, type_name, s, its_flags, ...) \
	INPUT(s) \
	static const struct coil_member ident##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(ident##_members), \
		.buffers = s##_buffers, \
		.flags = its_flags, \
	}

static const struct coil_member compobject_members[] = {
	OWNED(compobject, unused_data, "unused_data"),
	OWNED(compobject, unconsumed_tail, "unconsumed_tail"),
	MEMBER(compobject, zdict, "zdict"),
};

/* Both have one struct. */
#define COMPOBJECT(ident, type_name) \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(compobject), \
		MEMBERS(compobject_members), \
	}

COMPOBJECT(zlib_compress, "zlib.Compress");
COMPOBJECT(zlib_decompress, "zlib.Decompress");

WITH_INPUT(zlib_decompressor, "zlib._ZlibDecompressor", ZlibDecompressor, 0,
	   OWNED(ZlibDecompressor, unused_data, "unused_data"),
	   MEMBER(ZlibDecompressor, zdict, "zdict"));

WITH_INPUT(bz2_decompressor, "_bz2.BZ2Decompressor", BZ2Decompressor,
	   COIL_KIND_UNTRAVERSED,
	   OWNED(BZ2Decompressor, unused_data, "unused_data"));

WITH_INPUT(lzma_decompressor, "_lzma.LZMADecompressor", LZMADecompressor,
	   COIL_KIND_UNTRAVERSED,
	   OWNED(LZMADecompressor, unused_data, "unused_data"));
