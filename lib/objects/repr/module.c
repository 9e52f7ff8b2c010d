/* SPDX-License-Identifier: MIT */
/*
 * The repr of modules, which importlib writes: by __spec__, else by __file__
 * and __loader__.
 *
 * Source: Lib/importlib/_bootstrap.py, _module_repr(),
 * _module_repr_from_spec(); module_repr() of the loaders, up to 3.11.
 */
#include "objects/code.h"
#include "objects/kinds/kinds_b.h"
#include "objects/repr/repr.h"

static uint64_t not_none(const struct coil_heap *heap, uint64_t address)
{
	return address == heap->none ? 0 : address;
}

static uint64_t entry(const struct coil_heap *heap, const struct coil_dict *d,
		      const char *name)
{
	return not_none(heap, coil_dict_lookup(d, name));
}

static void out_name(const struct coil_heap *heap, uint64_t name,
		     struct coil_out *out)
{
	coil_out_string(out, "<module ");
	if (name)
		coil_repr(heap, name, out);
	else
		coil_out_string(out, "'?'");
}

/* " (LOADER)": those of the import system itself by a word. */
static void out_loader(const struct coil_heap *heap, uint64_t loader,
		       struct coil_out *out)
{
	static const struct {
		const char *type, *word;
	} words[] = {
		{"_frozen_importlib.BuiltinImporter", "built-in"},
		{"_frozen_importlib.FrozenImporter", "frozen"},
		{"_frozen_importlib_external._NamespaceLoader", "namespace"},
		{"_frozen_importlib_external.NamespaceLoader", "namespace"},
	};
	const struct coil_type *type = coil_types_known(heap->types, loader);
	bool worded = heap->layout->strategy.reprs < COIL_REPRS_DICTS;
	struct coil_object object;

	coil_out_string(out, " (");
	if (!type && coil_heap_object(heap, loader, &object)) {
		type = object.type;
		worded |= strstr(type->name, "NamespaceLoader") != NULL;
	}
	for (size_t i = 0; worded && type && i < countof(words); i++) {
		if (strcmp(type->name, words[i].type))
			continue;
		coil_out_string(out, words[i].word);
		coil_out_char(out, ')');
		return;
	}
	coil_repr(heap, loader, out);
	coil_out_char(out, ')');
}

static void out_spec(const struct coil_heap *heap,
		     const struct coil_object *spec, struct coil_out *out)
{
	uint64_t origin = not_none(heap, coil_attribute(heap, spec, "origin"));
	uint64_t loader = not_none(heap, coil_attribute(heap, spec, "loader"));
	int64_t located = 0;

	out_name(heap, not_none(heap, coil_attribute(heap, spec, "name")), out);
	(void)!coil_attribute_int(heap, spec, "_set_fileattr", &located);
	if (origin && located) {
		coil_out_string(out, " from ");
		coil_repr(heap, origin, out);
	} else if (origin) {
		coil_out_string(out, " (");
		coil_out_text(heap, origin, COIL_NAME_LIMIT, out);
		coil_out_char(out, ')');
	} else if (loader) {
		out_loader(heap, loader, out);
	}
	coil_out_char(out, '>');
}

void coil_out_module(const struct coil_heap *heap,
		     const struct coil_object *object, struct coil_out *out)
{
	uint64_t at, dict = FIELD(heap, object, PyModuleObject, md_dict);
	struct coil_object spec;
	struct coil_dict d;

	if (!coil_dict_read(heap->image, heap->layout, dict, &d))
		return;
	at = entry(heap, &d, "__spec__");
	if (at && coil_heap_object(heap, at, &spec)) {
		out_spec(heap, &spec, out);
		return;
	}
	out_name(heap, coil_dict_lookup(&d, "__name__"), out);
	at = coil_dict_lookup(&d, "__file__");
	if (at) {
		coil_out_string(out, " from ");
		coil_repr(heap, at, out);
	} else if ((at = entry(heap, &d, "__loader__")) != 0) {
		out_loader(heap, at, out);
	}
	coil_out_char(out, '>');
}
