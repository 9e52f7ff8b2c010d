/* SPDX-License-Identifier: MIT */
/*
 * A Python extension whose types have hostile tp_traverse functions, for
 * hostile.sh.  The collector must never run while their objects live: the
 * functions are there to be read out of a core.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
	PyObject_HEAD PyObject *item;
	void *pointer; /* to itself, to the heap, as the type needs it */
	uint64_t number;
} object;

/* The functions in assembly: rdi is the object, rsi visit, rdx its argument. */
#define CODE(name, text) \
	__asm__(".text\n" #name ":\n" text "\nret\n"); \
	extern int name(PyObject *, visitproc, void *)

CODE(endless_loop, "1: jmp 1b");
CODE(endless_list, "1: mov 24(%rdi), %rdi; jmp 1b");
CODE(makes_syscall, "mov $39, %eax; syscall");
CODE(makes_interrupt, "mov $20, %eax; int $0x80");
CODE(reads_wildly, "mov $0x123456789a, %rax; mov (%rax), %rax");
CODE(reads_null, "xor %eax, %eax; mov (%rax), %rax");
CODE(writes_object, "movq $0, 16(%rdi)");
CODE(writes_code, "lea 0(%rip), %rax; movq $0, (%rax)");
CODE(writes_all, "1: add $8, %rdi; movq $0, (%rdi); jmp 1b");
CODE(locks_two, "mov %rdi, %rcx; and $-16, %rcx; lock cmpxchg16b (%rcx)");
CODE(counts_reference, "lock incq (%rdi)");
CODE(calls_heap, "call *24(%rdi)");
CODE(jumps_nowhere, "mov $-1, %rax; jmp *%rax");
CODE(recurses, "call recurses");
CODE(fills_stack, "1: push %rax; jmp 1b");
CODE(empties_stack, "1: pop %rax; jmp 1b");
CODE(moves_stack, "mov %rdi, %rsp; push %rax");
CODE(uses_avx, "vpxor %xmm0, %xmm0, %xmm0");
CODE(jumps_into_middle, "jmp 1f + 1; 1: mov $0xc3050f, %eax");
CODE(visits_forever, "push %rbx; push %rbp; push %r12; mov %rdi, %rbx; "
		     "mov %rsi, %rbp; mov $10000000, %r12d; "
		     "1: mov 16(%rbx), %rdi; call *%rbp; "
		     "dec %r12d; jnz 1b; pop %r12; pop %rbp; pop %rbx");
CODE(divides_by_zero, "xor %ecx, %ecx; xor %edx, %edx; div %rcx");
CODE(reads_clock, "rdtsc");
CODE(asks_processor, "cpuid");
CODE(halts, "hlt");
CODE(is_undefined, "ud2");
CODE(copies_string, "mov $100, %ecx; rep movsb");
CODE(returns_far, "lretq");

static int faults_after_visit(PyObject *self, visitproc visit, void *arg)
{
	object *o = (object *)self;

	visit(o->item, arg);
	return *(volatile int *)8; /* what was visited does not count */
}

static int counts_far(PyObject *self, visitproc visit, void *arg)
{
	(void)visit;
	(void)arg;
	for (volatile uint64_t i = 0; i < ((object *)self)->number; i++)
		;
	return 0;
}

/* And those that are as they should be. */
static int well_behaved(PyObject *self, visitproc visit, void *arg)
{
	Py_VISIT(((object *)self)->item);
	return 0;
}

static int by_number(PyObject *self, visitproc visit, void *arg)
{
	if (((object *)self)->number)
		Py_VISIT(((object *)self)->item);
	return 0;
}

/* What tp_is_gc denies the collector does not traverse. */
static int is_large(PyObject *self)
{
	return ((object *)self)->number > 1;
}

static int is_small(PyObject *self)
{
	return ((object *)self)->number <= 1;
}

static const struct {
	const char *name;
	traverseproc traverse;
	inquiry is_gc;
} rows[] = {
#define ROW(f) \
	{ \
		"hostile." #f, f, NULL \
	}
	ROW(endless_loop),
	ROW(endless_list),
	ROW(makes_syscall),
	ROW(makes_interrupt),
	ROW(reads_wildly),
	ROW(reads_null),
	ROW(writes_object),
	ROW(writes_code),
	ROW(writes_all),
	ROW(locks_two),
	ROW(counts_reference),
	ROW(calls_heap),
	ROW(jumps_nowhere),
	ROW(recurses),
	ROW(fills_stack),
	ROW(empties_stack),
	ROW(moves_stack),
	ROW(uses_avx),
	ROW(jumps_into_middle),
	ROW(visits_forever),
	ROW(divides_by_zero),
	ROW(reads_clock),
	ROW(asks_processor),
	ROW(halts),
	ROW(is_undefined),
	ROW(copies_string),
	ROW(returns_far),
	ROW(faults_after_visit),
	ROW(counts_far),
	ROW(well_behaved),
	ROW(by_number),
	{"hostile.says_gc", well_behaved, is_large},
	{"hostile.denies_gc", well_behaved, is_small},
};
#define ROWS (sizeof(rows) / sizeof(*rows))
static PyTypeObject types[ROWS];

/* make(item): a list of one object of each type. */
static PyObject *make(PyObject *module, PyObject *item)
{
	PyObject *list = PyList_New(0);

	(void)module;
	for (size_t i = 0; list && i < ROWS; i++) {
		object *o = PyObject_GC_New(object, &types[i]);

		Py_INCREF(item);
		o->item = item;
		o->pointer = o;
		o->number = UINT64_MAX;
		PyObject_GC_Track(o);
		PyList_Append(list, (PyObject *)o);
	}
	return list;
}

static PyMethodDef methods[] = {
	{"make", make, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "hostile",
	.m_size = -1,
	.m_methods = methods,
};

PyMODINIT_FUNC PyInit_hostile(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		types[i] = (PyTypeObject){
			PyVarObject_HEAD_INIT(NULL, 0).tp_name = rows[i].name,
			.tp_basicsize = sizeof(object),
			.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
			.tp_traverse = rows[i].traverse,
			.tp_is_gc = rows[i].is_gc,
		};
		if (PyType_Ready(&types[i]) < 0)
			return NULL;
	}
	return PyModule_Create(&definition);
}
