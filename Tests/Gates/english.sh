#!/usr/bin/env bash
# Finds hard-to-read words and suggests better ones: bash Tests/Gates/english.sh [FILE...]
#
# Reads README files, comments and strings of Swift, JavaScript, Python and shell (help, errors, reports, docstrings),
# and comments of scenarios. Finds phrases across line breaks. Prints file:line, the phrase and the suggestion; non-zero
# if there is a hit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# PATTERN -> BETTER, case-insensitive; a space matches any white space. Skips words in `back quotes` of .md files, which
# are names. THING, MEASURE and PROGRAM are the lists below.
rules=$(
    cat <<'RULES'
\bMEASUREs? (an|a) THING\b -> per item, per client
\bso many\b -> this many, or the number
\bso often\b -> this many times, repeats
\bwhat the scenario says\b -> the scenario's value
\banew\b -> again
\bbesides?\b -> next to, as well as, apart from
\bwho(m|se)?ever\b -> a client that, anyone who
(^|[.:;(] |\b(by|to|for|of|from|with|as) )who\b -> a client that, a program that
(^|[.:;] )whose (request|connection|client|answer)\b -> name the thing: which client, which request
\bwhat it is sent\b -> its input, our writes
\bof (HTTP/2|HTTP/1.1|these|those) (libcurl|the kernel|nobody|a client|it|that)\b -> put the subject first
\b(refused|compared|booked) (are|is) (a|an|the|half|bytes|what)\b -> put the subject first
\bof (another|a different|any other) make\b|\bother make\b -> third-party
\bother people's\b|\bof others\b -> third-party
\b(the|in the|byte) books\b|\bkeeps? the books\b|\bbook(s|ed|ing)\b -> byte totals, ledger, counts as
\b(the|a|C|epoll) floor\b -> the baseline
\bmend(s|ed|ing)?\b -> fix
\bgood-?byes?\b|\bsay(s|ing)? goodbye\b -> close, GOAWAY
\b(hear|hears|heard) of\b -> see, receive
\bPROGRAMs? (tells?|knows?|wants?|hears?|wish|wishes|believes?|likes)\b -> reports, has, needs: programs are not persons
\b(client|server|peer|listener|subscriber|browser)s? leaves?\b -> closes, disconnects
\bbeing left\b -> being closed
\buntold\b|\bunsaid\b -> missing, omit
\btell(s|ing)? (of|neither|no|nothing)\b|\btold (of|that|to|by)\b -> report
\b(tell|tells|told|telling)( \w+){0,3} apart\b -> distinguish, separate
\bnobody\b|\bnobody's\b -> no client, no process
\b(has|have|had|having) (its|their|had their) (time|say|due)\b|\bhas no say\b -> say what happens
\bheld against\b -> checked against
\bfavour\b -> CPU time
\b(told|tell) from chance\b -> exceeds noise
\bheads\b -> headers, header sections
\bforeign (column|row|file|client|program)\b -> unknown, third-party
\bhalf a (run|file)\b -> incomplete
\btime to spare\b -> was not busy
\bpaid back\b|\bpays? back\b -> pays for itself, breaks even
\bnever came\b|\bcame again\b -> lost, duplicated
\bno room for\b -> because a queue was full, does not fit
\b(once|ever) spoke\b|\bspoke too\b -> name the versions
\bhow many items are published\b|\ba time\b(?= \() -> publication rate
\b(items|messages|bytes|published|sends?) a time\b -> rate, per second
\btime before it\b|\blatencies do not count\b -> before the measurement, discarded
\bstreams? of events\b -> SSE stream, event stream
\bevery silence\b|\bsilence of (this|that|such)\b -> after this much silence
\bcome by\b|\bcame by\b -> comes from
\bin mind\b|\bcarried before\b -> as context
\b(is|are|be) done without\b -> is skipped
\bstands? (in front|in between|between|before|above|below|for|in for)\b|\bstanding in\b -> is before, is a proxy, means
\bnothing stands\b -> there is no
\bin between\b -> between A and B, a proxy
\bbottom to top\b -> lowest first
\bfit (to|for)\b -> suitable for
\bin the open\b -> in plaintext
\bchance\b -> randomness, noise
\beverything that (decides|acts)\b -> decision logic, drivers
\bthe house\b -> layers, structure
\bforesee\b -> predict
\bcost(s)? no less\b -> costs the same
\bthe smallest and the largest\b -> (min to max)
\bfor the way\b|\bwhat was done to\b -> coding, for transfer
\bof (its|their) own(?=\s*([.,;:)]|$)) -> its own, or nothing
\bcomes? to be\b -> is created, opens
\b(is|are) no (failure|fault)\b -> is not an error
\b(is|are) none\b|\bthere (is|are) none\b|\bthat is none\b|\bof none\b -> is not one, no
RULES
)

if [ $# -eq 0 ]; then
    mapfile -t files < <(find README.md Package.swift Sources Tests Scenarios Results .ci -type f \
        \( -name '*.md' -o -name '*.swift' -o -name '*.sh' -o -name '*.py' -o -name '*.js' -o -name '*.yaml' \
        -o -path .ci/run \) \
        -not -path 'Results/reference/*/*' -not -name english.sh | sort)
    set -- "${files[@]}"
fi

RULES=$rules python3 - "$@" <<'PYTHON'
import bisect
import collections
import os
import re
import sys
import tokenize

LISTS = {
    "THING": "item client request connection message second minute case run poll repeat delivery subscriber listener "
             "transport version target column day time",
    "MEASURE": "b byte head header µ?s ms request line file connection socket task thread poll row case message frame "
               "response handshake",
    "PROGRAM": "server client program kernel browser proxy nginx libcurl curl driver peer lab process generator tool "
               "side loop connection transport report listener subscriber row it they",
}
RULES = []
for line in os.environ["RULES"].splitlines():
    pattern, better = line.split(" -> ")
    for name, words in LISTS.items():
        pattern = pattern.replace(name, f"({'|'.join(words.split())})")
    RULES.append((re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE), better))
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def swift_texts(lines):
    """Yields (kind, text) per line: the text of comments and strings, without code."""
    is_literal = False
    for line in lines:
        stripped = line.strip()
        if is_literal or stripped.startswith('"""'):
            if stripped.startswith('"""'):
                is_literal = not is_literal
                yield "string", ""
            else:
                yield "string", stripped
        elif stripped.startswith(("//", "/*", "* ", "*/")):
            yield "comment", stripped.removesuffix("*/").lstrip("/* ")
        else:
            if stripped.endswith('"""'):
                is_literal = True
            comment = re.search(r"(?<!:)// (.*)", line)
            # A string without a space is a name.
            found = ". ".join(text for text in STRING.findall(line.split(" // ")[0]) if " " in text)
            yield ("string", found) if found else ("comment", comment[1]) if comment else ("", "")


def python_texts(path, lines):
    """Like `swift_texts`; bytes literals and the expressions in f-strings are code."""
    kinds, words = [""] * len(lines), [""] * len(lines)
    before = ""
    with open(path, "rb") as file:
        tokens = [(tokenize.tok_name[token.type], token) for token in tokenize.tokenize(file.readline)]
    for name, token in tokens:
        text = token.string
        prefix = re.match(r"[a-z]*", text, re.IGNORECASE)[0].lower() if name in ("STRING", "FSTRING_START") else ""
        # Two literals are one text only where Python concatenates them.
        separator = ". " if name in ("STRING", "FSTRING_START") and before not in ("STRING", "FSTRING_END") else ""
        if name not in ("NL", "COMMENT"):
            before = name
        if name == "STRING":
            text = text[len(prefix):].strip("\"'")
            text = re.sub(r"{[^{}]*}", "", text) if "f" in prefix else text
        if name == "FSTRING_START":
            text = ""
        if name not in ("COMMENT", "STRING", "FSTRING_START", "FSTRING_MIDDLE") or "b" in prefix or text[:2] == "#!":
            continue
        for place, line in enumerate((separator + text).split("\n"), token.start[0] - 1):
            kinds[place] = "comment" if name == "COMMENT" else "string"
            words[place] = f"{words[place]} {line.strip(' #')}".strip()
    yield from zip(kinds, words)


def shell_texts(lines):
    for line in lines:
        comment = re.match(r"\s*#(?!!)", line)
        found = ". ".join(STRING.findall(line))
        yield ("comment", line.strip().lstrip("# ")) if comment else ("string", found) if found else ("", "")


def texts(path, lines):
    if path.endswith((".swift", ".js")):
        yield from swift_texts(lines)
    elif path.endswith(".py"):
        yield from python_texts(path, lines)
    elif path.endswith((".sh", "run")):
        yield from shell_texts(lines)
    elif path.endswith(".md"):
        for line in lines:
            plain = re.sub(r"`[^`]*`", "`", line)
            yield ("row" if line.startswith("|") else "text", plain) if line.strip() else ("", "")
    else:
        for line in lines:
            is_text = re.match(r"\s*(#|question:)", line)
            yield ("comment", line.strip().lstrip("# ")) if is_text else ("", "")


def passages(path, lines):
    """Joins adjacent lines of one kind; yields the text and the offset and number of each line."""
    text, starts, last = "", [], ""
    for number, (kind, words) in enumerate(texts(path, lines), 1):
        if kind != last or kind == "row" or not kind:
            if text:
                yield text, starts
            text, starts = "", []
        if kind:
            starts.append((len(text), number))
            text += words + "\n"
        last = kind
    if text:
        yield text, starts


hits = collections.Counter()
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for text, starts in passages(path, lines):
        for pattern, better in RULES:
            for match in pattern.finditer(text):
                place = bisect.bisect([start for start, _ in starts], match.start()) - 1
                print(f"{path}:{starts[place][1]}: {' '.join(match[0].split())} -> {better}")
                hits[path.split("/")[0]] += 1
print(f"{sum(hits.values())} hits" + "".join(f", {count} in {top}" for top, count in sorted(hits.items())))
sys.exit(1 if hits else 0)
PYTHON
