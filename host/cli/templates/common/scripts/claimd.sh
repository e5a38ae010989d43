#!/bin/sh
# Runs claimd: the program that CLAIMD names, else the one on the PATH.
claimd=${CLAIMD:-claimd}
if ! command -v "$claimd" >/dev/null; then
  echo "claimd is missing: '$claimd' is not a program that can be started" >&2
  echo "  do: npm install -g claimd-__VERSION__.tgz (npm run package makes it, in claimd), or set CLAIMD to its path" >&2
  exit 127
fi
exec "$claimd" "$@"
