// `replay` of a file: its form is found or it is refused; the same twice; with
// the values that it replays to as registers it says that they match, and with
// one bit of one flipped that they do not. An accepted log is never cut.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "evidence/log/log_file.h"
#include "evidence/raw/log_replay.h"
#include "tests/fuzz/properties.h"

namespace {

using evidenced::ByteView;
using evidenced::LogReplay;
using evidenced::LogReplayInput;
using evidenced::PcrValues;
using evidenced::RawOutcome;
using evidenced::Require;

LogReplay ReplayOf(ByteView bytes) {
  LogReplayInput input;
  input.bytes = bytes;
  return evidenced::ReplayLogFile(input);
}

LogReplay ReplayWith(ByteView bytes, PcrValues registers) {
  LogReplayInput input;
  input.bytes = bytes;
  input.registers = std::move(registers);
  return evidenced::ReplayLogFile(input);
}

void CheckRegisters(ByteView bytes, const LogReplay& replay) {
  const LogReplay same = ReplayWith(bytes, replay.replayed);
  for (const auto& compared : same.compared) {
    Require(compared.matches &&
            evidenced::Equal(compared.replayed, compared.given));
  }
  // A log that extends nothing says nothing of registers.
  Require(
      same.verdict.outcome() ==
      (same.compared.empty() ? RawOutcome::kIncomplete : RawOutcome::kAccept));
  if (same.compared.empty()) return;
  PcrValues other = replay.replayed;
  const auto& first = same.compared.front();
  other[first.bank][first.reg].back() ^= 1;
  Require(ReplayWith(bytes, other).verdict.outcome() == RawOutcome::kReject);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ByteView bytes(data, size);
  const LogReplay replay = ReplayOf(bytes);
  const LogReplay twice = ReplayOf(bytes);
  Require(replay.form == evidenced::DetectLogFileForm(bytes));
  Require(replay.form == twice.form && replay.replayed == twice.replayed);
  Require(replay.log.status() == twice.log.status());
  Require(replay.verdict.outcome() == twice.verdict.outcome());
  Require(replay.log.ok() == evidenced::ParseLogFile(replay.form, bytes).ok());
  if (!replay.log.ok()) {
    Require(replay.verdict.outcome() == RawOutcome::kReject);
    Require(evidenced::IsPrintable(replay.log.status().message()));
    return 0;
  }
  if (replay.verdict.outcome() == RawOutcome::kAccept) {
    CheckRegisters(bytes, replay);
  }
  return 0;
}
