/* SPDX-License-Identifier: MIT */
/*
 * lib/traverse: what the machine does with functions of this very program,
 * whose bytes are put into a made image; what it makes of hostile code; and
 * whether it computes as the processor does.
 */
#include <check.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "traverse/traverse.h"

/* An object as the functions below know it. */
struct object {
	uint64_t refcnt;
	void *type;
	void *a, *b;
	uint64_t flag;
	uint32_t small, low;
	void **array;
	uint64_t count;
	struct object *next;
};

typedef int visit_fn(void *object, void *arg);

#define STEPPED \
	__attribute__((section("stepped"), noinline, used, \
		       no_sanitize("address", "undefined")))
#define VISIT(p) \
	do { \
		if (p) { \
			int result = visit((p), arg); \
			if (result) \
				return result; \
		} \
	} while (0)

extern const uint8_t __start_stepped[], __stop_stepped[];

/* Data that the functions use. */
static struct {
	struct object object, other[3];
	void *items[6];
	uint64_t type[8];
	void *global;
} heap;

STEPPED static int nothing(struct object *o, visit_fn *visit, void *arg)
{
	(void)o;
	(void)visit;
	(void)arg;
	return 0;
}

STEPPED static int two(struct object *o, visit_fn *visit, void *arg)
{
	VISIT(o->type);
	VISIT(o->a);
	VISIT(o->b);
	return 0;
}

STEPPED static int unchecked(struct object *o, visit_fn *visit, void *arg)
{
	return visit(o->a, arg);
}

STEPPED static int twice(struct object *o, visit_fn *visit, void *arg)
{
	VISIT(o->b);
	VISIT(o->b);
	VISIT(o->a);
	return 0;
}

STEPPED static int in_parts(struct object *o, visit_fn *visit, void *arg)
{
	int result = unchecked(o, visit, arg);

	return result ? result : two(o, visit, arg);
}

STEPPED static int by_small(struct object *o, visit_fn *visit, void *arg)
{
	if (o->small)
		VISIT(o->a);
	return 0;
}

STEPPED static int by_flag(struct object *o, visit_fn *visit, void *arg)
{
	if (o->flag > 3)
		VISIT(o->a);
	return 0;
}

STEPPED static int by_presence(struct object *o, visit_fn *visit, void *arg)
{
	if (o->flag)
		VISIT(o->a);
	return 0;
}

STEPPED static int either(struct object *o, visit_fn *visit, void *arg)
{
	void *p = o->a ? o->a : o->b;

	VISIT(p);
	return 0;
}

STEPPED static int tagged(struct object *o, visit_fn *visit, void *arg)
{
	void *p = (void *)((uintptr_t)o->a & ~(uintptr_t)1);

	VISIT(p);
	return 0;
}

STEPPED static int compared(struct object *o, visit_fn *visit, void *arg)
{
	if (o->a != o->b)
		VISIT(o->a);
	return 0;
}

STEPPED static int array(struct object *o, visit_fn *visit, void *arg)
{
	for (uint64_t i = 0; i < o->count; i++)
		VISIT(o->array[i]);
	return 0;
}

STEPPED static int listed(struct object *o, visit_fn *visit, void *arg)
{
	for (; o; o = o->next)
		VISIT(o->a);
	return 0;
}

STEPPED static int of_global(struct object *o, visit_fn *visit, void *arg)
{
	VISIT(o->a);
	VISIT(heap.global);
	return 0;
}

STEPPED static int truncated(struct object *o, visit_fn *visit, void *arg)
{
	void *p = (void *)(uintptr_t)(uint32_t)(uintptr_t)o->a;

	VISIT(p);
	return 0;
}

STEPPED static int shifted(struct object *o, visit_fn *visit, void *arg)
{
	void **p = &o->a;

	for (unsigned i = 0; i < 2; i++)
		VISIT(p[i]);
	return 0;
}

typedef int function(struct object *o, visit_fn *visit, void *arg);

