#!/bin/sh
# Runs the binding vectors where their file is; says so loudly where it is not.
set -eu
if [ ! -f "$2" ]; then
  echo "SKIPPED: expected the binding vectors at $2, found no file"
  exit 77
fi
exec "$1" "--vectors=$2"
