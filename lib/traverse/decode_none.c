/* SPDX-License-Identifier: MIT */
/* Built without a decoder: no machine code is ever read. */
#include "traverse/insn.h"

bool coil_decoder_present(void)
{
	return false;
}

struct coil_decoder *coil_decoder_new(void)
{
	return NULL;
}

void coil_decoder_free(struct coil_decoder *decoder)
{
	(void)decoder;
}

bool coil_decode(const struct coil_decoder *decoder, const uint8_t *bytes,
		 size_t size, uint64_t address, struct coil_insn *out)
{
	(void)decoder;
	(void)bytes;
	(void)size;
	(void)address;
	memset(out, 0, sizeof(*out));
	return false;
}

void coil_decode_name(const struct coil_decoder *decoder, const uint8_t *bytes,
		      size_t size, char *buf, size_t room)
{
	(void)decoder;
	(void)bytes;
	(void)size;
	(void)room;
	*buf = '\0';
}
