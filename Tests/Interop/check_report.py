"""Reads report pages as a browser's parser does, and finds every number on them again in the JSON.

    check_report.py HINDSIGHT [--keep FOLDER]

Runs a sweep of two agents, a run with a return head and an unfinished run in a folder of its own, has
`hindsight report` make a page and a JSON document of each, and checks that

- every number that can be read on the page, in text, tables, charts and their tooltips, is a number of
  the same part of the JSON, rounded as the page rounds; table cells and tiles in their very places;
- a page with any one number changed does not pass (so the check can fail);
- the page asks for nothing from elsewhere, and holds no element or attribute that a report has not;
- every picture has a name and a description, and every chart a table.
"""

import html.parser
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile

NUMBER = re.compile(r"(?<![\w.…-])[-−]?\d+(?:\.\d+)?(?:e[+-]\d+)?(?: %)?(?![\w…])(?!\.\d)")
VOID = {"meta", "input", "img", "br", "link"}
TAGS = set(
    "html head meta title style body main header p h1 h2 h3 dl dt dd div nav a section figure "
    "figcaption svg desc rect circle polygon polyline text g animate details summary table thead tbody "
    "tr th td pre button input img script".split()
)


class Page(html.parser.HTMLParser):
    """The page's text, piece by piece, each with the part of the report that it belongs to."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.stack = []
        self.pieces = []  # (scope, text)
        self.tables = {}
        self.tiles = []
        self.listings = []
        self.figures = {}
        self.captions = {}  # figure: [title, caption, reason]
        self.pictures = {}  # figure: [{title, desc, text, tooltips}]
        self.problems = []
        self.figure = None
        self.section = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in TAGS:
            self.problems.append(f"an element <{tag}>")
        for name, value in attributes.items():
            if name.startswith("on"):
                self.problems.append(f"an attribute {name}")
            if name in ("src", "href", "xlink:href", "action", "data") and not re.match(
                r"#|data:image/png;base64,[A-Za-z0-9+/=]+$", value or ""
            ):
                self.problems.append(f"{name}={value[:60]}")
        if "data-section" in attributes:
            self.section = int(attributes["data-section"])
        if "data-figure" in attributes:
            self.figure = attributes["data-figure"]
            self.figures[self.figure] = {"svg": 0, "named": 0, "table": False}
            self.captions[self.figure] = ["", "", ""]
            self.pictures[self.figure] = []
        if tag == "svg":
            kind = self.figures[self.figure]
            kind["svg"] += 1
            kind["named"] += attributes.get("role") == "img" and "aria-labelledby" in attributes
            self.pictures[self.figure].append({"title": "", "desc": "", "text": [], "tooltips": []})
        if tag == "table":
            self.figures[self.figure]["table"] = True
            self.tables[self.figure] = []
        if tag == "tr":
            self.tables[self.figure].append([])
        if tag in ("th", "td"):
            self.tables[self.figure][-1].append("")
        if tag in ("dt", "dd"):
            self.tiles.append("")
        if tag == "pre":
            self.listings.append("")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.stack or self.stack.pop() != tag:
            self.problems.append(f"an element </{tag}> that does not end what was begun")
        if tag == "figure":
            self.figure = None
        if tag == "section":
            self.section = None

    def handle_data(self, text):
        if "style" in self.stack or "script" in self.stack:
            return
        if "td" in self.stack or "th" in self.stack:
            self.tables[self.figure][-1][-1] += text
        elif "dt" in self.stack or "dd" in self.stack:
            self.tiles[-1] += text
        elif "pre" in self.stack:
            self.listings[-1] += text
        elif "svg" in self.stack:
            picture = self.pictures[self.figure][-1]
            if self.stack[-1] == "title":
                if self.stack[-2] == "svg":
                    picture["title"] += text
                else:
                    picture["tooltips"].append(text)
            elif self.stack[-1] == "desc":
                picture["desc"] += text
            elif self.stack[-1] == "text":
                picture["text"].append(text)
            elif text.strip():
                self.problems.append(f"{self.figure}: loose text {text!r}")
        elif self.figure and self.stack[-1] in ("h3", "figcaption", "p"):
            self.captions[self.figure][("h3", "figcaption", "p").index(self.stack[-1])] += text
        elif text.strip():
            self.pieces.append((self.figure or self.section, text))


def numbers_in(texts):
    return {token for text in texts for token in NUMBER.findall(text)}


def shows(token, value):
    """Whether a number of the page is this value, rounded as the page rounds."""
    text = token.replace("−", "-")
    is_share = text.endswith(" %")
    shown = float(text.removesuffix(" %"))
    if is_share:
        # One decimal, or a tick.
        return abs(shown - 100 * value) <= 0.05 + 1e-9
    if shown == 0 or value == 0:
        return shown == value
    # Four significant digits.
    magnitude = math.floor(math.log10(abs(shown)))
    return abs(shown - value) <= 0.5 * 10.0 ** (magnitude - 3) * (1 + 1e-9)


def cell_matches(text, cell):
    tokens = NUMBER.findall(text)
    if cell is None:
        return text == "–"
    if isinstance(cell, str):
        return text == cell
    expected = cell if isinstance(cell, list) else [cell]
    return len(tokens) == len(expected) and all(map(shows, tokens, expected))


def strings(document):
    """All texts of a JSON value, keys aside."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, list):
        for element in document:
            yield from strings(element)
    elif isinstance(document, dict):
        for element in document.values():
            yield from strings(element)


