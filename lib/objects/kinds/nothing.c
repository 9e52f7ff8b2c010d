/* SPDX-License-Identifier: MIT */
/*
 * Types whose C struct holds no reference: numbers, memory of other libraries,
 * locks.  Of those without tp_traverse only: a later release may add a
 * reference, and the tp_traverse that visits it.
 *
 * Source: the structs and dealloc functions in CPython's Modules/; PyGObject
 * 3.26 to 3.50, gi/pygobject.h, pygi-info.h, pygi-struct.h, pygi-boxed.h,
 * pygi-repository.h, pygi-ccallback.h, pygoptioncontext.h, pygobject-object.c;
 * pybind11 2.2 to 2.13, detail/common.h (struct instance: what the C++ value
 * holds is its own).
 */
#include "objects/kinds/kinds.h"

static const char *const names[] = {
	"EncodingMap",
	"InterpreterID",
	"_blake2.blake2b",
	"_blake2.blake2s",
	"_bz2.BZ2Compressor",
	"_curses.window",
	"_hashlib.HASH",
	"_hashlib.HASHXOF",
	"_hashlib.HMAC",
	"_lzma.LZMACompressor",
	"_md5.md5",
	"_multiprocessing.SemLock",
	"_random.Random",
	"_sha1.sha1",
	"_sha256.sha224",
	"_sha256.sha256",
	"_sha3.sha3_224",
	"_sha3.sha3_256",
	"_sha3.sha3_384",
	"_sha3.sha3_512",
	"_sha3.shake_128",
	"_sha3.shake_256",
	"_sha512.sha384",
	"_sha512.sha512",
	"_socket.socket",
	"_ssl.Certificate",
	"_ssl.MemoryBIO",
	"datetime.date",
	"datetime.timedelta",
	"decimal.SignalDictMixin",
	"gi.BaseInfo",
	"gi.Boxed",
	"gi.CCallback",
	"gi.Repository",
	"gi.Struct",
	"gi._gi.GPropsIter",
	"gi._gi.OptionContext",
	"gobject.GBoxed",
	"gobject.GParamSpec",
	"gobject.GPointer",
	"gobject.GType",
	"pybind11_builtins.pybind11_object",
	"select.epoll",
	"stderrprinter",
	"sys.legacy_event_handler",
};

static bool holds_nothing(struct coil_reader *reader,
			  const struct coil_type *type)
{
	(void)reader;
	for (size_t i = 0; !type->traverse && i < countof(names); i++)
		if (!strcmp(type->name, names[i]))
			return true;
	return false;
}

KIND(nothing, NULL, 0, .rule = holds_nothing);
