/* SPDX-License-Identifier: MIT */
/*
 * One run: registers set as for a call of the function, steps until it
 * returns, faults, or has had its share.
 */
#include <stdlib.h>

#include "traverse/quick.h"
#include "traverse/run.h"

#define STEPS	    100000u
#define STEPS_INFER 10000u /* of a made-up object, which leads nowhere */

/* What one object visits stands in the image, a word each, but for a few; what
 * of a made-up one, is a word of it, a few times. */
#define VISITS	      4096u
#define MOST_VISITS   (1u << 22)
#define VISITS_A_WORD 4u

/* Of all runs that take many steps: those that came to nothing, and those that
 * any heap of so many words needs, read several times.  Runs that take few are
 * not counted: they are bounded by how often somebody asks. */
#define MANY	     1000u
#define MOST_WASTED  300000000u
#define MOST_STEPS   500000000u
#define STEPS_A_WORD 250u

/* Above the return address: what a function may look at of its caller's. */
#define STACK_TOP (COIL_STACK_BASE + COIL_STACK_SIZE - 0x100)

const char *coil_fault_text(enum coil_fault fault)
{
	static const char *const texts[COIL_FAULTS] = {
		[COIL_FAULT_NONE] = "",
		[COIL_FAULT_NO_DECODER] = "coil was built without Zydis",
		[COIL_FAULT_NO_FILE] = "no file of its module",
		[COIL_FAULT_OTHER_BUILD] = "its module's file is another build",
		[COIL_FAULT_NO_BUILDID] = "no build-id of its module",
		[COIL_FAULT_NO_CODE] = "its code was not captured",
		[COIL_FAULT_WRITABLE] = "fault: code in writable memory",
		[COIL_FAULT_INSTRUCTION] = "fault: unknown instruction",
		[COIL_FAULT_READ] = "fault: read of missing memory",
		[COIL_FAULT_WRITE] = "fault: write",
		[COIL_FAULT_WRITES] = "fault: too many writes",
		[COIL_FAULT_DIVIDE] = "fault: division",
		[COIL_FAULT_STEPS] = "fault: too many steps",
		[COIL_FAULT_VISITS] = "fault: too many visits",
		[COIL_FAULT_DEPTH] = "fault: calls too deep",
		[COIL_FAULT_CODE] = "fault: too much code",
		[COIL_FAULT_MEMORY] = "out of memory",
		[COIL_VARIES_ITEMS] = "has items",
		[COIL_VARIES_BASE] = "extends a variable layout",
		[COIL_VARIES_SIZE] = "too large",
		[COIL_VARIES_NARROW] = "reads parts of words",
		[COIL_VARIES_POINTER] = "follows pointers",
		[COIL_VARIES_COMPUTES] = "computes with what it holds",
		[COIL_VARIES_WRITES] = "writes to memory",
		[COIL_VARIES_VISITS] = "visits what others hold",
		[COIL_VARIES_UNVISITED] = "reads what it does not visit",
		[COIL_VARIES_DEPENDS] = "visits one on condition of another",
		[COIL_VARIES_CHECK] = "objects differ from the layout",
	};

	return (size_t)fault < countof(texts) ? texts[fault] : "";
}

bool coil_traverse_present(void)
{
	return coil_decoder_present();
}

struct coil_traverse *coil_traverse_new(const struct coil_image *image)
{
	struct coil_traverse *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->machine.code = coil_code_new();
	if (!t->machine.code) {
		free(t);
		return NULL;
	}
	t->machine.image = image;
	t->machine.stack_low = COIL_STACK_SIZE;
	coil_quick_begin(&t->machine);
	for (size_t i = 0; i < image->segment_count; i++)
		t->words +=
			(image->segments[i].end - image->segments[i].start) / 8;
	for (size_t i = 0; i < image->thread_count && !t->machine.fs_base; i++)
		t->machine.fs_base = image->threads[i].fs_base;
	return t;
}

void coil_traverse_free(struct coil_traverse *t)
{
	if (!t)
		return;
	coil_code_free(t->machine.code);
	free(t->machine.visits);
	free(t);
}

