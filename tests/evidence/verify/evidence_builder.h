#ifndef TESTS_EVIDENCE_VERIFY_EVIDENCE_BUILDER_H_
#define TESTS_EVIDENCE_VERIFY_EVIDENCE_BUILDER_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evidence/v1/evidence.pb.h"

#include "evidence/binding/manifest.h"
#include "evidence/binding/rebuild.h"
#include "evidence/verify/check.h"
#include "evidence/verify/verify.h"
#include "quote/base/bytes.h"
#include "quote/crypto/digest.h"
#include "quote/tpm/quote.h"
#include "tests/evidence/verify/log_builder.h"
#include "tests/evidence/verify/snp_attester.h"
#include "tests/evidence/verify/tdx_attester.h"
#include "tests/quote/tpm_builder.h"

namespace evidenced {

// An agent that answers honestly, signature included, with whatever it was
// told to hold. The default is the smallest valid evidence of the second form:
// AK, a boot log of three events and an IMA log of two, over a TPM with a
// SHA-256 bank.
struct EvidenceBuilder {
  // One of both signs, and the TPM is quoted under it; nullopt: the TPM signs.
  std::optional<SnpAttester> snp;
  std::optional<TdxAttester> tdx;
  // Under a report: whether there is a TPM at all.
  bool has_tpm = true;
  // Under a report: what the TPM quotes instead of the anchor.
  std::optional<Bytes> tpm_extra_data;
  TestAk ak = MakeEccAk();
  std::vector<HashAlgorithm> banks = {HashAlgorithm::kSha256};
  // What the TPM was extended with; its registers are the replay of it.
  Bytes extended_boot;
  Bytes extended_ima;
  // What the TD's RTMRs were extended with; those that it does not reach are
  // zero, or as `rtmrs` says.
  Bytes extended_ccel;
  std::map<size_t, Bytes> rtmrs;
  // What is sent. A tail is what follows the part.
  Bytes boot_log;
  Bytes boot_tail;
  Bytes ima_log;
  Bytes ima_tail;
  Bytes ccel_log;
  Bytes ccel_tail;
  std::string ima_media_type = std::string(kMediaIma);
  std::string ccel_media_type = std::string(kMediaTcg2);
  std::string tpm_media_type = std::string(kMediaTpmQuote);
  // Registers that something else moved.
  PcrValues overrides;
  // What is quoted of each bank.
  std::vector<uint32_t> pcrs;
  // Beside AK and logs.
  std::vector<ManifestEntry> further_entries;
  std::vector<std::pair<::evidence::v1::CertificateKind, Bytes>> certificates;
  // What the verifier knows, and the agent was told.
  BindingState state;

  EvidenceBuilder();
  // Extends the TPM with `events` and logs them.
  void SetBoot(const std::vector<BootEvent>& events);
  // Extends the TD's RTMRs with `events` and logs them.
  void SetCcel(const std::vector<BootEvent>& events);

  VerifyInput Build() const;

 private:
  PcrValues Registers() const;
  // With the RTMRs.
  Bytes TdQuote(ByteView report_data) const;
  // TPM2B_ATTEST and signature.
  Bytes Quote(ByteView extra_data, const PcrValues& values) const;
};

// One whose SNP report signs, with a TPM's quote under it.
EvidenceBuilder SnpEvidence(SnpAttester attester = MilanAttester());
// One whose TDX quote signs, with a TPM's quote under it and log.ccel of four
// events.
EvidenceBuilder TdxEvidence(TdxAttester attester = Td10Attester());

// The verification's evidence, or a test failure that lists what failed.
std::shared_ptr<const VerifiedEvidence> MustVerify(const VerifyInput& input);

// nullptr: none of that name.
const Check* FindCheck(const Checks& checks, absl::string_view name);

// "name: found" of each failed check, one a line.
std::string Failures(const Checks& checks);

// Of a verification, those; "accepted" if there is evidence.
std::string Refusal(const VerifyInput& input);

// The part of that label, which must be there.
::evidence::v1::Part& PartOf(VerifyInput& input, absl::string_view label);

// What a statement must sign for `input`, whichever form it is of.
ExpectedBinding Expected(const VerifyInput& input);

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_VERIFY_EVIDENCE_BUILDER_H_
