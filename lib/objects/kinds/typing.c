/* SPDX-License-Identifier: MIT */
/*
 * Type parameters and aliases, which are C types from 3.12 on; thread-local
 * data.
 * Source: CPython's Objects/typevarobject.c (the traverse functions: names
 * are not visited before 3.14), Modules/_threadmodule.c (local_traverse,
 * local_clear).
 */
#include "objects/code.h"
#include "objects/kinds/kinds_b.h"
#include "objects/repr/repr.h"

#define KIND(id, tp_name, s, names, writes, ...) \
	static const struct coil_member id##_members[] = {__VA_ARGS__}; \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(s), \
		.members = id##_members, \
		.member_count = countof(id##_members), \
		.refs = names, \
		.value = writes, \
	}
#define M(s, f, label) COIL_STRONG_MEMBER(s, f, MEMBER, label)
#define C(s, f, label) COIL_COUNTED_MEMBER(s, f, MEMBER, label)

/* Source: typevar_repr(), paramspec_repr(): the three flags of variance are
 * bytes behind the last field. */
static void out_variance(struct coil_reader *reader,
			 const struct coil_object *object, uint32_t last,
			 struct coil_out *out)
{
	if (coil_field_byte(object, last + 8 + 2))
		return;
	coil_out_char(out, coil_field_byte(object, last + 8)	   ? '+'
			   : coil_field_byte(object, last + 8 + 1) ? '-'
								   : '~');
	(void)reader;
}

static void value(struct coil_reader *reader, const struct coil_object *object,
		  struct coil_out *out)
{
	coil_out_text(reader, FIELD(reader, object, typevarobject, name),
		      COIL_NAME_LIMIT, out);
}

static void name_refs(struct coil_reader *reader,
		      const struct coil_object *object, struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	unsigned flags = COIL_REF_MEMBER | COIL_EDGE_COUNTED;

	if (l->strategy.parameter_names == COIL_PARAMETER_NAMES_VISITED)
		flags |= COIL_EDGE_TRAVERSED;
	coil_emit(sink, FIELD(reader, object, typevarobject, name), flags,
		  COIL_LABEL_TEXT, coil_text("__name__"));
}

static void typevar_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;

	out_variance(reader, object,
		     l->typevarobject.evaluate_default == COIL_NO_FIELD
			     ? l->typevarobject.evaluate_constraints
			     : l->typevarobject.evaluate_default,
		     out);
	value(reader, object, out);
}

static void paramspec_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;

	out_variance(reader, object,
		     l->paramspecobject.evaluate_default == COIL_NO_FIELD
			     ? l->paramspecobject.bound
			     : l->paramspecobject.evaluate_default,
		     out);
	value(reader, object, out);
}

KIND(typevar, "typing.TypeVar", typevarobject, name_refs, typevar_value,
     M(typevarobject, bound, "__bound__"),
     M(typevarobject, evaluate_bound, "evaluate_bound"),
     M(typevarobject, constraints, "__constraints__"),
     M(typevarobject, evaluate_constraints, "evaluate_constraints"),
     M(typevarobject, default_value, "__default__"),
     M(typevarobject, evaluate_default, "evaluate_default"));
KIND(paramspec, "typing.ParamSpec", paramspecobject, name_refs, paramspec_value,
     M(paramspecobject, bound, "__bound__"),
     M(paramspecobject, default_value, "__default__"),
     M(paramspecobject, evaluate_default, "evaluate_default"));
KIND(typevartuple, "typing.TypeVarTuple", typevartupleobject, name_refs, value,
     M(typevartupleobject, bound, "__bound__"),
     M(typevartupleobject, default_value, "__default__"),
     M(typevartupleobject, evaluate_default, "evaluate_default"));
KIND(typealias, "typing.TypeAliasType", typealiasobject, name_refs, value,
     M(typealiasobject, qualname, "__qualname__"),
     M(typealiasobject, type_params, "__type_params__"),
     M(typealiasobject, compute_value, "compute_value"),
     M(typealiasobject, value, "__value__"),
     M(typealiasobject, module, "__module__"));
static const struct coil_member origin_members[] = {
	M(paramspecattrobject, __origin__, "__origin__"),
};

#define OF_PARAMSPEC(id, tp_name) \
	const struct coil_kind coil_kind_##id = { \
		.name = tp_name, \
		.struct_size = COIL_SIZE(paramspecattrobject), \
		.members = origin_members, \
		.member_count = countof(origin_members), \
		.flags = COIL_KIND_CLASS_UNVISITED, \
	}

OF_PARAMSPEC(paramspec_args, "typing.ParamSpecArgs");
OF_PARAMSPEC(paramspec_kwargs, "typing.ParamSpecKwargs");

/* The dicts of the threads are in dummies (localdicts from 3.13 on). */
KIND(thread_local, "_thread._local", localobject, NULL, NULL,
     C(localobject, key, "key"), M(localobject, args, "args"),
     M(localobject, kw, "kw"), M(localobject, dummies, "dummies"),
     C(localobject, wr_callback, "wr_callback"),
     M(localobject, localdicts, "localdicts"),
     M(localobject, thread_watchdogs, "thread_watchdogs"));

/* Only weak references and borrowed ones. */
const struct coil_kind coil_kind_thread_localdummy = {
	.name = "_thread._localdummy",
};

/* Up to 3.11 they are written in Python. Source: Lib/typing.py. */
static void python_value(struct coil_reader *reader,
			 const struct coil_object *object, struct coil_out *out)
{
	uint64_t name = coil_attribute(reader, object, "__name__");
	int64_t up, down;

	if (!name ||
	    !coil_attribute_int(reader, object, "__covariant__", &up) ||
	    !coil_attribute_int(reader, object, "__contravariant__", &down))
		return;
	coil_out_char(out, up ? '+' : down ? '-' : '~');
	coil_out_text(reader, name, COIL_NAME_LIMIT, out);
}

const struct coil_value_row coil_values_typing[] = {
	{"typing.TypeVar.__repr__", python_value},
	{"typing._TypeVarLike.__repr__", python_value},
	{"typing._BoundVarianceMixin.__repr__", python_value},
	{NULL, NULL},
};
