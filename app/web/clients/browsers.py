"""Which browser it is, in words that its person knows it by. Nothing is decided by it: a browser may say anything."""

import re

# The first that is named is it: most browsers name those before them too.
BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPhone", "an iPhone"),
    (r"iPad", "an iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "a Chromebook"),
    (r"Mac OS X|Macintosh", "a Mac"),
    (r"Linux|X11", "Linux"),
)
UNKNOWN = "A browser that does not say which it is"


def browser_in_words(agent: str) -> str:
    """Return what a header User-Agent says, such as ‘Firefox on Windows’."""
    browser = next((name for sign, name in BROWSERS if re.search(sign, agent)), "")
    system = next((name for sign, name in SYSTEMS if re.search(sign, agent)), "")
    if not browser and not system:
        return UNKNOWN
    return f"{browser or 'A browser'}{f' on {system}' if system else ''}"