def same_numbers(tokens, values):
    """Whether these are the numbers that the page shows, in order."""
    return len(tokens) == len(values) and all(map(shows, tokens, values))


def is_point(tooltip, chart):
    """Whether a tooltip says `name: y at x, low to high` of a point."""
    for series in chart["series"]:
        if not tooltip.startswith(series["name"] + ": "):
            continue
        tokens = NUMBER.findall(tooltip[len(series["name"]) :])
        for x, y, low, high in zip(series["x"], series["y"], series["low"], series["high"]):
            if same_numbers(tokens, [y, x] + ([] if low is None else [low, high])):
                return True
    return False


def is_bar(tooltip, chart):
    """Whether a tooltip says `from to to: share` of a bar."""
    return any(
        same_numbers(NUMBER.findall(tooltip), bar)
        for row in chart["rows"]
        for bar in zip(row["from"], row["to"], row["shares"])
    )


def is_estimate(text, chart):
    """Whether a text says `name: value (low to high)` of a row, with or without its name."""
    for row in chart["rows"]:
        tokens = NUMBER.findall(text.removeprefix(row["name"] + ": "))
        if same_numbers(tokens, [row["value"]] + ([] if row["low"] is None else [row["low"], row["high"]])):
            return True
    return False


def is_frame(text, figure):
    """Whether a text says `step N  action` or `return R  ending` of a step of a film."""
    rows = figure["table"]["rows"]
    if text.startswith("step "):
        words = text.split(None, 2)
        step = int(words[1])
        return step < len(rows) and (words[2:] or [None])[0] == rows[step][1]
    if text.startswith("return "):
        return any(same_numbers(NUMBER.findall(text), [row[3]]) for row in rows)
    return not NUMBER.search(text)