/* Registers and stack as after code(self, visit, arg) was called. */
static void begin(struct coil_machine *m, uint64_t self)
{
	uint32_t low = m->stack_low & ~7u;

	memset(m->stack + low, 0, COIL_STACK_SIZE - low);
	memset(&m->stack_from[low / 8], 0, COIL_STACK_SIZE - low);
	memset(m->reg, 0, sizeof(m->reg));
	memset(m->from, 0, sizeof(m->from));
	if (m->vectors)
		memset(m->vector, 0, sizeof(m->vector));
	m->vectors = false;
	coil_overlay_clear(&m->overlay);
	m->stack_low = COIL_STACK_SIZE;
	m->cf = m->zf = m->sf = m->of = false;
	m->low = 0;
	m->depth = 0;
	m->visit_count = 0;
	m->steps_left = m->steps_given = m->infer ? STEPS_INFER : STEPS;
	m->fault = COIL_FAULT_NONE;
	m->reg[COIL_RDI] = self;
	m->from[COIL_RDI] = m->infer ? COIL_FROM_SELF : 0;
	m->reg[COIL_RSI] = COIL_VISIT;
	m->reg[COIL_RDX] = COIL_ARGUMENT;
	m->reg[COIL_RSP] = STACK_TOP - 8;
	coil_machine_store(m, STACK_TOP - 8, 8, COIL_RETURN, 0);
}

struct coil_insn *coil_plain_run(struct coil_machine *m, struct coil_insn *i)
{
	struct coil_insn *last = NULL;

	for (; i; i = i->step(m, i)) {
		last = i;
		if (!m->steps_left--) {
			m->fault = COIL_FAULT_STEPS;
			break;
		}
	}
	return last;
}

static enum coil_fault run(struct coil_machine *m, uint64_t code, uint64_t self,
			   struct coil_run *out)
{
	struct coil_insn *i, *last;

	begin(m, self);
	i = coil_machine_insn(m, code);
	last = m->infer || m->plain ? coil_plain_run(m, i)
				    : coil_quick_run(m, i);
	out->at = last ? last->address : code;
	out->steps = m->steps_given - m->steps_left;
	out->result = m->reg[COIL_RAX];
	out->visits = m->visits;
	out->count = m->fault == COIL_FAULT_NONE ? m->visit_count : 0;
	return m->fault;
}

/* Whether all runs together have had their share. */
static bool is_spent(const struct coil_traverse *t)
{
	return t->wasted > MOST_WASTED ||
	       t->spent / STEPS_A_WORD > MOST_STEPS / STEPS_A_WORD + t->words;
}

/* libc is looked for when an instruction is met that may be one of its. */
enum coil_fault coil_traverse_run(struct coil_traverse *t, uint64_t code,
				  uint64_t self, struct coil_run *out)
{
	struct coil_machine *m = &t->machine;
	enum coil_fault fault;

	if (is_spent(t)) {
		*out = (struct coil_run){.at = code};
		return COIL_FAULT_STEPS;
	}
	m->most_visits =
		m->infer ? (size_t)m->window_words * VISITS_A_WORD
			 : (size_t)min64(t->words + VISITS, MOST_VISITS);
	fault = run(m, code, self, out);
	if (fault == COIL_FAULT_INSTRUCTION && !m->libc) {
		m->libc = true;
		if (coil_machine_libc(m))
			fault = run(m, code, self, out);
	}
	t->steps += out->steps;
	if (out->steps > MANY) {
		t->spent += out->steps;
		t->wasted += fault == COIL_FAULT_NONE ? 0 : out->steps;
	}
	return fault;
}

uint64_t coil_traverse_steps(const struct coil_traverse *t)
{
	return t->steps;
}

void coil_traverse_plainly(struct coil_traverse *t)
{
	t->machine.plain = true;
}

enum coil_fault coil_traverse_call(struct coil_traverse *t, uint64_t code,
				   uint64_t self, struct coil_run *out)
{
	t->machine.infer = false;
	t->machine.window_words = 0;
	return coil_traverse_run(t, code, self, out);
}
