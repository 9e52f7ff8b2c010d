/* SPDX-License-Identifier: MIT */
/* coil NAME ...: run coil-NAME from beside this program, or from $PATH. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/tool.h"
#include "config.h"

#define NAME_SIZE 64

/* In the order in which an investigation uses them: made of the list in
 * tools/Makefile.inc and of what each page says in its first line. */
static const struct {
	const char *name, *purpose;
} tools[] = {
#include "tools/coil.def"
};

static int fail(const char *what, const char *why)
{
	tool_say("coil", "%s%s", what, why);
	return TOOL_TROUBLE;
}

/* Print @text and end. */
static int print(const struct tool_buffer *text)
{
	if (text->failed)
		return fail("out of memory", "");
	if ((!tool_put(text->data, text->size) || !tool_put_end()) &&
	    errno != EPIPE)
		return fail("write error: ", strerror(errno));
	return TOOL_COMPLETE;
}

static int usage(void)
{
	struct tool_buffer text = {0};
	char line[128];
	int status;

	tool_buffer_text(&text,
			 "Usage: coil NAME [OPTION]... SNAPSHOT [ADDRESS]...\n"
			 "Read the heap of a dead CPython process.\n\n");
	for (size_t i = 0; i < countof(tools); i++) {
		snprintf(line, sizeof(line), "  %-12s %s\n", tools[i].name,
			 tools[i].purpose);
		tool_buffer_text(&text, line);
	}
	tool_buffer_text(&text,
			 "\n'coil help NAME' opens the page of coil-NAME, "
			 "'coil help' that of coil(7).\n");
	status = print(&text);
	tool_buffer_free(&text);
	return status;
}

static int version(void)
{
	static char text[] = "coil " PACKAGE_VERSION "\n";

	return print(&(struct tool_buffer){text, sizeof(text) - 1, 0, false});
}

/* Run man(1), for which a pager that is left is no error. */
static int man(const char *section, const char *page)
{
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	execlp("man", "man", section, page, (char *)NULL);
	return fail("cannot run man: ", strerror(errno));
}

/* man(1) would quote a name that it does not know as it is. */
static int help(const char *name)
{
	char page[NAME_SIZE];

	if (!name)
		return man("7", "coil");
	if (!*name || strlen(name) > 48 ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz-")])
		return fail(name, ": no such tool; 'coil' lists them");
	snprintf(page, sizeof(page), "coil-%s", name);
	return man("1", page);
}

/* The directory of this program, with its slash, into @dir. */
static void own_directory(char *dir, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", dir, size - 1);
	char *slash;

	dir[n > 0 ? n : 0] = '\0';
	slash = strrchr(dir, '/');
	if (slash)
		slash[1] = '\0';
	else
		dir[0] = '\0';
}

static int run(const char *name, char **argv)
{
	char dir[4096], path[sizeof(dir) + NAME_SIZE], tool[NAME_SIZE];

	if (strlen(name) > 48 || strchr(name, '/'))
		return fail(name, ": no such tool; 'coil' lists them");
	snprintf(tool, sizeof(tool), "coil-%s", name);
	own_directory(dir, sizeof(dir));
	snprintf(path, sizeof(path), "%s%s", dir, tool);
	argv[0] = tool;
	if (*dir)
		execv(path, argv);
	execvp(tool, argv);
	if (errno == ENOENT)
		return fail(name, ": no such tool; 'coil' lists them");
	return fail(tool, ": cannot be run");
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";

	tool_say_start();
	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		return usage();
	if (!strcmp(name, "--version") || !strcmp(name, "-V"))
		return version();
	if (!strcmp(name, "help"))
		return help(argc > 2 ? argv[2] : NULL);
	if (*name == '-')
		return fail(name, ": no such option; see coil --help");
	return run(name, argv + 1);
}
