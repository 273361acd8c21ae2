#include "tests/agent/collect/collector_fixture.h"

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

#include "evidence/binding/from_proto.h"
#include "evidence/binding/manifest.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/public_area.h"
#include "tests/support/raw_tpm.h"

namespace evidenced {
namespace {

template <typename T, typename Ask>
absl::StatusOr<T> Wait(Ask ask) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<T>>>();
  auto future = promise->get_future();
  ask([promise](absl::StatusOr<T> result) {
    promise->set_value(std::move(result));
  });
  return future.get();
}

}  // namespace

CollectorTest::CollectorTest() {
  const std::string capture = std::string(TESTDATA) + "/vm/e2e_uki/";
  boot_log_ = ReadFile(capture + "binary_bios_measurements");
  ima_log_ = ReadFile(capture + "ima_binary");
  longer_ima_log_ = ReadFile(capture + "ima_binary_after");
  WriteFile(dir_.File("tcg2"), boot_log_);
  WriteFile(dir_.File("ima"), ima_log_);
  WriteFile(dir_.File("boot_id"), AsBytes("0b1d-2f\n"));
  const absl::Status status =
      ExtendFromLogs(swtpm_.tcti(), boot_log_, ima_log_);
  EXPECT_TRUE(status.ok()) << status;
}

CollectorOptions CollectorTest::Options() const {
  CollectorOptions options;
  options.tpm.tcti = swtpm_.tcti();
  options.paths = {.tcg2_log = dir_.File("tcg2"),
                   .ima_log = dir_.File("ima"),
                   .boot_id = dir_.File("boot_id"),
                   .configfs_tsm = dir_.File("no_configfs"),
                   .sev_guest = dir_.File("no_sev_guest"),
                   .tdx_guest = dir_.File("no_tdx_guest"),
                   .tdx_measurements = dir_.File("measurements"),
                   .ccel_table = dir_.File("CCEL"),
                   .ccel_log = dir_.File("CCEL.data")};
  options.agent_version = "1.2.3";
  return options;
}

DeviceOpeners CollectorTest::Hooked(std::function<void()> before_quote) const {
  DeviceOpeners open = OpenersOf(Options());
  open.tpm = [open_tpm = std::move(open.tpm), hook = std::move(before_quote)]()
      -> absl::StatusOr<std::unique_ptr<TpmDevice>> {
    ASSIGN_OR_RETURN(std::unique_ptr<TpmDevice> tpm, open_tpm());
    return std::make_unique<HookedTpm>(std::move(tpm), hook);
  };
  return open;
}

std::unique_ptr<Collector> CollectorTest::MakeHooked(
    std::function<void()> before_quote) {
  return MakeCollector(Options(), Hooked(std::move(before_quote)));
}

Challenge CollectorTest::MakeChallenge() {
  Challenge challenge;
  challenge.audience = "spiffe://example.org/verifier";
  challenge.nonce = Bytes(32, 0x42);
  challenge.spki = Bytes(32, 1);
  challenge.certificate = Bytes(32, 2);
  challenge.peer = Bytes(32, 3);
  challenge.user_data = {9, 9};
  challenge.labels = {"tpm.ak", "log.tcg2", "log.ima"};
  return challenge;
}

absl::StatusOr<v1::Evidence> CollectorTest::Get(Collector& collector,
                                                Challenge challenge,
                                                Waiter waiter) {
  return Wait<v1::Evidence>([&](Collector::Done<v1::Evidence> done) {
    collector.GetEvidence(std::move(challenge), std::move(waiter),
                          std::move(done));
  });
}

absl::StatusOr<v1::Measurements> CollectorTest::Measure(
    Collector& collector, std::vector<PcrBankSelection> pcrs, Waiter waiter) {
  return Wait<v1::Measurements>([&](Collector::Done<v1::Measurements> done) {
    collector.GetMeasurements(std::move(pcrs), std::move(waiter),
                              std::move(done));
  });
}

