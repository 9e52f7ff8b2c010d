/* SPDX-License-Identifier: MIT */
/*
 * What the machine reads and writes: the image, whose copy it writes
 * (overlay.c), its own stack, and while a layout is inferred the window of a
 * made-up object.
 */
#include "traverse/machine.h"

static uint64_t load_bytes(const uint8_t *p, unsigned width)
{
	return width == 8   ? load64(p)
	       : width == 4 ? load32(p)
	       : width == 2 ? load16(p)
			    : load8(p);
}

static void store_bytes(uint8_t *p, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		p[i] = (uint8_t)(value >> i * 8);
}

/* A word of the stack that is not whole loses where it came from: while
 * inferring nothing may be lost. */
static bool load_stack(struct coil_machine *m, uint64_t at, unsigned width,
		       uint64_t *value, uint64_t *from)
{
	*value = load_bytes(m->stack + at, width);
	*from = 0;
	if (width == 8 && !(at & 7))
		*from = m->stack_from[at / 8];
	else if (m->infer &&
		 (coil_is_tainted(m, m->stack_from[at / 8]) ||
		  coil_is_tainted(m, m->stack_from[(at + width - 1) / 8])))
		return coil_machine_fault(m, COIL_VARIES_COMPUTES);
	return true;
}

static bool load_window(struct coil_machine *m, uint64_t at, unsigned width,
			uint64_t *value, uint64_t *from)
{
	if (width != 8 || at & 7)
		return coil_machine_fault(m, COIL_VARIES_NARROW);
	*value = m->window[at / 8];
	/* The type is the same in all: what is read by it is no secret. */
	*from = at / 8 == m->window_type ? 0 : COIL_WINDOW_BASE + at;
	if (*from)
		m->window_read[at / 8] = 1;
	return true;
}

bool coil_machine_load(struct coil_machine *m, uint64_t address, unsigned width,
		       uint64_t *value, uint64_t *from)
{
	const struct coil_segment *s = m->segment;

	if (address - COIL_STACK_BASE <= COIL_STACK_SIZE - width)
		return load_stack(m, address - COIL_STACK_BASE, width, value,
				  from);
	if (address >= COIL_USER_END) {
		if (m->infer && address - COIL_WINDOW_BASE <=
					(uint64_t)m->window_words * 8 - width)
			return load_window(m, address - COIL_WINDOW_BASE, width,
					   value, from);
		return coil_machine_fault(m, COIL_FAULT_READ);
	}
	if (m->overlay.count && coil_overlay_has(&m->overlay, address, width))
		return coil_overlay_load(m, address, width, value, from);
	if (!s || address - s->start >= s->end - s->start) {
		s = coil_image_segment(m->image, address);
		if (!s)
			return coil_machine_fault(m, COIL_FAULT_READ);
		m->segment = s;
	}
	*from = width == 8 ? address : 0;
	if (s->end - address < width) {
		uint8_t bytes[8];

		if (coil_image_read(m->image, address, bytes, width) != COIL_OK)
			return coil_machine_fault(m, COIL_FAULT_READ);
		*value = load_bytes(bytes, width);
		return true;
	}
	*value = load_bytes(s->bytes + (address - s->start), width);
	return true;
}

bool coil_machine_store(struct coil_machine *m, uint64_t address,
			unsigned width, uint64_t value, uint64_t from)
{
	uint64_t at = address - COIL_STACK_BASE;

	/* An object that is written to has no layout that could be inferred. */
	if (at > COIL_STACK_SIZE - width)
		return m->infer ? coil_machine_fault(m, COIL_VARIES_WRITES)
				: coil_overlay_store(m, address, width, value,
						     from);
	store_bytes(m->stack + at, width, value);
	if (at < m->stack_low)
		m->stack_low = (uint32_t)at;
	if (width == 8 && !(at & 7)) {
		m->stack_from[at / 8] = from;
		return true;
	}
	/* What stays of a word that is overwritten in part. */
	if (m->infer &&
	    (coil_is_tainted(m, from) ||
	     coil_is_tainted(m, m->stack_from[at / 8]) ||
	     coil_is_tainted(m, m->stack_from[(at + width - 1) / 8])))
		return coil_machine_fault(m, COIL_VARIES_COMPUTES);
	m->stack_from[at / 8] = 0;
	m->stack_from[(at + width - 1) / 8] = 0;
	return true;
}
