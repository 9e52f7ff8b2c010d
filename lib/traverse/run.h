/* SPDX-License-Identifier: MIT */
#ifndef COIL_TRAVERSE_RUN_H
#define COIL_TRAVERSE_RUN_H

#include "traverse/machine.h"

struct coil_traverse {
	struct coil_machine machine;
	uint64_t words;	 /* of the image */
	uint64_t steps;	 /* of all runs */
	uint64_t spent;	 /* of those that took many */
	uint64_t wasted; /* of those of them that ended in a fault */
};

/** As coil_traverse_call(), with the window as the caller set it. */
enum coil_fault coil_traverse_run(struct coil_traverse *traverse, uint64_t code,
				  uint64_t self, struct coil_run *out);

#endif
