#include "tests/quote/tdx/tdx_builder.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"

#include "quote/tdx/intel_pki.h"

namespace evidenced {
namespace {

CertificateSpec IntelCa(const std::string& name, int64_t serial) {
  CertificateSpec spec = CaSpec(name);
  spec.serial = serial;
  return spec;
}

CertificateSpec TcbSigningSpec() {
  CertificateSpec spec;
  spec.common_name = kTcbSigning;
  spec.serial = kTcbSigningSerial;
  spec.key_usage = "critical,digitalSignature,nonRepudiation";
  return spec;
}

RevocationList List(const std::vector<int64_t>& serials, const Issued& issuer) {
  auto list = RevocationList::FromFile(IssueCrl({.serials = serials}, issuer));
  if (!list.ok()) std::abort();
  return *std::move(list);
}

}  // namespace

CertificateSpec PckSpec(Bytes extension) {
  CertificateSpec spec;
  spec.common_name = "Intel SGX PCK Certificate";
  spec.serial = kPckSerial;
  spec.key_usage = "critical,digitalSignature,nonRepudiation";
  spec.extensions.push_back({.oid = kPckExtensionsOid,
                             .critical = false,
                             .value = std::move(extension)});
  return spec;
}

Bytes PckExtensionFor(const Bytes& fmspc) {
  tdx_quoter::Platform platform;
  platform.fmspc = fmspc;
  return tdx_quoter::PckExtension(platform);
}

TdxTestPki::TdxTestPki()
    : root_(IssueRoot(IntelCa("Intel SGX Root CA", 0x10))),
      platform_ca_(Issue(IntelCa(kPckPlatformCa, kPlatformCaSerial), root_)),
      processor_ca_(Issue(IntelCa(kPckProcessorCa, 0x21), root_)),
      tcb_signing_(Issue(TcbSigningSpec(), root_)),
      pck_(Issue(PckSpec(tdx_quoter::PckExtension(tdx_quoter::Platform())),
                 platform_ca_)) {}

std::vector<Certificate> TdxTestPki::ca() const {
  return {platform_ca_.certificate, processor_ca_.certificate,
          root_.certificate};
}

TdxTrust TdxTestPki::Trust() const {
  return {.roots = {root_.certificate.spki_sha256()},
          .crls = std::nullopt,
          .crl_use = PckCrlUse::kIfGiven,
          .time = ValidityTime::At(TestNow())};
}

PckCrls TdxTestPki::Crls(const std::vector<int64_t>& by_root,
                         const std::vector<int64_t>& by_platform_ca) const {
  return {.root = List(by_root, root_),
          .pck = List(by_platform_ca, platform_ca_)};
}

Bytes TdxTestPki::PckChainPem() const {
  return ToBytes(
      AsBytes(absl::StrCat(Pem(pck_.certificate), Pem(platform_ca_.certificate),
                           Pem(root_.certificate))));
}

VerifiedPck TdxTestPki::Verified() const {
  return VerifyPck(pck_.certificate, ca(), Trust()).value();
}

TdQuotingEnclaves TestQuotingEnclaves() {
  return {{.mr_signer = Bytes(32, 0x51), .isv_prod_id = 2}};
}

Bytes TdxMachine::Quote(tdx_quoter::QuoteSpec spec) const {
  if (spec.pck_chain.empty()) spec.pck_chain = pki.PckChainPem();
  return tdx_quoter::MakeQuote(
      spec, {.attestation = attestation.evp(), .pck = pki.pck().key.evp()});
}

const TdxMachine& SharedTdxMachine() {
  static const auto* const kMachine = new TdxMachine();
  return *kMachine;
}

}  // namespace evidenced
