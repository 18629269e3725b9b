#!/usr/bin/env python3
"""Layout and accessibility of all views in Chromium: layout_check.py BINARIES

No view is wider than its window, at three widths, in both languages and at projector size; axe-core finds no violation
in any view, light and dark, in both languages, nor in the report of the reference run.
"""

import pathlib
import sys
import time

import selenium_axe_python
from browsers import Chromium
from teaching_page import VIEWS, Checks, Server, address, wait_for_items

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
AXE = pathlib.Path(selenium_axe_python.__file__).parent / "axe-core/axe.min.js"
REPORT = ROOT / "Results/reference/quickstart/report.html"
WIDTHS = (360, 1_280, 1_920)

# The elements that reach beyond the window, except in what scrolls by itself.
TOO_WIDE = """Array.from(document.querySelectorAll("body *"))
    .filter((one) => !one.closest(".scroll, .skip, .hidden") && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.tagName + "#" + one.id + "." + one.className).slice(0, 5)"""


def show(browser, view):
    browser.run(f"void document.querySelector('[data-view={view}]').click()")
    if view in ("handshake", "frames", "exchange"):
        browser.run(f"void document.querySelector('[data-inspector={view}]').requestSubmit()")
        browser.wait(f"document.querySelector('[data-inspector={view}] .result').childElementCount > 0", 5)


def overflow(checks, browser):
    for language in ("en", "zh"):
        browser.choose("language", language)
        for width in WIDTHS:
            browser.resize(width, 900)
            for view in VIEWS:
                show(browser, view)
                wide = browser.run("document.documentElement.scrollWidth > innerWidth") or browser.run(TOO_WIDE)
                checks.check(f"{view} fits into {width} pixels, {language}", not wide, browser.run(TOO_WIDE))
        browser.click("projector")
        browser.resize(1_280, 720)
        for view in VIEWS:
            show(browser, view)
            checks.check(f"{view} fits at projector size, {language}", not browser.run(TOO_WIDE), browser.run(TOO_WIDE))
        browser.click("projector")
    browser.choose("language", "en")


def violations(browser):
    # WebDriver runs it in spite of the page's security policy.
    browser.driver.execute_script(AXE.read_text(encoding="utf-8"))
    found = browser.run("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


def accessibility(checks, browser):
    browser.resize(1_280, 900)
    # What a language has wrong does not depend on the colours.
    for theme, language in (("light", "en"), ("dark", "zh")):
        browser.choose("theme", theme)
        browser.choose("language", language)
        for view in VIEWS:
            show(browser, view)
            found = violations(browser)
            checks.check(f"axe-core has no violation in {view}, {theme}, {language}", found == [], found)
    browser.choose("language", "en")
    browser.run("void document.querySelector('[data-view=lanes]').click()")
    browser.choose("set-interval", "500ms")
    browser.click("apply")
    time.sleep(0.3)
    found = violations(browser)
    checks.check("axe-core has no violation in the prediction", found == [], found)
    browser.run("void document.querySelector('#predict button[value=cancel]').click()")


def keyboard(checks, browser):
    """The Tab key reaches all controls of the view in the order of the page."""
    order = browser.run("""Array.from(document.querySelectorAll("a, button, select, input, summary, textarea"))
        .filter((one) => one.tabIndex > 0).length""")
    checks.check("no element changes the order of the Tab key", order == 0, order)
    unnamed = browser.run("""Array.from(document.querySelectorAll("button, select, input, textarea"))
        .filter((one) => !one.innerText && !one.labels?.length && !one.getAttribute("aria-label")).length""")
    checks.check("every control has a name", unnamed == 0, unnamed)


def main(binaries):
    checks = Checks()
    with Server(binaries) as server, Chromium() as browser:
        browser.reduce_motion()
        browser.open(address(server))
        wait_for_items(browser, 15)
        for part in (overflow, accessibility, keyboard):
            with checks.part(part.__name__):
                part(checks, browser)
        with checks.part("report"):
            browser.open(REPORT.as_uri())
            found = violations(browser)
            checks.check("axe-core has no violation in the report", found == [], found)
            for width in WIDTHS:
                browser.resize(width, 900)
                wide = browser.run("document.documentElement.scrollWidth > innerWidth")
                checks.check(f"the report fits into {width} pixels", not wide)
    return checks.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
