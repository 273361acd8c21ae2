#include "agent/client/collateral_urls.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace evidenced {
namespace {

constexpr size_t kTurinIdSize = 8;

std::string KdsUrl(absl::string_view kds, SnpKeyKind kind, SnpProduct product,
                   absl::string_view rest) {
  return absl::StrCat(kds, "/", SnpKeyKindName(kind), "/v1/",
                      SnpProductTitle(product), "/", rest);
}

bool IsOrdinary(char c) {
  return absl::ascii_isgraph(static_cast<unsigned char>(c)) &&
         !absl::StrContains("?#@\\\"<>", c);
}

}  // namespace

absl::StatusOr<std::string> ServiceBase(absl::string_view url) {
  absl::string_view rest = url;
  const bool https = absl::ConsumePrefix(&rest, "https://");
  while (absl::ConsumeSuffix(&rest, "/")) {
  }
  if (https && !rest.empty() && rest.front() != '/' && rest.front() != ':' &&
      std::all_of(rest.begin(), rest.end(), IsOrdinary)) {
    return absl::StrCat("https://", rest);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("expected a service as https://HOST[:PORT][/PATH], found ",
                   Printable(url)));
}

std::string VcekUrl(absl::string_view kds, ByteView chip_id, SnpProduct product,
                    const SnpTcb& tcb) {
  if (product == SnpProduct::kTurin) {
    chip_id = chip_id.first(std::min(chip_id.size(), kTurinIdSize));
  }
  std::string query = absl::StrCat(Hex(chip_id), "?");
  if (const auto fmc = tcb.fmc(); fmc.has_value()) {
    absl::StrAppendFormat(&query, "fmcSPL=%02d&", *fmc);
  }
  absl::StrAppendFormat(
      &query, "blSPL=%02d&teeSPL=%02d&snpSPL=%02d&ucodeSPL=%02d",
      tcb.boot_loader(), tcb.tee(), tcb.snp(), tcb.microcode());
  return KdsUrl(kds, SnpKeyKind::kVcek, product, query);
}

std::string SnpChainUrl(absl::string_view kds, SnpKeyKind kind,
                        SnpProduct product) {
  return KdsUrl(kds, kind, product, "cert_chain");
}

std::string SnpCrlUrl(absl::string_view kds, SnpKeyKind kind,
                      SnpProduct product) {
  return KdsUrl(kds, kind, product, "crl");
}

absl::string_view PckCaName(PckCa ca) {
  return ca == PckCa::kPlatform ? "platform" : "processor";
}

std::string TcbInfoUrl(absl::string_view pcs, ByteView fmspc) {
  return absl::StrCat(pcs, "/tdx/certification/v4/tcb?fmspc=",
                      absl::AsciiStrToUpper(Hex(fmspc)));
}

std::string QeIdentityUrl(absl::string_view pcs) {
  return absl::StrCat(pcs, "/tdx/certification/v4/qe/identity");
}

std::string PckCrlUrl(absl::string_view pcs, PckCa ca) {
  return absl::StrCat(pcs, "/sgx/certification/v4/pckcrl?ca=", PckCaName(ca),
                      "&encoding=der");
}

std::string RootCrlUrl(absl::string_view pcs_certificates) {
  return absl::StrCat(pcs_certificates, "/IntelSGXRootCA.der");
}

}  // namespace evidenced
