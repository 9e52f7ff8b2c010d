/* SPDX-License-Identifier: MIT */
/* References that stand one beside the other, for all kinds. */
#include "objects/plan.h"

#define FEW 64u /* words; as many are read whatever the limit */

bool coil_sink_reads(struct coil_sink *sink, uint64_t address, uint64_t bytes)
{
	struct coil_sink *root = sink;

	while (root->outer)
		root = root->outer;
	root->words += bytes / 8;
	if (!root->refuse &&
	    (!root->limit || root->words <= root->limit || bytes / 8 <= FEW) &&
	    (!address || !root->claim || root->claim(root, address, bytes)))
		return true;
	root->refused = true;
	sink->missing++;
	return false;
}

void coil_emit_array(struct coil_reader *reader, struct coil_sink *sink,
		     uint64_t address, uint64_t count, unsigned flags,
		     enum coil_label label_type)
{
	const uint8_t *p;

	if (!count)
		return;
	p = count >> 44 ? NULL
			: coil_image_view(reader->image, address, count * 8);
	if (!p) {
		sink->missing++;
		return;
	}
	if (!coil_sink_reads(sink, address, count * 8))
		return;
	for (uint64_t i = 0; i < count && !sink->stop; i++)
		coil_emit(sink, load64(p + i * 8), flags, label_type, i);
}

void coil_emit_words(struct coil_reader *reader, struct coil_sink *sink,
		     uint64_t address, uint32_t size,
		     const struct coil_word *words, size_t count)
{
	const uint8_t *p = coil_image_view(reader->image, address, size);

	if (!p)
		sink->missing++;
	for (size_t i = 0; p && i < count; i++)
		if (words[i].at < size && size - words[i].at >= 8)
			coil_emit(sink, load64(p + words[i].at), words[i].flags,
				  COIL_LABEL_TEXT, coil_text(words[i].label));
}
