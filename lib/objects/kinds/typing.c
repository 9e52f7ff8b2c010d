/* SPDX-License-Identifier: MIT */
/*
 * Type parameters and aliases, which are C types from 3.12 on.
 * Source: CPython's Objects/typevarobject.c (the traverse functions: names
 * are not visited before 3.14).
 */
#include "objects/code.h"
#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

#define M(s, f, label) VISITED(s, f, MEMBER, label)

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
	unsigned flags = COIL_REF_MEMBER;

	if (l->strategy.parameter_names == COIL_PARAMETER_NAMES_VISITED)
		flags |= COIL_EDGE_TRAVERSED;
	coil_emit_member(object, l->typevarobject.name, flags, "__name__",
			 sink);
}

/* Source: typevar_repr(), paramspec_repr(): the three flags of variance are
 * bytes behind the last field, which is @last or, where there is none yet,
 * @before. */
static void out_parameter(struct coil_reader *reader,
			  const struct coil_object *object, uint32_t last,
			  uint32_t before, struct coil_out *out)
{
	uint32_t at = (last == COIL_NO_FIELD ? before : last) + 8;

	if (!coil_field_byte(object, at + 2))
		coil_out_char(out, coil_field_byte(object, at)	     ? '+'
				   : coil_field_byte(object, at + 1) ? '-'
								     : '~');
	value(reader, object, out);
}

static void typevar_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;

	out_parameter(reader, object, l->typevarobject.evaluate_default,
		      l->typevarobject.evaluate_constraints, out);
}

static void paramspec_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	const struct coil_layout *l = reader->layout;

	out_parameter(reader, object, l->paramspecobject.evaluate_default,
		      l->paramspecobject.bound, out);
}

KIND(typevar, "typing.TypeVar", STRUCT(typevarobject),
     MEMBERS(M(typevarobject, bound, "__bound__"),
	     M(typevarobject, evaluate_bound, "evaluate_bound"),
	     M(typevarobject, constraints, "__constraints__"),
	     M(typevarobject, evaluate_constraints, "evaluate_constraints"),
	     M(typevarobject, default_value, "__default__"),
	     M(typevarobject, evaluate_default, "evaluate_default")),
     .refs = name_refs, .value = typevar_value);

KIND(paramspec, "typing.ParamSpec", STRUCT(paramspecobject),
     MEMBERS(M(paramspecobject, bound, "__bound__"),
	     M(paramspecobject, default_value, "__default__"),
	     M(paramspecobject, evaluate_default, "evaluate_default")),
     .refs = name_refs, .value = paramspec_value);

KIND(typevartuple, "typing.TypeVarTuple", STRUCT(typevartupleobject),
     MEMBERS(M(typevartupleobject, bound, "__bound__"),
	     M(typevartupleobject, default_value, "__default__"),
	     M(typevartupleobject, evaluate_default, "evaluate_default")),
     .refs = name_refs, .value = value);

KIND(typealias, "typing.TypeAliasType", STRUCT(typealiasobject),
     MEMBERS(M(typealiasobject, qualname, "__qualname__"),
	     M(typealiasobject, type_params, "__type_params__"),
	     M(typealiasobject, compute_value, "compute_value"),
	     M(typealiasobject, value, "__value__"),
	     M(typealiasobject, module, "__module__")),
     .refs = name_refs, .value = value);

#define OF_PARAMSPEC(ident, tp_name) \
	KIND(ident, tp_name, STRUCT(paramspecattrobject), \
	     MEMBERS(M(paramspecattrobject, __origin__, "__origin__")), \
	     .flags = COIL_KIND_CLASS_UNVISITED)
OF_PARAMSPEC(paramspec_args, "typing.ParamSpecArgs");
OF_PARAMSPEC(paramspec_kwargs, "typing.ParamSpecKwargs");

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
