/* SPDX-License-Identifier: MIT */
/*
 * The table of debug offsets, which a process has at the start of _PyRuntime
 * for debuggers and profilers that read it from outside, against the layout.
 *
 * Source: CPython 3.13 and later, Include/internal/pycore_debug_offsets.h; the
 * place of each entry is the layout's, for the table grew from 3.13 to 3.15.
 */

#include "layout/table.h"
#include "runtime/self.h"

const struct coil_self_entry coil_self_entries[] = {
#define ROW(said, s, f, is_size) \
	{ \
#said, #s "." #f, \
			offsetof(struct coil_layout, _Py_DebugOffsets.said), \
			offsetof(struct coil_layout, s.f), is_size \
	}
#define SIZE(said, s)	   ROW(said, s, size, true)
#define OFFSET(said, s, f) ROW(said, s, f, false)
	SIZE(runtime_state_size, _PyRuntimeState),
	OFFSET(runtime_state_interpreters_head, _PyRuntimeState,
	       interpreters_head),
	SIZE(interpreter_state_size, PyInterpreterState),
	OFFSET(interpreter_state_id, PyInterpreterState, id),
	OFFSET(interpreter_state_next, PyInterpreterState, next),
	OFFSET(interpreter_state_threads_head, PyInterpreterState,
	       threads_head),
	OFFSET(interpreter_state_gc, PyInterpreterState, gc),
	OFFSET(interpreter_state_imports_modules, PyInterpreterState, modules),
	OFFSET(interpreter_state_sysdict, PyInterpreterState, sysdict),
	OFFSET(interpreter_state_builtins, PyInterpreterState, builtins),
	SIZE(thread_state_size, PyThreadState),
	OFFSET(thread_state_next, PyThreadState, next),
	OFFSET(thread_state_interp, PyThreadState, interp),
	OFFSET(thread_state_current_frame, PyThreadState, current_frame),
	OFFSET(thread_state_thread_id, PyThreadState, thread_id),
	OFFSET(thread_state_native_thread_id, PyThreadState, native_thread_id),
	OFFSET(thread_state_datastack_chunk, PyThreadState, datastack_chunk),
	SIZE(interpreter_frame_size, _PyInterpreterFrame),
	OFFSET(interpreter_frame_previous, _PyInterpreterFrame, previous),
	OFFSET(interpreter_frame_executable, _PyInterpreterFrame, f_code),
	OFFSET(interpreter_frame_instr_ptr, _PyInterpreterFrame, prev_instr),
	OFFSET(interpreter_frame_localsplus, _PyInterpreterFrame, localsplus),
	OFFSET(interpreter_frame_owner, _PyInterpreterFrame, owner),
	OFFSET(interpreter_frame_stackpointer, _PyInterpreterFrame,
	       stackpointer),
	SIZE(code_object_size, PyCodeObject),
	OFFSET(code_object_filename, PyCodeObject, co_filename),
	OFFSET(code_object_name, PyCodeObject, co_name),
	OFFSET(code_object_qualname, PyCodeObject, co_qualname),
	OFFSET(code_object_linetable, PyCodeObject, co_linetable),
	OFFSET(code_object_firstlineno, PyCodeObject, co_firstlineno),
	OFFSET(code_object_localsplusnames, PyCodeObject, co_localsplusnames),
	OFFSET(code_object_localspluskinds, PyCodeObject, co_localspluskinds),
	OFFSET(code_object_co_code_adaptive, PyCodeObject, co_code_adaptive),
	SIZE(pyobject_size, PyObject),
	OFFSET(pyobject_ob_type, PyObject, ob_type),
	SIZE(type_object_size, PyTypeObject),
	OFFSET(type_object_tp_name, PyTypeObject, tp_name),
	OFFSET(type_object_tp_flags, PyTypeObject, tp_flags),
	OFFSET(type_object_tp_basicsize, PyTypeObject, tp_basicsize),
	OFFSET(type_object_tp_dictoffset, PyTypeObject, tp_dictoffset),
	SIZE(heap_type_object_size, PyHeapTypeObject),
	OFFSET(heap_type_object_ht_cached_keys, PyHeapTypeObject,
	       ht_cached_keys),
	SIZE(tuple_object_size, PyTupleObject),
	OFFSET(tuple_object_ob_item, PyTupleObject, ob_item),
	OFFSET(tuple_object_ob_size, PyVarObject, ob_size),
	SIZE(list_object_size, PyListObject),
	OFFSET(list_object_ob_item, PyListObject, ob_item),
	OFFSET(list_object_ob_size, PyVarObject, ob_size),
	SIZE(set_object_size, PySetObject),
	OFFSET(set_object_used, PySetObject, used),
	OFFSET(set_object_table, PySetObject, table),
	OFFSET(set_object_mask, PySetObject, mask),
	SIZE(dict_object_size, PyDictObject),
	OFFSET(dict_object_ma_keys, PyDictObject, ma_keys),
	OFFSET(dict_object_ma_values, PyDictObject, ma_values),
	SIZE(float_object_size, PyFloatObject),
	OFFSET(float_object_ob_fval, PyFloatObject, ob_fval),
	SIZE(long_object_size, PyLongObject),
	OFFSET(long_object_lv_tag, PyLongObject, lv_tag),
	OFFSET(long_object_ob_digit, PyLongObject, ob_digit),
	SIZE(bytes_object_size, PyBytesObject),
	OFFSET(bytes_object_ob_size, PyVarObject, ob_size),
	OFFSET(bytes_object_ob_sval, PyBytesObject, ob_sval),
	SIZE(unicode_object_size, PyUnicodeObject),
	OFFSET(unicode_object_state, PyASCIIObject, state),
	OFFSET(unicode_object_length, PyASCIIObject, length),
	SIZE(unicode_object_asciiobject_size, PyASCIIObject),
	SIZE(unicode_object_compactunicodeobject_size, PyCompactUnicodeObject),
	SIZE(gen_object_size, PyGenObject),
	OFFSET(gen_object_gi_name, PyGenObject, gi_name),
	OFFSET(gen_object_gi_iframe, PyGenObject, gi_iframe),
	OFFSET(gen_object_gi_frame_state, PyGenObject, gi_frame_state),
	SIZE(gc_size, _gc_runtime_state),
	OFFSET(gc_collecting, _gc_runtime_state, collecting),
#undef OFFSET
#undef SIZE
#undef ROW
};
const size_t coil_self_entry_count = countof(coil_self_entries);

/* Whether the layout has the number: its absence is 0 or COIL_NO_FIELD. */
static bool has_number(const struct coil_self_entry *row, uint32_t number)
{
	return row->is_size ? number != 0 : number != COIL_NO_FIELD;
}

void coil_self_offsets(const struct coil_runtime *r, struct coil_self *self)
{
	const struct coil_layout *l = r->layout;

	if (!l->_Py_DebugOffsets.size ||
	    !coil_has_debug_offsets(r->image, r->info.runtime))
		return;
	for (size_t i = 0; i < coil_self_entry_count; i++) {
		const struct coil_self_entry *row = &coil_self_entries[i];
		uint32_t said_at = coil_layout_number(l, row->said_at);
		uint32_t number = coil_layout_number(l, row->at);
		uint64_t said;

		if (said_at != COIL_NO_FIELD && has_number(row, number) &&
		    coil_image_word(r->image, r->info.runtime + said_at, &said))
			coil_self_compare(self, row->text, row->is_size, said,
					  number, "_Py_DebugOffsets",
					  row->said);
	}
}
