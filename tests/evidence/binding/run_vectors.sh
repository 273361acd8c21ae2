#!/bin/sh
# run_vectors.sh TEST COPY CONTRACT: runs the binding vectors from the copy in
# this repository. The contract that it was copied from need not be here; where
# it is, both must be the same.
set -eu
if [ -e "$3" ] && ! cmp "$2" "$3"; then
  echo "expected $2 to be a copy of $3, found that they differ" >&2
  exit 1
fi
exec "$1" "--vectors=$2"
