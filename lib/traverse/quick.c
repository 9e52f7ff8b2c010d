/* SPDX-License-Identifier: MIT */
/*
 * Interpreting an object: the loop, moves, jumps and calls.
 *
 * Source: Intel's Software Developer's Manual, volume 2.
 */
#include "traverse/operand.h"
#include "traverse/quick.h"

/* Nothing is near: each holds a place that is looked for elsewhere. */
void coil_quick_begin(struct coil_machine *m)
{
	for (uint64_t i = 0; i < COIL_NEAR; i++)
		m->near[i].start = (i + 1) << COIL_GRANULE_BITS;
}

/* Whatever is not near; the segment of the image is so from here on. */
bool coil_quick_far(struct coil_machine *m, uint64_t address, unsigned width)
{
	const struct coil_segment *s;

	if (!coil_load(m, address, width, &m->word, &m->word_from))
		return false;
	s = m->segment;
	if (address >= COIL_USER_END || !s || s->end > COIL_USER_END ||
	    s->end - s->start < 8 || address - s->start >= s->end - s->start)
		return true;
	m->near[(address >> COIL_GRANULE_BITS) % COIL_NEAR] =
		(struct coil_near){
			.start = s->start,
			.last = s->end - s->start - 8,
			.bytes = s->bytes,
		};
	return true;
}

static __attribute__((noinline)) void settle(struct coil_machine *m)
{
	const struct coil_pending *p = &m->pending;

	if (p->of == COIL_COMPARED)
		coil_difference(m, p->a, p->b, p->width, false);
	else if (p->of == COIL_ADDED)
		coil_sum(m, p->a, p->b, p->width, false);
	m->pending.of = COIL_SETTLED;
}

/* The last instruction of the run after memory was written: what is near is
 * no longer all that there is to read. */
static struct coil_insn *run_written(struct coil_machine *m,
				     struct coil_insn *i)
{
	settle(m);
	return coil_plain_run(m, i);
}

struct coil_insn *coil_quick_run(struct coil_machine *m, struct coil_insn *i)
{
	m->last = NULL;
	m->pending.of = COIL_SETTLED;
	while (i) {
		unsigned burst = (unsigned)min64(m->steps_left, COIL_BURST);

		if (m->overlay.count)
			return run_written(m, i);
		if (!burst) {
			m->steps_left--;
			m->fault = COIL_FAULT_STEPS;
			return i;
		}
		m->steps_left -= burst;
		i = i->quick(m, i, burst - 1);
	}
	return m->last;
}

struct coil_insn *coil_quick_stop(struct coil_machine *m, struct coil_insn *i,
				  unsigned burst)
{
	m->steps_left += burst;
	m->last = i;
	return NULL;
}

struct coil_insn *coil_quick_first(struct coil_machine *m, struct coil_insn *i,
				   unsigned burst)
{
	return coil_quick_to(m, i, coil_machine_next(m, i), burst);
}

/* Ends the burst: a step may count steps of its own. */
struct coil_insn *coil_quick_other(struct coil_machine *m, struct coil_insn *i,
				   unsigned burst)
{
	struct coil_insn *next;

	settle(m);
	m->steps_left += burst;
	next = i->step(m, i);
	if (!next)
		m->last = i;
	return next;
}

struct coil_insn *coil_quick_nop(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return coil_quick_next(m, i, burst);
}

static inline void put(struct coil_machine *m, unsigned reg, uint64_t value,
		       uint64_t from)
{
	m->reg[reg] = value;
	m->from[reg] = from;
}

