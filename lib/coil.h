/* SPDX-License-Identifier: MIT */
#ifndef COIL_H
#define COIL_H

/** libcoil: reads the heap of a dead CPython process. See libcoil(3). */

#include "coil/analysis.h"
#include "coil/check.h"
#include "coil/diff.h"
#include "coil/duplicates.h"
#include "coil/graph.h"
#include "coil/holders.h"
#include "coil/image.h"
#include "coil/pymalloc.h"
#include "coil/runtime.h"
#include "coil/singletons.h"
#include "coil/snapshot.h"
#include "coil/status.h"
#include "coil/threads.h"
#include "coil/weakrefs.h"
#include "coil/words.h"

#endif
