"""Brings GOV.UK Frontend and MoJ Frontend into static/vendor/, debranded, from the npm packages that set-up fetched.

GDS Transport, the crown and the crest are for GOV.UK domains only (Design System), so none of them comes along.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
TARGET = ROOT / "static" / "vendor"
# What upstream published; another file under the same version is refused.
PINNED = json.loads((ROOT / "tools" / "vendor_assets.json").read_text())
GOVUK = "govuk-frontend/dist/govuk/"
MOJ = "@ministryofjustice/frontend/moj/"
FILES = {
    GOVUK + "govuk-frontend.min.css": "govuk-frontend.min.css",
    GOVUK + "govuk-frontend.min.js": "govuk-frontend.min.js",
    MOJ + "moj-frontend.min.css": "moj-frontend.min.css",
    MOJ + "moj-frontend.min.js": "moj-frontend.min.js",
}


def debrand(css: str) -> str:
    """Take the restricted font out of a stylesheet; fails loudly when an upgrade writes it differently."""
    css = re.sub(r"/\*!? Copyright \(c\) 2011 by Margaret Calvert.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@font-face\{font-family:GDS Transport;.*?\}", "", css, flags=re.DOTALL)
    css = css.replace("GDS Transport,arial,sans-serif", '"Helvetica Neue",Helvetica,Arial,sans-serif')
    css = re.sub(r"url\(/assets/images/govuk-crest[^)]*\)", "none", css)
    css = css.replace("url(/assets/", "url(")
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    if "GDS Transport" in css or "govuk-crest" in css:
        sys.exit("The stylesheet still names the restricted font or crest: look at tools/vendor_assets.py.")
    return css


def main() -> None:
    """Write static/vendor/ and its MANIFEST.json."""
    TARGET.mkdir(parents=True, exist_ok=True)
    manifest = {}
    for source, name in FILES.items():
        data = (PACKAGES / source).read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if PINNED.get(source) != found:
            sys.exit(f"{source} is not the file that was pinned (sha256 {found}).")
        text = data.decode()
        for image in re.findall(r"url\(/assets/(images/(?!govuk-crest)[\w-]+\.svg)\)", text):
            picture = (PACKAGES / source).parent / "assets" / image
            (TARGET / "images").mkdir(exist_ok=True)
            (TARGET / image).write_bytes(picture.read_bytes())
        text = debrand(text) if name.endswith(".css") else re.sub(r"//# sourceMappingURL=.*", "", text)
        (TARGET / name).write_text(text)
        manifest[name] = {"source": source, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    (TARGET / "MANIFEST.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
