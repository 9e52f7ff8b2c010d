/* SPDX-License-Identifier: MIT */
#ifndef COIL_TRAVERSE_TRAVERSE_H
#define COIL_TRAVERSE_TRAVERSE_H

#include "image/image.h"

/*
 * What the machine code of a dead process would do: a small machine steps a
 * type's tp_traverse (tp_is_gc, a module's m_traverse) over the image and
 * takes down what it visits.
 *
 * Nothing is run.  The machine reads only the image, writes only a stack of its
 * own and a copy of a few words that lives as long as the run, knows a
 * whitelist of instructions, and ends after so many steps, visits, and calls
 * inside calls; all runs together have a limit too, by the size of the image.
 * Code is taken only from memory that the target could not write: what the
 * snapshot captured, or the module's file where its build-id agrees.
 */

/* Why a run ended before its end; coil_fault_text() says it in words. */
enum coil_fault {
	COIL_FAULT_NONE,
	COIL_FAULT_NO_DECODER,	/* built without one */
	COIL_FAULT_NO_FILE,	/* the module's file was not found */
	COIL_FAULT_OTHER_BUILD, /* it is another build of the module */
	COIL_FAULT_NO_BUILDID,	/* nothing says whether it is the same */
	COIL_FAULT_NO_CODE,	/* no module and not captured */
	COIL_FAULT_WRITABLE,	/* code in memory that could be written */
	COIL_FAULT_INSTRUCTION, /* not on the whitelist */
	COIL_FAULT_READ,	/* of what was not captured */
	COIL_FAULT_WRITE,	/* to what the target could not write */
	COIL_FAULT_WRITES,	/* to more words than a traversal needs */
	COIL_FAULT_DIVIDE,
	COIL_FAULT_STEPS,
	COIL_FAULT_VISITS,
	COIL_FAULT_DEPTH,  /* calls inside calls */
	COIL_FAULT_CODE,   /* more code than any module has */
	COIL_FAULT_MEMORY, /* coil's own ran out */
	/* While a layout is inferred: why there is no fixed one. */
	COIL_VARIES_ITEMS,     /* tp_itemsize is not 0 */
	COIL_VARIES_BASE,      /* that of a base of variable layout */
	COIL_VARIES_SIZE,      /* larger than is tried */
	COIL_VARIES_NARROW,    /* reads a part of a word of the object */
	COIL_VARIES_POINTER,   /* follows a pointer that the object holds */
	COIL_VARIES_COMPUTES,  /* compares or computes with what it holds */
	COIL_VARIES_WRITES,    /* writes to memory */
	COIL_VARIES_VISITS,    /* visits what is not in the object */
	COIL_VARIES_UNVISITED, /* reads a word that it does not visit */
	COIL_VARIES_DEPENDS,   /* visits one word depending on another */
	COIL_VARIES_CHECK,     /* a sample of real objects differed */
	COIL_FAULTS
};

const char *coil_fault_text(enum coil_fault fault);

/* One call of visit(). */
struct coil_visit {
	uint64_t value; /* what was visited */
	uint64_t from;	/* where the word was loaded from; 0: not known */
};

/* What a run did; visits are valid until the next run. */
struct coil_run {
	const struct coil_visit *visits;
	size_t count;
	uint64_t result; /* the function's, its low 32 bits an int */
	uint64_t steps;	 /* instructions */
	uint64_t at;	 /* address of the last instruction */
};

struct coil_traverse;

/** A machine over @image; NULL: out of memory.  Not for several threads. */
struct coil_traverse *coil_traverse_new(const struct coil_image *image);
void coil_traverse_free(struct coil_traverse *traverse);

/** Whether coil was built with a decoder; without one every run is a fault. */
bool coil_traverse_present(void);

/**
 * Whether there is code at @address that can be trusted: COIL_FAULT_NONE,
 * or why not.
 */
enum coil_fault coil_traverse_trust(const struct coil_image *image,
				    uint64_t address);

/**
 * Step the function at @code as code(@self, visit, arg).
 *
 * Returns COIL_FAULT_NONE and *@out, or why the run ended; @out then holds
 * where, and no visits: what a run that faults has visited does not count.
 */
enum coil_fault coil_traverse_call(struct coil_traverse *traverse,
				   uint64_t code, uint64_t self,
				   struct coil_run *out);

/** Instructions of all runs of @traverse so far. */
uint64_t coil_traverse_steps(const struct coil_traverse *traverse);

/**
 * What the instruction at @address is called and where it stands, to follow
 * the text of a fault: "lock cmpxchg16b at 0x7f0512345678, libfoo.so.1+0x678".
 * Without its name where there is no code; "" for what is no address of the
 * target.
 */
void coil_traverse_where(const struct coil_traverse *traverse, uint64_t address,
			 char *buf, size_t size);

/**
 * Carry out every instruction by its step from here on, with nothing resolved
 * beforehand: slower and, as tests see to, the same.
 */
void coil_traverse_plainly(struct coil_traverse *traverse);

/* The fixed layout of the instances of one type: what is visited of each. */
struct coil_slots {
	int32_t *offsets; /* bytes from the object's start, in the order of
			   * the visits; a word that is 0 is not visited */
	uint32_t count;
	uint32_t type_at;     /* the type is visited before offsets[type_at] */
	uint32_t type_visits; /* so many times */
};

/* What an inference has to know of the type. */
struct coil_shape {
	uint64_t code; /* tp_traverse */
	uint64_t type; /* its address, the word at ob_type */
	uint64_t basicsize, itemsize;
	uint32_t prefix;  /* bytes before the object that are its own */
	uint32_t ob_type; /* offset of the word */
};

/**
 * Infer the layout from runs over made-up objects.
 *
 * @out  offsets is the caller's to free.
 *
 * Returns COIL_FAULT_NONE and *@out; COIL_VARIES_* where the layout depends on
 * the object: each must be interpreted; or the fault.
 */
enum coil_fault coil_traverse_infer(struct coil_traverse *traverse,
				    const struct coil_shape *shape,
				    struct coil_slots *out);

#endif
