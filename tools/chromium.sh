# Makes sure that there is a Chromium for the browser tests, or says in one line how to get one.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium from the distribution's packages."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-liberation >/dev/null
else
  echo "The browser tests need Chromium. On Debian or Ubuntu: sudo apt install chromium" >&2
  exit 1
fi
