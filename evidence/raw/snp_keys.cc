#include "evidence/raw/snp_keys.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

#include "quote/base/error_class.h"

namespace evidenced {
namespace {

// Appends the certificates of one file, or fails the check `name`.
absl::Status ReadInto(absl::string_view name, ByteView file,
                      std::vector<Certificate>& out, RawVerdict& verdict) {
  absl::StatusOr<std::vector<Certificate>> read = CertificatesFromFile(file);
  if (!read.ok()) {
    verdict.Add(name, "X.509 certificates, DER or PEM", read.status(), "");
    return read.status();
  }
  out.insert(out.end(), read->begin(), read->end());
  return absl::OkStatus();
}

absl::StatusOr<SnpChain> FindChain(const RawSnpKeys& keys) {
  absl::StatusOr<SnpChain> chain = FindSnpChain(*keys.ek, keys.ca);
  if (!chain.ok() || !keys.endorsement.ok()) return chain;
  const absl::Status kind = CheckSnpIntermediate(*keys.endorsement, *chain);
  if (!kind.ok()) return kind;
  return chain;
}

}  // namespace

void AddFromTable(std::span<const SnpTableEntry> entries, SnpKeyKind kind,
                  RawSnpFiles& files) {
  const SnpTableKind wanted =
      kind == SnpKeyKind::kVlek ? SnpTableKind::kVlek : SnpTableKind::kVcek;
  std::optional<ByteView> ek;
  for (const SnpTableEntry& entry : entries) {
    switch (entry.kind) {
      case SnpTableKind::kVcek:
      case SnpTableKind::kVlek:
        if (!ek.has_value() || entry.kind == wanted) ek = entry.data;
        break;
      case SnpTableKind::kAsk:
      case SnpTableKind::kArk:
        files.ca.push_back(entry.data);
        break;
      case SnpTableKind::kCrl:
        if (files.crl.has_value()) break;
        files.crl = entry.data;
        files.crl_from_table = true;
        break;
      case SnpTableKind::kExtraPlatformInfo:
      case SnpTableKind::kUnknown:
        break;
    }
  }
  if (files.ek.has_value() || !ek.has_value()) return;
  files.ek = ek;
  files.ek_from_table = true;
}

RawSnpKeys ReadSnpKeys(const RawSnpFiles& files, RawVerdict& verdict) {
  RawSnpKeys keys;
  std::vector<Certificate> behind_ek;
  if (files.ek.has_value()) {
    std::vector<Certificate> read;
    keys.ek_status =
        ReadInto("ek_certificate_layout", *files.ek, read, verdict);
    if (!read.empty()) {
      keys.ek = read.front();
      keys.endorsement = ParseSnpEndorsement(*keys.ek);
      behind_ek.assign(read.begin() + 1, read.end());
    }
  }
  if (!files.ek_from_table) keys.ca = std::exchange(behind_ek, {});
  for (const ByteView file : files.ca) {
    // The check that fails says it.
    ReadInto("ca_certificates_layout", file, keys.ca, verdict).IgnoreError();
  }
  // A host that sends many must not hide those that were given.
  keys.ca.insert(keys.ca.end(), behind_ek.begin(), behind_ek.end());
  if (keys.ca.size() > kMaxSnpCas) {
    verdict.NotChecked("ca_certificates_count",
                       absl::StrCat("at most ", kMaxSnpCas, " CA certificates"),
                       absl::StrCat(keys.ca.size(), ": the first ", kMaxSnpCas,
                                    " are looked at"));
    keys.ca.erase(keys.ca.begin() + kMaxSnpCas, keys.ca.end());
  }
  keys.crl_from_table = files.crl_from_table;
  if (files.crl.has_value()) {
    absl::StatusOr<RevocationList> crl = RevocationList::FromFile(*files.crl);
    if (crl.ok()) {
      keys.crl = *std::move(crl);
    } else {
      verdict.Add("crl_layout", "a CRL, DER or PEM", crl.status(), "");
    }
  }
  return keys;
}

absl::Status CheckSnpRootFor(const Certificate& ark,
                             std::optional<SnpProduct> product,
                             const SnpRoots& roots) {
  if (product.has_value()) return CheckSnpRoot(ark, *product, roots);
  absl::Status status;
  for (const SnpProduct any :
       {SnpProduct::kMilan, SnpProduct::kGenoa, SnpProduct::kTurin}) {
    status = CheckSnpRoot(ark, any, roots);
    if (status.ok()) break;
  }
  return status;
}

std::string SnpRootText(const Certificate& ark,
                        std::optional<SnpProduct> product) {
  const bool amds = CheckSnpRootFor(ark, product, AmdSnpRoots()).ok();
  return absl::StrCat(Hex(ark.spki_sha256()),
                      amds ? ", AMD's" : ", NOT AMD's: trusted by name");
}

void JudgeSnpRevocation(const RawSnpKeys& keys,
                        std::span<const SnpChain> chains,
                        const RawSnpTrust& trust, RawVerdict& verdict) {
  constexpr absl::string_view kName = kSnpCrlCheck;
  constexpr char kExpected[] = "a CRL of the ARK that revokes none of them";
  if (!keys.crl.has_value()) {
    verdict.NotChecked(kName, kExpected, "no CRL was given");
    return;
  }
  absl::Status status;
  for (const SnpChain& chain : chains) {
    status = CheckSnpRevocation(chain, *keys.crl, trust.time);
    if (!status.ok()) break;
  }
  verdict.Add(kName, kExpected, status,
              absl::StrCat(keys.crl->size(), " revoked, none of these, by one ",
                           keys.crl_from_table
                               ? "from the host, which may hold back a newer, "
                               : "that was given, ",
                           keys.crl->DatesText(),
                           trust.time.checked() ? "" : "; dates not judged"));
}

void JudgeSnpChain(const RawSnpKeys& keys, std::optional<SnpProduct> product,
                   const RawSnpTrust& trust, RawVerdict& verdict) {
  constexpr char kExpected[] = "a chain over ASK or ASVK to a self-signed ARK";
  constexpr char kPinned[] = "the key of an ARK that is trusted";
  if (keys.ca.empty()) {
    verdict.Undecided(kSnpChainCheck, kExpected,
                      "no CA certificates were given");
    verdict.NotChecked(kSnpRootCheck, kPinned, "no ARK was given");
    return;
  }
  const absl::StatusOr<SnpChain> chain = FindChain(keys);
  verdict.Add(kSnpChainCheck, kExpected, chain.status(),
              chain.ok() ? absl::StrCat(chain->intermediate.subject(), "; ",
                                        chain->ark.subject())
                         : "");
  const Certificate* root = chain.ok() ? &chain->ark : FindSelfIssued(keys.ca);
  if (root == nullptr) {
    verdict.NotChecked(kSnpRootCheck, kPinned, "no ARK was given");
  } else {
    verdict.Add(kSnpRootCheck, kPinned,
                CheckSnpRootFor(*root, product, trust.roots),
                SnpRootText(*root, product));
  }
  if (!chain.ok()) return;
  JudgeDates(
      trust.time, [&] { return CheckSnpDates(*keys.ek, *chain, trust.time); },
      verdict);
  JudgeSnpRevocation(keys, {&*chain, 1}, trust, verdict);
}

}  // namespace evidenced
