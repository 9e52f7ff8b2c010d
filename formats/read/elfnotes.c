/* SPDX-License-Identifier: MIT */
/*
 * The notes of an x86-64 Linux core.
 *
 * Source: core(5); Linux uapi <linux/elfcore.h> (struct elf_prstatus, struct
 * elf_prpsinfo), <sys/user.h> (struct user_regs_struct); for NT_FILE the
 * comment in Linux fs/binfmt_elf.c: {count, page size, count times {start,
 * end, offset in pages}, count names that end in NUL}, words of 8 bytes.
 */
#include <sys/procfs.h>

#include "formats/read/elfnotes.h"

/* Registers in struct user_regs_struct, by index of their word. */
enum { REG_RIP = 16, REG_RSP = 19, REG_FS_BASE = 21 };

static enum coil_status read_prstatus(struct coil_image *image,
				      const struct coil_note *note)
{
	const uint8_t *p = note->desc;
	const uint8_t *reg = p + offsetof(struct elf_prstatus, pr_reg);
	struct coil_native_thread thread;

	if (note->desc_size < sizeof(struct elf_prstatus))
		return COIL_OK;
	thread.tid = (int32_t)load32(p + offsetof(struct elf_prstatus, pr_pid));
	thread.ip = load64(reg + 8 * REG_RIP);
	thread.sp = load64(reg + 8 * REG_RSP);
	thread.fs_base = load64(reg + 8 * REG_FS_BASE);
	/* The first thread is the one that the signal hit. */
	if (!image->thread_count && !image->process.signal)
		coil_image_set_signal(
			image,
			load16(p + offsetof(struct elf_prstatus, pr_cursig)));
	return coil_image_add_thread(image, &thread);
}

static enum coil_status read_prpsinfo(struct coil_image *image,
				      const struct coil_note *note)
{
	const uint8_t *p = note->desc;
	char command[sizeof(((struct elf_prpsinfo *)NULL)->pr_psargs) + 1];
	size_t n = sizeof(command) - 1;

	if (note->desc_size < sizeof(struct elf_prpsinfo))
		return COIL_OK;
	memcpy(command, p + offsetof(struct elf_prpsinfo, pr_psargs), n);
	command[n] = '\0';
	/* The kernel writes a blank behind every argument. */
	for (n = strlen(command); n && command[n - 1] == ' '; n--)
		command[n - 1] = '\0';
	return coil_image_set_process(
		image,
		(int32_t)load32(p + offsetof(struct elf_prpsinfo, pr_pid)),
		command);
}

static enum coil_status read_siginfo(struct coil_image *image,
				     const struct coil_note *note)
{
	if (note->desc_size >= 4)
		coil_image_set_signal(image, (int32_t)load32(note->desc));
	return COIL_OK;
}

static enum coil_status read_auxv(struct coil_image *image,
				  const struct coil_note *note)
{
	coil_image_set_auxv(image, note->desc, note->desc_size);
	return COIL_OK;
}

static enum coil_status read_file(struct coil_image *image,
				  const struct coil_note *note)
{
	const uint8_t *p = note->desc, *end = p + note->desc_size, *name;
	uint64_t count, page;

	if (note->desc_size < 16)
		return COIL_OK;
	count = min64(load64(p), (note->desc_size - 16) / 24);
	page = load64(p + 8);
	name = p + 16 + count * 24;
	for (uint64_t i = 0; i < count; i++) {
		const uint8_t *row = p + 16 + i * 24;
		const uint8_t *nul = memchr(name, '\0', (size_t)(end - name));
		enum coil_status st;
		uint64_t offset;

		if (!nul)
			return COIL_OK;
		if (mul64(load64(row + 16), page, &offset)) {
			st = coil_image_add_file(image, load64(row),
						 load64(row + 8), offset,
						 (const char *)name);
			if (st)
				return st;
		}
		name = nul + 1;
	}
	return COIL_OK;
}

static const struct {
	uint32_t type;
	enum coil_status (*read)(struct coil_image *image,
				 const struct coil_note *note);
} readers[] = {
	{NT_PRSTATUS, read_prstatus}, {NT_PRPSINFO, read_prpsinfo},
	{NT_SIGINFO, read_siginfo},   {NT_AUXV, read_auxv},
	{NT_FILE, read_file},
};

enum coil_status coil_elfcore_notes(struct coil_image *image,
				    const uint8_t *notes, uint64_t size,
				    const char *path, struct coil_error *err)
{
	struct coil_note note;
	uint64_t at = 0;

	while (coil_elf_note(notes, size, &at, &note)) {
		for (size_t i = 0; i < countof(readers); i++) {
			enum coil_status st;

			if (!coil_elf_note_is(&note, "CORE", readers[i].type))
				continue;
			st = readers[i].read(image, &note);
			if (st)
				return coil_fail_file(err, st, path, "%s",
						      coil_status_string(st));
		}
	}
	return COIL_OK;
}
