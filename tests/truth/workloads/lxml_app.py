# SPDX-License-Identifier: MIT
"""lxml: documents with their proxies alive, own classes of elements, targets of
parsers, stylesheets with functions, validators, errors, objectify."""
import io

import lxml.html
from lxml import etree, isoschematron, objectify, sax  # noqa: F401
from lxml.builder import ElementMaker

from applications import held_by_c  # noqa: F401

TEXT = b"<?xml version='1.0'?><o:orders xmlns:o='urn:o' xmlns='urn:d'>" + \
    b"".join(b"<o:order n='%d' kind='k%d'><item price='%d'>text %d</item>"
             b"tail<!-- c%d --><?go on?></o:order>" % (i, i % 7, i, i, i)
             for i in range(1500)) + b"</o:orders>"
NAMES = {"o": "urn:o", "d": "urn:d"}


class Order(etree.ElementBase):
    @property
    def number(self):
        return int(self.get("n"))


class Lookup(etree.CustomElementClassLookup):
    def lookup(self, kind, document, namespace, name):
        return Order if name == "order" else None


class Target:
    def __init__(self):
        self.events = []

    def start(self, tag, attributes):
        self.events.append((tag, dict(attributes)))

    def end(self, tag):
        self.events.append(tag)

    def data(self, data):
        self.events.append(data)

    def close(self):
        return self.events


class Resolver(etree.Resolver):
    def resolve(self, url, public, context):
        return self.resolve_string("<!ENTITY e 'text'>", context)


def documents():
    lookup = Lookup()
    parser = etree.XMLParser(remove_blank_text=True)
    parser.set_element_class_lookup(lookup)
    parser.resolvers.add(Resolver())
    root = etree.fromstring(TEXT, parser)
    nodes = list(root.iter())
    target = etree.XMLParser(target=Target())
    steps = etree.iterparse(io.BytesIO(TEXT), events=("start", "end", "pi"))
    pull = etree.XMLPullParser(events=("end",))
    pull.feed(TEXT[:20000])
    kept = [parser, lookup, root, nodes, [n.number for n in root[:50]],
            [n.attrib for n in nodes[::10]], etree.fromstring(TEXT, target),
            target, steps, [next(steps) for _ in range(500)], pull,
            list(pull.read_events()), root.nsmap, root.getroottree(),
            root.getroottree().docinfo, etree.iterwalk(root, events=("end",)),
            root.iterchildren(reversed=True), root.iterancestors(),
            root[3].iterdescendants(), root[3].itersiblings(),
            etree.ElementTree(root), etree.Comment("c"), etree.CDATA("data")]
    copy = etree.fromstring(TEXT)
    removed = [copy[0] for _ in range(20) if copy.remove(copy[0]) is None]
    kept += [copy, removed, etree.tostring(copy[:1][0])]
    try:
        etree.fromstring(b"<a><b></a>")
    except etree.XMLSyntaxError as e:
        kept += [e, e.error_log, list(e.error_log)]
    return kept


def questions(root):
    functions = etree.FunctionNamespace("urn:f")

    @functions("double")
    def double(context, value):
        return 2 * value

    kept = [functions, double]
    kept.append(root.xpath("//d:item/text()", namespaces=NAMES))
    kept.append(root.xpath("//@n"))
    for i in range(60):
        find = etree.XPath("//o:order[@n=$n]/d:item[%d]" % (i + 1),
                           namespaces=NAMES)
        kept += [find, find(root, n=str(i))]
    kept += [etree.XPathEvaluator(root, namespaces=NAMES),
             etree.XPathDocumentEvaluator(root.getroottree()),
             etree.ETXPath("//{urn:d}item")]
    style = etree.XSLT(etree.XML(
        "<x:stylesheet version='1.0' xmlns:o='urn:o' xmlns:f='urn:g' "
        "xmlns:x='http://www.w3.org/1999/XSL/Transform'>"
        "<x:param name='p'/><x:template match='o:order'><r>"
        "<x:value-of select='f:half(number(@n))'/></r></x:template>"
        "</x:stylesheet>"), extensions={("urn:g", "half"):
                                        lambda c, n: n / 2})
    kept += [style, style(root, p=etree.XSLT.strparam("v")), style.error_log]
    return kept


def validators():
    schema = etree.XMLSchema(etree.XML(
        "<s:schema xmlns:s='http://www.w3.org/2001/XMLSchema'><s:element "
        "name='a' type='s:int'/></s:schema>"))
    relax = etree.RelaxNG(etree.XML(
        "<element name='a' xmlns='http://relaxng.org/ns/structure/1.0'>"
        "<text/></element>"))
    dtd = etree.DTD(io.StringIO("<!ELEMENT a (b*)><!ATTLIST a k CDATA 'v'>"
                                "<!ELEMENT b EMPTY><!ENTITY e 'text'>"))
    wrong = etree.XML("<a>b</a>")
    kept = [schema, relax, dtd, list(dtd.iterelements()),
            list(dtd.iterentities())]
    for validator in (schema, relax, dtd):
        kept += [validator.validate(wrong), validator.error_log,
                 list(validator.error_log)]
    for element in dtd.iterelements():
        kept += [element.content, list(element.iterattributes())]
    return kept


def others():
    tree = objectify.fromstring(
        "<o>" + "".join("<i>%d</i><f>%d.5</f><s>t%d</s><b>true</b>" % (
            i, i, i) for i in range(200)) + "</o>")
    tree.new = [1, "two", 3.0]
    page = lxml.html.document_fromstring(
        "<form action='/a'><input name='n' value='v'><select name='s'>"
        "<option>1<option selected>2</select></form>" + "<p class='x'>p</p>" *
        300)
    E = ElementMaker(namespace="urn:e", nsmap={None: "urn:e"})
    out = io.BytesIO()
    with etree.xmlfile(out) as file:
        with file.element("a"):
            file.write(E.b("text", k="v"))
    handler = sax.ElementTreeContentHandler()
    sax.saxify(page, handler)
    path = objectify.ObjectPath("o.i")
    return [tree, list(tree.i), list(tree.f), list(tree.s), list(tree.b),
            page, page.forms[0].fields, page.forms[0].inputs,
            page.find_class("x"), E, E.a(E.b("c")), out, file, handler,
            handler.etree, path, path(tree), lxml.html.fragments_fromstring(
                "a<b>c</b>"), objectify.DataElement(5), etree.QName("u", "n"),
            isoschematron.Schematron]


def build(size):
    made = documents()
    root = made[2]
    return [made, questions(root), validators(), others()]