def check_picture(picture, figure):
    """What is wrong with a chart or a film: each text in it must be a known one."""
    name, chart = figure["id"], figure.get("chart")
    if picture["title"] != figure["title"] or picture["desc"] != figure["caption"]:
        yield f"{name}: a picture called {picture['title']!r}, {picture['desc']!r}"
    if chart is None:
        for text in picture["text"]:
            if not is_frame(text, figure):
                yield f"{name}: {text!r} in the film"
        return
    known = set(strings(chart)) | {"mean", "asked for"}
    kind = chart["kind"]
    ticks = []
    for text in picture["text"]:
        if re.fullmatch(NUMBER, text):
            ticks.append(text)
        elif text in known or text.endswith("…") and any(k.startswith(text[:-1]) for k in known):
            continue
        elif kind == "intervals" and is_estimate(text, chart):
            continue
        elif kind == "heat" and text.endswith(chart["scale_title"]):
            if not same_numbers(NUMBER.findall(text), [chart["largest"]]):
                yield f"{name}: {text!r} for {chart['largest']}"
        else:
            yield f"{name}: {text!r} is not in the JSON"
    if kind == "heat":
        def marked(numbers):
            last = len(numbers) - 1
            return [numbers[i * last // 4] for i in range(5)] if last >= 5 else numbers

        expected = (marked(chart["rows"]) + marked(chart["columns"])) * len(chart["panels"]) + [0]
        if sorted(ticks) != sorted(map(str, expected)):
            yield f"{name}: {sorted(ticks)} at the axes for {sorted(expected)}"
    else:
        expected = [
            tick * (100 if chart[axis]["style"] == "percent" else 1)
            for axis in ("x", "y") if axis in chart
            for tick in chart[axis]["ticks"]
        ]
        shown = sorted(float(t.removesuffix(" %")) for t in ticks)
        if len(shown) != len(expected) or any(
            abs(a - b) > 1e-5 * max(abs(b), 1e-12) for a, b in zip(shown, sorted(expected))
        ):
            yield f"{name}: ticks {shown} for {sorted(expected)}"
    test = {"curves": is_point, "distributions": is_bar, "intervals": is_estimate}.get(kind)
    for tooltip in picture["tooltips"]:
        if test is None or not test(tooltip, chart):
            yield f"{name}: {tooltip!r} is not in the JSON"


def check(page_text, report):
    """What is wrong with a page, and how many numbers on it were found again."""
    page = Page(page_text)
    problems = list(page.problems)
    found = 0
    figures = {f["id"]: f for s in report["sections"] for f in s["figures"]}
    if list(page.figures) != list(figures):
        problems.append(f"figures {list(page.figures)} but {list(figures)} in the JSON")
        return problems, found

    for name, figure in figures.items():
        rows = page.tables.get(name)
        table = figure.get("table")
        if (rows is None) != (table is None):
            problems.append(f"{name}: a table on one side only")
            continue
        if table is not None:
            if rows[0] != table["columns"] or len(rows) - 1 != len(table["rows"]):
                problems.append(f"{name}: {rows[0]} and {len(rows) - 1} rows")
                continue
            for number, (shown, row) in enumerate(zip(rows[1:], table["rows"])):
                for column, text, cell in zip(table["columns"], shown, row):
                    found += len(NUMBER.findall(text))
                    if not cell_matches(text, cell):
                        problems.append(f"{name}: row {number}, {column}: {text!r} for {cell!r}")
        reason = figure.get("left_out_because")
        expected = [figure["title"], figure["caption"], f"Left out: {reason}." if reason else ""]
        found += sum(len(NUMBER.findall(text)) for text in expected)
        if page.captions[name] != expected:
            problems.append(f"{name}: {page.captions[name]} for {expected}")
        for picture in page.pictures[name]:
            found += sum(len(NUMBER.findall(t)) for t in picture["text"] + picture["tooltips"])
            problems += check_picture(picture, figure)
        kind = page.figures[name]
        if kind["svg"] != kind["named"]:
            problems.append(f"{name}: a picture without a name")
        if kind["svg"] and not kind["table"]:
            problems.append(f"{name}: a picture without a table")

    if len(page.tiles) != 2 * len(report["tiles"]):
        problems.append("tiles are missing")
    for place, tile in enumerate(report["tiles"]):
        label, text = page.tiles[2 * place : 2 * place + 2]
        found += len(NUMBER.findall(text))
        if label != tile["label"] or not cell_matches(text, tile["value"]):
            problems.append(f"tile {label}: {text!r} for {tile['value']!r}")

    listings = [l["text"] for s in report["sections"] for l in s["listings"]]
    if [l.strip("\n") for l in page.listings] != [l.strip("\n") for l in listings]:
        problems.append("listings differ")
    found += sum(len(NUMBER.findall(l)) for l in listings)

    # What is left are the titles and leads of sections.
    scopes = {}
    for place, section in enumerate(report["sections"]):
        scopes[place] = numbers_in([section["title"], section["lead"]] + [
            l["title"] for l in section["listings"]])
    scopes[None] = numbers_in([report["title"]] + [s["title"] for s in report["sections"]])
    for scope, text in page.pieces:
        for token in NUMBER.findall(text):
            found += 1
            if scope not in scopes or token not in scopes[scope]:
                problems.append(f"{scope}: {token} in {text.strip()[:60]!r} is not in the JSON")
    return problems, found


def mutations(page_text, rng, count):
    """The page with one shown number changed, several times."""
    body = page_text.index("<main>")
    places = [
        m for m in re.finditer(r">([^<>]*\d[^<>]*)<", page_text[body:])
        if NUMBER.search(m.group(1))
    ]
    places = [m for m in places if "<script" not in page_text[body + m.start() - 40 : body + m.start()]]
    for match in rng.sample(places, min(count, len(places))):
        token = NUMBER.search(match.group(1))
        start = body + match.start(1) + token.start()
        digits = [i for i, c in enumerate(token.group()) if c.isdigit()]
        place = start + digits[0]
        changed = str((int(page_text[place]) + 4) % 10)
        yield page_text[:place] + changed + page_text[place + 1 :], match.group(1)


def run(*words, cwd, code=0):
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == code, (words, done.returncode, done.stderr)
    return done.stdout


BASE = """
environment: {world}
dataset: {{episodes: 200}}
agent: {{contextLength: 12, order: observationFirst, returnHead: categories, backbone: {{width: 16, layers: 1, heads: 2}}}}
training: {{steps: 40, batchSize: 16, validation: {{every: 10, episodes: 10, targetReturns: [0, 1]}}}}
evaluation: {{targetReturns: [0, 0.5, max, q0.5], episodes: 40}}
"""
SWEEP = """
base: corridor.yaml
axes: {agent: {list: {dt: {}, bc: {agent: windowed-behaviour-cloning}, q: {agent: discrete-iql}}}}
seeds: 3
comparison: {of: agent}
"""


def main():
    program = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp()
    for world in ("corridor", "CartPole-v1"):
        with open(f"{folder}/{world.split('-')[0].lower()}.yaml", "w") as file:
            file.write(BASE.format(world=world))
    with open(f"{folder}/sweep.yaml", "w") as file:
        file.write(SWEEP)
    run(program, "sweep", "sweep.yaml", "--output", "sweep", "--quiet", cwd=folder)
    run(program, "run", "corridor.yaml", "--output", "runs/one", "--quiet", cwd=folder)
    run(program, "run", "cartpole.yaml", "--output", "runs/pole", "--quiet", "--set",
        "evaluation.targetReturns=[20, max, sampled]", cwd=folder)
    run(program, "collect", "corridor.yaml", "--output", "data.hdf5", "--quiet", cwd=folder)
    run(program, "train", "corridor.yaml", "--dataset", "data.hdf5", "--output", "runs/trained",
        "--quiet", cwd=folder)

    run(program, "collect", "corridor.yaml", "--output", "unseen.hdf5", "--seed", "1", "--quiet", cwd=folder)
    run(program, "estimate", "runs/one", "--dataset", "unseen.hdf5", "--steps", "50", "--quiet", cwd=folder)

    rng = random.Random(0)
    total, caught, tried = 0, 0, 0
    for name in ("sweep", "runs/one", "runs/pole", "runs"):
        page = f"{name.replace('/', '-')}.html"
        report = json.loads(
            run(program, "report", name, "--output", page, "--json", "--quiet", cwd=folder))
        with open(f"{folder}/{page}", encoding="utf-8") as file:
            text = file.read()
        problems, found = check(text, report)
        assert not problems, (name, len(problems), problems[:10])
        assert found > 100, (name, found)
        total += found
        for changed, piece in mutations(text, rng, 60):
            tried += 1
            if check(changed, report)[0]:
                caught += 1
            else:
                print(f"{name}: a change of {piece!r} was not noticed")
    # A changed number may by chance be another of the same film or heat map.
    assert caught >= 0.98 * tried, (caught, tried)
    print(f"{total} numbers of 4 pages found in their JSON, {caught} of {tried} changes noticed")


main()