static uint64_t at(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

static uint64_t code(function *f)
{
	return (uint64_t)(uintptr_t)f;
}

static void add(struct coil_image *image, const void *p, size_t size,
		bool writable)
{
	ck_assert_int_eq(coil_image_add(image, at(p), size, p, writable, false),
			 COIL_OK);
}

/* The functions, what they refer to, and @bytes more of code. */
static struct coil_image *make(const uint8_t *bytes, size_t size)
{
	struct coil_image *image = coil_image_new();

	ck_assert_ptr_nonnull(image);
	memset(&heap, 0, sizeof(heap));
	heap.object = (struct object){
		.refcnt = 1,
		.type = heap.type,
		.a = &heap.items[0],
		.b = &heap.items[1],
		.flag = 5,
		.small = 1,
		.array = heap.items,
		.count = countof(heap.items),
		.next = &heap.other[0],
	};
	heap.other[0] = heap.object;
	heap.other[0].a = &heap.items[3];
	heap.other[0].next = NULL;
	for (size_t i = 0; i < countof(heap.items); i++)
		heap.items[i] = &heap.other[i % 3];
	heap.global = &heap.items[5];
	add(image, __start_stepped, (size_t)(__stop_stepped - __start_stepped),
	    false);
	add(image, &heap, sizeof(heap), true);
	if (size)
		ck_assert_int_eq(coil_image_add(image, 0x10000, size, bytes,
						false, false),
				 COIL_OK);
	ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
	return image;
}

static const struct {
	const char *name;
	function *f;
	enum coil_fault infer; /* COIL_FAULT_NONE: a fixed layout */
	unsigned visits;       /* of heap.object, by stepping */
	int32_t offsets[4];    /* of the layout, ended by 0 */
	uint32_t type_visits;
} functions[] = {
	{"nothing", nothing, COIL_FAULT_NONE, 0, {0}, 0},
	{"type and two", two, COIL_FAULT_NONE, 3, {16, 24}, 1},
	{"without a null test", unchecked, COIL_FAULT_NONE, 1, {16}, 0},
	{"one twice", twice, COIL_FAULT_NONE, 3, {24, 24, 16}, 0},
	{"functions that call", in_parts, COIL_FAULT_NONE, 4, {16, 16, 24}, 1},
	{"a loop over words", shifted, COIL_FAULT_NONE, 2, {16, 24}, 0},
	{"depends on an int", by_small, COIL_VARIES_NARROW, 1, {0}, 0},
	{"depends on a number", by_flag, COIL_VARIES_COMPUTES, 1, {0}, 0},
	{"depends on another", by_presence, COIL_VARIES_UNVISITED, 1, {0}, 0},
	{"one or the other", either, COIL_VARIES_DEPENDS, 1, {0}, 0},
	{"a tagged pointer", tagged, COIL_VARIES_COMPUTES, 1, {0}, 0},
	{"two compared", compared, COIL_VARIES_COMPUTES, 1, {0}, 0},
	{"an array elsewhere", array, COIL_VARIES_POINTER, 6, {0}, 0},
	{"a list", listed, COIL_VARIES_POINTER, 2, {0}, 0},
	{"a global", of_global, COIL_VARIES_VISITS, 2, {0}, 0},
	{"half a pointer", truncated, COIL_VARIES_NARROW, 1, {0}, 0},
};

/* Instruction by instruction it is the same, to the last step. */
static void ck_plainly(const struct coil_image *image, const char *name,
		       uint64_t start, enum coil_fault fault,
		       const struct coil_run *run)
{
	struct coil_traverse *t = coil_traverse_new(image);
	struct coil_run plain;

	coil_traverse_plainly(t);
	ck_assert_msg(coil_traverse_call(t, start, at(&heap.object), &plain) ==
			      fault,
		      "%s: another fault", name);
	ck_assert_msg(plain.steps == run->steps && plain.at == run->at &&
			      plain.result == run->result &&
			      plain.count == run->count,
		      "%s: another end", name);
	for (size_t i = 0; i < plain.count; i++)
		ck_assert_msg(plain.visits[i].value == run->visits[i].value &&
				      plain.visits[i].from ==
					      run->visits[i].from,
			      "%s: visit %zu", name, i);
	coil_traverse_free(t);
}

START_TEST(step_functions)
{
	struct coil_image *image = make(NULL, 0);
	struct coil_traverse *t = coil_traverse_new(image);
	struct coil_run run;

	ck_assert_msg(coil_traverse_call(t, code(functions[_i].f),
					 at(&heap.object),
					 &run) == COIL_FAULT_NONE,
		      "%s: at 0x%llx", functions[_i].name,
		      (unsigned long long)run.at);
	ck_assert_msg(run.count == functions[_i].visits, "%s: %zu visits",
		      functions[_i].name, run.count);
	ck_assert_int_eq((int)run.result, 0);
	ck_plainly(image, functions[_i].name, code(functions[_i].f),
		   COIL_FAULT_NONE, &run);
	coil_traverse_free(t);
	coil_image_close(image);
}
END_TEST

static struct coil_shape shape_of(function *f)
{
	return (struct coil_shape){
		.code = code(f),
		.type = at(heap.type),
		.basicsize = sizeof(struct object),
		.prefix = 16,
		.ob_type = 8,
	};
}

/* A compiler may do it in another order or with narrower reads: that there is
 * no fixed layout must hold, for which reason may differ. */
START_TEST(infer_functions)
{
	struct coil_image *image = make(NULL, 0);
	struct coil_traverse *t = coil_traverse_new(image);
	struct coil_shape shape = shape_of(functions[_i].f);
	struct coil_slots slots;
	enum coil_fault fault = coil_traverse_infer(t, &shape, &slots);

	if (functions[_i].infer != COIL_FAULT_NONE) {
		ck_assert_msg(fault >= COIL_VARIES_ITEMS, "%s: %d",
			      functions[_i].name, fault);
		ck_assert_msg(fault == functions[_i].infer ||
				      fault == COIL_VARIES_NARROW ||
				      fault == COIL_VARIES_COMPUTES,
			      "%s: %s", functions[_i].name,
			      coil_fault_text(fault));
	} else {
		uint32_t n = 0;

		ck_assert_msg(fault == COIL_FAULT_NONE, "%s: %s",
			      functions[_i].name, coil_fault_text(fault));
		for (; functions[_i].offsets[n]; n++)
			ck_assert_msg(n < slots.count &&
					      slots.offsets[n] ==
						      functions[_i].offsets[n],
				      "%s", functions[_i].name);
		ck_assert_uint_eq(slots.count, n);
		ck_assert_uint_eq(slots.type_visits, functions[_i].type_visits);
	}
	free(slots.offsets);
	coil_traverse_free(t);
	coil_image_close(image);
}
END_TEST

/* Where a visited word came from. */
START_TEST(provenance)
{
	struct coil_image *image = make(NULL, 0);
	struct coil_traverse *t = coil_traverse_new(image);
	struct coil_run run;

	ck_assert_int_eq(
		coil_traverse_call(t, code(two), at(&heap.object), &run),
		COIL_FAULT_NONE);
	ck_assert_uint_eq(run.count, 3);
	ck_assert_uint_eq(run.visits[0].from, at(&heap.object.type));
	ck_assert_uint_eq(run.visits[1].from, at(&heap.object.a));
	ck_assert_uint_eq(run.visits[2].value, at(heap.object.b));
	ck_assert_int_eq(
		coil_traverse_call(t, code(array), at(&heap.object), &run),
		COIL_FAULT_NONE);
	for (size_t i = 0; i < run.count; i++)
		ck_assert_uint_eq(run.visits[i].from, at(&heap.items[i]));
	coil_traverse_free(t);
	coil_image_close(image);
}
END_TEST

START_TEST(shapes)
{
	struct coil_image *image = make(NULL, 0);
	struct coil_traverse *t = coil_traverse_new(image);
	struct coil_shape shape = shape_of(two);
	struct coil_slots slots;

	shape.itemsize = 8;
	ck_assert_int_eq(coil_traverse_infer(t, &shape, &slots),
			 COIL_VARIES_ITEMS);
	shape = shape_of(two);
	shape.basicsize = 1 << 20;
	ck_assert_int_eq(coil_traverse_infer(t, &shape, &slots),
			 COIL_VARIES_SIZE);
	shape.basicsize = UINT64_MAX - 3;
	ck_assert_int_eq(coil_traverse_infer(t, &shape, &slots),
			 COIL_VARIES_SIZE);
	shape.basicsize = 20; /* a is outside */
	ck_assert_int_ne(coil_traverse_infer(t, &shape, &slots),
			 COIL_FAULT_NONE);
	coil_traverse_free(t);
	coil_image_close(image);
}
END_TEST

#define BYTES(...) {__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

static const struct hostile {
	const char *name;
	enum coil_fault fault;
	uint8_t bytes[24];
	size_t size;
} hostile[] = {
	{"nothing there", COIL_FAULT_NO_CODE, {0}, 0},
	{"endless loop", COIL_FAULT_STEPS, BYTES(0xeb, 0xfe)},
	{"endless list", COIL_FAULT_STEPS,
	 /* mov rax, [rdi + 8]; 1: mov rcx, [rax]; jmp 1b */
	 BYTES(0x48, 0x8b, 0x47, 0x08, 0x48, 0x8b, 0x08, 0xeb, 0xfb)},
	{"syscall", COIL_FAULT_INSTRUCTION, BYTES(0x0f, 0x05, 0xc3)},
	{"int 0x80", COIL_FAULT_INSTRUCTION, BYTES(0xcd, 0x80, 0xc3)},
	{"sysenter", COIL_FAULT_INSTRUCTION, BYTES(0x0f, 0x34)},
	{"hlt", COIL_FAULT_INSTRUCTION, BYTES(0xf4)},
	{"ud2", COIL_FAULT_INSTRUCTION, BYTES(0x0f, 0x0b)},
	{"cpuid", COIL_FAULT_INSTRUCTION, BYTES(0x0f, 0xa2, 0xc3)},
	{"rdtsc", COIL_FAULT_INSTRUCTION, BYTES(0x0f, 0x31, 0xc3)},
	{"AVX", COIL_FAULT_INSTRUCTION, BYTES(0xc5, 0xf9, 0xef, 0xc0, 0xc3)},
	{"x87", COIL_FAULT_INSTRUCTION, BYTES(0xd9, 0xe8, 0xc3)},
	{"wild read", COIL_FAULT_READ,
	 /* xor eax, eax; mov rax, [rax] */
	 BYTES(0x31, 0xc0, 0x48, 0x8b, 0x00, 0xc3)},
	{"read above user space", COIL_FAULT_READ,
	 /* mov rax, -1; mov al, [rax] */
	 BYTES(0x48, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff, 0x8a, 0x00, 0xc3)},
	{"write to the object", COIL_FAULT_WRITE,
	 BYTES(0x48, 0xff, 0x07, 0xc3)}, /* inc qword [rdi] */
	{"locked write", COIL_FAULT_INSTRUCTION,
	 BYTES(0xf0, 0x48, 0xff, 0x07, 0xc3)},
	{"rep movsb", COIL_FAULT_INSTRUCTION, BYTES(0xf3, 0xa4, 0xc3)},
	{"gs", COIL_FAULT_INSTRUCTION,
	 BYTES(0x65, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0, 0xc3)},
	{"addresses of 32 bits", COIL_FAULT_INSTRUCTION,
	 BYTES(0x67, 0x48, 0x8b, 0x07, 0xc3)},
	{"call into the heap", COIL_FAULT_WRITABLE, BYTES(0xff, 0xd7, 0xc3)},
	{"jump into the heap", COIL_FAULT_WRITABLE, BYTES(0xff, 0xe7)},
	{"jump nowhere", COIL_FAULT_NO_CODE,
	 BYTES(0x31, 0xc0, 0xff, 0xe0)}, /* xor eax, eax; jmp rax */
	{"endless recursion", COIL_FAULT_DEPTH,
	 BYTES(0xe8, 0xfb, 0xff, 0xff, 0xff)}, /* call self */
	{"endless push", COIL_FAULT_WRITE, BYTES(0x50, 0xeb, 0xfd)},
	{"endless pop", COIL_FAULT_READ, BYTES(0x58, 0xeb, 0xfd)},
	{"stack elsewhere", COIL_FAULT_WRITE,
	 BYTES(0x48, 0x89, 0xfc, 0x50, 0xc3)}, /* mov rsp, rdi; push rax */
	{"return to the argument", COIL_FAULT_NO_CODE,
	 BYTES(0x52, 0xc3)}, /* push rdx; ret */
	{"into the middle of an instruction", COIL_FAULT_INSTRUCTION,
	 /* jmp +1; mov eax, 0x50f whose tail is a syscall */
	 BYTES(0xeb, 0x01, 0xb8, 0x0f, 0x05, 0, 0, 0xc3)},
	{"visits without end", COIL_FAULT_VISITS,
	 /* push rbx; mov rbx, rsi; 1: call rbx; jmp 1b */
	 BYTES(0x53, 0x48, 0x89, 0xf3, 0xff, 0xd3, 0xeb, 0xfc)},
	{"division by 0", COIL_FAULT_DIVIDE,
	 BYTES(0x31, 0xc9, 0x31, 0xd2, 0x48, 0xf7, 0xf9, 0xc3)},
	{"quotient too large", COIL_FAULT_DIVIDE,
	 /* mov edx, 5; mov ecx, 2; div rcx */
	 BYTES(0xba, 5, 0, 0, 0, 0xb9, 2, 0, 0, 0, 0x48, 0xf7, 0xf1)},
	{"cut off", COIL_FAULT_INSTRUCTION, BYTES(0x48, 0x8b)},
	{"prefixes only", COIL_FAULT_INSTRUCTION,
	 BYTES(0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
	       0x66, 0x66, 0x66, 0x66, 0x66, 0x90)},
	{"far return", COIL_FAULT_INSTRUCTION, BYTES(0xcb)},
	{"off the end", COIL_FAULT_NO_CODE, BYTES(0x90, 0x90)},
};

/* Each ends as a fault of that run alone, and the next is as if it had not
 * been. */
START_TEST(hostile_code)
{
	const struct hostile *h = &hostile[_i];
	struct coil_image *image = make(h->bytes, h->size);
	struct coil_traverse *t = coil_traverse_new(image);
	struct coil_shape shape = shape_of(two);
	struct coil_slots slots;
	struct coil_run run;
	enum coil_fault fault;

	fault = coil_traverse_call(t, 0x10000, at(&heap.object), &run);
	ck_assert_msg(fault == h->fault, "%s: %s at 0x%llx", h->name,
		      coil_fault_text(fault), (unsigned long long)run.at);
	ck_assert_uint_eq(run.count, 0);
	ck_assert_uint_le(run.steps, 1000000000);
	ck_plainly(image, h->name, 0x10000, fault, &run);
	shape.code = 0x10000;
	ck_assert_int_ne(coil_traverse_infer(t, &shape, &slots),
			 COIL_FAULT_NONE);
	ck_assert_int_eq(
		coil_traverse_call(t, code(two), at(&heap.object), &run),
		COIL_FAULT_NONE);
	ck_assert_uint_eq(run.count, 3);
	coil_traverse_free(t);
	coil_image_close(image);
}
END_TEST

/* Where the operands are, from the code that follows PROLOGUE bytes. */
#define PROLOGUE	 7
#define OPERANDS_AT	 2048
#define FAR(size, n)	 (OPERANDS_AT + 8 * (n)-PROLOGUE - (size))
#define OPERAND(size, n) (uint8_t) FAR(size, n), FAR(size, n) >> 8, 0, 0

/* Operations on rdi and rsi; the result in rdi. */
static const struct operation {
	const char *name;
	uint8_t bytes[16];
	size_t size;
	uint16_t undefined; /* a bit a condition that the manual leaves open */
} operations[] = {
	{"nothing", BYTES(0x90), 0xffff},
	{"add", BYTES(0x48, 0x01, 0xf7), 0},
	{"add 32", BYTES(0x01, 0xf7), 0},
	{"add 16", BYTES(0x66, 0x01, 0xf7), 0},
	{"add 8", BYTES(0x40, 0x00, 0xf7), 0},
	{"add imm8", BYTES(0x48, 0x83, 0xc7, 0xf0), 0},
	{"add imm32", BYTES(0x48, 0x81, 0xc7, 0x80, 0xff, 0xff, 0xff), 0},
	{"adc", BYTES(0x48, 0x39, 0xf7, 0x48, 0x11, 0xf7), 0},
	{"adc 32", BYTES(0x39, 0xf7, 0x11, 0xf7), 0},
	{"adc 8", BYTES(0x40, 0x38, 0xf7, 0x40, 0x10, 0xf7), 0},
	{"sbb", BYTES(0x48, 0x39, 0xf7, 0x48, 0x19, 0xf7), 0},
	{"sbb 16", BYTES(0x48, 0x39, 0xf7, 0x66, 0x19, 0xf7), 0},
	{"sbb itself", BYTES(0x48, 0x39, 0xf7, 0x19, 0xff), 0},
	{"sub", BYTES(0x48, 0x29, 0xf7), 0},
	{"sub 32", BYTES(0x29, 0xf7), 0},
	{"sub 8", BYTES(0x40, 0x28, 0xf7), 0},
	{"cmp", BYTES(0x48, 0x39, 0xf7), 0},
	{"cmp 32", BYTES(0x39, 0xf7), 0},
	{"cmp 16", BYTES(0x66, 0x39, 0xf7), 0},
	{"cmp 8", BYTES(0x40, 0x38, 0xf7), 0},
	{"cmp imm8", BYTES(0x48, 0x83, 0xff, 0x80), 0},
	{"add 32 imm", BYTES(0x83, 0xc7, 0x7f), 0},
	{"sub imm", BYTES(0x48, 0x83, 0xef, 0x80), 0},
	{"sub 32 imm", BYTES(0x83, 0xef, 0x01), 0},
	{"sub itself", BYTES(0x29, 0xff), 0},
	{"cmp 32 imm", BYTES(0x83, 0xff, 0x80), 0},
	{"cmp 16 imm", BYTES(0x66, 0x83, 0xff, 0x7f), 0},
	{"cmp 8 imm", BYTES(0x40, 0x80, 0xff, 0x80), 0},
	{"and 32 imm", BYTES(0x83, 0xe7, 0xfc), 0},
	{"test", BYTES(0x48, 0x85, 0xf7), 0},
	{"test 16", BYTES(0x66, 0x85, 0xf7), 0},
	{"test 8", BYTES(0x40, 0x84, 0xf7), 0},
	{"test itself", BYTES(0x48, 0x85, 0xff), 0},
	{"test imm32", BYTES(0x48, 0xf7, 0xc7, 0, 0, 0, 0x80), 0},
	{"and", BYTES(0x48, 0x21, 0xf7), 0},
	{"and imm8", BYTES(0x48, 0x83, 0xe7, 0xfc), 0},
	{"or 32", BYTES(0x09, 0xf7), 0},
	{"or itself", BYTES(0x48, 0x09, 0xff), 0},
	{"xor", BYTES(0x48, 0x31, 0xf7), 0},
	{"xor itself", BYTES(0x31, 0xff), 0},
	{"test 32", BYTES(0x85, 0xf7), 0},
	{"test imm", BYTES(0x40, 0xf6, 0xc7, 0x05), 0},
	{"not", BYTES(0x48, 0xf7, 0xd7), 0xffff},
	{"neg", BYTES(0x48, 0xf7, 0xdf), 0},
	{"neg 32", BYTES(0xf7, 0xdf), 0},
	{"inc", BYTES(0x48, 0x39, 0xf7, 0x48, 0xff, 0xc7), 0},
	{"dec 32", BYTES(0x48, 0x39, 0xf7, 0xff, 0xcf), 0},
	/* mov ecx, esi first; the overflow of long shifts is open. */
	{"shl", BYTES(0x89, 0xf1, 0x39, 0xf7, 0x48, 0xd3, 0xe7), 0xf003},
	{"shl 1", BYTES(0x48, 0xd1, 0xe7), 0},
	{"shr", BYTES(0x89, 0xf1, 0x39, 0xf7, 0x48, 0xd3, 0xef), 0xf003},
	{"shr 32", BYTES(0x89, 0xf1, 0x39, 0xf7, 0xd3, 0xef), 0xf003},
	{"shr 1", BYTES(0x48, 0xd1, 0xef), 0},
	{"sar", BYTES(0x89, 0xf1, 0x39, 0xf7, 0x48, 0xd3, 0xff), 0xf003},
	{"sar imm", BYTES(0x48, 0xc1, 0xff, 0x03), 0xf003},
	{"sar 32 1", BYTES(0xd1, 0xff), 0},
	{"rol", BYTES(0x89, 0xf1, 0x39, 0xf7, 0x48, 0xd3, 0xc7), 0xf003},
	{"ror imm", BYTES(0x39, 0xf7, 0x48, 0xc1, 0xcf, 0x04), 0xf003},
	{"ror 32", BYTES(0x89, 0xf1, 0x39, 0xf7, 0xd3, 0xcf), 0xf003},
	{"bt", BYTES(0x39, 0xf7, 0x48, 0x0f, 0xa3, 0xf7), 0xff03},
	{"bt imm", BYTES(0x39, 0xf7, 0x48, 0x0f, 0xba, 0xe7, 0x25), 0xff03},
	{"imul", BYTES(0x48, 0x0f, 0xaf, 0xfe), 0xfff0},
	{"imul 32", BYTES(0x0f, 0xaf, 0xfe), 0xfff0},
	{"imul imm", BYTES(0x48, 0x6b, 0xfe, 0xf7), 0xfff0},
	/* By rax: mov rax, rdi; ...; mov rdi, rdx or rax. */
	{"mul high",
	 BYTES(0x48, 0x89, 0xf8, 0x48, 0xf7, 0xe6, 0x48, 0x89, 0xd7), 0xfff0},
	{"imul high",
	 BYTES(0x48, 0x89, 0xf8, 0x48, 0xf7, 0xee, 0x48, 0x89, 0xd7), 0xfff0},
	{"mul 32", BYTES(0x89, 0xf8, 0xf7, 0xe6, 0x89, 0xd7), 0xfff0},
	/* or esi, 3: never 0, nor -1 with the least number. */
	{"div",
	 BYTES(0x83, 0xce, 0x03, 0x89, 0xf8, 0x31, 0xd2, 0x48, 0xf7, 0xf6, 0x48,
	       0x89, 0xc7),
	 0xffff},
	{"idiv",
	 BYTES(0x48, 0x83, 0xe6, 0x7f, 0x48, 0xff, 0xc6, 0x48, 0x89, 0xf8, 0x48,
	       0x99, 0x48, 0xf7, 0xfe, 0x90),
	 0xffff},
	{"remainder",
	 BYTES(0x83, 0xe6, 0x7f, 0xff, 0xc6, 0x89, 0xf8, 0x99, 0xf7, 0xfe, 0x89,
	       0xd7),
	 0xffff},
	{"bsf", BYTES(0x48, 0x0f, 0xbc, 0xfe), 0xffcf},
	{"bsr", BYTES(0x48, 0x0f, 0xbd, 0xfe), 0xffcf},
	{"bsr 32", BYTES(0x0f, 0xbd, 0xfe), 0xffcf},
	{"bswap", BYTES(0x48, 0x0f, 0xcf), 0xffff},
	{"bswap 32", BYTES(0x0f, 0xcf), 0xffff},
	{"movzx 8", BYTES(0x40, 0x0f, 0xb6, 0xfe), 0xffff},
	{"movzx 16", BYTES(0x0f, 0xb7, 0xfe), 0xffff},
	{"movsx 8", BYTES(0x48, 0x0f, 0xbe, 0xfe), 0xffff},
	{"movsx 16 to 32", BYTES(0x0f, 0xbf, 0xfe), 0xffff},
	{"movsxd", BYTES(0x48, 0x63, 0xfe), 0xffff},
	{"mov 16", BYTES(0x66, 0x89, 0xf7), 0xffff},
	{"mov 32", BYTES(0x89, 0xf7), 0xffff},
	{"mov ah", BYTES(0x48, 0x89, 0xf0, 0x88, 0xe0, 0x48, 0x89, 0xc7),
	 0xffff},
	{"to ah", BYTES(0x48, 0x89, 0xf0, 0x88, 0xc4, 0x48, 0x89, 0xc7),
	 0xffff},
	{"lea", BYTES(0x48, 0x8d, 0x7c, 0xb7, 0xfb), 0xffff},
	{"lea 32", BYTES(0x8d, 0x7c, 0xf7, 0x11), 0xffff},
	{"xchg", BYTES(0x48, 0x87, 0xf7), 0xffff},
	{"cmovb", BYTES(0x48, 0x39, 0xf7, 0x48, 0x0f, 0x42, 0xfe), 0},
	{"cmovg 32", BYTES(0x39, 0xf7, 0x0f, 0x4f, 0xfe), 0},
	{"cbw", BYTES(0x48, 0x89, 0xf8, 0x66, 0x98, 0x48, 0x89, 0xc7), 0xffff},
	{"cwde", BYTES(0x48, 0x89, 0xf8, 0x98, 0x48, 0x89, 0xc7), 0xffff},
	{"cdqe", BYTES(0x48, 0x89, 0xf8, 0x48, 0x98, 0x48, 0x89, 0xc7), 0xffff},
	{"cdq", BYTES(0x48, 0x89, 0xf8, 0x99, 0x48, 0x89, 0xd7), 0xffff},
	{"cqo", BYTES(0x48, 0x89, 0xf8, 0x48, 0x99, 0x48, 0x89, 0xd7), 0xffff},
	{"push pop", BYTES(0x56, 0x5f), 0xffff},
	{"push imm", BYTES(0x6a, 0xf3, 0x5f), 0xffff},
	{"to the stack", BYTES(0x56, 0x40, 0x88, 0x7c, 0x24, 0x03, 0x5f),
	 0xffff},
	{"push rsp", BYTES(0x54, 0x5f, 0x48, 0x29, 0xe7), 0xffff},
	{"across words of the stack",
	 BYTES(0x56, 0x56, 0x48, 0x8b, 0x7c, 0x24, 0x04, 0x58, 0x58), 0xffff},
	{"below the stack",
	 BYTES(0x48, 0x89, 0x74, 0x24, 0xf8, 0x48, 0x8b, 0x7c, 0x24, 0xf8),
	 0xffff},
	{"call", BYTES(0xe8, 0, 0, 0, 0, 0x5f), 0xffff},
	{"mov imm", BYTES(0x48, 0xc7, 0xc7, 0, 0, 0, 0x80), 0xffff},
	{"mov 32 imm", BYTES(0xbf, 0, 0, 0, 0x80), 0xffff},
	/* The operands where they stand: [rip + ...]. */
	{"mov memory", BYTES(0x48, 0x8b, 0x3d, OPERAND(7, 1)), 0xffff},
	{"mov 32 memory", BYTES(0x8b, 0x3d, OPERAND(6, 1)), 0xffff},
	{"movzx 8 memory", BYTES(0x0f, 0xb6, 0x3d, OPERAND(7, 1)), 0xffff},
	{"movzx 16 memory", BYTES(0x0f, 0xb7, 0x3d, OPERAND(7, 1)), 0xffff},
	{"cmp memory", BYTES(0x48, 0x3b, 0x3d, OPERAND(7, 1)), 0},
	{"cmp 8 memory", BYTES(0x40, 0x3a, 0x3d, OPERAND(7, 1)), 0},
	{"memory cmp", BYTES(0x48, 0x39, 0x35, OPERAND(7, 0)), 0},
	{"memory cmp 32", BYTES(0x39, 0x35, OPERAND(6, 0)), 0},
	{"memory cmp imm", BYTES(0x48, 0x83, 0x3d, OPERAND(8, 0), 0xff), 0},
	{"memory cmp 32 imm", BYTES(0x83, 0x3d, OPERAND(7, 0), 0x80), 0},
	{"memory cmp 8 imm", BYTES(0x80, 0x3d, OPERAND(7, 0), 0x80), 0},
	{"memory test", BYTES(0xf6, 0x05, OPERAND(7, 0), 0x81), 0},
	{"memory test 32", BYTES(0xf7, 0x05, OPERAND(10, 0), 0, 0, 0, 0x80), 0},
	{"leave", BYTES(0x55, 0x48, 0x89, 0xe5, 0x56, 0x5f, 0x56, 0xc9),
	 0xffff},
};

static const uint64_t values[] = {
	0,	     1,
	2,	     3,
	63,	     64,
	0x7f,	     0x80,
	0xff,	     0x100,
	0x7fff,	     0x8000,
	0xffff,	     0x7fffffff,
	0x80000000,  0xffffffff,
	0x100000000, 0x123456789abcdef0,
	INT64_MAX,   (uint64_t)INT64_MIN,
	UINT64_MAX,  0xf0e1d2c3b4a59687,
};

/* op; mov rax, rdi; ret -- or op; set<cc> al; movzx eax, al; ret -- or
 * op; mov eax, 1; j<cc> to ret; mov eax, 0; ret */
#define CONDITIONS 16
static size_t assemble(const struct operation *op, int condition, uint8_t *out)
{
	static const uint8_t result[] = {0x48, 0x89, 0xf8, 0xc3};
	uint8_t flag[] = {0x0f, 0x90, 0xc0, 0x0f, 0xb6, 0xc0, 0xc3};
	uint8_t jump[] = {0xb8, 1, 0, 0, 0, 0x70, 5, 0xb8, 0, 0, 0, 0, 0xc3};

	memcpy(out, op->bytes, op->size);
	if (condition < 0) {
		memcpy(out + op->size, result, sizeof(result));
		return op->size + sizeof(result);
	}
	if (condition >= CONDITIONS) {
		jump[5] = (uint8_t)(0x70 + condition - CONDITIONS);
		memcpy(out + op->size, jump, sizeof(jump));
		return op->size + sizeof(jump);
	}
	flag[1] = (uint8_t)(0x90 + condition);
	memcpy(out + op->size, flag, sizeof(flag));
	return op->size + sizeof(flag);
}

/* A run has only the object: mov rsi, [rdi + 8]; mov rdi, [rdi]. */
static const uint8_t prologue[PROLOGUE] = {0x48, 0x8b, 0x77, 0x08,
					   0x48, 0x8b, 0x3f};

static void compare(const struct operation *op, int condition, uint8_t *page,
		    struct coil_traverse *t)
{
	uint64_t (*native)(const uint64_t *);

	memcpy(page, prologue, sizeof(prologue));
	assemble(op, condition, page + sizeof(prologue));
	__builtin___clear_cache((char *)page, (char *)page + 64);
	memcpy(&native, &page, sizeof(native));
	for (size_t i = 0; i < countof(values) * countof(values); i++) {
		uint64_t *operands = (uint64_t *)(void *)(page + OPERANDS_AT);
		struct coil_run run;
		uint64_t right;

		operands[0] = values[i / countof(values)];
		operands[1] = values[i % countof(values)];
		right = native(operands);
		ck_assert_msg(coil_traverse_call(t, at(page), at(operands),
						 &run) == COIL_FAULT_NONE,
			      "%s: fault at +%llu", op->name,
			      (unsigned long long)(run.at - at(page)));
		ck_assert_msg(run.result == right,
			      "%s, condition %d of 0x%llx and 0x%llx: 0x%llx, "
			      "the processor says 0x%llx",
			      op->name, condition,
			      (unsigned long long)operands[0],
			      (unsigned long long)operands[1],
			      (unsigned long long)run.result,
			      (unsigned long long)right);
	}
}

START_TEST(as_the_processor)
{
#ifdef __x86_64__
	const struct operation *op = &operations[_i];
	uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED) /* not everywhere allowed */
		return;
	for (int condition = -1; condition < 2 * CONDITIONS; condition++) {
		struct coil_image *image;
		struct coil_traverse *t;

		if (condition >= 0 &&
		    op->undefined >> condition % CONDITIONS & 1)
			continue;
		image = coil_image_new();
		add(image, page, 4096, false);
		ck_assert_int_eq(coil_image_seal(image, NULL), COIL_OK);
		t = coil_traverse_new(image);
		compare(op, condition, page, t);
		coil_traverse_free(t);
		coil_image_close(image);
	}
	munmap(page, 4096);
#endif
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("traverse");
	TCase *tc = tcase_create("traverse");
	SRunner *runner;
	int failed;

	if (!coil_traverse_present())
		return 77;
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, step_functions, 0, countof(functions));
	tcase_add_loop_test(tc, infer_functions, 0, countof(functions));
	tcase_add_test(tc, provenance);
	tcase_add_test(tc, shapes);
	tcase_add_loop_test(tc, hostile_code, 0, countof(hostile));
	tcase_add_loop_test(tc, as_the_processor, 0, countof(operations));
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
