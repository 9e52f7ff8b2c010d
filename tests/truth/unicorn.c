/* SPDX-License-Identifier: MIT */
/*
 * Unicorn as an oracle of the machine of lib/traverse:
 *	unicorn CORE [OBJECTS]
 *	unicorn
 * Steps tp_traverse for up to 20 objects a type, OBJECTS in all, with both, and
 * compares what is visited, in order; without a core the operations that
 * test_traverse.c compares with the processor.  Prints the differences and one
 * last line; 1 where there are any.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicorn/unicorn.h>

#include "image/build.h"
#include "objects/plan.h"
#include "walk/walk.h"
#include "../traverse_operations.h"

#define A_TYPE	 20u
#define PAGE	 4096u
#define STACK	 0x100000000000ull /* not where a process has anything */
#define STACKED	 0x40000u
#define PLACES	 0x200000000000ull
#define VISIT	 (PLACES + 0x10)
#define FINISH	 (PLACES + 0x20)
#define ARGUMENT (PLACES + 0x30)
#define STEPS	 1000000u
#define CODE	 0x10000u

struct oracle {
	uc_engine *uc;
	const struct coil_image *image;
	uint64_t *visits;
	size_t count, room;
};

static void fail(const char *what)
{
	fprintf(stderr, "unicorn: %s\n", what);
	exit(2);
}

/* A page is there from the first touch on. */
static bool touch(uc_engine *uc, uc_mem_type type, uint64_t address, int size,
		  int64_t value, void *data)
{
	const struct oracle *o = data;
	uint64_t page = address & ~(uint64_t)(PAGE - 1);
	uint8_t bytes[PAGE];

	(void)type;
	(void)size;
	(void)value;
	if (coil_image_read(o->image, page, bytes, PAGE) != COIL_OK) {
		for (unsigned i = 0; i < PAGE; i++)
			if (coil_image_read(o->image, page + i, bytes + i, 1))
				bytes[i] = 0;
		if (!coil_image_segment(o->image, address))
			return false;
	}
	return !uc_mem_map(uc, page, PAGE, UC_PROT_ALL) &&
	       !uc_mem_write(uc, page, bytes, PAGE);
}

static void visit(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct oracle *o = data;
	uint64_t zero = 0, value = 0;

	(void)address;
	(void)size;
	uc_reg_read(uc, UC_X86_REG_RDI, &value);
	uc_reg_write(uc, UC_X86_REG_RAX, &zero);
	if (!APPEND(o->visits, o->count, o->room, value))
		fail("out of memory");
}

static void open_oracle(struct oracle *o, const struct coil_image *image)
{
	static const uint8_t ret[] = {0xc3};
	uc_hook on_touch, on_visit;

	o->image = image;
	if (uc_open(UC_ARCH_X86, UC_MODE_64, &o->uc) ||
	    uc_mem_map(o->uc, STACK, STACKED, UC_PROT_ALL) ||
	    uc_mem_map(o->uc, PLACES, PAGE, UC_PROT_ALL) ||
	    uc_mem_write(o->uc, VISIT, ret, 1) ||
	    uc_hook_add(o->uc, &on_touch, UC_HOOK_MEM_UNMAPPED,
			(void *)(uintptr_t)touch, o, 1, 0) ||
	    uc_hook_add(o->uc, &on_visit, UC_HOOK_CODE,
			(void *)(uintptr_t)visit, o, VISIT, VISIT))
		fail("cannot be opened");
	for (size_t i = 0; i < image->thread_count; i++)
		if (image->threads[i].fs_base) {
			uc_reg_write(o->uc, UC_X86_REG_FS_BASE,
				     &image->threads[i].fs_base);
			break;
		}
}

/* What the oracle visits; false where it cannot go on. */
static bool run(struct oracle *o, uint64_t code, uint64_t self)
{
	uint64_t rsp = STACK + STACKED - 0x108, to = FINISH;
	uint64_t at = VISIT, argument = ARGUMENT;

	o->count = 0;
	uc_mem_write(o->uc, rsp, &to, sizeof(to));
	uc_reg_write(o->uc, UC_X86_REG_RSP, &rsp);
	uc_reg_write(o->uc, UC_X86_REG_RDI, &self);
	uc_reg_write(o->uc, UC_X86_REG_RSI, &at);
	uc_reg_write(o->uc, UC_X86_REG_RDX, &argument);
	return !uc_emu_start(o->uc, code, FINISH, 0, STEPS);
}

static bool same(const struct oracle *o, const struct coil_run *r)
{
	if (o->count != r->count)
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (o->visits[i] != r->visits[i].value)
			return false;
	return true;
}

/* @op with both on the values of @operands, which stand in @page as the image
 * has it.  False where they differ; Unicorn's faults count in @unable. */
