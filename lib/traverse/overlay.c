/* SPDX-License-Identifier: MIT */
/*
 * What a run writes to memory of the image: locks and reference counts that a
 * traversal takes and gives back (GLib's bit locks, shared pointers, Rust's
 * Arc).  It goes into a few words of the machine's own, which that run reads
 * again and no other; the image never changes.
 */
#include "traverse/machine.h"

/* Whoever chooses addresses that collide makes a run look at 512 words for one,
 * and runs are bounded: no map with a seed, as each run begins with none. */
static uint32_t hash(uint64_t address)
{
	return (uint32_t)(address * 0x9e3779b97f4a7c15u >> 32);
}

/* The slot of the word at @address, or the empty one where it would be. */
static uint32_t slot_of(const struct coil_overlay *o, uint64_t address)
{
	uint32_t at = hash(address) % COIL_OVERLAY_SLOTS;

	while (o->slots[at] && o->words[o->slots[at] - 1].address != address)
		at = (at + 1) % COIL_OVERLAY_SLOTS;
	return at;
}

static const struct coil_written *find(const struct coil_overlay *o,
				       uint64_t address)
{
	uint32_t index = o->slots[slot_of(o, address)];

	return index ? &o->words[index - 1] : NULL;
}

bool coil_overlay_has(const struct coil_overlay *o, uint64_t address,
		      unsigned width)
{
	uint64_t first = address & ~7ull, last = (address + width - 1) & ~7ull;

	return find(o, first) || (last != first && find(o, last));
}

void coil_overlay_clear(struct coil_overlay *o)
{
	if (!o->count)
		return;
	o->count = 0;
	memset(o->slots, 0, sizeof(o->slots));
}

/* A byte of the image; one that was not captured is 0, and nothing that a run
 * can read. */
static uint8_t captured(const struct coil_machine *m, uint64_t address)
{
	uint8_t byte;

	return coil_image_read(m->image, address, &byte, 1) ? 0 : byte;
}

bool coil_overlay_load(struct coil_machine *m, uint64_t address, unsigned width,
		       uint64_t *value, uint64_t *from)
{
	const struct coil_written *w = find(&m->overlay, address & ~7ull);
	uint8_t bytes[8];

	if (width == 8 && w && w->address == address) {
		*value = w->value;
		*from = w->from;
		return true;
	}
	if (coil_image_read(m->image, address, bytes, width) != COIL_OK)
		return coil_machine_fault(m, COIL_FAULT_READ);
	*value = *from = 0;
	for (unsigned i = 0; i < width; i++) {
		uint64_t at = address + i;

		w = find(&m->overlay, at & ~7ull);
		if (w)
			bytes[i] = (uint8_t)(w->value >> (at & 7) * 8);
		*value |= (uint64_t)bytes[i] << i * 8;
	}
	return true;
}

/* The word at @address, a multiple of 8, to be changed; NULL and a fault where
 * there are too many. */
static struct coil_written *take(struct coil_machine *m, uint64_t address)
{
	struct coil_overlay *o = &m->overlay;
	uint32_t slot = slot_of(o, address);
	struct coil_written *w;

	if (o->slots[slot])
		return &o->words[o->slots[slot] - 1];
	if (o->count == COIL_OVERLAY_WORDS) {
		coil_machine_fault(m, COIL_FAULT_WRITES);
		return NULL;
	}
	w = &o->words[o->count++];
	o->slots[slot] = (uint16_t)o->count;
	*w = (struct coil_written){.address = address};
	for (unsigned i = 0; i < 8; i++)
		w->value |= (uint64_t)captured(m, address + i) << i * 8;
	return w;
}

static bool is_writable(const struct coil_machine *m, uint64_t address)
{
	const struct coil_segment *s =
		address < COIL_USER_END ? coil_image_segment(m->image, address)
					: NULL;

	return s && s->writable;
}

bool coil_overlay_store(struct coil_machine *m, uint64_t address,
			unsigned width, uint64_t value, uint64_t from)
{
	uint64_t last = address + width - 1;

	if (!is_writable(m, address) || !is_writable(m, last))
		return coil_machine_fault(m, COIL_FAULT_WRITE);
	for (unsigned i = 0; i < width;) {
		uint64_t at = address + i, shift = (at & 7) * 8;
		unsigned n = (unsigned)min64(8 - (at & 7), width - i);
		uint64_t mask = n == 8 ? UINT64_MAX : (1ull << n * 8) - 1;
		struct coil_written *w = take(m, at & ~7ull);

		if (!w)
			return false;
		w->value &= ~(mask << shift);
		w->value |= (value >> i * 8 & mask) << shift;
		w->from = n == 8 ? from : 0;
		i += n;
	}
	return true;
}
