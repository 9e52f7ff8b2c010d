/* SPDX-License-Identifier: MIT */
/*
 * The iterators of the itertools module.
 *
 * Source: Modules/itertoolsmodule.c, the functions *_traverse(), *_dealloc()
 * and *_sizeof(): product, combinations, combinations_with_replacement and
 * permutations own arrays of indices, which their sizes count.
 */
#include <inttypes.h>

#include "objects/kinds/kinds.h"
#include "objects/repr/repr.h"

MEMBERS_KIND(pairwise, "itertools.pairwise", pairwiseobject,
	     MEMBER(pairwiseobject, it, "iterator"),
	     MEMBER(pairwiseobject, old, "old"),
	     MEMBER(pairwiseobject, result, "result"));

MEMBERS_KIND(groupby, "itertools.groupby", groupbyobject,
	     MEMBER(groupbyobject, it, "iterator"),
	     MEMBER(groupbyobject, keyfunc, "key"),
	     MEMBER(groupbyobject, tgtkey, "tgtkey"),
	     MEMBER(groupbyobject, currkey, "currkey"),
	     MEMBER(groupbyobject, currvalue, "currvalue"));

MEMBERS_KIND(grouper, "itertools._grouper", _grouperobject,
	     MEMBER(_grouperobject, parent, "parent"),
	     MEMBER(_grouperobject, tgtkey, "tgtkey"));

MEMBERS_KIND(tee, "itertools._tee", teeobject,
	     MEMBER(teeobject, dataobj, "dataobj"));

MEMBERS_KIND(cycle, "itertools.cycle", cycleobject,
	     MEMBER(cycleobject, it, "iterator"),
	     MEMBER(cycleobject, saved, "saved"));

#define FILTERING(ident, s) \
	MEMBERS_KIND(ident, "itertools." #ident, s, MEMBER(s, it, "iterator"), \
		     MEMBER(s, func, "func"))

FILTERING(dropwhile, dropwhileobject);
FILTERING(takewhile, takewhileobject);
FILTERING(starmap, starmapobject);
FILTERING(filterfalse, filterfalseobject);

MEMBERS_KIND(islice, "itertools.islice", isliceobject,
	     MEMBER(isliceobject, it, "iterator"));

MEMBERS_KIND(batched, "itertools.batched", batchedobject,
	     MEMBER(batchedobject, it, "iterator"));

MEMBERS_KIND(chain, "itertools.chain", chainobject,
	     MEMBER(chainobject, source, "source"),
	     MEMBER(chainobject, active, "active"));

MEMBERS_KIND(accumulate, "itertools.accumulate", accumulateobject,
	     MEMBER(accumulateobject, binop, "func"),
	     MEMBER(accumulateobject, it, "iterator"),
	     MEMBER(accumulateobject, total, "total"),
	     MEMBER(accumulateobject, initial, "initial"));

MEMBERS_KIND(compress, "itertools.compress", compressobject,
	     MEMBER(compressobject, data, "data"),
	     MEMBER(compressobject, selectors, "selectors"));

/* Source: count_repr(), repeat_repr(): the count that is kept in a word stands
 * before the object that takes its place when it is too large. */
static void count_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const uint32_t at = reader->layout->countobject.long_cnt;
	uint64_t step = FIELD(reader, object, countobject, long_step);
	uint64_t number = FIELD(reader, object, countobject, long_cnt);
	struct coil_int value;
	int64_t one = 0;

	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (number)
		coil_repr(reader, number, out);
	else
		coil_out_format(out, "%" PRId64,
				(int64_t)coil_field_word(object, at - 8));
	if (!coil_int_read(reader->image, reader->layout, step, &value) ||
	    !coil_int_small(&value, &one) || one != 1) {
		coil_out_string(out, ", ");
		coil_repr(reader, step, out);
	}
	coil_out_char(out, ')');
}

static void repeat_value(struct coil_reader *reader,
			 const struct coil_object *object, struct coil_out *out)
{
	int64_t left = (int64_t)coil_field_word(
		object, reader->layout->repeatobject.element + 8);

	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	coil_repr(reader, FIELD(reader, object, repeatobject, element), out);
	if (left != -1)
		coil_out_format(out, ", %" PRId64, left);
	coil_out_char(out, ')');
}

VALUED_KIND(itertools_count, "itertools.count", countobject, count_value,
	    MEMBER(countobject, long_cnt, "count"),
	    MEMBER(countobject, long_step, "step"));

