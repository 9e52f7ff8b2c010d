/* SPDX-License-Identifier: MIT */
/*
 * The machine code of the target: which of it is trusted, and what of it was
 * decoded, found again by its address.
 */
#include <stdlib.h>

#include "traverse/quick.h"

#define BLOCK	   512u
#define MOST_INSNS (1u << 20)
#define INSN_BYTES 15u /* the longest */

struct coil_code {
	struct coil_decoder *decoder;
	struct coil_insn **blocks; /* pointers to instructions stay good */
	size_t block_room;
	struct coil_insn **slots; /* open addressing; the mask is room - 1 */
	uint32_t mask, count;
};

void coil_code_free(struct coil_code *code)
{
	if (!code)
		return;
	for (uint32_t i = 0; i * BLOCK < code->count; i++)
		free(code->blocks[i]);
	free(code->blocks);
	free(code->slots);
	coil_decoder_free(code->decoder);
	free(code);
}

enum coil_fault coil_traverse_trust(const struct coil_image *image,
				    uint64_t address)
{
	static const enum coil_fault faults[] = {
		[COIL_MODULE_USED] = COIL_FAULT_NO_CODE,
		[COIL_MODULE_NO_FILE] = COIL_FAULT_NO_FILE,
		[COIL_MODULE_OTHER] = COIL_FAULT_OTHER_BUILD,
		[COIL_MODULE_NO_BUILDID] = COIL_FAULT_NO_BUILDID,
	};
	const struct coil_segment *s =
		address < COIL_USER_END ? coil_image_segment(image, address)
					: NULL;
	const struct coil_module *module;

	if (!coil_decoder_present())
		return COIL_FAULT_NO_DECODER;
	if (s)
		return s->writable ? COIL_FAULT_WRITABLE : COIL_FAULT_NONE;
	module = coil_image_module_at(image, address);
	return module && (size_t)module->state < countof(faults)
		       ? faults[module->state]
		       : COIL_FAULT_NO_CODE;
}

static uint32_t hash(uint64_t address)
{
	return (uint32_t)(address * 0x9e3779b97f4a7c15u >> 32);
}

static bool rehash(struct coil_code *code)
{
	uint32_t mask = code->mask * 2 + 1;
	struct coil_insn **slots = calloc((size_t)mask + 1, sizeof(*slots));

	if (!slots)
		return false;
	for (uint32_t i = 0; i < code->count; i++) {
		struct coil_insn *insn = &code->blocks[i / BLOCK][i % BLOCK];
		uint32_t at = hash(insn->address) & mask;

		while (slots[at])
			at = (at + 1) & mask;
		slots[at] = insn;
	}
	free(code->slots);
	code->slots = slots;
	code->mask = mask;
	return true;
}

/* Keep a copy of @insn; NULL: out of memory. */
static struct coil_insn *add(struct coil_code *code,
			     const struct coil_insn *insn)
{
	uint32_t block = code->count / BLOCK, at;
	struct coil_insn *kept;

	if (code->count * 2 >= code->mask && !rehash(code))
		return NULL;
	if (code->count % BLOCK == 0) {
		if (!RESERVE(code->blocks, code->block_room, block + 1u))
			return NULL;
		code->blocks[block] =
			aligned_alloc(_Alignof(struct coil_insn),
				      BLOCK * sizeof(**code->blocks));
		if (!code->blocks[block])
			return NULL;
	}
	kept = &code->blocks[block][code->count++ % BLOCK];
	*kept = *insn;
	at = hash(kept->address) & code->mask;
	while (code->slots[at])
		at = (at + 1) & code->mask;
	code->slots[at] = kept;
	return kept;
}

static struct coil_insn *find(const struct coil_code *code, uint64_t address)
{
	for (uint32_t i = hash(address) & code->mask; code->slots[i];
	     i = (i + 1) & code->mask)
		if (code->slots[i]->address == address)
			return code->slots[i];
	return NULL;
}

bool coil_code_replace(struct coil_code *code, uint64_t address,
		       coil_step *step)
{
	const struct coil_insn insn = {
		.address = address, .step = step, .quick = coil_quick_other};
	struct coil_insn *old = find(code, address);

	if (old)
		*old = insn;
	return old || add(code, &insn);
}

struct coil_code *coil_code_new(void)
{
	const struct coil_insn ends[] = {
		{.address = COIL_VISIT,
		 .step = coil_step_visit,
		 .quick = coil_quick_visit},
		{.address = COIL_RETURN,
		 .step = coil_step_return,
		 .quick = coil_quick_other},
	};
	struct coil_code *code = calloc(1, sizeof(*code));

	if (!code)
		return NULL;
	code->decoder = coil_decoder_new();
	code->mask = 4095;
	code->slots = calloc((size_t)code->mask + 1, sizeof(*code->slots));
	if (!code->slots || !add(code, &ends[0]) || !add(code, &ends[1])) {
		coil_code_free(code);
		return NULL;
	}
	return code;
}

void coil_code_insn_name(const struct coil_code *code, const uint8_t *bytes,
			 size_t size, char *buf, size_t room)
{
	*buf = '\0';
	if (code->decoder)
		coil_decode_name(code->decoder, bytes, size, buf, room);
}

/* The instruction at @address, from memory that the target could not write. */
static struct coil_insn *decode(struct coil_machine *m, uint64_t address)
{
	uint8_t bytes[INSN_BYTES];
	struct coil_code *code = m->code;
	const struct coil_segment *s;
	struct coil_insn insn, *kept;
	size_t size = sizeof(bytes);

	m->fault = coil_traverse_trust(m->image, address);
	if (m->fault != COIL_FAULT_NONE)
		return NULL;
	if (code->count >= MOST_INSNS || !code->decoder) {
		m->fault = COIL_FAULT_CODE;
		return NULL;
	}
	s = coil_image_segment(m->image, address);
	size = min64(size, s->end - address);
	memcpy(bytes, s->bytes + (address - s->start), size);
	if (!coil_decode(code->decoder, bytes, size, address, &insn))
		insn.op = COIL_OP_NONE;
	insn.step = coil_steps[insn.op];
	coil_quick_resolve(&insn);
	kept = add(code, &insn);
	if (!kept)
		m->fault = COIL_FAULT_MEMORY;
	return kept;
}

struct coil_insn *coil_machine_insn(struct coil_machine *m, uint64_t address)
{
	struct coil_insn *insn = find(m->code, address);

	return insn ? insn : decode(m, address);
}
