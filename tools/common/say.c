/* SPDX-License-Identifier: MIT */
/*
 * The one place that writes to standard output and standard error.
 *
 * Source: write(2), EFBIG and EPIPE; signal(7); open(2), "the lowest-numbered
 * file descriptor".
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "tool.h"

#define USUAL_SIZE 1024 /* of what is said; more is allocated */

void tool_say_start(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		/* The wrong way: using it fails as it did before. */
		int way = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", way) != fd)
			_exit(TOOL_TROUBLE);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static void write_all(const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(STDERR_FILENO, text, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* there is nobody to tell */
		text += n;
		size -= (size_t)n;
	}
}

void tool_say_constant(const char *text)
{
	write_all(text, strlen(text));
}

void tool_say_clear(void)
{
	tool_say_constant("\r\033[K");
}

/* Without memory for escapes: nothing but ASCII. */
static void strip(char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text >= 0x7f)
			*text = '?';
}

/* @before, "@who: ", @words escaped, @after. */
static void say(const char *before, const char *who, char *words,
		const char *after)
{
	struct tool_buffer line = {0};

	tool_buffer_text(&line, before);
	tool_buffer_text(&line, who);
	tool_buffer_text(&line, ": ");
	tool_escape(&line, words);
	tool_buffer_text(&line, after);
	if (!line.failed) {
		write_all(line.data, line.size);
	} else {
		strip(words);
		tool_say_constant(who);
		tool_say_constant(": ");
		tool_say_constant(words);
		tool_say_constant(after);
	}
	tool_buffer_free(&line);
}

/* As say(), of what @format makes; cut where there is no memory. */
static void say_format(const char *before, const char *who, const char *after,
		       const char *format, va_list ap)
{
	char usual[USUAL_SIZE], *words = usual;
	va_list again;
	int size;

	va_copy(again, ap);
	size = vsnprintf(usual, sizeof(usual), format, ap);
	if (size >= (int)sizeof(usual)) {
		words = malloc((size_t)size + 1);
		if (words)
			vsnprintf(words, (size_t)size + 1, format, again);
	}
	va_end(again);
	say(before, who, words ? words : usual, after);
	if (words != usual)
		free(words);
}

void tool_vsay(const char *who, const char *format, va_list ap)
{
	say_format("", who, "\n", format, ap);
}

void tool_say(const char *who, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	tool_vsay(who, format, ap);
	va_end(ap);
}

void tool_say_progress(const char *who, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say_format("\r\033[K", who, "", format, ap);
	va_end(ap);
}

bool tool_put(const char *data, size_t size)
{
	return fwrite(data, 1, size, stdout) == size;
}

bool tool_put_end(void)
{
	bool failed = ferror(stdout);

	return !fclose(stdout) && !failed;
}
