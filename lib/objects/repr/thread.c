/* SPDX-License-Identifier: MIT */
/*
 * Locks and threads.
 *
 * Source: Modules/_threadmodule.c: lockobject, rlockobject, lock_repr(),
 * rlock_repr(): up to 3.13 a pointer to the lock, then who has it and how
 * often, from 3.14 on the lock itself; Lib/threading.py: __repr__().
 */
#include <inttypes.h>

#include "objects/code.h"
#include "objects/kind.h"
#include "objects/repr/repr.h"

/* Bytes that an object of the type has behind its head. */
static uint64_t own_bytes(struct coil_reader *reader,
			  const struct coil_type *type)
{
	return type->basicsize - reader->layout->PyObject.size;
}

static void out_lock(struct coil_reader *reader,
		     const struct coil_object *object, bool locked,
		     struct coil_out *out)
{
	coil_out_string(out, locked ? "<locked " : "<unlocked ");
	coil_out_tp_name(reader, object->type, out);
	coil_out_string(out, " object");
}

/* Whether the lock is held; false where it is of no known form. */
static bool lock_state(struct coil_reader *reader,
		       const struct coil_object *object, bool *locked)
{
	const uint32_t at = reader->layout->PyObject.size;
	uint64_t bytes = own_bytes(reader, object->type);

	if (bytes == 24) /* the lock, weak references, whether it is held */
		*locked = coil_field_byte(object, at + 16);
	else if (bytes == 8) /* PyMutex: bit 0 */
		*locked = coil_field_byte(object, at) & 1;
	else
		return false;
	return true;
}

static void lock_value(struct coil_reader *reader,
		       const struct coil_object *object, struct coil_out *out)
{
	bool locked;

	if (!lock_state(reader, object, &locked))
		return;
	out_lock(reader, object, locked, out);
	coil_out_format(out, " at 0x%" PRIx64 ">", object->address);
}

static void rlock_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	const uint32_t at = reader->layout->PyObject.size;
	uint64_t bytes = own_bytes(reader, object->type);
	uint64_t owner = coil_field_word(object, at + 8);
	uint64_t count = coil_field_word(object, at + 16);

	if (bytes == 24) /* _PyRecursiveMutex counts what is beyond the first */
		count += coil_field_byte(object, at) & 1;
	else if (bytes != 32) /* the lock, owner, count, weak references */
		return;
	out_lock(reader, object, count != 0, out);
	coil_out_format(
		out, " owner=%" PRIu64 " count=%" PRIu64 " at 0x%" PRIx64 ">",
		owner, count, object->address);
}

const struct coil_value_row coil_values_thread[] = {
	{"_thread.lock", lock_value},
	{"_thread.RLock", rlock_value},
	{NULL, NULL},
};

/* Whether the attribute is a lock that nobody holds, of a thread that ended. */
static bool is_free(struct coil_reader *reader,
		    const struct coil_object *object, const char *name)
{
	uint64_t at = coil_attribute(reader, object, name);
	struct coil_object lock;
	bool locked = true;

	return at && coil_reader_object(reader, at, &lock) &&
	       !strcmp(lock.type->name, "_thread.lock") &&
	       lock_state(reader, &lock, &locked) && !locked;
}

/* From 3.13 on a handle tells: behind two links, the thread's number twice,
 * two ints and a mutex of one byte is the event of its end. Source:
 * Modules/_threadmodule.c, ThreadHandle. */
#define HANDLE_EVENT 57

static bool is_done(struct coil_reader *reader,
		    const struct coil_object *object)
{
	uint64_t at = coil_attribute(reader, object, "_handle"), handle;
	struct coil_object found;
	const uint8_t *event;

	if (!at)
		at = coil_attribute(reader, object, "_os_thread_handle");
	if (!at || !coil_reader_object(reader, at, &found) ||
	    strcmp(found.type->name, "_thread._ThreadHandle"))
		return false;
	handle = coil_field_word(&found, reader->layout->PyObject.size);
	event = coil_image_view(reader->image, handle + HANDLE_EVENT, 1);
	return event && *event & 1;
}

static void thread_value(struct coil_reader *reader,
			 const struct coil_object *object, struct coil_out *out)
{
	uint64_t event = coil_attribute(reader, object, "_started");
	uint64_t name = coil_attribute(reader, object, "_name");
	uint64_t ident = coil_attribute(reader, object, "_ident");
	int64_t started, stopped = 0, daemon;
	struct coil_object started_event;

	if (!event || !name ||
	    !coil_reader_object(reader, event, &started_event) ||
	    !coil_attribute_int(reader, &started_event, "_flag", &started) ||
	    !coil_attribute_int(reader, object, "_daemonic", &daemon))
		return;
	(void)!coil_attribute_int(reader, object, "_is_stopped", &stopped);
	if (started && !stopped)
		stopped = is_free(reader, object, "_tstate_lock") ||
			  is_done(reader, object);
	coil_out_char(out, '<');
	coil_out_type_name(reader, object->type, out);
	coil_out_char(out, '(');
	coil_out_text(reader, name, COIL_NAME_LIMIT, out);
	coil_out_string(out, stopped   ? ", stopped"
			     : started ? ", started"
				       : ", initial");
	if (daemon)
		coil_out_string(out, " daemon");
	if (ident && ident != reader->none) {
		coil_out_char(out, ' ');
		coil_repr(reader, ident, out);
	}
	coil_out_string(out, ")>");
}

/* "<module.Class at 0x...: " */
static void out_begin(const struct coil_object *object, struct coil_out *out)
{
	coil_out_char(out, '<');
	coil_out_string(out, object->type->name);
	coil_out_format(out, " at 0x%" PRIx64 ": ", object->address);
}

static void event_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	int64_t flag;

	if (!coil_attribute_int(reader, object, "_flag", &flag))
		return;
	out_begin(object, out);
	coil_out_string(out, flag ? "set>" : "unset>");
}

static void semaphore_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	int64_t value;

	if (!coil_attribute_int(reader, object, "_value", &value))
		return;
	out_begin(object, out);
	coil_out_format(out, "value=%" PRId64 ">", value);
}

static void bounded_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	int64_t value, first;

	if (!coil_attribute_int(reader, object, "_value", &value) ||
	    !coil_attribute_int(reader, object, "_initial_value", &first))
		return;
	out_begin(object, out);
	coil_out_format(out, "value=%" PRId64 "/%" PRId64 ">", value, first);
}

static void condition_value(struct coil_reader *reader,
			    const struct coil_object *object,
			    struct coil_out *out)
{
	uint64_t lock = coil_attribute(reader, object, "_lock");
	uint64_t waiters = coil_attribute(reader, object, "_waiters");
	struct coil_object deque;

	if (!lock || !waiters || !coil_reader_object(reader, waiters, &deque) ||
	    strcmp(deque.type->name, "collections.deque"))
		return;
	coil_out_string(out, "<Condition(");
	coil_repr(reader, lock, out);
	coil_out_format(out, ", %" PRIu64 ")>", coil_ob_size(reader, &deque));
}

const struct coil_value_row coil_values_threading[] = {
	{"threading.Thread.__repr__", thread_value},
	{"threading.Event.__repr__", event_value},
	{"threading.Semaphore.__repr__", semaphore_value},
	{"threading.BoundedSemaphore.__repr__", bounded_value},
	{"threading.Condition.__repr__", condition_value},
	{NULL, NULL},
};
