"""Names that carry HTML and terminal control sequences, wherever a user can give one."""
import collections
import html.parser
import json
import os
import shutil
import unicodedata

from common import TINY, Place, expect, run, seeded, size, succeed

FIXED = [
    "<script>alert(1)<", "\"><img src=x onerror=alert(1)>", "'><svg onload=alert(1)>", "&lt;b&gt;",
    "</title><script>alert(1)<", "</style><style>*{display:none}", "]]>-->", "javascript:alert(1)",
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b2J", "a\rb", "a\nb", "a\tb", "a\x00b", "\x7f\x08\x08",
    "\u202egnp.exe", "\u2066x\u2069", "\u200b\u2060\u00ad\ufffb\u206a", "\ufeff", "${HOME} $(id) `id`", "%s%n%d", "{{x}}", "\u2028", "🙂 é",
]
PIECES = ["<", ">", "\"", "'", "&", "script", "img src=x onerror=y", "style", "\x1b[", "31m", "\x9b", "\x07", "\r",
          "\n", "\u202e", "\u2028", "=", " ", "x", "]]>", "<!--", "svg", "onload=z", "`", "$(", ")", "\\", "\u0000"]
LAYOUT = """title: %s
map: |
  S.G
legend: {G: goal}
horizon: 9
"""


class Structure(html.parser.HTMLParser):
    """How often each tag stands in a page, and which attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = collections.Counter()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found[tag] += 1
        for name, value in attributes:
            self.found[f"{tag} {name}"] += 1
            expect(not name.startswith("on"), "an attribute", name, "in", tag)
            is_link = name in ("href", "src", "action", "xlink:href", "data", "formaction")
            expect(not is_link or "javascript:" not in (value or "").lower(), tag, name, "is", value)


def expect_plain(words, outcome):
    """Nothing that a terminal would act on, but ends of lines."""
    for text in (outcome.output, outcome.error):
        odd = sorted({hex(ord(c)) for c in text
                      if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")})
        expect(not odd, words, "wrote", *odd)


def odd_names():
    count = size(len(FIXED), 300)
    random = seeded("texts")
    texts = FIXED + ["".join(random.choice(PIECES) for _ in range(random.randint(1, 8)))
                     for _ in range(count - len(FIXED))]
    pages = 0
    with Place() as place:
        yaml = place.write("x.yaml", TINY)
        succeed("run", yaml, "--output", place("run"), "--quiet")
        succeed("report", place("run"), "--output", place("plain.html"), "--quiet")
        expected = Structure(open(place("plain.html")).read()).found
        os.mkdir(place("odd"))
        for text in texts:
            quoted = json.dumps(text)
            # Folders: what has no slash and no NUL can be one.
            if "/" not in text and "\0" not in text and len(text.encode()) < 200:
                folder = place("odd", text)
                shutil.copytree(place("run"), folder)
                for words in (["runs", place("odd")], ["inspect", os.path.join(folder, "dataset.hdf5")],
                              ["report", folder, "--output", place("odd.html")],
                              ["train", "--resume", folder, "--quiet"]):
                    outcome = run(*words)
                    expect(outcome.code in (0, 73), words, "ended with", outcome.code, outcome.error)
                    expect_plain(words, outcome)
                outcome = run("runs", place("odd"), "--json")
                expect(len(json.loads(outcome.output)["runs"]) == 1, outcome.output)
                found = Structure(open(place("odd.html")).read()).found
                expect(found == expected, repr(text), "changes the page:", found - expected,
                       expected - found)
                expect("\x1b" not in open(place("odd.html")).read(), repr(text), "is in the page raw")
                pages += 1
                shutil.rmtree(folder)
                os.remove(place("odd.html"))
            # Names in files, and words on the command line.
            layout = place.write("layout.yaml", LAYOUT % quoted)
            sweep = place.write(
                "sweep.yaml", f"base: x.yaml\naxes:\n  a: {{list: {{{quoted}: {{}}, ok: {{}}}}}}\n")
            wrong = place.write("wrong.yaml", f"{quoted}: 1\nenvironment: {quoted}\n")
            for words in (["solve", layout], ["sweep", sweep, "--emit", "jobs"], ["run", wrong]):
                outcome = run(*words)
                expect(outcome.code in (0, 64, 65, 66, 78), words, "ended with", outcome.code,
                       outcome.error)
                expect_plain(words + [text], outcome)
            if "\0" not in text:
                for words in (["list", "environments", text], ["inspect", text],
                              ["run", yaml, "--set", f"{text}=1"], [text]):
                    outcome = run(*words)
                    expect(outcome.code in (0, 64, 66, 78), words, "ended with", outcome.code,
                           outcome.error)
                    expect_plain(words, outcome)
    return f"{count} names, {pages} pages with the tags of a plain one, nothing raw on the terminal"
