"""Headless browsers with one interface: Chromium by WebDriver (Selenium), Firefox by WebDriver BiDi."""

import base64
import contextlib
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from websockets.sync.client import connect

# The value of an expression, which may be a promise, as a promise of JSON.
JSON_OF = "(async () => JSON.stringify((await ({})) ?? null))()"


class Browser:
    """What the checks need of a browser inside a `with` statement."""

    name = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def wait(self, expression, seconds, what=None):
        """Evaluates until the value is true; returns the seconds that it took."""
        began = time.monotonic()
        while not self.run(expression):
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"{what or expression}: not within {seconds} s")
            time.sleep(0.1)
        return time.monotonic() - began

    def click(self, identifier):
        self.run(f"void document.getElementById({json.dumps(identifier)}).click()")

    def choose(self, identifier, value):
        """Selects an option like a user."""
        self.run(
            f"(() => {{ const one = document.getElementById({json.dumps(identifier)}); one.value = "
            f"{json.dumps(value)}; one.dispatchEvent(new Event('change', {{bubbles: true}})); }})()")


class Chromium(Browser):
    name = "Chromium"

    def __init__(self, downloads=None, language="en"):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--lang={language}",
                         "--ignore-certificate-errors", "--hide-scrollbars"):
            options.add_argument(argument)
        preferences = {"intl.accept_languages": language}
        if downloads:
            preferences |= {"download.default_directory": str(downloads), "download.prompt_for_download": False,
                            "profile.default_content_setting_values.automatic_downloads": 1}
        options.add_experimental_option("prefs", preferences)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = shutil.which("chromedriver")
        if driver is None:
            raise FileNotFoundError("chromedriver is missing; install chromium-driver")
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.driver.set_script_timeout(30)

    def open(self, url):
        self.driver.get(url)

    def run(self, expression):
        script = f"const done = arguments[0]; {JSON_OF.format(expression)}.then(done, (error) => done('!' + error))"
        answer = self.driver.execute_async_script(script)
        if answer.startswith("!"):
            raise RuntimeError(f"{expression}: {answer[1:]}")
        return json.loads(answer)

    def complaints(self):
        """Errors and warnings of the console since the last call, reports of the security policy included."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def resize(self, width, height, scale=1):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": False})

    def reduce_motion(self):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-reduced-motion", "value": "reduce"}]})

    def screenshot(self, path, is_whole=True):
        """The whole page, or what the window shows of it, as a PNG."""
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": is_whole})
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def processes(self):
        """Process ids of the browser, children included."""
        return descendants(self.driver.service.process.pid)

    def close(self):
        with contextlib.suppress(Exception):
            self.driver.quit()


def descendants(pid):
    """The children of a process, their children and so on."""
    found = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            children = pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split()
            for child in children:
                found += [int(child), *descendants(int(child))]
    return found


class Firefox(Browser):
    name = "Firefox"

    def __init__(self, language="en"):
        program = shutil.which("firefox-esr") or shutil.which("firefox")
        if program is None:
            raise FileNotFoundError("firefox-esr is missing; install it")
        self.profile = tempfile.mkdtemp()
        preferences = {"intl.accept_languages": language, "browser.shell.checkDefaultBrowser": False,
                       "datareporting.policy.dataSubmissionEnabled": False, "toolkit.telemetry.enabled": False,
                       "app.update.enabled": False, "network.captive-portal-service.enabled": False,
                       "network.connectivity-service.enabled": False, "browser.startup.page": 0}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        pathlib.Path(self.profile, "user.js").write_text("\n".join(lines))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", self.profile, "--remote-debugging-port", str(port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.events, self.numbers = [], itertools.count(1)
        self.socket = self._connect(port)
        self.command("session.new", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True}}})
        self.command("session.subscribe", {"events": ["log.entryAdded"]})
        self.context = self.command("browsingContext.getTree", {})["contexts"][0]["context"]

    def _connect(self, port):
        for _ in range(300):
            with contextlib.suppress(OSError):
                return connect(f"ws://127.0.0.1:{port}/session", max_size=None)
            if self.process.poll() is not None:
                raise RuntimeError(f"Firefox ended with exit code {self.process.returncode}")
            time.sleep(0.1)
        raise TimeoutError("Firefox did not open its debugging port within 30 s")

    def command(self, method, parameters):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=40))
            if message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['message']}")
                return message["result"]
            self.events.append(message)

    def open(self, url):
        self.command("browsingContext.navigate", {"context": self.context, "url": url, "wait": "complete"})

    def run(self, expression):
        result = self.command("script.evaluate", {
            "expression": JSON_OF.format(expression), "awaitPromise": True, "target": {"context": self.context}})
        if result["type"] == "exception":
            raise RuntimeError(f"{expression}: {result['exceptionDetails']['text']}")
        return json.loads(result["result"]["value"])

    def complaints(self):
        entries = [event["params"] for event in self.events if event.get("method") == "log.entryAdded"]
        self.events.clear()
        return [entry["text"] for entry in entries if entry["level"] in ("error", "warn")]

    def close(self):
        with contextlib.suppress(Exception):
            self.socket.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.profile, ignore_errors=True)
