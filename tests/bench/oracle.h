/* SPDX-License-Identifier: MIT */
#ifndef COIL_BENCH_ORACLE_H
#define COIL_BENCH_ORACLE_H

#include "graph/graph.h"

/** Print what igraph takes for the same graph; nothing without igraph. */
void oracle_report(const struct coil_graph *g, double plain, double fused);

#endif
