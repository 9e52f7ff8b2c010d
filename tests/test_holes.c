/* SPDX-License-Identifier: MIT */
/* lib/image/holes.c: sparse cores, and file systems that tell no holes. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "image/elf.h"
#include "image/image.h"
#include "tests/unit.h"

#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)

static char path[] = "/tmp/coil-holes-XXXXXX";
static int file = -1;

static void make(void)
{
	file = mkstemp(path);
	ck_assert_int_ge(file, 0);
}

static void end(void)
{
	close(file);
	unlink(path);
}

struct load {
	uint64_t address, size;
};

/* A core of holes; where bytes come is for the caller.  The memory of load i
 * begins in the file where that of the one before ends, the first at 4096. */
static void put_core(const struct load *loads, size_t count)
{
	Elf64_Ehdr eh = {
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_phoff = sizeof(eh),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (uint16_t)count,
	};
	uint64_t offset = 4096;

	ck_assert_int_eq(pwrite(file, &eh, sizeof(eh), 0), sizeof(eh));
	for (size_t i = 0; i < count; i++) {
		Elf64_Phdr ph = {
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_W,
			.p_offset = offset,
			.p_vaddr = loads[i].address,
			.p_filesz = loads[i].size,
			.p_memsz = loads[i].size,
		};

		ck_assert_int_eq(pwrite(file, &ph, sizeof(ph),
					(off_t)(sizeof(eh) + i * sizeof(ph))),
				 sizeof(ph));
		offset += loads[i].size;
	}
	ck_assert_int_eq(ftruncate(file, (off_t)offset), 0);
}

static void put_word(uint64_t offset, uint64_t word)
{
	ck_assert_int_eq(pwrite(file, &word, 8, (off_t)offset), 8);
}

static struct coil_image *open_it(struct coil_coverage *c)
{
	struct coil_image *image;
	struct coil_error err;

	ck_assert_msg(!coil_image_open(path, NULL, &image, &err), "%s",
		      err.text);
	coil_image_coverage(image, c);
	return image;
}

/* Bytes of [@at, @end) that are no hole, of which there are @runs runs. */
static uint64_t data_bytes(const struct coil_image *image, uint64_t at,
			   uint64_t end, unsigned runs)
{
	uint64_t stop, sum = 0;
	unsigned n = 0;

	for (; (stop = coil_image_data(image, &at, end)) > at; at = stop, n++)
		sum += stop - at;
	ck_assert_uint_eq(at, end);
	ck_assert_uint_eq(n, runs);
	return sum;
}

/* Data at both ends and in the middle; every byte can be read. */
START_TEST(one)
{
	const struct load load = {0x10000, 64 * MIB};
	struct coil_coverage c;
	struct coil_image *image;
	uint64_t word;

	put_core(&load, 1);
	put_word(4096, 1);
	put_word(4096 + 32 * MIB, 2);
	put_word(4096 + 64 * MIB - 8, 3);
	image = open_it(&c);
	ck_assert_uint_eq(c.present, 64 * MIB);
	ck_assert_uint_le(c.stored, 3 * 65536);
	ck_assert_uint_eq(data_bytes(image, 0x10000, 0x10000 + 64 * MIB, 3),
			  c.stored);
	for (unsigned i = 0; i < 3; i++) {
		uint64_t at = 0x10000 + i * 32 * MIB - (i == 2 ? 8 : 0);

		ck_assert(coil_image_word(image, at, &word));
		ck_assert_uint_eq(word, i + 1);
	}
	ck_assert(coil_image_word(image, 0x10000 + 16 * MIB, &word));
	ck_assert_uint_eq(word, 0);
	ck_assert_ptr_nonnull(coil_image_view(image, 0x10000, 64 * MIB));
	coil_image_close(image);
}
END_TEST

