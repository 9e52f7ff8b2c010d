# SPDX-License-Identifier: MIT
"""That the workload "mixed" meets every kind of lib/objects/kinds/kinds.def, so
that no kind goes unproved, and that what it holds is read and not scanned.
Asked where kinds.txt is: run.sh writes it for 3.11, with all files.

Facts: when which type came, from CPython's sources.
"""
import os
import sys

# Holders that may have references from a scan, and why.
EXECUTING = "how far the stack of a frame goes that executes, nobody wrote down"
SCANNED = {
    "<frame>": EXECUTING, "frame": EXECUTING, "generator": EXECUTING,
    "coroutine": EXECUTING, "async_generator": EXECUTING,
    "module": "what a module's state owns and its m_traverse does not visit",
    "PyCapsule": "what its traverse function visits, from 3.13 on",
}
# Kinds of which the workload makes nothing in 3.11, and why.
NOT_MET = {name: why for why, names in {
    "of other releases": (
        "_ctypes.CType_Type", "frozendict", "itertools.batched",
        "typing.TypeAliasType", "zlib._ZlibDecompressor"),
    "met by the instances of its subclasses": (
        "_ctypes.CFuncPtr", "_ctypes._CData",
        "_multibytecodec.MultibyteIncrementalDecoder",
        "_multibytecodec.MultibyteIncrementalEncoder",
        "_multibytecodec.MultibyteStreamReader",
        "_multibytecodec.MultibyteStreamWriter"),
    "of PIL: the workload extensions": (
        "ImagingCore", "ImagingDraw", "PixelAccess"),
    "lives only while an asynchronous generator yields": (
        "async_generator_wrapped_value",),
    "needs two context variables whose addresses have one hash": (
        "hamt_collision_node",),
    "needs a terminal": ("_curses_panel.panel",),
}.items() for name in names}


def compare_kinds(report, directory, objects, edges):
    """Nothing is scanned, and each kind of the standard library was met; those
    of other packages are for the workload "extensions"."""
    met = {o.type for o in objects.values() if o.is_python}
    for name in sorted(met | set(edges.inexact)):
        report.check("not scanned", name in SCANNED or
                     name not in edges.inexact, name,
                     lambda: "%s: %d references from a scan" % (
                         name, edges.inexact[name]))
    with open(os.path.join(directory, "kinds.txt")) as f:
        kinds = [line[:-1].split("\t") for line in f]
    for names in sorted(kinds):
        name = names[0]
        if "." in name and name.split(".")[0] not in sys.stdlib_module_names:
            continue
        there = bool(met.intersection(names))
        if name not in NOT_MET:
            report.check("kinds met", there, name,
                         lambda: "%s: no object of this kind" % name)
        elif there:
            report.check("kinds met", False, name,
                         lambda: "%s: met, though it is said not to be: %s" % (
                             name, NOT_MET[name]))
