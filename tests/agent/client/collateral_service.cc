#include "tests/agent/client/collateral_service.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/tdx/roots.h"
#include "tests/quote/tdx/collateral_builder.h"

namespace evidenced {
namespace {

HttpReply Answer(std::string body) {
  return {.status = 200, .headers = {}, .body = std::move(body)};
}

HttpReply Answer(std::string body, const std::string& header,
                 const std::string& chain) {
  return {.status = 200,
          .headers = {{header, UrlEncoded(chain)}},
          .body = std::move(body)};
}

std::string Chain(const Issued& first, const Issued& second) {
  return absl::StrCat(Pem(first.certificate), Pem(second.certificate));
}

std::string AmdCrl(const Issued& ark) {
  CrlSpec spec;
  spec.digest = "SHA384";
  spec.padding = RsaPadding::kPss;
  return ToString(IssueCrl(spec, ark));
}

// By hand, and not by what is tested.
constexpr char kMilanQuery[] = "?blSPL=04&teeSPL=00&snpSPL=24&ucodeSPL=213";

ServiceAnswers ChainAndList(const Issued& intermediate, const Issued& ark,
                            const std::string& base) {
  return {{base + "cert_chain", Answer(Chain(intermediate, ark))},
          {base + "crl", Answer(AmdCrl(ark))}};
}

}  // namespace

std::string UrlEncoded(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        absl::StrContains("-._~", c)) {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

tdx_quoter::QeIdentitySpec IntelQeIdentity() {
  const TdQuotingEnclave intel = IntelTdQuotingEnclaves().front();
  tdx_quoter::QeIdentitySpec spec;
  spec.mr_signer = intel.mr_signer;
  spec.isv_prod_id = intel.isv_prod_id;
  return spec;
}

Bytes QuoteByIntelQe(const TdxMachine& machine) {
  const TdQuotingEnclave intel = IntelTdQuotingEnclaves().front();
  tdx_quoter::QuoteSpec spec;
  spec.qe.mr_signer = intel.mr_signer;
  spec.qe.isv_prod_id = intel.isv_prod_id;
  return machine.Quote(spec);
}

ServiceAnswers TdxAnswers(const TdxTestPki& pki, absl::string_view pcs,
                          absl::string_view pcs_certificates) {
  const std::string signers = Chain(pki.tcb_signing(), pki.root());
  const std::string tdx = absl::StrCat(pcs, "/tdx/certification/v4/");
  const std::string lists =
      absl::StrCat(pcs, "/sgx/certification/v4/pckcrl?ca=");
  return {{tdx + "tcb?fmspc=90C06F000000",
           Answer(TcbInfoText({}, pki), "tcb-info-issuer-chain", signers)},
          {tdx + "qe/identity",
           Answer(QeIdentityText(IntelQeIdentity(), pki),
                  "sgx-enclave-identity-issuer-chain", signers)},
          {lists + "platform&encoding=der",
           Answer(ToString(IssueCrl({}, pki.platform_ca())),
                  "sgx-pck-crl-issuer-chain",
                  Chain(pki.platform_ca(), pki.root()))},
          {lists + "processor&encoding=der",
           Answer(ToString(IssueCrl({}, pki.processor_ca())),
                  "sgx-pck-crl-issuer-chain",
                  Chain(pki.processor_ca(), pki.root()))},
          {absl::StrCat(pcs_certificates, "/IntelSGXRootCA.der"),
           Answer(ToString(IssueCrl({}, pki.root())))}};
}

SnpMachine MakeMilan() {
  const SnpTestPki pki;
  const Issued vcek = pki.IssueVcek();
  return {.pki = pki, .vcek = vcek, .report = SnpReportBytes({}, vcek.key)};
}

ServiceAnswers SnpAnswers(const SnpMachine& machine, absl::string_view kds) {
  const std::string base = absl::StrCat(kds, "/vcek/v1/Milan/");
  ServiceAnswers answers =
      ChainAndList(machine.pki.ask(), machine.pki.ark(), base);
  answers[absl::StrCat(base, Hex(MilanChip()), kMilanQuery)] =
      Answer(ToString(machine.vcek.certificate.der()));
  return answers;
}

ServiceAnswers VlekAnswers(const SnpMachine& machine, absl::string_view kds) {
  return ChainAndList(machine.pki.asvk(), machine.pki.ark(),
                      absl::StrCat(kds, "/vlek/v1/Milan/"));
}

}  // namespace evidenced