/* Several segments in one hole, and one without any. */
START_TEST(several)
{
	const struct load loads[] = {{0x1000, MIB},
				     {0x40000000, MIB},
				     {0x20000000, MIB},
				     {0x60000008, 3 * MIB + 8}};
	struct coil_coverage c;
	struct coil_image *image;

	put_core(loads, 4);
	for (uint64_t at = 0; at < MIB; at += 512)
		put_word(4096 + MIB + at, ~at);
	image = open_it(&c);
	ck_assert_uint_eq(c.stored, MIB);
	ck_assert_uint_eq(data_bytes(image, 0x1000, 0x1000 + MIB, 0), 0);
	ck_assert_uint_eq(data_bytes(image, 0x40000000, 0x40000000 + MIB, 1),
			  MIB);
	ck_assert_uint_eq(data_bytes(image, 0x20000000, 0x20000000 + MIB, 0),
			  0);
	/* What is no whole page is looked at. */
	ck_assert_uint_le(
		data_bytes(image, 0x60000008, 0x60000008 + 3 * MIB + 8, 2),
		2 * 4096);
	coil_image_close(image);
}
END_TEST

/* Data and hole by turns: what is short is not told apart. */
START_TEST(alternating)
{
	const struct load load = {0x10000, 64 * MIB};
	struct coil_coverage c;
	struct coil_image *image;

	put_core(&load, 1);
	for (uint64_t at = 0; at < 32 * MIB; at += 8192)
		put_word(4096 + at, 7);
	for (uint64_t at = 32 * MIB; at < 64 * MIB; at += 4 * 65536)
		put_word(4096 + at, 7);
	image = open_it(&c);
	ck_assert_uint_ge(c.stored, 32 * MIB);
	ck_assert_uint_le(c.stored, 40 * MIB);
	ck_assert_uint_eq(data_bytes(image, 0x10000, 0x10000 + 64 * MIB, 128),
			  c.stored);
	coil_image_close(image);
}
END_TEST

/* More than the table of granules takes in: 2 TiB of it. */
START_TEST(huge)
{
	const struct load loads[] = {{GIB, GIB},
				     {8 * GIB, 1024 * GIB},
				     {2048 * GIB, 1500 * GIB},
				     {4096 * GIB, 4096}};
	struct coil_coverage c;
	struct coil_image *image;
	uint64_t word;

	put_core(loads, 4);
	put_word(4096 + (1 + 1024) * GIB, 3);
	put_word(4096 + (1 + 1024 + 1500) * GIB + 8, 4);
	image = open_it(&c);
	ck_assert_uint_eq(c.present, 2525 * GIB + 4096);
	ck_assert_uint_le(c.stored, 2 * 65536);
	ck_assert(coil_image_word(image, 2048 * GIB, &word));
	ck_assert_uint_eq(word, 3);
	ck_assert(coil_image_word(image, 4096 * GIB + 8, &word));
	ck_assert_uint_eq(word, 4);
	ck_assert(coil_image_word(image, 3548 * GIB - 8, &word));
	ck_assert(!coil_image_word(image, 3548 * GIB, &word));
	ck_assert(!coil_image_word(image, 4096 * GIB - 8, &word));
	ck_assert(!coil_image_word(image, 1040 * GIB, &word));
	ck_assert(!coil_image_word(image, 0x1000, &word));
	ck_assert(coil_image_word(image, 500 * GIB, &word));
	coil_image_close(image);
}
END_TEST

/* From here on lseek(2) knows of no holes. */
static void forbid(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), /* the number */
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_lseek, 0, 3),
		/* the third argument, at offsetof(struct seccomp_data, args) */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16 + 2 * 8),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 3, 0, 1), /* SEEK_DATA */
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program),
			 0);
}

START_TEST(not_told)
{
	const struct load load = {0x10000, 64 * MIB};
	struct coil_coverage c;
	struct coil_image *image;

	put_core(&load, 1);
	forbid();
	image = open_it(&c);
	ck_assert_uint_eq(c.stored, 64 * MIB);
	ck_assert_uint_eq(data_bytes(image, 0x10000, 0x10000 + 64 * MIB, 1),
			  64 * MIB);
	coil_image_close(image);
}
END_TEST

void unit_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, make, end);
	tcase_set_timeout(tc, 20);
	tcase_add_test(tc, one);
	tcase_add_test(tc, several);
	tcase_add_test(tc, alternating);
	tcase_add_test(tc, huge);
	tcase_add_test(tc, not_told);
}
