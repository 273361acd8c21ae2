// Measures on one core how fast logs are parsed and replayed: 50,000 events of
// a boot log and 100,000 entries of an IMA list, and how the time grows with
// the length of a list. Each replay runs in turns with a loop over OpenSSL that
// computes the same hashes and does nothing else. Prints a JSON array of
// {name, value, unit, baseline}.
//
// A boot log has at most 65,536 events and 16 MiB, so growth up to a million
// is shown with an IMA list, whose entries must then be small: 64 MiB are the
// most that are read.
#include <malloc.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "evidence/log/event_log.h"
#include "evidence/log/replay.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "tests/bench/bare_bank.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic_logs.h"

namespace evidenced {
namespace {

constexpr size_t kBootEvents = 50000;
constexpr size_t kImaEntries = 100000;
constexpr int kRounds = 5;
// What is asked of a parser, in millions of events a second.
constexpr double kLeastParsed = 3;

using Banks = std::vector<HashAlgorithm>;

class Report {
 public:
  void Add(const std::string& name, double value, absl::string_view unit,
           double baseline) {
    absl::StrAppendFormat(
        &out_,
        "%s{\"name\": \"logs/%s\", \"value\": %.4f, \"unit\": \"%s\", "
        "\"baseline\": %.4f}",
        out_.empty() ? "[" : ",\n", name, value, unit, baseline);
  }
  ~Report() { std::cout << out_ << "]" << std::endl; }

