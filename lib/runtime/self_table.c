/* SPDX-License-Identifier: MIT */
/*
 * Which type tells what: a row for each number that a type object says of the
 * struct of its instances and a layout has too.  Named as CPython's sources
 * name them, a type by its tp_name; in all releases from 3.8 to 3.15 the
 * numbers of a row are the same ones, or one of them is not there.
 *
 * Source: CPython's Objects/, Python/ and Modules/ *.c: tp_basicsize and
 * tp_members of each type.  tp_basicsize of what has items ends where the first
 * item begins, for bytes one byte later.
 */

#include "runtime/self.h"

#define AT(s, f) ((uint32_t)offsetof(struct coil_layout, s.f))

/* A type by its symbol, by that or its name in builtins, by its name in another
 * module. */
#define SYMBOL(sym, n) \
	{ \
		.what = COIL_SELF_TYPE, .name = n, .symbol = #sym \
	}
#define BUILTIN(sym, n) \
	{ \
		.what = COIL_SELF_TYPE, .name = n, .symbol = #sym, \
		.module = "builtins", .attribute = n \
	}
#define MODULE(mod, attr, n) \
	{ \
		.what = COIL_SELF_TYPE, .name = n, .module = mod, \
		.attribute = attr \
	}

/* sizeof(s); the same unless the struct has field f. */
#define SIZE(s) \
	{ \
		.what = COIL_SELF_SIZE, .text = #s ".size", .at = AT(s, size), \
		.is_size = true \
	}
#define SIZE_UNLESS(s, o, f) \
	{ \
		.what = COIL_SELF_SIZE, .text = #s ".size", .at = AT(s, size), \
		.is_size = true, .unless = AT(o, f) \
	}
/* The size ends @bytes behind field f; it ends in another struct, at its
 * field f2, that begins at f. */
#define ENDS(s, f, bytes) \
	{ \
		.what = COIL_SELF_SIZE, .text = #s "." #f " + " #bytes, \
		.at = AT(s, f), .plus = (bytes) \
	}
#define ENDS_IN(s, f, s2, f2) \
	{ \
		.what = COIL_SELF_SIZE, .text = #s "." #f " + " #s2 "." #f2, \
		.at = AT(s, f), .more = AT(s2, f2) \
	}
#define ITEM(s) \
	{ \
		.what = COIL_SELF_ITEM, .text = #s ".size", .at = AT(s, size), \
		.is_size = true \
	}
#define DICT(s, f) \
	{ \
		.what = COIL_SELF_DICT, .text = #s "." #f, .at = AT(s, f) \
	}
#define WEAK(s, f) \
	{ \
		.what = COIL_SELF_WEAK, .text = #s "." #f, .at = AT(s, f) \
	}
#define MEMBER(n, s, f) \
	{ \
		.what = COIL_SELF_MEMBER, .name = n, .text = #s "." #f, \
		.at = AT(s, f) \
	}

