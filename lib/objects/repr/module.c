/* SPDX-License-Identifier: MIT */
/*
 * The repr of modules, which importlib writes: by __spec__, else by __file__
 * and __loader__.
 *
 * Source: Lib/importlib/_bootstrap.py, _module_repr(),
 * _module_repr_from_spec(); module_repr() of the loaders, up to 3.11.
 */
#include "objects/code.h"
#include "objects/kind.h"
#include "objects/repr/repr.h"

static uint64_t not_none(struct coil_reader *reader, uint64_t address)
{
	return address == reader->none ? 0 : address;
}

static uint64_t entry(struct coil_reader *reader, const struct coil_dict *d,
		      const char *name)
{
	return not_none(reader, coil_dict_lookup(d, name));
}

static void out_name(struct coil_reader *reader, uint64_t name,
		     struct coil_out *out)
{
	coil_out_string(out, "<module ");
	if (name)
		coil_repr(reader, name, out);
	else
		coil_out_string(out, "'?'");
}

/* " (LOADER)": those of the import system itself by a word. */
static void out_loader(struct coil_reader *reader, uint64_t loader,
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
	const struct coil_type *type = coil_types_known(reader->types, loader);
	bool worded = reader->layout->strategy.reprs < COIL_REPRS_DICTS;
	struct coil_object object;

	coil_out_string(out, " (");
	if (!type && coil_reader_object(reader, loader, &object)) {
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
	coil_repr(reader, loader, out);
	coil_out_char(out, ')');
}

static void out_spec(struct coil_reader *reader, const struct coil_object *spec,
		     struct coil_out *out)
{
	uint64_t origin =
		not_none(reader, coil_attribute(reader, spec, "origin"));
	uint64_t loader =
		not_none(reader, coil_attribute(reader, spec, "loader"));
	int64_t located = 0;

	out_name(reader, not_none(reader, coil_attribute(reader, spec, "name")),
		 out);
	(void)!coil_attribute_int(reader, spec, "_set_fileattr", &located);
	if (origin && located) {
		coil_out_string(out, " from ");
		coil_repr(reader, origin, out);
	} else if (origin) {
		coil_out_string(out, " (");
		coil_out_text(reader, origin, COIL_NAME_LIMIT, out);
		coil_out_char(out, ')');
	} else if (loader) {
		out_loader(reader, loader, out);
	}
	coil_out_char(out, '>');
}

void coil_out_module(struct coil_reader *reader,
		     const struct coil_object *object, struct coil_out *out)
{
	uint64_t at, dict = FIELD(reader, object, PyModuleObject, md_dict);
	struct coil_object spec;
	struct coil_dict d;

	if (!coil_reader_dict(reader, dict, &d))
		return;
	at = entry(reader, &d, "__spec__");
	if (at && coil_reader_object(reader, at, &spec)) {
		out_spec(reader, &spec, out);
		return;
	}
	out_name(reader, coil_dict_lookup(&d, "__name__"), out);
	at = coil_dict_lookup(&d, "__file__");
	if (at) {
		coil_out_string(out, " from ");
		coil_repr(reader, at, out);
	} else if ((at = entry(reader, &d, "__loader__")) != 0) {
		out_loader(reader, at, out);
	}
	coil_out_char(out, '>');
}
