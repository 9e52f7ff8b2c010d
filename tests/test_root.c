/* SPDX-License-Identifier: MIT */
/* lib/image/root.c: what names of the input open, and what they do not. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "image/file.h"
#include "image/root.h"
#include "tests/unit.h"

/* below/ is the root; outside holds what must not be seen. */
static char top[] = "/tmp/coil-root-XXXXXX";

static void put(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static void plant(void)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX,
				    .sun_path = "socket"};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	char text[PATH_MAX];

	ck_assert_ptr_nonnull(mkdtemp(top));
	ck_assert_int_eq(chdir(top), 0);
	put("outside", "outside");
	ck_assert_int_eq(mkdir("below", 0700), 0);
	ck_assert_int_eq(chdir("below"), 0);
	ck_assert_int_eq(mkdir("folder", 0700) || mkdir("usr", 0700) ||
				 mkdir("usr/lib", 0700) || mkdir("proc", 0700),
			 0);
	put("file", "file");
	put("folder/file", "folder/file");
	put("usr/lib/lib.so", "lib.so");
	put("proc/kmsg", "a file");
	put("outside", "the root's own");
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_int_eq(bind(s, (struct sockaddr *)&local, sizeof(local)), 0);
	close(s);
	snprintf(text, sizeof(text), "%s/outside", top);
	ck_assert_int_eq(
		symlink("/usr/lib", "lib") || symlink("lib.so", "usr/lib/l") ||
			symlink("../../file", "usr/lib/up") ||
			symlink("../outside", "out") ||
			symlink("../../../../../../etc/passwd", "far") ||
			symlink(text, "absolute-out") ||
			symlink("/file", "absolute") ||
			symlink("loop", "loop") || symlink("b", "a") ||
			symlink("a", "b") || symlink("nothing", "dangling") ||
			symlink("fifo", "to-fifo") ||
			symlink("folder/", "slash") ||
			symlink("/proc/self/exe", "to-proc") ||
			symlink("/dev/zero", "to-dev"),
		0);
}

static void uproot(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", top);
	if (system(command))
		fprintf(stderr, "%s stays\n", top);
}

static const struct {
	const char *name;
	const char *text; /* what is in it; NULL: it is not opened */
	int reason;
} names[] = {
	{"", NULL, EINVAL},
	{"file", "file", 0},
	{"/file", "file", 0},
	{"//./file", "file", 0},
	{"folder/file", "folder/file", 0},
	{"folder//file", "folder/file", 0},
	{"folder/../file", "file", 0},
	{"../../file", "file", 0},
	{"/..//../folder/../../file", "file", 0},
	{"lib/lib.so", "lib.so", 0},
	{"lib/l", "lib.so", 0},
	{"lib/up", "file", 0},
	{"absolute", "file", 0},
	{"slash/file", "folder/file", 0},
	{"proc/kmsg", "a file", 0},
	{"out", "the root's own", 0},
	{"../outside", "the root's own", 0},
	{"far", NULL, ENOENT},
	{"absolute-out", NULL, ENOENT},
	{"/etc/passwd", NULL, ENOENT},
	{"loop", NULL, ELOOP},
	{"a", NULL, ELOOP},
	{"dangling", NULL, ENOENT},
	{"nothing", NULL, ENOENT},
	{"file/", NULL, ENOTDIR},
	{"file/file", NULL, ENOTDIR},
	{"file/..", NULL, ENOTDIR},
	{"absolute/", NULL, ENOTDIR},
	{"folder", NULL, EINVAL},
	{"folder/..", NULL, EINVAL},
	{"..", NULL, EINVAL},
	{"fifo", NULL, EINVAL},
	{"to-fifo", NULL, EINVAL},
	{"socket", NULL, EINVAL},
	{"to-proc", NULL, ENOENT},
	{"to-dev", NULL, ENOENT},
};

/* The machine's own root: what no core may make a tool open. */
static const struct {
	const char *name;
	int reason, or_reason;
} made_up[] = {
	{"/proc/kmsg", EMEDIUMTYPE, ENOENT},
	{"/proc/self/mem", EMEDIUMTYPE, ELOOP},
	{"/proc/self/exe", ELOOP, ELOOP},
	{"/proc/self/root/etc/passwd", ELOOP, ELOOP},
	{"/sys/kernel/notes", EMEDIUMTYPE, ENOENT},
	{"/dev/zero", EINVAL, EINVAL},
	{"/dev/tty", EINVAL, EINVAL},
	{"/dev/stdin", ELOOP, ENOENT},
	{"/etc", EINVAL, EINVAL},
};

/* From here on the kernel has no openat2(2). */
static void forbid(int reason)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), /* the number */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)reason),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {countof(code), code};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program),
			 0);
}

/* The ways: by the kernel, by hand, by hand because the kernel says no. */
static int open_by(int way, const char *root, const char *name)
{
	return way == 1 ? coil_root_walk(root, name)
			: coil_root_open(root, name);
}

START_TEST(below)
{
	char root[64];

	if (_i >= 2)
		forbid(_i == 2 ? ENOSYS : EPERM);
	snprintf(root, sizeof(root), "%s/below", top);
	for (size_t i = 0; i < countof(names); i++) {
		char text[32] = "";
		int fd = open_by(_i, root, names[i].name);

		if (!names[i].text) {
			ck_assert_msg(fd < 0 && errno == names[i].reason,
				      "%s: %d, %s", names[i].name, fd,
				      strerror(errno));
			continue;
		}
		ck_assert_msg(fd >= 0, "%s: %s", names[i].name,
			      strerror(errno));
		ck_assert_int_gt(read(fd, text, sizeof(text) - 1), 0);
		ck_assert_str_eq(text, names[i].text);
		close(fd);
	}
	/* Nothing was left open. */
	ck_assert_int_lt(dup(0), 32);
}
END_TEST

START_TEST(machine)
{
	for (size_t i = 0; i < countof(made_up); i++) {
		int fd = open_by(_i, "", made_up[i].name);

		ck_assert_msg(fd < 0 && (errno == made_up[i].reason ||
					 errno == made_up[i].or_reason),
			      "%s: %d, %s", made_up[i].name, fd,
			      strerror(errno));
	}
}
END_TEST

START_TEST(too_long)
{
	char name[2 * PATH_MAX], root[64];

	snprintf(root, sizeof(root), "%s/below", top);
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_int_lt(open_by(_i, root, name), 0);
	ck_assert_int_eq(errno, ENAMETOOLONG);
	name[1000] = '\0';
	ck_assert_int_lt(open_by(_i, root, name), 0);
	ck_assert_int_eq(errno, ENAMETOOLONG);
}
END_TEST

/* A folder that the user vouches for: links lead where they lead. */
START_TEST(folder)
{
	char root[64];
	int fd;

	snprintf(root, sizeof(root), "%s/below", top);
	fd = coil_folder_open(root, "/absolute-out");
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_lt(coil_folder_open(root, "/fifo"), 0);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_lt(coil_folder_open("/proc", "/kmsg"), 0);
	ck_assert_int_lt(coil_folder_open("/no/such/folder", "/a"), 0);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_unchecked_fixture(tc, plant, uproot);
	tcase_set_timeout(tc, 20);
	tcase_add_loop_test(tc, below, 0, 4);
	tcase_add_loop_test(tc, machine, 0, 2);
	tcase_add_loop_test(tc, too_long, 0, 2);
	tcase_add_test(tc, folder);
}
