/* SPDX-License-Identifier: MIT */
/* An extension module with a type whose tp_traverse is sound and asks the
 * processor what it is: an instruction that nobody steps. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

typedef struct {
	PyObject_HEAD PyObject *item;
} object;

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	unsigned a = 0, b, c = 0, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	Py_VISIT(((object *)self)->item);
	return 0;
}

static int clear(PyObject *self)
{
	Py_CLEAR(((object *)self)->item);
	return 0;
}

static void dealloc(PyObject *self)
{
	PyObject_GC_UnTrack(self);
	clear(self);
	Py_TYPE(self)->tp_free(self);
}

static PyMemberDef members[] = {
	{"item", T_OBJECT, offsetof(object, item), 0, NULL},
	{NULL, 0, 0, 0, NULL},
};

static PyTypeObject holder = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "unsure.Holder",
	.tp_basicsize = sizeof(object),
	.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
	.tp_traverse = traverse,
	.tp_clear = clear,
	.tp_dealloc = dealloc,
	.tp_members = members,
	.tp_new = PyType_GenericNew,
	.tp_free = PyObject_GC_Del,
};

static PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	.m_name = "unsure",
	.m_size = -1,
};

PyMODINIT_FUNC PyInit_unsure(void)
{
	PyObject *module = PyModule_Create(&definition);

	if (!module || PyType_Ready(&holder) < 0)
		return NULL;
	Py_INCREF(&holder);
	PyModule_AddObject(module, "Holder", (PyObject *)&holder);
	return module;
}
