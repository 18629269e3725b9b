#!/usr/bin/env bash
# Finds words that are hard to read, and names a better one: bash Tests/Gates/english.sh [FILE...]
#
# Reads README files, Swift comments and strings (help, errors, reports), and comments of scenarios and scripts. A
# phrase is found across line breaks. Prints file:line, the phrase and the better word; non-zero if there is a hit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# PATTERN -> BETTER, in any case; a space is any white space. A word in `back quotes` of a README is a name: skipped.
# THING, MEASURE and PROGRAM are the lists below.
rules=$(
    cat <<'RULES'
\bMEASUREs? (an|a) THING\b -> per item, per client
\bso many\b -> this many, or the number
\banew\b -> again
\bbesides?\b -> next to, as well as, apart from
\bwho(m|se)?ever\b -> a client that, anyone who
\bof (HTTP/2|HTTP/1.1|these|those) (libcurl|the kernel|nobody|a client|it|that)\b -> put the subject first
\bof (another|a different|any other) make\b|\bother make\b -> third-party
\bother people's\b|\bof others\b -> third-party
\b(the|in the|byte) books\b|\bkeeps? the books\b|\bbook(s|ed|ing)\b -> byte totals, ledger, counts as
\b(the|a|C|epoll) floor\b -> the baseline
\bmend(s|ed|ing)?\b -> fix
\bgood-?byes?\b|\bsay(s|ing)? goodbye\b -> close, GOAWAY
\b(hear|hears|heard) of\b -> see, receive
\bPROGRAM (tells?|knows?|wants?|hears?|wishes?|believes?|likes?)\b -> reports, has, needs: programs are not persons
\buntold\b -> missing, omit
\btell(s|ing)? (of|neither|no|nothing)\b|\btold (of|that|to|by)\b -> report
\bnobody\b|\bnobody's\b -> no client, no process
\b(has|have|had|having) (its|their|had their) (time|say|due)\b|\bhas no say\b -> say what happens
\bheld against\b -> checked against
\bfavour\b -> CPU time
\b(told|tell) from chance\b -> exceeds noise
\b(both|two|its|their|compressed|request|response|HTTP|of|the) heads\b -> headers
\bheads (of|are|is|and|or|were|that|it|in)\b -> headers
\bforeign (column|row|file|client|program)\b -> unknown, third-party
\btime to spare\b -> was not busy
\bpaid back\b|\bpays? back\b -> pays for itself, breaks even
\bnever came\b|\bcame again\b -> lost, duplicated
\bwhat it had no room for\b -> because a queue was full
\bspoke too\b -> name the versions
\bhow many items are published\b|\ba time\b(?= \() -> publication rate
\bcome by\b|\bcame by\b -> comes from
\bin mind\b -> as context
\b(is|are|be) done without\b -> is skipped
\bstands? (in front|in between|between|before)\b|\bstanding in\b -> is before, is a proxy, means
\bnothing stands\b -> there is no
\bfit (to|for)\b -> suitable for
\bin the open\b -> in plaintext
\bchance\b -> randomness, noise
\bthe house\b -> layers, structure
\bforesee\b -> predict
\bcost(s)? no less\b -> costs the same
\b(is|are) none\b|\bthere (is|are) none\b|\bthat is none\b|\bof none\b -> is not one, no
RULES
)

if [ $# -eq 0 ]; then
    mapfile -t files < <(find README.md Package.swift Sources Tests Scenarios Results .ci -type f \
        \( -name '*.md' -o -name '*.swift' -o -name '*.sh' -o -name '*.yaml' -o -path .ci/run \) \
        -not -path 'Results/reference/*/*' -not -name english.sh | sort)
    set -- "${files[@]}"
fi

RULES=$rules python3 - "$@" <<'PYTHON'
import bisect
import collections
import os
import re
import sys

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
    """(kind, text) of each line: what a comment or a string has, and nothing of the code."""
    is_literal = False
    for line in lines:
        stripped = line.strip()
        if is_literal or stripped.startswith('"""'):
            if stripped.startswith('"""'):
                is_literal = not is_literal
                yield "string", ""
            else:
                yield "string", stripped
        elif stripped.startswith("//"):
            yield "comment", stripped.lstrip("/ ")
        else:
            if stripped.endswith('"""'):
                is_literal = True
            comment = re.search(r"(?<!:)// (.*)", line)
            found = " ".join(STRING.findall(line.split(" // ")[0]))
            yield ("string", found) if found else ("comment", comment[1]) if comment else ("", "")


def texts(path, lines):
    if path.endswith(".swift"):
        yield from swift_texts(lines)
    elif path.endswith(".md"):
        for line in lines:
            plain = re.sub(r"`[^`]*`", "`", line)
            yield ("row" if line.startswith("|") else "text", plain) if line.strip() else ("", "")
    else:
        for line in lines:
            is_text = re.match(r"\s*(#(?!!)|question:)", line)
            yield ("comment", line.strip().lstrip("# ")) if is_text else ("", "")


def passages(path, lines):
    """Lines that belong together, as one text with the place where each line begins."""
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
