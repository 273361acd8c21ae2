#include "evidence/raw/tpm_certificate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "evidence/raw/raw_policy.h"
#include "evidence/verify/add_check.h"
#include "quote/base/byte_reader.h"
#include "quote/base/error_class.h"
#include "quote/crypto/certificate_usage.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/pem.h"
#include "quote/tpm/pinned_roots.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr char kChainCheck[] = "chain_valid_ignoring_time";
constexpr char kChainExpected[] = "a chain to a self-signed CA that was given";

// Whether DER ends before its outermost length says, or PEM within a block.
bool IsCut(ByteView bytes) {
  if (IsPem(bytes)) {
    const std::string text = ToString(bytes);
    const size_t end = text.rfind("-----END ");
    return end == std::string::npos || end < text.rfind("-----BEGIN ");
  }
  ByteReader in(bytes);
  const uint8_t tag = in.U8();
  const uint8_t first = in.U8();
  uint64_t length = first;
  if (first == 0x81) length = in.U8();
  if (first == 0x82) length = in.Be<uint16_t>();
  constexpr uint8_t kSequence = 0x30;
  return tag == kSequence && (!in.ok() || length > in.remaining());
}

absl::StatusOr<std::vector<Certificate>> Read(ByteView bytes) {
  if (bytes.empty()) {
    return Classified(
        ErrorClass::kEmpty,
        absl::InvalidArgumentError("expected a certificate, found no byte"));
  }
  absl::StatusOr<std::vector<Certificate>> read = CertificatesFromFile(bytes);
  if (read.ok()) return read;
  return Classified(
      IsCut(bytes) ? ErrorClass::kTruncated : ErrorClass::kMalformed,
      read.status());
}

// The certificates of one file; none if they do not parse.
std::vector<Certificate> ReadFileOf(absl::string_view check, ByteView bytes,
                                    RawTpmCertificate& out) {
  absl::StatusOr<std::vector<Certificate>> read = Read(bytes);
  if (!read.ok()) {
    out.verdict.Add(check, "X.509 certificates", read.status(), "");
    if (out.layout.ok()) out.layout = read.status();
    return {};
  }
  return *std::move(read);
}

void ReadAll(const RawTpmCertificateInput& in,
             std::vector<Certificate>& intermediates, RawTpmCertificate& out) {
  std::vector<Certificate> own = ReadFileOf("certificate_layout", in.cert, out);
  if (!own.empty()) {
    out.verdict.Pass("certificate_layout", "X.509 certificates",
                     absl::StrFormat("%d", own.size()));
    out.certificate = own.front();
    intermediates.assign(own.begin() + 1, own.end());
  }
  for (const ByteView ca : in.cas) {
    for (Certificate& one : ReadFileOf("ca_layout", ca, out)) {
      out.cas.push_back(std::move(one));
    }
  }
}

// No chain to a root can be had without one; whether the certificate comes from
// one of the given CAs at all can be said.
void CheckWithoutRoot(const Certificate& leaf,
                      const std::vector<Certificate>& intermediates,
                      RawTpmCertificate& out) {
  if (out.cas.empty()) {
    out.verdict.Undecided(kChainCheck, kChainExpected, "no CA was given");
    return;
  }
  const auto partial = VerifyChainIgnoringTime(leaf, intermediates, out.cas);
  if (partial.ok()) {
    out.verdict.Undecided(kChainCheck, kChainExpected,
                          "a chain to a CA that another one issued");
  } else {
    out.verdict.Add(kChainCheck, kChainExpected, partial.status(), "");
  }
}

void CheckChain(std::vector<Certificate> intermediates,
                RawTpmCertificate& out) {
  const Certificate& leaf = *out.certificate;
  std::vector<Certificate> roots;
  for (const Certificate& ca : out.cas) {
    (IsSelfSigned(ca) ? roots : intermediates).push_back(ca);
  }
  if (roots.empty()) {
    CheckWithoutRoot(leaf, intermediates, out);
    return;
  }
  out.root = roots.front();
  auto chain = VerifyChainIgnoringTime(leaf, intermediates, roots);
  out.verdict.Add(
      kChainCheck, kChainExpected, chain.status(),
      chain.ok() ? absl::StrFormat("a chain of %d", chain->size()) : "",
      ErrorClass::kChainInvalid);
  if (!chain.ok()) return;
  out.chain = *std::move(chain);
  out.root = out.chain.back();
}

