#!/usr/bin/env bash
# Includes go one way: agent -> evidence -> quote -> proto, and what judges is
# pure. Prints each line that breaks a rule, and fails if there is one.
set -u
cd "$1" || exit 2
faults=0

# forbid FOLDER PATTERN WHY
forbid() {
  local found
  found=$(grep -rnE --include='*.h' --include='*.cc' "$2" "$1")
  if [ -n "$found" ]; then
    printf '%s: %s\n%s\n' "$1" "$3" "$found"
    faults=1
  fi
}

[ -d quote ] && [ -d evidence ] && [ -d agent ] || {
  echo "expected the folders quote, evidence and agent in $1"
  exit 2
}
forbid quote '#include "(evidence/(log|binding|policy|verify)|agent|tests)/' \
  'may include quote and proto only'
forbid evidence '#include "(agent|tests)/' 'may not include agent'
forbid agent '#include "tests/' 'may not include tests'
forbid tests/support/tee_emulator \
  '#include "(quote|evidence|agent)/|#include "tests/support/[^/"]*"' \
  'shares no code with what is tested'
forbid agent/client '#include "agent/(device|collect|serve)/' \
  'the client may not include the daemon'
for folder in quote evidence; do
  forbid "$folder" \
    'absl::Now\(|std::chrono::.*::now|getenv|std::thread|<fstream>|<mutex>|spdlog|RAND_bytes|fopen|<thread>' \
    'is pure: no clock, file, thread, log, environment or randomness'
  for header in openssl grpcpp tss2 grpc; do
    found=$(grep -rnE --include='*.h' "#include [<\"]$header/" "$folder" |
      grep -v 'quote/crypto/openssl_ptr.h')
    if [ -n "$found" ]; then
      printf '%s: %s types may not be in a public header\n%s\n' \
        "$folder" "$header" "$found"
      faults=1
    fi
  done
done
if grep -n 'evidenced_' tests/support/tee_emulator/CMakeLists.txt; then
  echo 'tests/support/tee_emulator: may not be linked with what is tested'
  faults=1
fi
count=$(grep -rlE --include='*.h' --include='*.cc' 'tss2_esys\.h' agent | wc -l)
if [ "$count" -gt 1 ]; then
  echo "expected one file of agent/ to include tss2_esys.h, found $count"
  grep -rlE --include='*.h' --include='*.cc' 'tss2_esys\.h' agent
  faults=1
fi
forbid agent 'getenv\(' 'the environment replaces no setting'
exit $faults
