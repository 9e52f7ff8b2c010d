/* SPDX-License-Identifier: MIT */
/*
 * Files of modules from debuginfod servers, by the program that elfutils
 * installs for it: no library to link with, no network code here.
 *
 * Source: debuginfod-find(1): "executable BUILDID" prints the path of a file
 * in its cache; it asks the servers of DEBUGINFOD_URLS and no others, and has
 * no bound on the time of a transfer unless DEBUGINFOD_MAXTIME is set.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "image/debuginfod.h"
#include "image/file.h"

#define SECONDS	   30 /* for one file */
#define FILES	   4  /* for all together: so many times that */
#define MOST	   (24 * 60 * 60u)
#define WAIT_EVERY 20 /* ms, for a child that has closed its output */

extern char **environ;

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* How long it may take for one file, in ms. */
static uint64_t allowed_ms(void)
{
	const char *given = getenv("DEBUGINFOD_MAXTIME");
	unsigned long seconds = given ? strtoul(given, NULL, 10) : 0;

	return 1000 * (seconds && seconds <= MOST ? seconds : SECONDS);
}

/* Start it as a process group of its own with standard output at @out; 0: it
 * could not be started. */
static pid_t start(char *build_id, int out)
{
	char program[] = "debuginfod-find", what[] = "executable";
	char *const argv[] = {program, what, build_id, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t pid = 0;

	if (posix_spawn_file_actions_init(&actions))
		return 0;
	if (posix_spawnattr_init(&attributes)) {
		posix_spawn_file_actions_destroy(&actions);
		return 0;
	}
	if (posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP) ||
	    posix_spawnattr_setpgroup(&attributes, 0) ||
	    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
					     "/dev/null", O_RDONLY, 0) ||
	    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
					     "/dev/null", O_WRONLY, 0) ||
	    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) ||
	    posix_spawnp(&pid, program, &actions, &attributes, argv, environ))
		pid = 0;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* Read to the end of what comes, of which the beginning goes into @line;
 * false: it did not end before @until. */
static bool read_line(int fd, char *line, size_t room, uint64_t until)
{
	size_t got = 0;
	ssize_t n = 1;

	while (n) {
		struct pollfd wanted = {.fd = fd, .events = POLLIN};
		uint64_t now = now_ms();
		char rest[4096];
		size_t left = room - 1 - got;

		if (now >= until)
			return false;
		if (poll(&wanted, 1, (int)(until - now)) <= 0)
			continue;
		n = read(fd, left ? line + got : rest,
			 left ? left : sizeof(rest));
		if (n < 0 && errno != EINTR)
			break;
		got += left && n > 0 ? (size_t)n : 0;
	}
	line[got] = '\0';
	return true;
}

/* Wait for the child's end; false: it did not come before @until. */
static bool wait_for(pid_t pid, uint64_t until, int *status)
{
	const struct timespec pause = {.tv_nsec = WAIT_EVERY * 1000000};
	pid_t got;

	while (!(got = waitpid(pid, status, WNOHANG)) ||
	       (got < 0 && errno == EINTR)) {
		if (now_ms() >= until)
			return false;
		nanosleep(&pause, NULL);
	}
	return got == pid;
}

/* Kill the child and all of its group. */
static void end(pid_t pid)
{
	kill(-pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The first line of @text where it is an absolute path, else NULL. */
static char *path_of(char *text)
{
	char *newline = strchr(text, '\n');

	if (!newline || text[0] != '/')
		return NULL;
	*newline = '\0';
	return strdup(text);
}

enum coil_debuginfod coil_debuginfod_find(const struct coil_module *module,
					  uint64_t *spent, char **path)
{
	const char *servers = getenv("DEBUGINFOD_URLS");
	_cleanup_close_ int from = -1, to = -1;
	char build_id[2 * sizeof(module->build_id) + 1], text[PATH_MAX];
	uint64_t allowed = allowed_ms(), began = now_ms(), until;
	int ends[2], status = 0;
	pid_t pid;

	*path = NULL;
	if (!servers || !*servers)
		return COIL_DEBUGINFOD_NONE;
	if (*spent >= FILES * allowed)
		return COIL_DEBUGINFOD_LATE;
	if (pipe2(ends, O_CLOEXEC))
		return COIL_DEBUGINFOD_NONE;
	from = ends[0];
	to = ends[1];
	for (uint32_t i = 0; i < module->build_id_size; i++)
		snprintf(build_id + 2 * i, 3, "%02x", module->build_id[i]);
	pid = start(build_id, to);
	if (!pid)
		return COIL_DEBUGINFOD_NONE;
	close(steal_fd(&to));
	until = began + min64(allowed, FILES * allowed - *spent);
	if (!read_line(from, text, sizeof(text), until) ||
	    !wait_for(pid, until, &status)) {
		end(pid);
		return COIL_DEBUGINFOD_LATE;
	}
	*spent += now_ms() - began;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		*path = path_of(text);
	return *path ? COIL_DEBUGINFOD_FOUND : COIL_DEBUGINFOD_NONE;
}
