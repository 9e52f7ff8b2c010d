/* SPDX-License-Identifier: MIT */
#ifndef COIL_IMAGE_H
#define COIL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "coil/status.h"

/**
 * The address space of the target: which memory was captured, which modules
 * (executable, libraries) were mapped, what the snapshot says of its process.
 * An image knows nothing of Python.
 */
struct coil_image;

/** Called now and then during long work: @done of @total steps of @what. */
typedef void coil_progress_fn(void *data, const char *what, uint64_t done,
			      uint64_t total);

/** Where the files of the crashed machine are. All strings are borrowed. */
struct coil_image_options {
	const char *sysroot; /* put before every path of a module; or NULL */
	const char *exe;     /* the executable's file, or NULL */
	/* Folders in which modules are looked for first, by the last part of
	 * their path and, in a folder .build-id, by their build-id; or NULL. */
	const char *const *module_paths;
	size_t module_path_count;
	uint64_t max_unpacked; /* bytes that a compressed snapshot may come to;
				* 0: 2 GiB or 200 times its own, what is more */
	coil_progress_fn *progress; /* of unpacking, or NULL */
	void *progress_data;
};

/** What the snapshot says of the process. Strings are never NULL. */
struct coil_process {
	const char *format;  /* "elfcore" */
	const char *source;  /* the snapshot's path */
	const char *command; /* pr_psargs of NT_PRPSINFO, or "" */
	int64_t pid;	     /* -1: not known */
	int signal;	     /* that ended it; 0: none */
	uint64_t threads;    /* NT_PRSTATUS notes */
};

/** Bytes that the source promises and bytes that are there. */
struct coil_coverage {
	uint64_t file_size;    /* of the snapshot's file, in bytes */
	uint64_t there;	       /* of what was unpacked, else the same */
	uint64_t expected;     /* that its headers say there should be */
	uint64_t promised;     /* bytes of memory its headers promise */
	uint64_t present;      /* of those, bytes that the file holds */
	uint64_t stored;       /* of these, bytes that are not in holes of the
				* file, which read as zeros */
	uint64_t from_modules; /* bytes that module files filled in */
	uint64_t left_out;     /* bytes of memory that the process could write
				* and the headers say were not saved */
	const char *note;      /* what is wrong with the file, or ""; borrowed
				* from the image */
};

enum coil_module_state {
	COIL_MODULE_USED,	/* its file agreed and fills memory */
	COIL_MODULE_NO_FILE,	/* no file found */
	COIL_MODULE_OTHER,	/* a file, but of another build */
	COIL_MODULE_NO_BUILDID, /* nothing to compare: not used */
	COIL_MODULE_FAILED	/* a file that could not be read */
};

/** A file mapped by the target (NT_FILE). Borrowed from the image. */
struct coil_module {
	const char *path;    /* as the target named it, " (deleted)" stripped;
			      * "[0x...]" where no name was captured */
	bool deleted;	     /* that was there: its file has another name or
			      * none by now */
	const char *file;    /* the file that was used or refused, or NULL */
	uint64_t start, end; /* first to last mapping, [start, end) */
	enum coil_module_state state;
	const char *reason; /* more of why the file is not used, or NULL */
	uint64_t compared;  /* bytes of a file without build-id that agreed, for
			     * which it is used; else 0 */
	uint8_t build_id[64];	/* as captured from the target */
	uint32_t build_id_size; /* bytes; 0: not captured */
	bool executable;	/* the main program */
	uint64_t absent;	/* bytes of it neither captured nor in a file */
};

/**
 * Open the snapshot at @path, whatever its format, which is known by content.
 *
 * @options  May be NULL.
 * @out      Receives the image, to be given to coil_image_close(); NULL where
 *           this fails.
 *
 * Returns COIL_OK, COIL_E_OS if @path cannot be read, COIL_E_UNSUPPORTED if
 * it is not a snapshot or one of another machine, COIL_E_BAD_DATA if its
 * headers contradict themselves, COIL_E_NOMEM.
 */
COIL_API enum coil_status coil_image_open(
	const char *path, const struct coil_image_options *options,
	struct coil_image **out, struct coil_error *err);

/** NULL is fine. */
COIL_API void coil_image_close(struct coil_image *image);

/**
 * Copy target memory.
 *
 * All or nothing: @buf is unspecified unless COIL_OK is returned.
 *
 * @address  Target virtual address.
 * @buf      Receives @count bytes; owned by the caller.
 * @count    Bytes; 0 always succeeds.
 *
 * Returns COIL_OK, or COIL_E_UNMAPPED if any byte of
 * [@address, @address + @count) was not captured.  Called millions of times,
 * so it fills no struct coil_error.  Safe from several threads on one image.
 *
 * Source: elf(5), "p_filesz ... p_memsz": a core may map more than it saves.
 */
COIL_API enum coil_status coil_image_read(const struct coil_image *image,
					  uint64_t address, void *buf,
					  size_t count);

/** What the snapshot says of the process.  Borrowed from the image. */
COIL_API const struct coil_process *coil_image_process(
	const struct coil_image *image);

/** How much of it there is, into @out: its note is borrowed from the image. */
COIL_API void coil_image_coverage(const struct coil_image *image,
				  struct coil_coverage *out);

/**
 * Whether the snapshot's file lacks what its own headers promise, or could not
 * be unpacked whole.  @buf receives that in words, how much is there, then
 * @more (", and ..." or ""), and which process it is of; else "".
 *
 * @size  Of @buf, at least 1; words that do not fit are cut.
 */
COIL_API bool coil_image_shortage(const struct coil_image *image,
				  const char *more, char *buf, size_t size);

/** Modules by address: @index in [0, count).  Borrowed from the image. */
COIL_API size_t coil_image_module_count(const struct coil_image *image);
COIL_API const struct coil_module *coil_image_module(
	const struct coil_image *image, size_t index);

#endif