static bool same_result(const struct operation *op, uint8_t *page,
			const uint64_t *operands, size_t *unable)
{
	static const uint8_t result[] = {0x48, 0x89, 0xf8, 0xc3};
	struct coil_image *image = coil_image_new();
	struct oracle oracle = {0};
	uint64_t rdi = CODE + OPERANDS_AT, right = 0;
	struct coil_traverse *t;
	struct coil_run r;
	bool same = true;

	memset(page, 0, PAGE);
	memcpy(page, prologue, PROLOGUE);
	memcpy(page + PROLOGUE, op->bytes, op->size);
	memcpy(page + PROLOGUE + op->size, result, sizeof(result));
	memcpy(page + OPERANDS_AT, operands, 16);
	if (!image ||
	    coil_image_add(image, CODE, OPERANDS_AT, page, false, false) ||
	    coil_image_add(image, rdi, PAGE - OPERANDS_AT, page + OPERANDS_AT,
			   true, false) ||
	    coil_image_seal(image, NULL))
		fail("no image");
	t = coil_traverse_new(image);
	if (!t)
		fail("out of memory");
	open_oracle(&oracle, image);
	if (!run(&oracle, CODE, rdi)) {
		(*unable)++;
	} else {
		uc_reg_read(oracle.uc, UC_X86_REG_RAX, &right);
		same = coil_traverse_call(t, CODE, rdi, &r) == 0 &&
		       r.result == right;
	}
	if (!same)
		printf("%s of 0x%" PRIx64 " and 0x%" PRIx64 ": 0x%" PRIx64
		       ", the oracle says 0x%" PRIx64 "\n",
		       op->name, operands[0], operands[1], r.result, right);
	uc_close(oracle.uc);
	coil_traverse_free(t);
	coil_image_close(image);
	return same;
}

/* QEMU clears the upper half of a register that this leaves alone: the
 * processor does not, see test_traverse.c. */
static bool is_oracles_fault(const struct operation *op)
{
	return !strncmp(op->name, "cmpxchg 32", 10);
}

static int operations_agree(void)
{
	uint8_t *page = malloc(PAGE);
	size_t agreed = 0, differ = 0, unable = 0;

	if (!page)
		fail("out of memory");
	/* Some pairs of values: the processor is asked for all. */
	for (size_t n = 0; n < countof(operations); n++)
		for (size_t i = n % 7; i < countof(values); i += 7) {
			uint64_t operands[] = {
				values[i],
				values[(i * 5 + n) % countof(values)]};

			if (is_oracles_fault(&operations[n]))
				unable++;
			if (is_oracles_fault(&operations[n]) ||
			    same_result(&operations[n], page, operands,
					&unable))
				agreed++;
			else
				differ++;
		}
	free(page);
	printf("%zu operations: %zu agreed, %zu differ, %zu that Unicorn "
	       "cannot do\n",
	       countof(operations), agreed - unable, differ, unable);
	return differ || agreed == unable;
}

int main(int argc, char **argv)
{
	size_t most = argc > 2 ? strtoul(argv[2], NULL, 10) : 3000;
	size_t agreed = 0, differ = 0, faults = 0, types = 0, unable = 0;
	struct coil_addrset_walk next = {0};
	struct oracle oracle = {0};
	struct coil_runtime *runtime;
	struct coil_image *image;
	struct coil_reader reader;
	struct coil_walk walk;
	struct coil_error err;
	unsigned *asked;
	uint64_t address;

	if (argc < 2)
		return operations_agree();
	if (coil_image_open(argv[1], NULL, &image, &err) ||
	    coil_runtime_open(image, NULL, &runtime, &err) ||
	    coil_reader_open(runtime, &reader, &err) ||
	    coil_walk_heap(&reader, &walk, NULL, NULL, NULL, &err))
		fail(err.text);
	open_oracle(&oracle, image);
	asked = calloc(coil_types_count(reader.types) + 1, sizeof(*asked));
	if (!asked)
		fail("out of memory");
	while (agreed + differ < most &&
	       coil_addrset_next(&walk.nodes, &next, &address)) {
		struct coil_object object;
		const struct coil_plan *plan;
		enum coil_fault fault;
		struct coil_run r;

		if (coil_walk_kind(&walk, address) != COIL_NODE_OBJECT ||
		    !coil_reader_object(&reader, address, &object) ||
		    asked[object.type->index] == A_TYPE)
			continue;
		plan = coil_plan_get(&reader, object.type);
		/* Types that are static have none to be asked. */
		if (!plan->solid->traverse || !plan->traversed ||
		    object.type->flags & COIL_TP_TYPE)
			continue;
		fault = coil_traverse_call(reader.traverse,
					   plan->solid->traverse, address, &r);
		if (fault != COIL_FAULT_NONE) {
			faults++;
			printf("0x%016" PRIx64 "\t%s\t%s at 0x%" PRIx64 "\n",
			       address, object.type->name,
			       coil_fault_text(fault), r.at);
			continue;
		}
		types += !asked[object.type->index]++;
		/* It has no AVX, in which libc's string functions are. */
		if (!run(&oracle, plan->solid->traverse, address)) {
			unable++;
			continue;
		}
		if (same(&oracle, &r)) {
			agreed++;
			continue;
		}
		differ++;
		printf("0x%016" PRIx64 "\t%s\t%zu visits\t%zu by the oracle\n",
		       address, object.type->name, r.count, oracle.count);
	}
	printf("%zu agreed, %zu differ, %zu types, %zu faults, %zu that "
	       "Unicorn cannot do\n",
	       agreed, differ, types, faults, unable);
	free(asked);
	free(oracle.visits);
	uc_close(oracle.uc);
	coil_walk_free(&walk);
	coil_reader_close(&reader);
	coil_runtime_close(runtime);
	coil_image_close(image);
	return differ || !agreed;
}
