# SPDX-License-Identifier: MIT
"""Whether output is safe to show: clean.py --plain|--json|--terminal FILE...

UTF-8 and no control characters but for the newline and the tab that separate
records, no characters that change direction or break lines, nothing of the
kind that Unicode calls format.  --json: each line is one value.  --terminal:
coil's own colours and the wiping of its progress may be there.
"""
import json
import re
import sys
import unicodedata

OURS = re.compile(r"\x1b\[(?:\d*m|K)|\r")


def told(path, how):
    with open(path, "rb") as file:
        data = file.read()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return str(error)
    if how == "--terminal":
        text = OURS.sub("", text)
    for at, char in enumerate(text):
        if char not in "\n\t" and \
                unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            return "%r in %r" % (char, text[max(at - 40, 0):at + 20])
    if how == "--json":
        for line in text.splitlines():
            json.loads(line)
    return ""


bad = False
for name in sys.argv[2:]:
    words = told(name, sys.argv[1])
    if words:
        print("%s: %s" % (name, words))
        bad = True
sys.exit(bad)
