"""Runs evidencectl over foreign captures, each with an independently computed
expected.json: cases of the folder EVIDENCED_FIXTURES, or of the fixtures beside
the project."""

import json
import os
import subprocess
import sys
import unittest

BUILD = os.environ["EVIDENCED_BUILD"]
SOURCE = os.environ["EVIDENCED_SOURCE"]
CLIENT = os.path.join(BUILD, "agent/client/evidencectl")
FIXTURES = os.environ.get(
    "EVIDENCED_FIXTURES",
    os.path.join(SOURCE, os.pardir, "shared", "fixtures"))
EXIT = {"accept": 0, "reject": 1, "incomplete": 2}


def cases(kind):
    """The folders of the cases of `kind`. Says loudly that it skips where
    there are none."""
    folder = os.path.join(FIXTURES, kind)
    if not os.path.isdir(folder):
        text = "SKIPPED: expected the fixtures in %s, found none" % folder
        print("\n" + "=" * 72 + "\n" + text + "\n" + "=" * 72, file=sys.stderr)
        raise unittest.SkipTest(text)
    found = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    if not found:
        raise AssertionError("expected cases in %s, found none" % folder)
    return found


def expected(folder):
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as text:
        return json.load(text)


def role_options(folder, roles):
    """`roles` of expected.json as options of evidencectl."""
    options = []
    for role, value in roles.items():
        name = "--" + role.replace("_", "-")
        if role == "binary" or value is None or value is False:
            continue
        if role == "cc":
            options += ["--format", "ccel"]
        elif value is True:
            options.append(name)
        elif role.endswith("_offset"):
            options += [name, str(value)]
        else:
            for one in value if isinstance(value, list) else [value]:
                options += [name, os.path.join(folder, one)
                            if isinstance(one, str) else str(one)]
    return options


def ask(*arguments):
    """Exit status and the JSON answer."""
    done = subprocess.run([CLIENT, *arguments, "--json"], capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=120)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        raise AssertionError("%s: expected JSON, found %r; %s" % (
            " ".join(arguments), done.stdout[:400], done.stderr)) from None


def differences(want, found, path=""):
    """Where `found` lacks or contradicts what `want` says; more is welcome."""
    if isinstance(want, dict):
        if not isinstance(found, dict):
            return ["%s: expected an object, found %r" % (path, found)]
        out = []
        for key, value in want.items():
            here = "%s.%s" % (path, key)
            if key not in found:
                out.append("%s: expected %.80r, found nothing" % (here, value))
            else:
                out += differences(value, found[key], here)
        return out
    if isinstance(want, list):
        if not isinstance(found, list) or len(want) != len(found):
            return ["%s: expected %.200r, found %.200r" % (path, want, found)]
        out = []
        for i, (a, b) in enumerate(zip(want, found)):
            out += differences(a, b, "%s[%d]" % (path, i))
        return out
    if want != found or type(want) is not type(found):
        return ["%s: expected %.200r, found %.200r" % (path, want, found)]
    return []


def verdict_differences(want, code, found):
    """Exit status, overall and error class, with the tolerable ones."""
    out = []
    if code != EXIT[want["overall"]]:
        out.append("exit: expected %d, found %d" % (EXIT[want["overall"]],
                                                    code))
    out += differences(want["overall"], found.get("overall"), "overall")
    classes = [want.get("error_class")]
    classes += want.get("other_error_classes") or []
    classes += want.get("error_class_alternatives") or []
    if found.get("error_class") not in classes:
        out.append("error_class: expected one of %r, found %r" % (
            classes, found.get("error_class")))
    return out
