/* SPDX-License-Identifier: MIT */
/*
 * lib/traverse: what the machine does with functions of this very program,
 * whose bytes are put into a made image; what it makes of hostile code; and
 * whether it computes as the processor does.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "image/build.h"
#include "traverse/traverse.h"
#include "traverse_operations.h"
#include "tests/unit.h"

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
static struct heap {
	struct object object, other[3];
	void *items[6];
	uint64_t type[8];
	void *global;
	uint64_t large[600];
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

/* A count that is taken and given back, and must be seen in between. */
STEPPED static int counted(struct object *o, visit_fn *visit, void *arg)
{
	uint64_t before = __atomic_fetch_add(&o->flag, 1, __ATOMIC_SEQ_CST);

	if (__atomic_load_n(&o->flag, __ATOMIC_SEQ_CST) == before + 1)
		VISIT(o->a);
	if (__atomic_sub_fetch(&o->flag, 1, __ATOMIC_SEQ_CST) == before)
		VISIT(o->b);
	return 0;
}

/* A bit of a word is a lock; a store that is not locked ends it. */
STEPPED static int bit_locked(struct object *o, visit_fn *visit, void *arg)
{
	uint64_t lock = 1ull << 40;

	while (__atomic_fetch_or(&o->flag, lock, __ATOMIC_ACQUIRE) & lock)
		;
	if (o->flag & lock)
		VISIT(o->a);
	o->flag = o->flag & ~lock;
	if (o->flag == 5)
		VISIT(o->b);
	return 0;
}

