/* SPDX-License-Identifier: MIT */
#ifndef COIL_TESTS_FUZZ_ASK_H
#define COIL_TESTS_FUZZ_ASK_H

#include "coil/snapshot.h"

/**
 * Everything that the library can be asked about a snapshot; aborts where an
 * answer contradicts what the headers promise, whatever the snapshot holds.
 */
void ask_everything(struct coil_snapshot *snapshot);

#endif
