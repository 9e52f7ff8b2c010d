/* SPDX-License-Identifier: MIT */
/* Node flags in words. */
#include <string.h>

#include "flags.h"
#include "tool.h"

static const struct {
	uint32_t mask, value;
	const char *word;
} words[] = {
	{COIL_FLAG_GC, COIL_FLAG_GC, "gc"},
	{COIL_FLAG_IMMORTAL, COIL_FLAG_IMMORTAL, "immortal"},
	{COIL_FLAG_INTERNED, COIL_FLAG_INTERNED, "interned"},
	{COIL_FLAG_STATIC, COIL_FLAG_STATIC, "static"},
	{COIL_FLAG_REACHABLE, 0, "unreachable"},
	{COIL_FLAG_GARBAGE, COIL_FLAG_GARBAGE, "garbage"},
	{COIL_FLAG_WEAKREFS, COIL_FLAG_WEAKREFS, "weakrefs"},
	{COIL_FLAG_TYPE, COIL_FLAG_TYPE, "type"},
	{COIL_FLAG_LARGE, COIL_FLAG_LARGE, "large"},
	{COIL_FLAG_UNCERTAIN, COIL_FLAG_UNCERTAIN, "uncertain"},
	{COIL_FLAG_INEXACT, COIL_FLAG_INEXACT, "inexact"},
	{COIL_FLAG_UNSURE, COIL_FLAG_UNSURE, "unsure"},
	{COIL_FLAG_EXECUTING, COIL_FLAG_EXECUTING, "executing"},
	{COIL_FLAG_SIZE_GUESS, COIL_FLAG_SIZE_GUESS, "size-guess"},
	{COIL_FLAG_INCOMPLETE, COIL_FLAG_INCOMPLETE, "incomplete"},
	{COIL_FLAG_OVERLAPS, COIL_FLAG_OVERLAPS, "overlaps"},
	{COIL_FLAG_LEFT_OVER, COIL_FLAG_LEFT_OVER, "left-over"},
};

const char *tool_flags(uint32_t flags, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < countof(words); i++) {
		size_t n = strlen(words[i].word);

		if ((flags & words[i].mask) != words[i].value ||
		    at + 1 + n >= size)
			continue;
		if (at)
			text[at++] = ',';
		memcpy(text + at, words[i].word, n + 1);
		at += n;
	}
	return text;
}
