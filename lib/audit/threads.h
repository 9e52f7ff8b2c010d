/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_THREADS_H
#define COIL_AUDIT_THREADS_H

#include "coil/threads.h"
#include "objects/frames.h"
#include "snapshot/snapshot.h"

/* A frame as it was read; its strings are offsets into text. */
struct coil_frame_row {
	struct coil_frame frame;
	size_t name, file;
	int32_t line;
};

struct coil_thread_row {
	struct coil_thread info;
	size_t first; /* of its frames */
};

struct coil_threads {
	struct coil_snapshot *snapshot;
	struct coil_thread_row *threads;
	size_t count, room;
	struct coil_frame_row *frames;
	size_t frame_count, frame_room;
	char *text;
	size_t text_size, text_room;
};

#endif
