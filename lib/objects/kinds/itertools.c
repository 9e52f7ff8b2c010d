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

KIND(pairwise, "itertools.pairwise", STRUCT(pairwiseobject),
     MEMBERS(VISITED(pairwiseobject, it, MEMBER, "iterator"),
	     VISITED(pairwiseobject, old, MEMBER, "old"),
	     VISITED(pairwiseobject, result, MEMBER, "result")));

KIND(groupby, "itertools.groupby", STRUCT(groupbyobject),
     MEMBERS(VISITED(groupbyobject, it, MEMBER, "iterator"),
	     VISITED(groupbyobject, keyfunc, MEMBER, "key"),
	     VISITED(groupbyobject, tgtkey, MEMBER, "tgtkey"),
	     VISITED(groupbyobject, currkey, MEMBER, "currkey"),
	     VISITED(groupbyobject, currvalue, MEMBER, "currvalue")));

KIND(grouper, "itertools._grouper", STRUCT(_grouperobject),
     MEMBERS(VISITED(_grouperobject, parent, MEMBER, "parent"),
	     VISITED(_grouperobject, tgtkey, MEMBER, "tgtkey")));

KIND(tee, "itertools._tee", STRUCT(teeobject),
     MEMBERS(VISITED(teeobject, dataobj, MEMBER, "dataobj")));

KIND(cycle, "itertools.cycle", STRUCT(cycleobject),
     MEMBERS(VISITED(cycleobject, it, MEMBER, "iterator"),
	     VISITED(cycleobject, saved, MEMBER, "saved")));

#define FILTERING(ident, s) \
	KIND(ident, "itertools." #ident, STRUCT(s), \
	     MEMBERS(VISITED(s, it, MEMBER, "iterator"), \
		     VISITED(s, func, MEMBER, "func")))

FILTERING(dropwhile, dropwhileobject);
FILTERING(takewhile, takewhileobject);
FILTERING(starmap, starmapobject);
FILTERING(filterfalse, filterfalseobject);

KIND(islice, "itertools.islice", STRUCT(isliceobject),
     MEMBERS(VISITED(isliceobject, it, MEMBER, "iterator")));

KIND(batched, "itertools.batched", STRUCT(batchedobject),
     MEMBERS(VISITED(batchedobject, it, MEMBER, "iterator")));

KIND(chain, "itertools.chain", STRUCT(chainobject),
     MEMBERS(VISITED(chainobject, source, MEMBER, "source"),
	     VISITED(chainobject, active, MEMBER, "active")));

KIND(accumulate, "itertools.accumulate", STRUCT(accumulateobject),
     MEMBERS(VISITED(accumulateobject, binop, MEMBER, "func"),
	     VISITED(accumulateobject, it, MEMBER, "iterator"),
	     VISITED(accumulateobject, total, MEMBER, "total"),
	     VISITED(accumulateobject, initial, MEMBER, "initial")));

KIND(compress, "itertools.compress", STRUCT(compressobject),
     MEMBERS(VISITED(compressobject, data, MEMBER, "data"),
	     VISITED(compressobject, selectors, MEMBER, "selectors")));

/* Source: count_repr(), repeat_repr(): the count that is kept in a word stands
 * before the object that takes its place when it is too large. */
static void count_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const uint32_t at = reader->layout->countobject.long_cnt;
	uint64_t number = FIELD(reader, object, countobject, long_cnt);

	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	if (number)
		coil_repr(reader, number, out);
	else
		coil_out_format(out, "%" PRId64,
				(int64_t)coil_field_word(object, at - 8));
	coil_out_step(reader, FIELD(reader, object, countobject, long_step),
		      out);
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

KIND(itertools_count, "itertools.count", STRUCT(countobject),
     MEMBERS(VISITED(countobject, long_cnt, MEMBER, "count"),
	     VISITED(countobject, long_step, MEMBER, "step")),
     .value = count_value);

KIND(repeat, "itertools.repeat", STRUCT(repeatobject),
     MEMBERS(VISITED(repeatobject, element, MEMBER, "object")),
     .value = repeat_value);

KIND(zip_longest, "itertools.zip_longest", STRUCT(ziplongestobject),
     MEMBERS(VISITED(ziplongestobject, ittuple, MEMBER, "iterators"),
	     VISITED(ziplongestobject, result, MEMBER, "result"),
	     VISITED(ziplongestobject, fillvalue, MEMBER, "fillvalue")));

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

KIND(tee_data, "itertools._tee_dataobject", STRUCT(teedataobject),
     MEMBERS(VISITED(teedataobject, it, MEMBER, "iterator"),
	     VISITED(teedataobject, nextlink, MEMBER, "next")),
     .refs = tee_data_refs);

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

/* @bytes: of the indices. */
#define INDEXED(ident, s, tuple, bytes) \
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
	KIND(ident, "itertools." #ident, STRUCT(s), \
	     MEMBERS(VISITED(s, tuple, MEMBER, #tuple), \
		     VISITED(s, result, MEMBER, "result")), \
	     .buffers = ident##_buffers, .size = ident##_size)

INDEXED(product, productobject, pools,
	indices(reader, FIELD(reader, object, productobject, pools)));
INDEXED(combinations, combinationsobject, pool,
	FIELD(reader, object, combinationsobject, r) * 8);
INDEXED(combinations_with_replacement, cwrobject, pool,
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

KIND(permutations, "itertools.permutations", STRUCT(permutationsobject),
     MEMBERS(VISITED(permutationsobject, pool, MEMBER, "pool"),
	     VISITED(permutationsobject, result, MEMBER, "result")),
     .buffers = permutations_buffers, .size = permutations_size);
