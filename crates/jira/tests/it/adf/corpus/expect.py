#!/usr/bin/env python3
"""Writes what the documents of this folder mean, by cmark-gfm 0.29.0.gfm.6 (Debian: cmark-gfm).

    crates/jira/tests/it/adf/corpus/expect.py

For each `*.md` a file `*.txt`: one line for each stretch of text with the same marks, with the
blocks that it stands in. HTML is read as a browser reads it. `../meaning.rs` reads the same from ADF.
"""

import pathlib
import re
import subprocess
from html.parser import HTMLParser

EXTENSIONS = ["autolink", "table", "strikethrough", "tasklist"]
MARKS = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em", "del": "strike", "s": "strike",
    "strike": "strike", "u": "underline", "ins": "underline", "sub": "sub", "sup": "sup",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}
BLOCKS = {"h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "td", "th", "summary"}
LINES = {"p", "div", "ul", "ol", "table", "tr", "details", "section"}


class Meaning(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.blocks, self.marks, self.links = [], [], []
        self.lines, self.text, self.now = [], "", None

    def state(self):
        if "pre" in self.blocks:
            return (" ".join(self.blocks), "")
        marks = sorted(set(self.marks))
        if "code" in marks:
            marks = ["code"]
        marks += [f"link={self.links[0]}"] if self.links and self.links[0] else []
        return (" ".join(self.blocks), " ".join(marks))

    def say(self, text, state=None):
        state = state or self.state()
        if state != self.now:
            self.flush()
            self.now = state
        self.text += text

    def flush(self):
        text = re.sub(r"[ \t\r\n]+", " ", self.text).strip(" ")
        if text:
            self.lines.append(f"{self.now[0]} | {self.now[1]} | {text}")
        self.text, self.now = "", None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in MARKS and not (tag == "code" and self.blocks[-1:] == ["pre"]):
            self.marks.append(MARKS[tag])
        elif tag == "a":
            self.links.append(attrs.get("href", ""))
        elif tag == "img":
            blocks, marks = self.state()
            link = "" if "link=" in marks else f"link={attrs['src']}"
            self.say(attrs.get("alt") or attrs["src"], (blocks, f"{marks} {link}".strip()))
        elif tag == "input":
            self.say("[x] " if "checked" in attrs else "[ ] ", (" ".join(self.blocks), ""))
            self.flush()
        elif tag == "br":
            self.say("\n")
        elif tag == "hr":
            self.flush()
            self.say("---", ("", ""))
            self.flush()
        elif tag in BLOCKS:
            self.flush()
            self.blocks.append(tag)
        elif tag in LINES:
            self.flush()

    def handle_endtag(self, tag):
        if tag in MARKS and MARKS[tag] in self.marks:
            self.marks.remove(MARKS[tag])
        elif tag == "a" and self.links:
            self.links.pop()
        elif tag in BLOCKS and tag in self.blocks:
            self.flush()
            while self.blocks.pop() != tag:
                pass
        elif tag in LINES:
            self.flush()
            if tag == "p":
                self.marks = []

    def handle_data(self, data):
        self.say(data)


def meaning(markdown):
    command = ["cmark-gfm", "--unsafe", "-t", "html"]
    for extension in EXTENSIONS:
        command += ["-e", extension]
    html = subprocess.run(command, input=markdown, capture_output=True, text=True, check=True).stdout
    reader = Meaning()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.lines


for path in sorted(pathlib.Path(__file__).parent.glob("*.md")):
    documents = re.split(r"^(%%%% .*)\n", path.read_text(), flags=re.M)[1:]
    with path.with_suffix(".txt").open("w") as out:
        for name, document in zip(documents[::2], documents[1::2]):
            print(name, *meaning(document), sep="\n", file=out)
