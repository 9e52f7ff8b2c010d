/* SPDX-License-Identifier: MIT */
#ifndef COIL_AUDIT_CHECK_H
#define COIL_AUDIT_CHECK_H

#include "coil/check.h"
#include "snapshot/snapshot.h"

/* A check in progress. */
struct coil_checker {
	struct coil_snapshot *snapshot;
	bool (*emit)(void *ctx, const struct coil_finding *finding);
	void *ctx;
	bool stop, nomem;
};

/** Tell one finding. */
void coil_finding(struct coil_checker *c, enum coil_finding_kind kind,
		  uint64_t address, const char *format, ...) COIL_PRINTF(4, 5);

/* The parts, in order. */
void coil_check_arenas(struct coil_checker *c);	   /* check_arenas.c */
void coil_check_mimalloc(struct coil_checker *c);  /* check_mimalloc.c */
void coil_check_collector(struct coil_checker *c); /* check_collector.c */
void coil_check_objects(struct coil_checker *c);   /* check_objects.c */

#endif
