# SPDX-License-Identifier: MIT
"""By which means coil finds the references of each type.

A type with a tp_traverse is never scanned where its module's file is there.
One without is scanned only if it is named here: there is nothing to be asked,
and nobody wrote a native kind.  What coil says of these is marked inexact.

Facts: the sources of CPython and of the packages.
"""
import os

from tools_output import number

NO_TRAVERSE = "no tp_traverse, no native kind"

# Type: what it owns besides its type, which the scan is to find.
MISSING = {
    "Certificate": "cached_extensions; its bytes, in Rust's memory",
    "CertificateSigningRequest": "cached_extensions; its bytes, in Rust's "
                                 "memory",
    "CertificateRevocationList": "cached_extensions; its bytes, in Rust's "
                                 "memory",
    "RevokedCertificate": "cached_extensions; its bytes, in Rust's memory",
    "fortran": "its __dict__",
    "lxml.etree.CDATA": "_utf8_data",
    "lxml.etree._LogEntry": "_message, _filename",
    "lxml.etree.QName": "text, localname, namespace",
    "lxml.etree.XSLTAccessControl": "nothing, but a pointer to libxslt's",
    "numexpr.NumExpr": "signature, tempsig, constsig, fullsig, program, "
                       "constants, input_names",
    "pandas._libs.hashtable.Float64HashTable": "nothing, but a pointer",
    "pandas._libs.hashtable.Int64HashTable": "nothing, but a pointer",
    "pandas._libs.hashtable.UInt64HashTable": "nothing, but a pointer",
    "pandas._libs.hashtable.PyObjectHashTable": "its table, in C memory",
    "pandas._libs.tslibs.nattype.__pyx_scope_struct___make_error_func":
        "__pyx_v_func_name, a str",
}

# Types with a __sizeof__ of their own whose rule coil does not know.
GUESSED = {
    "multidict._multidict.CIMultiDict", "multidict._multidict.MultiDict",
    "pandas._libs.index.DatetimeEngine", "pandas._libs.index.Float64Engine",
    "pandas._libs.index.Int64Engine", "pandas._libs.index.ObjectEngine",
    "pandas.core.indexes.multi.MultiIndexUIntEngine",
}


def types_met(directory, of_type):
    """Means, reason, objects and name of each type in the account; @of_type:
    address of the type: how many objects in the account."""
    with open(os.path.join(directory, "types.tsv")) as f:
        for line in f:
            means, reason, count, address, name = \
                line.rstrip("\n").split("\t", 4)
            if number(address) in of_type:
                yield means, reason, count, name


def compare_kinds_scanned(report, directory, of_type):
    """A type that has a kind of its own is not scanned, on any release."""
    with open(os.path.join(directory, "native.txt")) as f:
        kinds = {name for line in f for name in line[:-1].split("\t")}
    for means, reason, count, name in types_met(directory, of_type):
        if name in kinds:
            report.check("kinds scanned", means != "scanned", name,
                         lambda: "%s objects of %s are scanned, though it has "
                         "a kind: %s" % (count, name, reason))


def compare_means(report, directory, of_type):
    for means, reason, count, name in types_met(directory, of_type):
        named = os.environ.get("FILES") == "no" and reason or \
            reason == NO_TRAVERSE and name in MISSING
        report.check("means", means != "scanned" or named, name,
                     lambda: "%s objects of %s are scanned: %s" % (
                         count, name, reason))