VALUED_KIND(repeat, "itertools.repeat", repeatobject, repeat_value,
	    MEMBER(repeatobject, element, "object"));

MEMBERS_KIND(zip_longest, "itertools.zip_longest", ziplongestobject,
	     MEMBER(ziplongestobject, ittuple, "iterators"),
	     MEMBER(ziplongestobject, result, "result"),
	     MEMBER(ziplongestobject, fillvalue, "fillvalue"));

/* A link of the list that the iterators of one tee() share. */
static void tee_data_refs(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_sink *sink)
{
	const struct coil_layout *l = reader->layout;
	uint32_t count = coil_field_int(object, l->teedataobject.numread);
	const uint32_t room =
		(l->teedataobject.size - l->teedataobject.values) / 8;

	for (uint32_t i = 0; i < count && i < room; i++)
		coil_emit(sink,
			  coil_field_word(object,
					  l->teedataobject.values + i * 8),
			  COIL_REF_ITEM | COIL_STRONG, COIL_LABEL_INDEX, i);
}

static const struct coil_member tee_data_members[] = {
	MEMBER(teedataobject, it, "iterator"),
	MEMBER(teedataobject, nextlink, "next"),
};

const struct coil_kind coil_kind_tee_data = {
	.name = "itertools._tee_dataobject",
	.struct_size = COIL_SIZE(teedataobject),
	MEMBERS(tee_data_members),
	.refs = tee_data_refs,
};

/* Bytes of an index for each item of the tuple at @tuple. */
static uint64_t indices(struct coil_reader *reader, uint64_t tuple)
{
	uint64_t count;

	if (!coil_image_word(reader->image,
			     tuple + reader->layout->PyVarObject.ob_size,
			     &count))
		return 0;
	return min64(count, UINT32_MAX) * 8;
}

#define INDEXED(ident, type_name, s, tuple, bytes) \
	static uint64_t ident##_size(struct coil_reader *reader, \
				     const struct coil_object *object) \
	{ \
		return object->type->basicsize + (bytes); \
	} \
	static void ident##_buffers(struct coil_reader *reader, \
				    const struct coil_object *object, \
				    struct coil_buffers *buffers) \
	{ \
		if (FIELD(reader, object, s, indices)) \
			buffers->take(buffers, \
				      FIELD(reader, object, s, indices), \
				      (bytes)); \
	} \
	static const struct coil_member ident##_members[] = { \
		MEMBER(s, tuple, #tuple), \
		MEMBER(s, result, "result"), \
	}; \
	const struct coil_kind coil_kind_##ident = { \
		.name = type_name, \
		.struct_size = COIL_SIZE(s), \
		MEMBERS(ident##_members), \
		.buffers = ident##_buffers, \
		.size = ident##_size, \
	}

INDEXED(product, "itertools.product", productobject, pools,
	indices(reader, FIELD(reader, object, productobject, pools)));
INDEXED(combinations, "itertools.combinations", combinationsobject, pool,
	FIELD(reader, object, combinationsobject, r) * 8);
INDEXED(combinations_with_replacement,
	"itertools.combinations_with_replacement", cwrobject, pool,
	FIELD(reader, object, cwrobject, r) * 8);

static uint64_t permutations_size(struct coil_reader *reader,
				  const struct coil_object *object)
{
	return object->type->basicsize +
	       indices(reader,
		       FIELD(reader, object, permutationsobject, pool)) +
	       FIELD(reader, object, permutationsobject, r) * 8;
}

static void permutations_buffers(struct coil_reader *reader,
				 const struct coil_object *object,
				 struct coil_buffers *buffers)
{
	uint64_t array = FIELD(reader, object, permutationsobject, indices);

	if (array)
		buffers->take(buffers, array,
			      indices(reader, FIELD(reader, object,
						    permutationsobject, pool)));
	array = FIELD(reader, object, permutationsobject, cycles);
	if (array)
		buffers->take(buffers, array,
			      FIELD(reader, object, permutationsobject, r) * 8);
}

static const struct coil_member permutations_members[] = {
	MEMBER(permutationsobject, pool, "pool"),
	MEMBER(permutationsobject, result, "result"),
};

const struct coil_kind coil_kind_permutations = {
	.name = "itertools.permutations",
	.struct_size = COIL_SIZE(permutationsobject),
	MEMBERS(permutations_members),
	.buffers = permutations_buffers,
	.size = permutations_size,
};
