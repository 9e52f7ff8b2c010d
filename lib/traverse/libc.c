/* SPDX-License-Identifier: MIT */
/*
 * libc's string functions.  Which of several each process uses is decided when
 * it is linked, and all are written in vector instructions; so they are known
 * by the addresses in global offset tables and done here, byte by byte, by the
 * same loads and stores as any instruction.
 *
 * Source: ISO C11, 7.24; System V ABI, AMD64, 3.2.3.
 */
#include "traverse/operand.h"

#define MOST_BYTES 0x10000u /* that one call reads or writes */

enum function {
	MEMCMP,
	MEMCPY,
	MEMMOVE,
	MEMSET,
	MEMCHR,
	STRLEN,
	STRCMP,
	STRNCMP,
	STRCHR,
	FUNCTIONS
};

static const char *const names[FUNCTIONS] = {
	[MEMCMP] = "memcmp", [MEMCPY] = "memcpy",   [MEMMOVE] = "memmove",
	[MEMSET] = "memset", [MEMCHR] = "memchr",   [STRLEN] = "strlen",
	[STRCMP] = "strcmp", [STRNCMP] = "strncmp", [STRCHR] = "strchr",
};

/* A call's arguments as numbers; none may be a word of the object. */
struct call {
	uint64_t a, b, n; /* rdi, rsi, rdx */
};

static bool begin(struct coil_machine *m, struct call *call)
{
	static const uint8_t regs[] = {COIL_RDI, COIL_RSI, COIL_RDX};

	*call = (struct call){m->reg[COIL_RDI], m->reg[COIL_RSI],
			      m->reg[COIL_RDX]};
	for (size_t i = 0; m->infer && i < countof(regs); i++)
		if (coil_is_slot(m, m->from[regs[i]]))
			return coil_machine_fault(m, COIL_VARIES_POINTER);
	return true;
}

/* One byte, which costs a step. */
static bool byte(struct coil_machine *m, uint64_t address, uint64_t *value)
{
	uint64_t from;

	if (m->steps_left)
		m->steps_left--;
	return coil_machine_load(m, address, 1, value, &from);
}

static struct coil_insn *finish(struct coil_machine *m, uint64_t result)
{
	coil_put_register(m, COIL_RAX, 8, result, 0);
	return coil_go_back(m, 0);
}

static struct coil_insn *too_long(struct coil_machine *m)
{
	coil_machine_fault(m, COIL_FAULT_STEPS);
	return NULL;
}

/* memcmp, strcmp, strncmp. */
static struct coil_insn *compare(struct coil_machine *m, uint64_t limit,
				 bool strings)
{
	struct call call;
	uint64_t x, y;

	if (!begin(m, &call))
		return NULL;
	for (uint64_t i = 0; i < min64(limit, MOST_BYTES); i++) {
		if (!byte(m, call.a + i, &x) || !byte(m, call.b + i, &y))
			return NULL;
		if (x != y)
			return finish(m, x < y ? UINT64_MAX : 1);
		if (strings && !x)
			return finish(m, 0);
	}
	return limit > MOST_BYTES ? too_long(m) : finish(m, 0);
}

static struct coil_insn *step_memcmp(struct coil_machine *m,
				     struct coil_insn *i)
{
	(void)i;
	return compare(m, m->reg[COIL_RDX], false);
}

static struct coil_insn *step_strcmp(struct coil_machine *m,
				     struct coil_insn *i)
{
	(void)i;
	return compare(m, UINT64_MAX, true);
}

static struct coil_insn *step_strncmp(struct coil_machine *m,
				      struct coil_insn *i)
{
	(void)i;
	return compare(m, m->reg[COIL_RDX], true);
}

/* memcpy, memmove, by whole words where it can: those keep where they came
 * from.  Backwards where the places overlap. */
static struct coil_insn *step_copy(struct coil_machine *m, struct coil_insn *i)
{
	struct call call;
	unsigned width;

	(void)i;
	if (!begin(m, &call))
		return NULL;
	if (call.n > MOST_BYTES)
		return too_long(m);
	width = (call.a | call.b | call.n) & 7 ? 1 : 8;
	for (uint64_t done = 0; done < call.n; done += width) {
		uint64_t value, from;
		uint64_t at = call.b < call.a ? call.n - width - done : done;

		if (!coil_machine_load(m, call.b + at, width, &value, &from) ||
		    !coil_machine_store(m, call.a + at, width, value, from))
			return NULL;
	}
	return finish(m, call.a);
}

static struct coil_insn *step_memset(struct coil_machine *m,
				     struct coil_insn *i)
{
	struct call call;

	(void)i;
	if (!begin(m, &call))
		return NULL;
	if (call.n > MOST_BYTES)
		return too_long(m);
	for (uint64_t at = 0; at < call.n; at++)
		if (!coil_machine_store(m, call.a + at, 1, call.b & 0xff, 0))
			return NULL;
	return finish(m, call.a);
}

/* memchr, strchr, strlen: the first @c, or the end of the string. */
static struct coil_insn *search(struct coil_machine *m, enum function function)
{
	struct call call;
	uint64_t limit, c;

	if (!begin(m, &call))
		return NULL;
	limit = function == MEMCHR ? call.n : UINT64_MAX;
	for (uint64_t i = 0; i < min64(limit, MOST_BYTES); i++) {
		if (!byte(m, call.a + i, &c))
			return NULL;
		if (function == STRLEN) {
			if (!c)
				return finish(m, i);
			continue;
		}
		if (c == (call.b & 0xff))
			return finish(m, call.a + i);
		if (function == STRCHR && !c)
			return finish(m, 0);
	}
	return limit > MOST_BYTES ? too_long(m) : finish(m, 0);
}

static struct coil_insn *step_memchr(struct coil_machine *m,
				     struct coil_insn *i)
{
	(void)i;
	return search(m, MEMCHR);
}

static struct coil_insn *step_strchr(struct coil_machine *m,
				     struct coil_insn *i)
{
	(void)i;
	return search(m, STRCHR);
}

static struct coil_insn *step_strlen(struct coil_machine *m,
				     struct coil_insn *i)
{
	(void)i;
	return search(m, STRLEN);
}

static coil_step *const steps[FUNCTIONS] = {
	[MEMCMP] = step_memcmp, [MEMCPY] = step_copy,
	[MEMMOVE] = step_copy,	[MEMSET] = step_memset,
	[MEMCHR] = step_memchr, [STRLEN] = step_strlen,
	[STRCMP] = step_strcmp, [STRNCMP] = step_strncmp,
	[STRCHR] = step_strchr,
};

struct found {
	struct coil_machine *m;
	size_t count;
};

static void take(void *ctx, size_t name, uint64_t address)
{
	struct found *found = ctx;

	if (coil_traverse_trust(found->m->image, address) == COIL_FAULT_NONE)
		found->count +=
			coil_code_replace(found->m->code, address, steps[name]);
}

size_t coil_machine_libc(struct coil_machine *m)
{
	struct found found = {m, 0};

	coil_image_imports(m->image, names, FUNCTIONS, take, &found);
	return found.count;
}