void CheckRoot(RawTpmCertificate& out) {
  constexpr char kName[] = "root_is_pinned";
  constexpr char kExpected[] = "a root whose key is known here";
  if (out.chain.empty()) return;
  const absl::string_view name = PinnedTpmRoot(out.root->spki_sha256());
  if (name.empty()) {
    out.verdict.NotChecked(kName, kExpected,
                           "another root, in the word of who gave it");
  } else {
    out.verdict.Pass(kName, kExpected, name);
  }
}

void CheckDates(const std::optional<absl::Time>& at, RawTpmCertificate& out) {
  constexpr char kName[] = "certificate-validity";
  if (out.chain.empty()) return;
  if (!at.has_value()) {
    out.verdict.NotChecked(kName, "a chain that is valid at a given time",
                           "not judged: no --at was given, or --skip");
    return;
  }
  const ValidityTime time = ValidityTime::At(*at);
  absl::Status status;
  for (const Certificate& one : out.chain) {
    if (status.ok()) status = time.Check(one);
  }
  out.verdict.Add(kName, absl::StrCat("valid at ", absl::FormatTime(*at)),
                  status, "valid", ErrorClass::kChainInvalid);
}

void ReadInstance(RawTpmCertificate& out) {
  const CertificateExtension* extension =
      out.certificate->extension(kGceInstanceOid);
  if (extension == nullptr) return;
  absl::StatusOr<GceInstance> instance = ParseGceInstance(extension->value);
  if (instance.ok()) {
    out.gce_instance = *std::move(instance);
  } else {
    out.verdict.NotChecked("gce_instance", "the name of a GCE instance",
                           instance.status().message());
  }
}

bool NamesInstance(const Certificate& certificate, const std::string& name) {
  const auto has = [&name](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return !name.empty() &&
         (certificate.common_name() == name || has(certificate.dns_sans()) ||
          has(certificate.uri_sans()));
}

bool IssuerVouches(const v1::AkIssuer& issuer, const RawTpmCertificate& raw) {
  const auto is_ca = [&issuer](const Certificate& one) {
    return EqualsHex(issuer.ca_spki_sha256(), one.spki_sha256());
  };
  return raw.chain.size() > 1 &&
         std::any_of(raw.chain.begin() + 1, raw.chain.end(), is_ca) &&
         NamesInstance(*raw.certificate, issuer.instance());
}

void Appraise(const v1::AppraisalPolicy& policy, RawTpmCertificate& out) {
  AppraiseRaw(policy, "tpm", out.verdict);
  const v1::AkPolicy& ak = policy.ak();
  const Bytes& spki = out.certificate->spki_sha256();
  const auto named = [&spki](const std::string& hex) {
    return EqualsHex(hex, spki);
  };
  const auto vouched = [&out](const v1::AkIssuer& issuer) {
    return IssuerVouches(issuer, out);
  };
  constexpr char kExpected[] = "a key that the policy names, or its issuer";
  const std::string found = absl::StrCat("the key ", Hex(spki));
  if (std::any_of(ak.spki_sha256().begin(), ak.spki_sha256().end(), named) ||
      std::any_of(ak.issuers().begin(), ak.issuers().end(), vouched)) {
    out.verdict.Pass("policy/ak", kExpected, found);
  } else {
    out.verdict.Fail(ErrorClass::kUntrustedRoot, "policy/ak", kExpected, found);
  }
  if (policy.pcrs_size() > 0) {
    out.verdict.Undecided("policy/pcrs", "PCR values",
                          "a certificate, which has none");
  }
  if (policy.require_secure_boot()) {
    out.verdict.Undecided("policy/secure-boot", "on",
                          "a certificate, which does not say");
  }
}

}  // namespace

RawTpmCertificate JudgeTpmCertificate(const RawTpmCertificateInput& in) {
  RawTpmCertificate out;
  std::vector<Certificate> intermediates;
  ReadAll(in, intermediates, out);
  if (!out.certificate.has_value()) return out;
  CheckChain(std::move(intermediates), out);
  CheckRoot(out);
  CheckDates(in.at, out);
  ReadInstance(out);
  if (in.policy != nullptr) Appraise(*in.policy, out);
  return out;
}

}  // namespace evidenced
