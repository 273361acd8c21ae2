#ifndef EVIDENCE_RAW_LOG_REPLAY_H_
#define EVIDENCE_RAW_LOG_REPLAY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "evidence/log/boot_facts.h"
#include "evidence/log/ccel_table.h"
#include "evidence/log/event_log.h"
#include "evidence/log/ima_facts.h"
#include "evidence/log/log_file.h"
#include "evidence/raw/raw_verdict.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/quote.h"

namespace evidenced {

struct LogReplayInput {
  ByteView bytes;
  // nullopt: found from the bytes.
  std::optional<LogFileForm> form{};
  // The ACPI table that tells where a CC log is, and how long its area.
  std::optional<ByteView> table{};
  // Values that nobody signed; nullopt: none were given. An error is that of
  // the file they are from.
  std::optional<absl::StatusOr<PcrValues>> registers{};
};

// A register that was given and that the log extends in that bank.
struct ComparedRegister {
  HashAlgorithm bank = HashAlgorithm::kSha256;
  uint32_t reg = 0;
  bool matches = false;
  Bytes replayed;  // after the whole log; empty if it does not tell
  Bytes given;
  // IMA: how many entries give it, and by which extension.
  size_t entries = 0;
  ImaExtension extension = ImaExtension::kTemplateHash;
};

// A log by itself: what it says, what its events add up to, and whether that is
// what the registers hold.
struct LogReplay {
  LogFileForm form = LogFileForm::kTcg2;
  absl::StatusOr<EventLog> log;
  // TCG: each of the log's banks. IMA: recomputed from the template data, in
  // SHA-1, SHA-256, SHA-384, the list's bank and those that were given.
  PcrValues replayed;
  std::optional<absl::StatusOr<CcelTable>> table;
  std::optional<BootFacts> boot;  // of a TCG log
  std::optional<ImaFacts> ima;    // of an IMA list
  std::vector<ComparedRegister> compared;
  // Registers that were given and that the log says nothing of: "sha256:23".
  std::vector<std::string> others;
  // As SecureBootState() says of the registers that were given.
  std::optional<bool> secure_boot;
  // Checks: table_well_formed if there is a table, log_well_formed,
  // digests_supported or template_digests_match, registers_match.
  RawVerdict verdict;
};

// Views point into `input`.
LogReplay ReplayLogFile(const LogReplayInput& input);

}  // namespace evidenced

#endif  // EVIDENCE_RAW_LOG_REPLAY_H_