STEPPED static int exchanged(struct object *o, visit_fn *visit, void *arg)
{
	uint32_t expected = 1;
	void *mine = o->b;

	if (__atomic_compare_exchange_n(&o->small, &expected, 7, false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		mine = __atomic_exchange_n(&o->a, mine, __ATOMIC_SEQ_CST);
	VISIT(mine);
	VISIT(o->a);
	return 0;
}

/* Two words are moved at once. */
STEPPED static int copied(struct object *o, visit_fn *visit, void *arg)
{
	volatile struct {
		void *a, *b;
	} copy;

	memcpy((void *)(uintptr_t)&copy, &o->a, sizeof(copy));
	VISIT(copy.a);
	VISIT(copy.b);
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
	{"a count on the way", counted, COIL_VARIES_COMPUTES, 2, {0}, 0},
	{"a bit lock", bit_locked, COIL_VARIES_COMPUTES, 2, {0}, 0},
	{"an exchange", exchanged, COIL_VARIES_NARROW, 2, {0}, 0},
	{"two words at once", copied, COIL_FAULT_NONE, 2, {16, 24}, 0},
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
	{"write to code", COIL_FAULT_WRITE,
	 /* lea rax, [rip - 7]; inc qword [rax] */
	 BYTES(0x48, 0x8d, 0x05, 0xf9, 0xff, 0xff, 0xff, 0x48, 0xff, 0x00,
	       0xc3)},
	{"locked write to code", COIL_FAULT_WRITE,
	 BYTES(0x48, 0x8d, 0x05, 0xf9, 0xff, 0xff, 0xff, 0xf0, 0x48, 0x0f, 0xba,
	       0x28, 5)},
	{"write to nowhere", COIL_FAULT_WRITE,
	 BYTES(0x31, 0xc0, 0x48, 0x89, 0x00, 0xc3)},
	{"write past the heap", COIL_FAULT_WRITE,
	 /* mov eax, 0x800000; mov [rdi + rax], eax */
	 BYTES(0xb8, 0, 0, 0x80, 0, 0x89, 0x04, 0x07, 0xc3)},
	{"all of the heap written", COIL_FAULT_WRITES,
	 /* 1: add rdi, 8; add [rdi], rdi; jmp 1b */
	 BYTES(0x48, 0x83, 0xc7, 0x08, 0x48, 0x01, 0x3f, 0xeb, 0xf7)},
	{"rep movsb without end", COIL_FAULT_WRITES,
	 /* or rcx, -1; mov rsi, rdi; rep movsb: onto itself */
	 BYTES(0x48, 0x83, 0xc9, 0xff, 0x48, 0x89, 0xfe, 0xf3, 0xa4, 0xc3)},
	{"rep stosd past the stack", COIL_FAULT_WRITE,
	 /* or rcx, -1; mov rdi, rsp; rep stosd */
	 BYTES(0x48, 0x83, 0xc9, 0xff, 0x48, 0x89, 0xe7, 0xf3, 0xab, 0xc3)},
	{"rep scasb", COIL_FAULT_INSTRUCTION, BYTES(0xf2, 0xae, 0xc3)},
	{"cmpxchg16b", COIL_FAULT_INSTRUCTION,
	 BYTES(0xf0, 0x48, 0x0f, 0xc7, 0x0f, 0xc3)},
	{"bts of a far bit", COIL_FAULT_READ,
	 /* mov rax, -1; shr rax, 3; bts [rdi], rax */
	 BYTES(0x48, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff, 0x48, 0xc1, 0xe8, 3,
	       0x48, 0x0f, 0xab, 0x07, 0xc3)},
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
	{"visits that cost, without end", COIL_FAULT_VISITS,
	 /* push rbx; mov rbx, rsi; 1: mov cl, 90; 2: dec cl; jnz 2b;
	  * call rbx; jmp 1b */
	 BYTES(0x53, 0x48, 0x89, 0xf3, 0xb1, 0x5a, 0xfe, 0xc9, 0x75, 0xfc, 0xff,
	       0xd3, 0xeb, 0xf6)},
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
	const struct heap before = heap;
	uint64_t steps;
	struct coil_shape shape = shape_of(two);
	struct coil_slots slots;
	struct coil_run run;
	enum coil_fault fault;

	fault = coil_traverse_call(t, 0x10000, at(&heap.object), &run);
	ck_assert_msg(fault == h->fault, "%s: %s at 0x%llx", h->name,
		      coil_fault_text(fault), (unsigned long long)run.at);
	ck_assert_uint_eq(run.count, 0);
	ck_assert_uint_le(run.steps, 1300000);
	ck_assert_msg(!memcmp(&before, &heap, sizeof(heap)),
		      "%s: memory was written", h->name);
	ck_plainly(image, h->name, 0x10000, fault, &run);
	shape.code = 0x10000;
	steps = coil_traverse_steps(t);
	ck_assert_int_ne(coil_traverse_infer(t, &shape, &slots),
			 COIL_FAULT_NONE);
	/* Milliseconds: work is counted, for time is the machine's. */
	ck_assert_msg(coil_traverse_steps(t) - steps < 700000,
		      "%s: %llu steps to infer", h->name,
		      (unsigned long long)(coil_traverse_steps(t) - steps));
	ck_assert_int_eq(
		coil_traverse_call(t, code(two), at(&heap.object), &run),
		COIL_FAULT_NONE);
	ck_assert_uint_eq(run.count, 3);
	coil_traverse_free(t);
	coil_image_close(image);
}
END_TEST

static const struct {
	uint64_t address;
	const char *words;
} places[] = {
	{0, ""},
	{0x10000, "lock cmpxchg16b at 0x10000"},
	{0x10005, "syscall at 0x10005"},
	{0x10007, "at 0x10007"}, /* cut off */
	{0x20000, "at 0x20000"}, /* no code */
};

/* Which instruction it was that is not known. */
START_TEST(where)
{
	static const uint8_t bytes[] = {0xf0, 0x48, 0x0f, 0xc7,
					0x0f, 0x0f, 0x05, 0x48};
	struct coil_image *image = make(bytes, sizeof(bytes));
	struct coil_traverse *t = coil_traverse_new(image);
	char buf[96];

	coil_traverse_where(t, places[_i].address, buf, sizeof(buf));
	ck_assert_str_eq(buf, places[_i].words);
	coil_traverse_where(t, places[_i].address, buf, 4);
	ck_assert_uint_lt(strlen(buf), 4);
	coil_traverse_free(t);
	coil_image_close(image);
}
END_TEST

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

static void compare(const struct operation *op, int condition, uint8_t *page,
		    struct coil_traverse *t)
{
	uint64_t (*native)(const uint64_t *);

	memcpy(page, prologue, sizeof(prologue));
	assemble(op, condition, page + sizeof(prologue));
	__builtin___clear_cache((char *)page, (char *)page + 128);
	memcpy(&native, &page, sizeof(native));
	for (size_t i = 0; i < countof(values) * countof(values); i++) {
		uint64_t *operands = (uint64_t *)(void *)(page + OPERANDS_AT);
		struct coil_run run;
		uint64_t right;

		operands[0] = values[i / countof(values)];
		operands[1] = values[i % countof(values)];
		right = native(operands);
		operands[0] = values[i / countof(values)];
		operands[1] = values[i % countof(values)];
		ck_assert_msg(coil_traverse_call(t, at(page), at(operands),
						 &run) == COIL_FAULT_NONE,
			      "%s: fault at +%llu", op->name,
			      (unsigned long long)(run.at - at(page)));
		ck_assert_msg(operands[0] == values[i / countof(values)] &&
				      operands[1] ==
					      values[i % countof(values)],
			      "%s: memory was written", op->name);
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
		add(image, page, OPERANDS_AT, false);
		add(image, page + OPERANDS_AT, 2048, true);
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

void unit_tests(TCase *tc)
{
	if (!coil_traverse_present())
		unit_skip("built without Zydis");
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, step_functions, 0, countof(functions));
	tcase_add_loop_test(tc, infer_functions, 0, countof(functions));
	tcase_add_test(tc, provenance);
	tcase_add_test(tc, shapes);
	tcase_add_loop_test(tc, hostile_code, 0, countof(hostile));
	tcase_add_loop_test(tc, where, 0, countof(places));
	tcase_add_loop_test(tc, as_the_processor, 0, countof(operations));
}
