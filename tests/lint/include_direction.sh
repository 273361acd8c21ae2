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
for folder in tests/support/tee_emulator tests/support/tdx_quoter; do
  # Whatever else it includes would be code that the verifier may read with.
  found=$(grep -rnE --include='*.h' --include='*.cc' '#include "' "$folder" |
    grep -vE '#include "(openssl/|CLI/|tests/support/(tee_emulator|tdx_quoter)/)')
  if [ -n "$found" ]; then
    printf '%s: shares no code with what is tested\n%s\n' "$folder" "$found"
    faults=1
  fi
  if grep -nE 'evidenced_|absl|nlohmann' "$folder/CMakeLists.txt"; then
    echo "$folder: may not be linked with what is tested"
    faults=1
  fi
done
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
count=$(grep -rlE --include='*.h' --include='*.cc' 'tss2_esys\.h' agent | wc -l)
if [ "$count" -gt 1 ]; then
  echo "expected one file of agent/ to include tss2_esys.h, found $count"
  grep -rlE --include='*.h' --include='*.cc' 'tss2_esys\.h' agent
  faults=1
fi
# only_in FILE INCLUDE PATTERN WHY: of the files that grep takes for INCLUDE.
only_in() {
  local found
  found=$(grep -rnE --include="$2" "$3" agent evidence quote | grep -v "^$1:")
  if [ -n "$found" ]; then
    printf '%s\n%s\n' "$4" "$found"
    faults=1
  fi
}
only_in agent/client/cache_directory.cc '*.[ch]*' 'getenv\(' \
  'the environment replaces no setting, and says no more than where caches are'
only_in agent/client/https_client.cc '*.[ch]*' '#include [<"]curl/' \
  'one file of the client speaks HTTP'
only_in agent/client/CMakeLists.txt CMakeLists.txt 'CURL::' \
  'the client alone is linked with libcurl'
exit $faults