 private:
  std::string out_;
};

double Seconds(const std::function<void()>& body) {
  std::vector<double> times;
  times.reserve(kRounds);
  for (int i = 0; i < kRounds; ++i) {
    times.push_back(absl::ToDoubleSeconds(TimeOf(body)));
  }
  return Median(times);
}

struct Pair {
  double body = 0;
  double baseline = 0;
};

// Both in turns, so that what else the machine does slows both.
Pair Seconds(const std::function<void()>& body,
             const std::function<void()>& baseline) {
  std::vector<double> bodies;
  std::vector<double> baselines;
  for (int i = 0; i < kRounds; ++i) {
    bodies.push_back(absl::ToDoubleSeconds(TimeOf(body)));
    baselines.push_back(absl::ToDoubleSeconds(TimeOf(baseline)));
  }
  return {Median(bodies), Median(baselines)};
}

double Millions(size_t events, double seconds) {
  return static_cast<double>(events) / seconds / 1e6;
}

EventLog Parse(ByteView bytes, LogFormat format) {
  auto log =
      format == LogFormat::kIma ? ParseImaLog(bytes) : ParseTcgLog(bytes);
  Require(log.ok(), "parsing");
  return *std::move(log);
}

void ExtendBare(const EventLog& log, BareBank& bank) {
  for (const LogEvent& event : log.events) {
    if (!event.extends) continue;
    if (log.format == LogFormat::kIma) {
      bank.ExtendHashOf(event.reg, event.data);
    } else {
      bank.Extend(event.reg, event.Find(bank.bank())->value);
    }
  }
}

// A baseline that computes something else would flatter or belittle.
void RequireSame(const PcrValues& replayed, const std::vector<BareBank>& bare) {
  for (const BareBank& bank : bare) {
    for (const auto& [reg, value] : replayed.at(bank.bank())) {
      Require(Equal(value, bank.Value(reg)), "the same replay by OpenSSL");
    }
  }
}

std::string NameOf(const Banks& banks) {
  return banks.size() == 1 ? std::string(HashName(banks.front()))
                           : absl::StrCat(banks.size(), "-banks");
}

void BenchParse(const std::string& name, ByteView bytes, LogFormat format,
                Report& report) {
  const size_t events = Parse(bytes, format).events.size();
  const double seconds = Seconds([&] { Parse(bytes, format); });
  report.Add(absl::StrCat("parse/", name), Millions(events, seconds), "M/s",
             kLeastParsed);
}

void BenchReplay(const std::string& name, const EventLog& log,
                 const Banks& banks, Report& report) {
  const auto bare_of = [&banks] {
    std::vector<BareBank> bare;
    for (const HashAlgorithm bank : banks) bare.emplace_back(bank);
    return bare;
  };
  std::vector<BareBank> once = bare_of();
  for (BareBank& bank : once) ExtendBare(log, bank);
  const PcrValues values = Replay(log, banks);
  RequireSame(values, once);
  std::vector<BareBank> bare = bare_of();
  const auto extend_bare = [&] {
    for (BareBank& bank : bare) ExtendBare(log, bank);
  };
  const size_t events = log.events.size();
  const Pair replay = Seconds([&] { Replay(log, banks); }, extend_bare);
  report.Add(absl::StrCat("replay/", name, "/", NameOf(banks)),
             Millions(events, replay.body), "M/s",
             Millions(events, replay.baseline));
  const Pair compare = Seconds(
      [&] {
        const auto verdict = CompareWithRegisters(log, log.events, values);
        Require(verdict.quoted_events.has_value(), "the comparison");
      },
      extend_bare);
  report.Add(absl::StrCat("compare/", name, "/", NameOf(banks)),
             Millions(events, compare.body), "M/s",
             Millions(events, compare.baseline));
}

void BenchBoot(Report& report) {
  const Banks all = {HashAlgorithm::kSha256, HashAlgorithm::kSha1,
                     HashAlgorithm::kSha384, HashAlgorithm::kSha512};
  for (const size_t banks : {size_t{1}, size_t{2}, all.size()}) {
    const Banks some(all.begin(),
                     all.begin() + static_cast<std::ptrdiff_t>(banks));
    const Bytes bytes = SyntheticBootLog(some, kBootEvents);
    BenchParse(absl::StrCat("boot-50k/", NameOf(some)), bytes, LogFormat::kTcg2,
               report);
    BenchReplay("boot-50k", Parse(bytes, LogFormat::kTcg2), some, report);
  }
}

void BenchIma(Report& report) {
  const Bytes bytes = SyntheticImaList(kImaEntries);
  BenchParse("ima-100k", bytes, LogFormat::kIma, report);
  const EventLog log = Parse(bytes, LogFormat::kIma);
  BenchReplay("ima-100k", log, {HashAlgorithm::kSha256}, report);
  BenchReplay("ima-100k", log, {HashAlgorithm::kSha256, HashAlgorithm::kSha1},
              report);
}

// Nanoseconds for each entry of `body`, which goes over `entries`: short lists
// many times, so that all are measured for as long.
double NanosecondsEach(size_t entries, const std::function<void()>& body) {
  const size_t times = std::max<size_t>(1, kImaEntries / entries);
  const double seconds = Seconds([&] {
    for (size_t i = 0; i < times; ++i) body();
  });
  return seconds * 1e9 / static_cast<double>(entries * times);
}

// The baseline is the shortest list.
void BenchGrowth(Report& report) {
  const Banks banks = {HashAlgorithm::kSha256};
  double parse_baseline = 0;
  double replay_baseline = 0;
  for (const size_t entries : {1000, 10000, 100000, 1000000}) {
    const Bytes bytes = SmallImaList(entries);
    const EventLog log = Parse(bytes, LogFormat::kIma);
    const double parse =
        NanosecondsEach(entries, [&] { Parse(bytes, LogFormat::kIma); });
    const double replay = NanosecondsEach(entries, [&] { Replay(log, banks); });
    if (parse_baseline == 0) {
      parse_baseline = parse;
      replay_baseline = replay;
    }
    report.Add(absl::StrCat("growth/parse-ima-", entries), parse, "ns",
               parse_baseline);
    report.Add(absl::StrCat("growth/replay-ima-", entries), replay, "ns",
               replay_baseline);
  }
}

}  // namespace
}  // namespace evidenced

int main() {
  // A short log's memory is used again from round to round. So must a long
  // one's be, or the growth would be that of the kernel clearing pages.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
  evidenced::Report report;
  evidenced::BenchBoot(report);
  evidenced::BenchIma(report);
  evidenced::BenchGrowth(report);
  return 0;
}
