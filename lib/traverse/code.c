/* SPDX-License-Identifier: MIT */
/*
 * The machine code of the target: which of it is trusted, and what of it was
 * decoded, found again by its address.
 */
#include <stdlib.h>

#include "base/map.h"
#include "traverse/quick.h"

#define BLOCK	   512u
#define MOST_INSNS (1u << 20)
#define INSN_BYTES 15u /* the longest */

struct coil_code {
	struct coil_decoder *decoder;
	struct coil_insn **blocks; /* pointers to instructions stay good */
	size_t block_room;
	struct coil_map by_address; /* pointers to them */
	uint32_t count;
};

void coil_code_free(struct coil_code *code)
{
	if (!code)
		return;
	for (uint32_t i = 0; i * BLOCK < code->count; i++)
		free(code->blocks[i]);
	free(code->blocks);
	coil_map_free(&code->by_address);
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

/* Keep a copy of @insn; NULL: out of memory. */
static struct coil_insn *add(struct coil_code *code,
			     const struct coil_insn *insn)
{
	uint32_t block = code->count / BLOCK;
	struct coil_insn *kept;
	uint64_t *known;

	if (code->count % BLOCK == 0) {
		if (!RESERVE(code->blocks, code->block_room, block + 1u))
			return NULL;
		code->blocks[block] =
			aligned_alloc(_Alignof(struct coil_insn),
				      BLOCK * sizeof(**code->blocks));
		if (!code->blocks[block])
			return NULL;
	}
	known = coil_map_put(&code->by_address, insn->address);
	if (!known)
		return NULL;
	kept = &code->blocks[block][code->count++ % BLOCK];
	*kept = *insn;
	*known = (uintptr_t)kept;
	return kept;
}

static struct coil_insn *find(const struct coil_code *code, uint64_t address)
{
	const uint64_t *insn = coil_map_find(&code->by_address, address);

	return insn ? (struct coil_insn *)(uintptr_t)*insn : NULL;
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
	if (!coil_map_init(&code->by_address, 2048) || !add(code, &ends[0]) ||
	    !add(code, &ends[1])) {
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
