/* SPDX-License-Identifier: MIT */
/*
 * An extension module that forgets to give back two references, as the samples'
 * README tells: what coil-holders finds.
 *
 * Facts: "Reference Counts" in Python's "Extending and Embedding".
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* The record's name in capitals.  name is never given back: each call leaves
 * one reference too many on one and the same object. */
static PyObject *shout(PyObject *self, PyObject *record)
{
	PyObject *name = PyObject_GetAttrString(record, "name");

	(void)self;
	return name ? PyObject_CallMethod(name, "upper", NULL) : NULL;
}

/* How often each word occurs.  PyDict_SetItem() takes no reference over, so
 * each number outlives its dict: one object more at each call, held by nobody.
 */
static PyObject *tally(PyObject *self, PyObject *words)
{
	PyObject *counts = PyDict_New(), *word, *number;
	PyObject *iterator = PyObject_GetIter(words);

	(void)self;
	while (counts && iterator && (word = PyIter_Next(iterator))) {
		number = PyDict_GetItemWithError(counts, word);
		number = PyLong_FromLong(number ? PyLong_AsLong(number) + 1
						: 1000);
		PyDict_SetItem(counts, word, number);
		Py_DECREF(word);
	}
	Py_XDECREF(iterator);
	return counts;
}

static PyMethodDef methods[] = {
	{"shout", shout, METH_O, NULL},
	{"tally", tally, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,
	"leakref",
	NULL,
	-1,
	methods,
	NULL,
	NULL,
	NULL,
	NULL,
};

PyMODINIT_FUNC PyInit_leakref(void)
{
	return PyModule_Create(&definition);
}
