#!/usr/bin/env python3
"""Screenshots of all views at three widths, light and dark, in both languages: screenshots.py BINARIES FOLDER

Those of README.md are in FOLDER/readme; copy them to Results/reference.
"""

import pathlib
import sys
import time

from browsers import Chromium
from layout_check import WIDTHS, show
from teaching_page import VIEWS, Server, address, wait_for_items


def pictures_of_readme(browser, folder):
    folder.mkdir(exist_ok=True)
    browser.choose("theme", "light")
    browser.run("void (document.getElementById('tables').open = false)")
    browser.run("void (document.getElementById('controls').open = false)")
    browser.resize(1_280, 945)
    time.sleep(4)
    browser.screenshot(folder / "teaching-page.png", is_whole=False)
    browser.resize(1_280, 1_000)
    show(browser, "frames")
    browser.screenshot(folder / "frame-inspector.png", is_whole=False)
    show(browser, "lanes")


def main(binaries, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with Server(binaries) as server, Chromium() as browser:
        browser.open(address(server))
        wait_for_items(browser, 15, 60)
        pictures_of_readme(browser, folder / "readme")
        for language in ("en", "zh"):
            browser.choose("language", language)
            for theme in ("light", "dark"):
                browser.choose("theme", theme)
                for width in WIDTHS:
                    browser.resize(width, 800 if width == 360 else width * 9 // 16)
                    for view in VIEWS:
                        show(browser, view)
                        time.sleep(0.6)
                        browser.screenshot(folder / f"{view}-{width}-{theme}-{language}.png")
    print(f"{len(list(folder.glob('*.png')))} screenshots in {folder}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
