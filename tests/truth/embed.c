/* SPDX-License-Identifier: MIT */
/*
 * A program with an interpreter in it, which is finalized and initialized as
 * its argument says; then it dumps itself.
 *
 *	embed run|final|again|thrice
 */
#include <Python.h>

#include <stdlib.h>
#include <string.h>

static void work(const char *name, int count)
{
	char text[400];

	snprintf(text, sizeof(text),
		 "import gc, sys, json\n"
		 "class %s:\n"
		 "    def __init__(self): self.me = self\n"
		 "live_%s = [%s() for _ in range(%d)]\n"
		 "gc.collect()\n",
		 name, name, name, count);
	Py_Initialize();
	PyRun_SimpleString(text);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "run";

	work("First", 123);
	if (strcmp(mode, "run"))
		Py_FinalizeEx();
	if (!strcmp(mode, "thrice")) {
		work("Between", 55);
		Py_FinalizeEx();
	}
	if (!strcmp(mode, "again") || !strcmp(mode, "thrice"))
		work("Last", 77);
	abort();
}
