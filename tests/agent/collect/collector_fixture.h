#ifndef TESTS_AGENT_COLLECT_COLLECTOR_FIXTURE_H_
#define TESTS_AGENT_COLLECT_COLLECTOR_FIXTURE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "agent/collect/make_collector.h"
#include "evidence/binding/verify_binding.h"
#include "quote/tpm/quote.h"
#include "tests/support/swtpm_process.h"
#include "tests/support/temp_dir.h"

namespace evidenced {

// What a device does to be watched: calls `before_quote` before each quote.
class HookedTpm : public TpmDevice {
 public:
  HookedTpm(std::unique_ptr<TpmDevice> tpm, std::function<void()> before_quote)
      : tpm_(std::move(tpm)), before_quote_(std::move(before_quote)) {}

  const TpmInfo& info() const override { return tpm_->info(); }
  bool NeedsReopen() const override { return tpm_->NeedsReopen(); }
  absl::StatusOr<PcrReading> ReadPcrs(
      const std::vector<PcrBankSelection>& selection) override {
    return tpm_->ReadPcrs(selection);
  }
  absl::StatusOr<Bytes> Quote(
      ByteView extra_data,
      const std::vector<PcrBankSelection>& selection) override {
    before_quote_();
    return tpm_->Quote(extra_data, selection);
  }

 private:
  std::unique_ptr<TpmDevice> tpm_;
  std::function<void()> before_quote_;
};

// Evidence that a verifier has checked.
struct Accepted {
  VerifiedBinding binding;
  PcrValues registers;
};

// A collector over a software TPM whose PCRs are those of a captured boot.
class CollectorTest : public testing::Test {
 protected:
  CollectorTest();

  // Of a guest with a TPM and no CPU report device.
  CollectorOptions Options() const;
  // Openers for these options whose TPM is hooked.
  DeviceOpeners Hooked(std::function<void()> before_quote) const;
  std::unique_ptr<Collector> MakeHooked(std::function<void()> before_quote);
  static Challenge MakeChallenge();

  static absl::StatusOr<v1::Evidence> Get(Collector& collector,
                                          Challenge challenge,
                                          Waiter waiter = {});
  static absl::StatusOr<v1::Measurements> Measure(
      Collector& collector, std::vector<PcrBankSelection> pcrs,
      Waiter waiter = {});
  static absl::StatusOr<std::shared_ptr<const LogSnapshot>> ReadLog(
      Collector& collector, const std::string& label);

  // As a verifier does: binding, quote, registers.
  static absl::StatusOr<Accepted> Verify(const v1::Evidence& evidence,
                                         const Challenge& challenge,
                                         const Bytes& ak_public);
  Bytes AkPublic(Collector& collector);

  SwtpmProcess swtpm_;
  TempDir dir_;
  Bytes boot_log_;
  Bytes ima_log_;
  Bytes longer_ima_log_;
};

// Whether it becomes true before long.
bool Eventually(const std::function<bool()>& condition);

// What the verifier who made `challenge` knows, if `signer` is to sign.
BindingState StateOf(const Challenge& challenge, const std::string& signer);

// Why the manifest says that `label` is missing; "": it is not.
std::string Reason(const v1::Evidence& evidence, const std::string& label);

// "label reason" of each entry; of the one that signs the reason is "signs", of
// one that is present "".
std::vector<std::string> ManifestLines(const v1::Evidence& evidence);

// The evidence's part of this label, or null.
const v1::Part* FindPart(const v1::Evidence& evidence,
                         const std::string& label);

}  // namespace evidenced

#endif  // TESTS_AGENT_COLLECT_COLLECTOR_FIXTURE_H_
