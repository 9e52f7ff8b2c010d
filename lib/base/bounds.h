/* SPDX-License-Identifier: MIT */
#ifndef COIL_BASE_BOUNDS_H
#define COIL_BASE_BOUNDS_H

#include <stddef.h>

/* Bisection of tables that are sorted. */

/**
 * The first index of [0, @count) for which @holds, an expression
 * that names it @i, is true; @count where it is true for none.  It is false up
 * to some index and true from there on, as "the address is past this one" is in
 * a table that is sorted by address:
 *
 *	size_t n = FIRST_WHERE(i, count, ranges[i].end > address);
 */
#define FIRST_WHERE(i, count, holds) \
	({ \
		size_t _from = 0, _to = (count); \
		while (_from < _to) { \
			const size_t i = _from + (_to - _from) / 2; \
			if (holds) \
				_to = i; \
			else \
				_from = i + 1; \
		} \
		_from; \
	})

/**
 * The first element of @array[@count], which is sorted by its member @field,
 * whose @field is @wanted; NULL where there is none.
 */
#define FIND_SORTED(array, count, field, wanted) \
	({ \
		__typeof__(&(array)[0]) _in = (array); \
		const size_t _count = (count); \
		const __typeof__(_in->field) _wanted = (wanted); \
		size_t _at = \
			FIRST_WHERE(_i, _count, _in[_i].field >= _wanted); \
		_at < _count &&_in[_at].field == _wanted ? &_in[_at] : NULL; \
	})

#endif