absl::StatusOr<std::shared_ptr<const LogSnapshot>> CollectorTest::ReadLog(
    Collector& collector, const std::string& label) {
  using Snapshot = std::shared_ptr<const LogSnapshot>;
  return Wait<Snapshot>([&](Collector::Done<Snapshot> done) {
    collector.ReadLog(label, {}, std::move(done));
  });
}

Bytes CollectorTest::AkPublic(Collector& collector) {
  Challenge challenge = MakeChallenge();
  challenge.labels = {"tpm.ak"};
  const auto evidence = Get(collector, challenge);
  EXPECT_TRUE(evidence.ok()) << evidence.status();
  if (!evidence.ok()) return {};
  return ToBytes(AsBytes(evidence->parts(0).data()));
}

absl::StatusOr<Accepted> CollectorTest::Verify(const v1::Evidence& evidence,
                                               const Challenge& challenge,
                                               const Bytes& ak_public) {
  ASSIGN_OR_RETURN(const TpmPublicArea ak, ParseTpmPublic(ak_public));
  const Bytes statement = ToBytes(AsBytes(evidence.statement()));
  ASSIGN_OR_RETURN(const TpmStatement split, SplitTpmStatement(statement));
  ASSIGN_OR_RETURN(const VerifiedTpmQuote quote,
                   VerifyTpmQuote(split.attest, split.signature, ak));
  PcrValues values;
  for (const v1::RegisterBank& bank : evidence.registers()) {
    for (const v1::Register& reg : bank.registers()) {
      values[static_cast<HashAlgorithm>(bank.algorithm())][reg.index()] =
          ToBytes(AsBytes(reg.value()));
    }
  }
  ASSIGN_OR_RETURN(const VerifiedPcrs pcrs, VerifyPcrs(quote, values));
  ASSIGN_OR_RETURN(const WireEvidence wire, WireFromProto(evidence));
  SignedContents contents;
  contents.signer_data = quote.quote().extra_data;
  ASSIGN_OR_RETURN(VerifiedBinding binding,
                   VerifyBinding(StateOf(challenge, "tpm"), wire, contents,
                                 challenge.role == 1 ? BindingLevel::kB1
                                                     : BindingLevel::kB0));
  return Accepted{std::move(binding), pcrs.values()};
}

bool Eventually(const std::function<bool()>& condition) {
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (!condition()) {
    if (absl::Now() > until) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

BindingState StateOf(const Challenge& challenge, const std::string& signer) {
  BindingState state;
  state.role = challenge.role;
  state.audience = challenge.audience;
  state.nonce = challenge.nonce;
  state.spki = challenge.spki;
  state.certificate = challenge.certificate;
  state.peer = challenge.peer;
  state.user_data = challenge.user_data;
  state.requested = challenge.labels;
  state.accept_signers = {signer};
  return state;
}

std::string Reason(const v1::Evidence& evidence, const std::string& label) {
  const auto manifest = ParseManifest(AsBytes(evidence.manifest()));
  EXPECT_TRUE(manifest.ok()) << manifest.status();
  const ManifestEntry* entry = manifest->Find(label);
  return entry == nullptr ? "not listed" : entry->reason;
}

std::vector<std::string> ManifestLines(const v1::Evidence& evidence) {
  const auto manifest = ParseManifest(AsBytes(evidence.manifest()));
  EXPECT_TRUE(manifest.ok()) << manifest.status();
  std::vector<std::string> lines;
  for (const ManifestEntry& entry : manifest->entries) {
    lines.push_back(entry.label + " " +
                    (entry.kind == EntryKind::kSigns ? "signs" : entry.reason));
  }
  return lines;
}

const v1::Part* FindPart(const v1::Evidence& evidence,
                         const std::string& label) {
  for (const v1::Part& part : evidence.parts()) {
    if (part.label() == label) return &part;
  }
  return nullptr;
}

}  // namespace evidenced
