#include "evidence/raw/snp_certificates.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "quote/base/error_class.h"

namespace evidenced {
namespace {

constexpr char kOthersCheck[] = "others_chain_to_root_ignoring_time";
constexpr char kOthersExpected[] = "others that the root signed";

// The first file that could not be read.
absl::Status LayoutOf(const RawVerdict& verdict) {
  for (const Check& check : verdict.checks()) {
    if (check.outcome != Outcome::kFail) continue;
    return Classified(verdict.error_class().value_or(ErrorClass::kMalformed),
                      absl::InvalidArgumentError(check.found));
  }
  return absl::OkStatus();
}

void JudgeKey(const RawSnpTrust& trust, RawSnpCertificates& out) {
  const absl::StatusOr<SnpEndorsement>& endorsement = out.keys.endorsement;
  out.verdict.Add("ek_is_vcek_or_vlek", "a certificate of a VCEK or VLEK",
                  endorsement.status(),
                  endorsement.ok() ? SnpKeyKindName(endorsement->kind) : "");
  std::optional<SnpProduct> product;
  if (endorsement.ok()) product = endorsement->product;
  JudgeSnpChain(out.keys, product, trust, out.verdict);
}

absl::Status CheckOthers(const RawSnpCertificates& out, size_t& count) {
  for (const Certificate& certificate : out.keys.ca) {
    if (certificate.sha256() == out.root->sha256()) continue;
    absl::Status status = VerifyAmdSignature(certificate, *out.root);
    if (!status.ok()) return status;
    ++count;
  }
  return absl::OkStatus();
}

absl::Status CheckDates(const RawSnpCertificates& out, ValidityTime time) {
  for (const Certificate& certificate : out.keys.ca) {
    absl::Status status = time.Check(certificate);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Each certificate below the root as if a key hung from it, and the root.
std::vector<SnpChain> ChainsOf(const RawSnpCertificates& out) {
  std::vector<SnpChain> chains;
  chains.reserve(out.keys.ca.size());
  for (const Certificate& certificate : out.keys.ca) {
    chains.push_back({.intermediate = certificate, .ark = *out.root});
  }
  return chains;
}

void JudgeCas(const RawSnpTrust& trust, RawSnpCertificates& out) {
  const Certificate* root = FindSelfIssued(out.keys.ca);
  if (root == nullptr) {
    out.verdict.Undecided(kOthersCheck, kOthersExpected,
                          "no self-signed root was given");
    return;
  }
  out.root = *root;
  out.verdict.Add("root_self_signed", "a root that signed itself",
                  VerifyAmdSignature(*root, *root), root->subject());
  size_t others = 0;
  const absl::Status signed_by_root = CheckOthers(out, others);
  out.verdict.Add(kOthersCheck, kOthersExpected, signed_by_root,
                  absl::StrCat(others, " others"));
  const auto product = SnpProductFromArk(root->common_name());
  out.verdict.Add(kSnpRootCheck, "the key of an ARK that is trusted",
                  CheckSnpRootFor(*root, product, trust.roots),
                  SnpRootText(*root, product));
  JudgeDates(
      trust.time, [&] { return CheckDates(out, trust.time); }, out.verdict);
  JudgeSnpRevocation(out.keys, ChainsOf(out), trust, out.verdict);
}

}  // namespace

RawSnpCertificates JudgeSnpCertificates(const RawSnpFiles& files,
                                        const RawSnpTrust& trust) {
  RawSnpCertificates out;
  out.keys = ReadSnpKeys(files, out.verdict);
  out.layout = LayoutOf(out.verdict);
  if (out.keys.ek.has_value()) {
    JudgeKey(trust, out);
  } else if (!files.ek.has_value()) {
    JudgeCas(trust, out);
  }
  return out;
}

}  // namespace evidenced
