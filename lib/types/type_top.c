/* SPDX-License-Identifier: MIT */
/*
 * Where `type` itself is: the one object that every other is found typed by.
 */
#include "types/table.h"

/* From @object up its types to one that is its own type; 0: there is none. */
static uint64_t climb(const struct coil_runtime *runtime, uint64_t object)
{
	uint64_t up = 0;

	for (unsigned n = 0; n < COIL_METATYPE_DEPTH; n++, object = up) {
		if (!coil_image_word(runtime->image,
				     object + runtime->layout->PyObject.ob_type,
				     &up))
			return 0;
		if (up == object)
			return object;
	}
	return 0;
}

/* An object that is there in every interpreter. */
static uint64_t modules(const struct coil_runtime *runtime)
{
	uint64_t dict = 0;

	if (runtime->interpreter_count)
		coil_image_word(
			runtime->image,
			runtime->interpreters[0] +
				runtime->layout->PyInterpreterState.modules,
			&dict);
	return dict;
}

/*
 * `type` itself: by its symbol, else by climbing from the table of modules or
 * any tracked object until a type is its own type.
 */
uint64_t coil_type_top(const struct coil_runtime *runtime)
{
	const struct coil_layout *l = runtime->layout;
	uint64_t type = 0;

	if (runtime->module)
		type = coil_module_symbol(runtime->image, runtime->module,
					  "PyType_Type", NULL);
	if (!type)
		type = climb(runtime, modules(runtime));
	for (unsigned i = 0; !type && runtime->interpreter_count &&
			     l->strategy.gc_lists != COIL_GC_LISTS_NONE &&
			     i < l->constant.gc_generations + 1;
	     i++) {
		uint64_t head = coil_runtime_gc_list(
			runtime, runtime->interpreters[0], i);
		uint64_t a = 0;

		coil_image_word(runtime->image, head, &a);
		if ((a & ~(uint64_t)3) != head)
			type = climb(runtime,
				     (a & ~(uint64_t)3) + l->PyGC_Head.size);
	}
	return type;
}
