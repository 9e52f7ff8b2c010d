/* SPDX-License-Identifier: MIT */
/*
 * The version of an interpreter that does not say it, by the layout that fits
 * what stands there.
 */
#include "runtime/internal.h"

/*
 * The version of an interpreter whose module tells none, by the layout that
 * fits what stands at @address (0: anywhere).
 */
bool coil_runtime_recognise(struct coil_runtime *r,
			    const struct coil_layout *layout, uint64_t address,
			    struct coil_version *version)
{
	uint32_t hex;

	/* A debug build's module says that it is one. */
	if (r->module && layout->debug != version->debug)
		return false;
	if (!address)
		address = coil_runtime_search(r->image, layout);
	else if (!coil_runtime_matches(r->image, layout, address))
		address = 0;
	if (!address)
		return false;
	/* Without a module, sys does: the states of two builds may be alike. */
	if (!r->module && !coil_version_agrees(r->image, layout, address))
		return false;
	r->info.runtime = address;
	coil_version_read(r->image, NULL, address, version);
	hex = coil_version_of_sys(r->image, layout, address);
	if (hex)
		version->hex = hex;
	version->source = COIL_VERSION_STRUCTURE;
	version->debug = layout->debug;
	version->free_threaded = layout->free_threaded;
	return true;
}

enum coil_status coil_runtime_recognise_any(struct coil_runtime *r,
					    struct coil_version *version,
					    struct coil_error *err)
{
	uint64_t symbol = r->info.runtime;

	for (size_t i = 0; i < coil_layout_count; i++) {
		const struct coil_layout *l = coil_layouts[i];

		if (coil_runtime_recognise(r, l, symbol, version) &&
		    coil_layout_fits(l, version->hex, l->debug,
				     l->free_threaded))
			return COIL_OK;
	}
	/* What fits no layout may only not be all there. */
	if (symbol && coil_image_is_cut(r->image))
		return coil_fail(err, COIL_E_BAD_DATA,
				 "no layout fits what is there of CPython");
	/* Up to 3.10 no symbol tells the version. */
	for (size_t i = 0; symbol && i < coil_layout_count; i++)
		if (coil_layouts[i]->debug == version->debug &&
		    coil_layouts[i]->first < 0x030b0000 &&
		    coil_runtime_is_finalized(r->image, coil_layouts[i],
					      symbol))
			return coil_fail(
				err, COIL_E_BAD_DATA,
				"CPython (%s): it was finalized "
				"(Py_Finalize), no interpreter is left",
				r->module ? r->module->path : "?");
	if (symbol)
		return coil_runtime_no_layout(r, version, err);
	return coil_fail(err, COIL_E_NOT_PYTHON,
			 "no CPython found: neither the symbol _PyRuntime "
			 "nor a structure like it");
}
