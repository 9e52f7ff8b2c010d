/* SPDX-License-Identifier: MIT */
/*
 * Compressors and decompressors: what is left of their input.  Where a release
 * gives zlib's types a tp_traverse (3.14), that visits the dictionary; those of
 * bz2 and lzma visit their type alone.
 * Source: CPython's Modules/zlibmodule.c (Dealloc(),
 * ZlibDecompressor_dealloc()), _bz2module.c, _lzmamodule.c.
 */
#include "objects/kinds/kinds.h"

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

INPUT(ZlibDecompressor)
INPUT(BZ2Decompressor)
INPUT(LZMADecompressor)

/* Both have one struct. */
#define COMPOBJECT(ident, tp_name) \
	KIND(ident, tp_name, STRUCT(compobject), \
	     MEMBERS(OWNED(compobject, unused_data, MEMBER, "unused_data"), \
		     OWNED(compobject, unconsumed_tail, MEMBER, \
			   "unconsumed_tail"), \
		     VISITED(compobject, zdict, MEMBER, "zdict")))

COMPOBJECT(zlib_compress, "zlib.Compress");
COMPOBJECT(zlib_decompress, "zlib.Decompress");

KIND(zlib_decompressor, "zlib._ZlibDecompressor", STRUCT(ZlibDecompressor),
     MEMBERS(OWNED(ZlibDecompressor, unused_data, MEMBER, "unused_data"),
	     VISITED(ZlibDecompressor, zdict, MEMBER, "zdict")),
     .buffers = ZlibDecompressor_buffers);

KIND(bz2_decompressor, "_bz2.BZ2Decompressor", STRUCT(BZ2Decompressor),
     MEMBERS(OWNED(BZ2Decompressor, unused_data, MEMBER, "unused_data")),
     .buffers = BZ2Decompressor_buffers, .flags = COIL_KIND_UNTRAVERSED);

KIND(lzma_decompressor, "_lzma.LZMADecompressor", STRUCT(LZMADecompressor),
     MEMBERS(OWNED(LZMADecompressor, unused_data, MEMBER, "unused_data")),
     .buffers = LZMADecompressor_buffers, .flags = COIL_KIND_UNTRAVERSED);