struct coil_insn *coil_quick_copy(struct coil_machine *m, struct coil_insn *i,
				  unsigned burst)
{
	put(m, i->reg, m->reg[i->from], m->from[i->from]);
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_copy_half(struct coil_machine *m,
				       struct coil_insn *i, unsigned burst)
{
	put(m, i->reg, (uint32_t)m->reg[i->from], 0);
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_number(struct coil_machine *m, struct coil_insn *i,
				    unsigned burst)
{
	put(m, i->reg, i->value, 0);
	return coil_quick_next(m, i, burst);
}

/* The rest of a load of a whole word, which is not near. */
static __attribute__((noinline)) struct coil_insn *load_far(
	struct coil_machine *m, struct coil_insn *i, unsigned burst)
{
	if (!coil_quick_far(m, coil_quick_address(m, i), 8))
		return coil_quick_stop(m, i, burst);
	put(m, i->reg, m->word, m->word_from);
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_load(struct coil_machine *m, struct coil_insn *i,
				  unsigned burst)
{
	uint64_t address = coil_quick_address(m, i);
	const struct coil_near *n = coil_quick_near(m, address);
	uint64_t at = address - n->start;

	if (at > n->last)
		return load_far(m, i, burst);
	put(m, i->reg, load64(n->bytes + at), address);
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_load_stack(struct coil_machine *m,
					struct coil_insn *i, unsigned burst)
{
	uint64_t address = coil_quick_address(m, i);
	uint64_t at = address - COIL_STACK_BASE;

	if (at > COIL_STACK_SIZE - 8 || at & 7)
		return load_far(m, i, burst);
	put(m, i->reg, load64(m->stack + at), m->stack_from[at / 8]);
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_load_part(struct coil_machine *m,
				       struct coil_insn *i, unsigned burst)
{
	uint64_t address = coil_quick_address(m, i);
	const struct coil_near *n = coil_quick_near(m, address);
	uint64_t at = address - n->start;

	if (at <= n->last)
		m->word = load64(n->bytes + at) << i->unused >> i->unused;
	else if (!coil_quick_far(m, address, i->width))
		return coil_quick_stop(m, i, burst);
	put(m, i->reg, m->word, 0);
	return coil_quick_next(m, i, burst);
}

/* To @to (NULL: the end) after a store that may have been to the image: then
 * the burst ends, and so does quickness. */
static struct coil_insn *stored(struct coil_machine *m, struct coil_insn *i,
				struct coil_insn *to, unsigned burst)
{
	if (!to || !m->overlay.count)
		return coil_quick_to(m, i, to, burst);
	m->steps_left += burst;
	return to;
}

/* The word `from` to @address, which is no whole word of the stack. */
static __attribute__((noinline)) struct coil_insn *store_far(
	struct coil_machine *m, struct coil_insn *i, uint64_t address,
	unsigned burst)
{
	if (!coil_machine_store(m, address, 8, m->reg[i->from],
				m->from[i->from]))
		return coil_quick_stop(m, i, burst);
	return stored(m, i, coil_machine_next(m, i), burst);
}

static inline struct coil_insn *store(struct coil_machine *m,
				      struct coil_insn *i, uint64_t address,
				      unsigned burst)
{
	uint64_t at = address - COIL_STACK_BASE;

	if (at > COIL_STACK_SIZE - 8 || at & 7)
		return store_far(m, i, address, burst);
	store64(m->stack + at, m->reg[i->from]);
	m->stack_from[at / 8] = m->from[i->from];
	if (at < m->stack_low)
		m->stack_low = (uint32_t)at;
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_store(struct coil_machine *m, struct coil_insn *i,
				   unsigned burst)
{
	return store(m, i, coil_quick_address(m, i), burst);
}

struct coil_insn *coil_quick_place(struct coil_machine *m, struct coil_insn *i,
				   unsigned burst)
{
	put(m, i->reg, coil_quick_address(m, i), 0);
	return coil_quick_next(m, i, burst);
}

/* rsp itself is pushed as it was: reached by no form. */
struct coil_insn *coil_quick_push(struct coil_machine *m, struct coil_insn *i,
				  unsigned burst)
{
	return store(m, i, m->reg[COIL_RSP] -= 8, burst);
}

static __attribute__((noinline)) struct coil_insn *pop_far(
	struct coil_machine *m, struct coil_insn *i, unsigned burst)
{
	if (!coil_quick_far(m, m->reg[COIL_RSP], 8))
		return coil_quick_stop(m, i, burst);
	m->reg[COIL_RSP] += 8;
	put(m, i->reg, m->word, m->word_from);
	return coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_pop(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	uint64_t address = m->reg[COIL_RSP];
	uint64_t at = address - COIL_STACK_BASE;

	if (at > COIL_STACK_SIZE - 8 || at & 7)
		return pop_far(m, i, burst);
	m->reg[COIL_RSP] = address + 8;
	put(m, i->reg, load64(m->stack + at), m->stack_from[at / 8]);
	return coil_quick_next(m, i, burst);
}

static __attribute__((noinline)) struct coil_insn *jump_first(
	struct coil_machine *m, struct coil_insn *i, unsigned burst)
{
	i->jump = coil_machine_insn(m, i->target);
	return coil_quick_to(m, i, i->jump, burst);
}

static inline struct coil_insn *jump(struct coil_machine *m,
				     struct coil_insn *i, unsigned burst)
{
	struct coil_insn *to = i->jump;

	if (!to)
		return jump_first(m, i, burst);
	if (!burst)
		return to;
	return to->quick(m, to, burst - 1);
}

struct coil_insn *coil_quick_jmp(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return jump(m, i, burst);
}

static inline bool is_zero(struct coil_machine *m)
{
	if (m->pending.of == COIL_COMPARED)
		return m->pending.a == m->pending.b;
	settle(m);
	return m->zf;
}

struct coil_insn *coil_quick_jz(struct coil_machine *m, struct coil_insn *i,
				unsigned burst)
{
	return is_zero(m) ? jump(m, i, burst) : coil_quick_next(m, i, burst);
}

struct coil_insn *coil_quick_jnz(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return is_zero(m) ? coil_quick_next(m, i, burst) : jump(m, i, burst);
}

/* Numbers that are extended by their sign keep their order, signed or not. */
static bool holds(struct coil_machine *m, unsigned condition)
{
	const struct coil_pending *p = &m->pending;
	bool inverse = condition & 1;

	if (p->of == COIL_COMPARED && condition >> 1 == COIL_CC_B >> 1)
		return (p->a < p->b) != inverse;
	if (p->of == COIL_COMPARED && condition >> 1 == COIL_CC_BE >> 1)
		return (p->a <= p->b) != inverse;
	if (p->of == COIL_COMPARED && condition >> 1 == COIL_CC_L >> 1)
		return ((int64_t)p->a < (int64_t)p->b) != inverse;
	if (p->of == COIL_COMPARED && condition >> 1 == COIL_CC_LE >> 1)
		return ((int64_t)p->a <= (int64_t)p->b) != inverse;
	settle(m);
	return coil_holds(m, condition);
}

struct coil_insn *coil_quick_jcc(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return holds(m, i->condition) ? jump(m, i, burst)
				      : coil_quick_next(m, i, burst);
}

/* A fault where there are too many calls, or no stack. */
static inline struct coil_insn *call(struct coil_machine *m,
				     struct coil_insn *i, uint64_t target,
				     unsigned burst)
{
	if (m->depth == COIL_DEPTH) {
		coil_machine_fault(m, COIL_FAULT_DEPTH);
		return coil_quick_stop(m, i, burst);
	}
	m->reg[COIL_RSP] -= 8;
	if (!coil_store(m, m->reg[COIL_RSP], 8, i->end, 0))
		return coil_quick_stop(m, i, burst);
	m->calls[m->depth].to = i->end;
	m->calls[m->depth].from = i;
	m->depth++;
	if (!i->jump || i->jump->address != target)
		i->jump = coil_machine_insn(m, target);
	return stored(m, i, i->jump, burst);
}

struct coil_insn *coil_quick_call(struct coil_machine *m, struct coil_insn *i,
				  unsigned burst)
{
	return call(m, i, i->target, burst);
}

struct coil_insn *coil_quick_call_register(struct coil_machine *m,
					   struct coil_insn *i, unsigned burst)
{
	return call(m, i, m->reg[i->from], burst);
}

struct coil_insn *coil_quick_ret(struct coil_machine *m, struct coil_insn *i,
				 unsigned burst)
{
	return coil_quick_to(m, i, coil_go_back(m, 0), burst);
}

struct coil_insn *coil_quick_visit(struct coil_machine *m, struct coil_insn *i,
				   unsigned burst)
{
	return coil_quick_to(m, i, coil_step_visit(m, i), burst);
}