const struct coil_self_row coil_self_rows[] = {
	/* --- objects in general --- */
	BUILTIN(PyType_Type, "type"),
	MEMBER("__basicsize__", PyTypeObject, tp_basicsize),
	MEMBER("__itemsize__", PyTypeObject, tp_itemsize),
	MEMBER("__flags__", PyTypeObject, tp_flags),
	MEMBER("__weakrefoffset__", PyTypeObject, tp_weaklistoffset),
	MEMBER("__base__", PyTypeObject, tp_base),
	MEMBER("__dictoffset__", PyTypeObject, tp_dictoffset),
	MEMBER("__mro__", PyTypeObject, tp_mro),
	SIZE(PyHeapTypeObject),
	ITEM(PyMemberDef),
	DICT(PyTypeObject, tp_dict),
	WEAK(PyTypeObject, tp_weaklist),
	BUILTIN(PyBaseObject_Type, "object"),
	SIZE(PyObject),

	/* --- values --- */
	BUILTIN(PyLong_Type, "int"),
	ENDS(PyLongObject, ob_digit, 0),
	BUILTIN(PyFloat_Type, "float"),
	SIZE(PyFloatObject),
	BUILTIN(PyComplex_Type, "complex"),
	SIZE(PyComplexObject),
	MEMBER("real", PyComplexObject, cval),
	BUILTIN(PyUnicode_Type, "str"),
	SIZE(PyUnicodeObject),
	BUILTIN(PyBytes_Type, "bytes"),
	ENDS(PyBytesObject, ob_sval, 1),
	BUILTIN(PyByteArray_Type, "bytearray"),
	SIZE(PyByteArrayObject),
	BUILTIN(PySlice_Type, "slice"),
	SIZE(PySliceObject),
	MEMBER("start", PySliceObject, start),
	MEMBER("stop", PySliceObject, stop),
	MEMBER("step", PySliceObject, step),
	BUILTIN(PyRange_Type, "range"),
	SIZE(rangeobject),
	MEMBER("start", rangeobject, start),
	MEMBER("stop", rangeobject, stop),
	MEMBER("step", rangeobject, step),

	/* --- containers --- */
	BUILTIN(PyTuple_Type, "tuple"),
	ENDS(PyTupleObject, ob_item, 0),
	BUILTIN(PyList_Type, "list"),
	SIZE(PyListObject),
	BUILTIN(PyDict_Type, "dict"),
	SIZE(PyDictObject),
	BUILTIN(PySet_Type, "set"),
	SIZE(PySetObject),
	WEAK(PySetObject, weakreflist),
	BUILTIN(PyMemoryView_Type, "memoryview"),
	WEAK(PyMemoryViewObject, weakreflist),
	SYMBOL(PyDictProxy_Type, "mappingproxy"),
	SIZE(mappingproxyobject),
	SYMBOL(_PyNamespace_Type, "types.SimpleNamespace"),
	SIZE(_PyNamespaceObject),
	DICT(_PyNamespaceObject, ns_dict),
	{
		.what = COIL_SELF_TYPE,
		.name = "collections.OrderedDict",
		.symbol = "PyODict_Type",
		.module = "_collections",
		.attribute = "OrderedDict",
	},
	SIZE(PyODictObject),
	DICT(PyODictObject, od_inst_dict),
	WEAK(PyODictObject, od_weakreflist),
	MODULE("_collections", "deque", "collections.deque"),
	SIZE(dequeobject),
	WEAK(dequeobject, weakreflist),
	MODULE("_collections", "defaultdict", "collections.defaultdict"),
	SIZE(defdictobject),
	MEMBER("default_factory", defdictobject, default_factory),

	/* --- code and what runs --- */
	SYMBOL(PyFunction_Type, "function"),
	SIZE(PyFunctionObject),
	DICT(PyFunctionObject, func_dict),
	WEAK(PyFunctionObject, func_weakreflist),
	MEMBER("__closure__", PyFunctionObject, func_closure),
	MEMBER("__doc__", PyFunctionObject, func_doc),
	MEMBER("__globals__", PyFunctionObject, func_globals),
	MEMBER("__module__", PyFunctionObject, func_module),
	MEMBER("__builtins__", PyFunctionObject, func_builtins),
	SYMBOL(PyCode_Type, "code"),
	ENDS(PyCodeObject, co_code_adaptive, 0),
	SIZE_UNLESS(PyCodeObject, PyCodeObject, co_code_adaptive),
	WEAK(PyCodeObject, co_weakreflist),
	MEMBER("co_nlocals", PyCodeObject, co_nlocals),
	MEMBER("co_stacksize", PyCodeObject, co_stacksize),
	MEMBER("co_flags", PyCodeObject, co_flags),
	MEMBER("co_code", PyCodeObject, co_code),
	MEMBER("co_consts", PyCodeObject, co_consts),
	MEMBER("co_names", PyCodeObject, co_names),
	MEMBER("co_varnames", PyCodeObject, co_varnames),
	MEMBER("co_freevars", PyCodeObject, co_freevars),
	MEMBER("co_cellvars", PyCodeObject, co_cellvars),
	MEMBER("co_filename", PyCodeObject, co_filename),
	MEMBER("co_name", PyCodeObject, co_name),
	MEMBER("co_qualname", PyCodeObject, co_qualname),
	MEMBER("co_firstlineno", PyCodeObject, co_firstlineno),
	MEMBER("co_lnotab", PyCodeObject, co_lnotab),
	MEMBER("co_linetable", PyCodeObject, co_linetable),
	MEMBER("co_exceptiontable", PyCodeObject, co_exceptiontable),
	SYMBOL(PyFrame_Type, "frame"),
	ENDS(PyFrameObject, f_localsplus, 8),
	ENDS_IN(PyFrameObject, _f_frame_data, _PyInterpreterFrame, localsplus),
	MEMBER("f_back", PyFrameObject, f_back),
	MEMBER("f_code", PyFrameObject, f_code),
	MEMBER("f_builtins", PyFrameObject, f_builtins),
	MEMBER("f_globals", PyFrameObject, f_globals),
	MEMBER("f_lasti", PyFrameObject, f_lasti),
	SYMBOL(PyGen_Type, "generator"),
	ENDS_IN(PyGenObject, gi_iframe, _PyInterpreterFrame, localsplus),
	SIZE_UNLESS(PyGenObject, PyGenObject, gi_iframe),
	WEAK(PyGenObject, gi_weakreflist),
	MEMBER("gi_frame", PyGenObject, gi_frame),
	MEMBER("gi_code", PyGenObject, gi_code),
	SYMBOL(PyCoro_Type, "coroutine"),
	SIZE_UNLESS(PyCoroObject, PyGenObject, gi_iframe),
	MEMBER("cr_origin", PyGenObject, gi_origin_or_finalizer),
	MEMBER("cr_origin", PyCoroObject, cr_origin),
	SYMBOL(PyAsyncGen_Type, "async_generator"),
	SIZE_UNLESS(PyAsyncGenObject, PyGenObject, gi_iframe),
	SYMBOL(_PyCoroWrapper_Type, "coroutine_wrapper"),
	SIZE(PyCoroWrapper),
	SYMBOL(_PyAsyncGenASend_Type, "async_generator_asend"),
	SIZE(PyAsyncGenASend),
	SYMBOL(_PyAsyncGenAThrow_Type, "async_generator_athrow"),
	SIZE(PyAsyncGenAThrow),
	SYMBOL(PyTraceBack_Type, "traceback"),
	SIZE(PyTracebackObject),
	MEMBER("tb_frame", PyTracebackObject, tb_frame),
	MEMBER("tb_lineno", PyTracebackObject, tb_lineno),
	SYMBOL(PyCell_Type, "cell"),
	SIZE(PyCellObject),
	SYMBOL(_PyWeakref_RefType, "weakref.ReferenceType"),
	SIZE(PyWeakReference),
	MEMBER("__callback__", PyWeakReference, wr_callback),
	SYMBOL(PyModule_Type, "module"),
	SIZE(PyModuleObject),
	DICT(PyModuleObject, md_dict),
	WEAK(PyModuleObject, md_weaklist),
	MEMBER("__dict__", PyModuleObject, md_dict),
	SYMBOL(PyModuleDef_Type, "moduledef"),
	SIZE(PyModuleDef),
	SYMBOL(PyMethod_Type, "method"),
	SIZE(PyMethodObject),
	WEAK(PyMethodObject, im_weakreflist),
	MEMBER("__func__", PyMethodObject, im_func),
	MEMBER("__self__", PyMethodObject, im_self),
	SYMBOL(PyInstanceMethod_Type, "instancemethod"),
	SIZE(PyInstanceMethodObject),
	MEMBER("__func__", PyInstanceMethodObject, func),
	SYMBOL(PyCFunction_Type, "builtin_function_or_method"),
	SIZE(PyCFunctionObject),
	WEAK(PyCFunctionObject, m_weakreflist),
	MEMBER("__module__", PyCFunctionObject, m_module),
	SYMBOL(PyCMethod_Type, "builtin_method"),
	SIZE(PyCMethodObject),

	/* --- descriptors and wrappers --- */
	SYMBOL(PyMethodDescr_Type, "method_descriptor"),
	SIZE(PyMethodDescrObject),
	MEMBER("__objclass__", PyDescrObject, d_type),
	MEMBER("__name__", PyDescrObject, d_name),
	SYMBOL(PyMemberDescr_Type, "member_descriptor"),
	SIZE(PyMemberDescrObject),
	SYMBOL(PyGetSetDescr_Type, "getset_descriptor"),
	SIZE(PyGetSetDescrObject),
	SYMBOL(PyWrapperDescr_Type, "wrapper_descriptor"),
	SIZE(PyWrapperDescrObject),
	SYMBOL(_PyMethodWrapper_Type, "method-wrapper"),
	SIZE(wrapperobject),
	MEMBER("__self__", wrapperobject, self),
	BUILTIN(PyProperty_Type, "property"),
	SIZE(propertyobject),
	MEMBER("fget", propertyobject, prop_get),
	MEMBER("fset", propertyobject, prop_set),
	MEMBER("fdel", propertyobject, prop_del),
	MEMBER("__doc__", propertyobject, prop_doc),
	BUILTIN(PyClassMethod_Type, "classmethod"),
	SIZE(classmethod),
	DICT(classmethod, cm_dict),
	MEMBER("__func__", classmethod, cm_callable),
	BUILTIN(PyStaticMethod_Type, "staticmethod"),
	SIZE(staticmethod),
	DICT(staticmethod, sm_dict),
	MEMBER("__func__", staticmethod, sm_callable),
	BUILTIN(PySuper_Type, "super"),
	SIZE(superobject),
	MEMBER("__thisclass__", superobject, type),
	MEMBER("__self__", superobject, obj),
	MEMBER("__self_class__", superobject, obj_type),
	SYMBOL(Py_GenericAliasType, "types.GenericAlias"),
	SIZE(gaobject),
	WEAK(gaobject, weakreflist),
	MEMBER("__origin__", gaobject, origin),
	MEMBER("__args__", gaobject, args),
	SYMBOL(_PyUnion_Type, "types.UnionType"),
	MEMBER("__args__", unionobject, args),
	SYMBOL(PyCapsule_Type, "PyCapsule"),
	SIZE(PyCapsule),
	MODULE("_functools", "partial", "functools.partial"),
	SIZE(partialobject),
	DICT(partialobject, dict),
	WEAK(partialobject, weakreflist),
	MEMBER("func", partialobject, fn),
	MEMBER("args", partialobject, args),
	MEMBER("keywords", partialobject, kw),
	MODULE("_functools", "_lru_cache_wrapper",
	       "functools._lru_cache_wrapper"),
	SIZE(lru_cache_object),
	DICT(lru_cache_object, dict),
	WEAK(lru_cache_object, weakreflist),

	/* --- context variables --- */
	SYMBOL(PyContext_Type, "_contextvars.Context"),
	SIZE(PyContext),
	WEAK(PyContext, ctx_weakreflist),
	SYMBOL(PyContextVar_Type, "_contextvars.ContextVar"),
	SIZE(PyContextVar),
	MEMBER("name", PyContextVar, var_name),
	SYMBOL(PyContextToken_Type, "_contextvars.Token"),
	SIZE(PyContextToken),
	SYMBOL(_PyHamt_Type, "hamt"),
	SIZE(PyHamtObject),
	WEAK(PyHamtObject, h_weakreflist),
	SYMBOL(_PyHamt_ArrayNode_Type, "hamt_array_node"),
	SIZE(PyHamtNode_Array),

	/* --- exceptions --- */
	BUILTIN(PyExc_BaseException, "BaseException"),
	SIZE(PyBaseExceptionObject),
	DICT(PyBaseExceptionObject, dict),
	BUILTIN(PyExc_BaseExceptionGroup, "BaseExceptionGroup"),
	SIZE(PyBaseExceptionGroupObject),
	MEMBER("message", PyBaseExceptionGroupObject, msg),
	MEMBER("exceptions", PyBaseExceptionGroupObject, excs),
	BUILTIN(PyExc_SyntaxError, "SyntaxError"),
	SIZE(PySyntaxErrorObject),
	MEMBER("msg", PySyntaxErrorObject, msg),
	MEMBER("filename", PySyntaxErrorObject, filename),
	MEMBER("lineno", PySyntaxErrorObject, lineno),
	MEMBER("offset", PySyntaxErrorObject, offset),
	MEMBER("text", PySyntaxErrorObject, text),
	MEMBER("print_file_and_line", PySyntaxErrorObject, print_file_and_line),
	MEMBER("end_lineno", PySyntaxErrorObject, end_lineno),
	MEMBER("end_offset", PySyntaxErrorObject, end_offset),
	MEMBER("_metadata", PySyntaxErrorObject, metadata),
	BUILTIN(PyExc_ImportError, "ImportError"),
	SIZE(PyImportErrorObject),
	MEMBER("msg", PyImportErrorObject, msg),
	MEMBER("name", PyImportErrorObject, name),
	MEMBER("path", PyImportErrorObject, path),
	MEMBER("name_from", PyImportErrorObject, name_from),
	BUILTIN(PyExc_UnicodeDecodeError, "UnicodeDecodeError"),
	SIZE(PyUnicodeErrorObject),
	MEMBER("encoding", PyUnicodeErrorObject, encoding),
	MEMBER("object", PyUnicodeErrorObject, object),
	MEMBER("reason", PyUnicodeErrorObject, reason),
	BUILTIN(PyExc_SystemExit, "SystemExit"),
	SIZE(PySystemExitObject),
	MEMBER("code", PySystemExitObject, code),
	BUILTIN(PyExc_OSError, "OSError"),
	SIZE(PyOSErrorObject),
	MEMBER("errno", PyOSErrorObject, myerrno),
	MEMBER("strerror", PyOSErrorObject, strerror),
	MEMBER("filename", PyOSErrorObject, filename),
	MEMBER("filename2", PyOSErrorObject, filename2),
	BUILTIN(PyExc_StopIteration, "StopIteration"),
	SIZE(PyStopIterationObject),
	MEMBER("value", PyStopIterationObject, value),
	BUILTIN(PyExc_NameError, "NameError"),
	SIZE(PyNameErrorObject),
	MEMBER("name", PyNameErrorObject, name),
	BUILTIN(PyExc_AttributeError, "AttributeError"),
	SIZE(PyAttributeErrorObject),
	MEMBER("name", PyAttributeErrorObject, name),
	MEMBER("obj", PyAttributeErrorObject, obj),

	/* --- iterators of the built-ins --- */
	SYMBOL(PyListIter_Type, "list_iterator"),
	SIZE(_PyListIterObject),
	SYMBOL(PyListRevIter_Type, "list_reverseiterator"),
	SIZE(listreviterobject),
	SYMBOL(PyTupleIter_Type, "tuple_iterator"),
	SIZE(_PyTupleIterObject),
	SYMBOL(PyDictIterKey_Type, "dict_keyiterator"),
	SIZE(dictiterobject),
	SYMBOL(PyDictKeys_Type, "dict_keys"),
	SIZE(_PyDictViewObject),
	SYMBOL(PySetIter_Type, "set_iterator"),
	SIZE(setiterobject),
	SYMBOL(PyUnicodeIter_Type, "str_iterator"),
	SIZE(unicodeiterobject),
	SYMBOL(PyBytesIter_Type, "bytes_iterator"),
	SIZE(striterobject),
	SYMBOL(PyByteArrayIter_Type, "bytearray_iterator"),
	SIZE(bytesiterobject),
	SYMBOL(PySeqIter_Type, "iterator"),
	SIZE(seqiterobject),
	SYMBOL(PyCallIter_Type, "callable_iterator"),
	SIZE(calliterobject),
	SYMBOL(PyLongRangeIter_Type, "longrange_iterator"),
	SIZE(longrangeiterobject),
	SYMBOL(PyODictIter_Type, "odict_iterator"),
	SIZE(odictiterobject),
	BUILTIN(PyEnum_Type, "enumerate"),
	SIZE(enumobject),
	BUILTIN(PyReversed_Type, "reversed"),
	SIZE(reversedobject),
	BUILTIN(PyFilter_Type, "filter"),
	SIZE(filterobject),
	BUILTIN(PyMap_Type, "map"),
	SIZE(mapobject),
	BUILTIN(PyZip_Type, "zip"),
	SIZE(zipobject),

/* --- itertools --- */
#define ITERTOOL(n, s) MODULE("itertools", n, "itertools." n), SIZE(s)
	ITERTOOL("pairwise", pairwiseobject),
	ITERTOOL("groupby", groupbyobject),
	ITERTOOL("_grouper", _grouperobject),
	ITERTOOL("_tee_dataobject", teedataobject),
	ITERTOOL("_tee", teeobject),
	WEAK(teeobject, weakreflist),
	ITERTOOL("cycle", cycleobject),
	ITERTOOL("dropwhile", dropwhileobject),
	ITERTOOL("takewhile", takewhileobject),
	ITERTOOL("islice", isliceobject),
	ITERTOOL("starmap", starmapobject),
	ITERTOOL("chain", chainobject),
	ITERTOOL("product", productobject),
	ITERTOOL("combinations", combinationsobject),
	ITERTOOL("combinations_with_replacement", cwrobject),
	ITERTOOL("permutations", permutationsobject),
	ITERTOOL("accumulate", accumulateobject),
	ITERTOOL("compress", compressobject),
	ITERTOOL("filterfalse", filterfalseobject),
	ITERTOOL("count", countobject),
	ITERTOOL("repeat", repeatobject),
	ITERTOOL("zip_longest", ziplongestobject),
	ITERTOOL("batched", batchedobject),
#undef ITERTOOL

	/* --- the rest of the common standard library --- */
	MODULE("_thread", "_local", "_thread._local"),
	SIZE(localobject),
	MODULE("_typing", "TypeVar", "typing.TypeVar"),
	SIZE(typevarobject),
	MODULE("_typing", "ParamSpec", "typing.ParamSpec"),
	SIZE(paramspecobject),
	MODULE("_typing", "TypeVarTuple", "typing.TypeVarTuple"),
	SIZE(typevartupleobject),
	MODULE("_typing", "TypeAliasType", "typing.TypeAliasType"),
	SIZE(typealiasobject),
	MODULE("_io", "BufferedReader", "_io.BufferedReader"),
	SIZE(buffered),
	DICT(buffered, dict),
	MEMBER("raw", buffered, raw),
	MODULE("_io", "BufferedRWPair", "_io.BufferedRWPair"),
	SIZE(rwpair),
	DICT(rwpair, dict),
	MODULE("_io", "BytesIO", "_io.BytesIO"),
	SIZE(bytesio),
	DICT(bytesio, dict),
	MODULE("_io", "StringIO", "_io.StringIO"),
	SIZE(stringio),
	DICT(stringio, dict),
	MODULE("re", "Pattern", "re.Pattern"),
	WEAK(PatternObject, weakreflist),
	MEMBER("pattern", PatternObject, pattern),
	MODULE("_struct", "Struct", "_struct.Struct"),
	SIZE(PyStructObject),
	WEAK(PyStructObject, weakreflist),
	MODULE("array", "array", "array.array"),
	SIZE(arrayobject),
	WEAK(arrayobject, weakreflist),
	MODULE("_queue", "SimpleQueue", "_queue.SimpleQueue"),
	SIZE(simplequeueobject),
	WEAK(simplequeueobject, weakreflist),
	MODULE("_pickle", "Pickler", "_pickle.Pickler"),
	SIZE(PicklerObject),
	MEMBER("dispatch_table", PicklerObject, dispatch_table),
	MODULE("_pickle", "Unpickler", "_pickle.Unpickler"),
	SIZE(UnpicklerObject),
	MODULE("_elementtree", "Element", "xml.etree.ElementTree.Element"),
	SIZE(ElementObject),
	WEAK(ElementObject, weakreflist),
	MODULE("pyexpat", "XMLParserType", "pyexpat.xmlparser"),
	SIZE(xmlparseobject),
	MEMBER("intern", xmlparseobject, intern),
	MODULE("_ctypes", "Structure", "_ctypes.Structure"),
	SIZE(CDataObject),
	MODULE("_ctypes", "CFuncPtr", "_ctypes.CFuncPtr"),
	SIZE(PyCFuncPtrObject),
	MODULE("_decimal", "Decimal", "decimal.Decimal"),
	SIZE(PyDecObject),
};
const size_t coil_self_row_count = countof(coil_self_rows);
