/* SPDX-License-Identifier: MIT */
/* What a snapshot's file lacks, and whose it is, in words. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "image/image.h"

/* Text that is put together piece by piece in a caller's buffer. */
struct words {
	char *text;
	size_t size, at;
};

static void add(struct words *w, const char *format, ...) COIL_PRINTF(2, 3);

static void add(struct words *w, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(w->text + w->at, w->size - w->at, format, ap);
	va_end(ap);
	w->at = min64(w->at + (n > 0 ? (size_t)n : 0), w->size - 1);
}

/* "3.0 of 61.2 MB are there" */
static void add_share(struct words *w, uint64_t there, uint64_t expected)
{
	static const struct {
		double bytes;
		const char *name;
	} units[] = {{1e12, "TB"}, {1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}};
	size_t u = 0;

	while (u < countof(units) && (double)expected < units[u].bytes)
		u++;
	if (u == countof(units))
		add(w, "%" PRIu64 " of %" PRIu64 " bytes are there", there,
		    expected);
	else
		add(w, "%.1f of %.1f %s are there",
		    (double)there / units[u].bytes,
		    (double)expected / units[u].bytes, units[u].name);
}

/* "(process 4711, signal 6: python3 app.py)", as much of it as is known. */
static void add_process(struct words *w, const struct coil_process *p)
{
	const char *between = " (";

	if (p->pid < 0 && !p->signal && !*p->command) {
		add(w, "%s", " (nor are the notes that name the process)");
		return;
	}
	if (p->pid >= 0) {
		add(w, "%sprocess %" PRId64, between, p->pid);
		between = ", ";
	}
	if (p->signal) {
		add(w, "%ssignal %d", between, p->signal);
		between = ", ";
	}
	if (*p->command)
		add(w, "%s%s", *between == ',' ? ": " : between, p->command);
	add(w, ")");
}

bool coil_image_is_cut(const struct coil_image *image)
{
	const struct coil_coverage *c = &image->coverage;

	return c->there < c->expected || c->present < c->promised;
}

bool coil_image_shortage(const struct coil_image *image, const char *more,
			 char *buf, size_t size)
{
	const struct coil_coverage *c = &image->coverage;
	struct words w = {buf, size, 0};
	bool cut = coil_image_is_cut(image);

	buf[0] = '\0';
	if (!cut && !*c->note)
		return false;
	if (cut) {
		add(&w, "the file is cut off: ");
		add_share(&w, c->there, c->expected);
	}
	if (*c->note)
		add(&w, "%s%s", cut ? ", " : "", c->note);
	add(&w, "%s", more);
	add_process(&w, &image->process);
	return true;
}
