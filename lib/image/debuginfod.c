/* SPDX-License-Identifier: MIT */
/*
 * Files of modules from debuginfod servers, by the program that elfutils
 * installs for it: no library to link with, no network code here.
 *
 * Source: debuginfod-find(1): "executable BUILDID" prints the path of a file
 * in its cache; it asks the servers of DEBUGINFOD_URLS and no others.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/debuginfod.h"
#include "image/file.h"

extern char **environ;

/* Start it with standard output at @out; 0: it could not be started. */
static pid_t start(char *build_id, int out)
{
	char program[] = "debuginfod-find", what[] = "executable";
	char *const argv[] = {program, what, build_id, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid = 0;

	if (posix_spawn_file_actions_init(&actions))
		return 0;
	if (posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
					     "/dev/null", O_RDONLY, 0) ||
	    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
					     "/dev/null", O_WRONLY, 0) ||
	    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) ||
	    posix_spawnp(&pid, program, &actions, NULL, argv, environ))
		pid = 0;
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* Read a line of less than @room bytes, and to the end of what comes. */
static bool read_line(int fd, char *line, size_t room)
{
	size_t got = 0;
	char *end;

	for (;;) {
		char rest[256];
		size_t left = room - 1 - got;
		ssize_t n = read(fd, left ? line + got : rest,
				 left ? left : sizeof(rest));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += left ? (size_t)n : 0;
	}
	line[got] = '\0';
	end = strchr(line, '\n');
	if (!end)
		return false;
	*end = '\0';
	return line[0] == '/';
}

bool coil_debuginfod_find(const struct coil_module *module, char *path,
			  size_t room)
{
	const char *servers = getenv("DEBUGINFOD_URLS");
	_cleanup_close_ int from = -1, to = -1;
	char build_id[2 * sizeof(module->build_id) + 1];
	int ends[2], status;
	pid_t pid;
	bool line;

	if (!servers || !*servers || pipe(ends))
		return false;
	from = ends[0];
	to = ends[1];
	if (fcntl(from, F_SETFD, FD_CLOEXEC) || fcntl(to, F_SETFD, FD_CLOEXEC))
		return false;
	for (uint32_t i = 0; i < module->build_id_size; i++)
		snprintf(build_id + 2 * i, 3, "%02x", module->build_id[i]);
	pid = start(build_id, to);
	if (!pid)
		return false;
	close(steal_fd(&to));
	line = read_line(from, path, room);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return line && WIFEXITED(status) && !WEXITSTATUS(status);
}
