/* SPDX-License-Identifier: MIT */
/* Files mapped read-only, owned by an image. Source: mmap(2), open(2). */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image/file.h"
#include "image/image.h"

void coil_close_guard(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

int coil_file_open(const char *path)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (stat(path, &st))
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	/* Should it have become a pipe meanwhile: do not wait for a writer. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st))
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return steal_fd(&fd);
}

/* mmap() of @size bytes, which the image unmaps when it is closed. */
static enum coil_status map(struct coil_image *image, uint64_t size, int prot,
			    int flags, int fd, void **base)
{
	if (size > SIZE_MAX) {
		errno = EFBIG;
		return COIL_E_OS;
	}
	if (!RESERVE(image->mappings, image->mapping_room,
		     image->mapping_count + 1))
		return COIL_E_NOMEM;
	*base = mmap(NULL, (size_t)size, prot, MAP_PRIVATE | flags, fd, 0);
	if (*base == MAP_FAILED)
		return COIL_E_OS;
	image->mappings[image->mapping_count++] =
		(struct coil_mapping){*base, (size_t)size};
	return COIL_OK;
}

enum coil_status coil_image_map(struct coil_image *image, int fd,
				const uint8_t **bytes, uint64_t *size)
{
	static const uint8_t nothing;
	enum coil_status status;
	struct stat st;
	void *base;

	if (fstat(fd, &st))
		return COIL_E_OS;
	*bytes = &nothing;
	*size = 0;
	if (st.st_size <= 0)
		return COIL_OK;
	status = map(image, (uint64_t)st.st_size, PROT_READ, 0, fd, &base);
	if (status)
		return status;
	*bytes = base;
	*size = (uint64_t)st.st_size;
	return COIL_OK;
}

enum coil_status coil_image_allocate(struct coil_image *image, uint64_t size,
				     uint8_t **bytes)
{
	void *base = NULL;

	/* One byte at least, so that there is something to point to. */
	if (map(image, max64(size, 1), PROT_READ | PROT_WRITE, MAP_ANONYMOUS,
		-1, &base))
		return COIL_E_NOMEM;
	*bytes = base;
	return COIL_OK;
}
