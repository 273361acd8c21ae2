#!/usr/bin/env bash
# run.sh SECONDS NAME: a built fuzz target in the folder above, and a line of
# what it did. An input that it fails on is left in build/fuzz/crashes/NAME, its
# output in build/fuzz/logs/NAME; new inputs that reach new code stay in
# build/fuzz/corpus/NAME and are where the next run begins.
set -u
cd "$(dirname "$0")/../.." || exit 2
seconds=$1
name=$2
out=build/fuzz
log=$out/logs/$name
mkdir -p "$out/logs" "$out/crashes/$name" "$out/corpus/$name"
options=()
if [ -f "tests/fuzz/dictionaries/$name" ]; then
  options+=("-dict=tests/fuzz/dictionaries/$name")
fi
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0
began=$SECONDS
"$out/tests/fuzz/$name" -max_total_time="$seconds" -timeout=10 \
  -rss_limit_mb=2048 -print_final_stats=1 "${options[@]}" \
  -artifact_prefix="$out/crashes/$name/" \
  "$out/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1
code=$?
executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
line="$name: ${executions:-no} executions in $((SECONDS - began)) s"
if [ $code -eq 0 ]; then
  echo "$line, clean"
else
  echo "$line, FAILED with $code: see $log and $out/crashes/$name"
  exit 1
fi
