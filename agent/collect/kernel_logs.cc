#include "agent/collect/kernel_logs.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "agent/collect/evidence_message.h"
#include "quote/base/bytes.h"

namespace evidenced {

KernelLogs::KernelLogs(const HostPaths& paths)
    : logs_{
          Log(LogSource(LogSource::Kind::kTcg2, paths.tcg2_log)),
          Log(LogSource(LogSource::Kind::kIma, paths.ima_log)),
          Log(LogSource({.table = paths.ccel_table, .log = paths.ccel_log}))} {}

const PcrValues& KernelLogs::QuotedFor(const Log& log,
                                       const PcrValues& pcrs) const {
  return log.source.kind() == LogSource::Kind::kCcel ? none_ : pcrs;
}

void KernelLogs::AddEntry(const Challenge& challenge, const Log& log,
                          std::vector<ManifestEntry>& entries) {
  const absl::string_view label = log.source.label();
  if (log.now != nullptr) {
    entries.push_back(log.now->entry);
  } else {
    entries.push_back(MissingEntry(label, Wants(challenge, label)
                                              ? log.source.missing().reason
                                              : "not-requested"));
  }
}

void KernelLogs::Read(const Challenge& challenge,
                      std::vector<ManifestEntry>& entries) {
  for (Log& log : logs_) {
    log.now =
        Wants(challenge, log.source.label()) ? log.source.Read() : nullptr;
    log.reach = {};
    AddEntry(challenge, log, entries);
  }
}

void KernelLogs::Follow(const PcrValues& quoted) {
  for (Log& log : logs_) {
    if (log.now == nullptr) continue;
    log.reach = log.follower.Follow(log.now, QuotedFor(log, quoted));
  }
}

void KernelLogs::ReadAfter(const Challenge& challenge, const PcrValues& quoted,
                           std::vector<ManifestEntry>& entries) {
  for (Log& log : logs_) {
    log.now = nullptr;
    log.reach = {};
    if (Wants(challenge, log.source.label())) {
      log.now = log.follower.ReadAfter(QuotedFor(log, quoted), log.reach);
    }
    AddEntry(challenge, log, entries);
  }
}

std::shared_ptr<const CollectedLog> KernelLogs::ccel() const {
  for (const Log& log : logs_) {
    if (log.source.kind() == LogSource::Kind::kCcel) return log.now;
  }
  return nullptr;
}

void KernelLogs::AddParts(v1::Evidence& evidence) {
  for (Log& log : logs_) {
    if (log.now == nullptr) continue;
    v1::Part* part = AddPart(log.now->entry, log.now->snapshot.bytes, evidence);
    AddReach(log.reach, *part, evidence);
    log.now = nullptr;
  }
}

absl::StatusOr<std::shared_ptr<const LogSnapshot>> KernelLogs::ReadOne(
    absl::string_view label) {
  for (Log& log : logs_) {
    if (log.source.label() != label) continue;
    std::shared_ptr<const CollectedLog> now = log.source.Read();
    if (now == nullptr) {
      return absl::FailedPreconditionError(absl::StrFormat(
          "expected a readable %s, found %s (%s)", label,
          log.source.missing().reason, log.source.missing().detail));
    }
    const LogSnapshot* snapshot = &now->snapshot;
    return std::shared_ptr<const LogSnapshot>(std::move(now), snapshot);
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("expected log.tcg2, log.ima or log.ccel, found \"%s\"",
                      Printable(label)));
}

void KernelLogs::ReadAll() {
  for (Log& log : logs_) log.source.Read();
}

std::vector<LogState> KernelLogs::States() const {
  std::vector<LogState> states;
  states.reserve(logs_.size());
  for (const Log& log : logs_) {
    const MissingLog& missing = log.source.missing();
    states.push_back(
        {std::string(log.source.label()),
         missing.reason.empty()
             ? ""
             : absl::StrFormat("%s (%s)", missing.reason, missing.detail)});
  }
  return states;
}

}  // namespace evidenced
