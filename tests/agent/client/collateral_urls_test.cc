#include "agent/client/collateral_urls.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace evidenced {
namespace {

constexpr uint64_t kTcb = 0xd518000000000004;
constexpr uint64_t kTurinTcb = 0x4700000002000103;

const CollateralServices& Real() {
  static const auto* const kReal = new CollateralServices();
  return *kReal;
}

TEST(KdsUrls, AskForAVcekByChipAndTcb) {
  const Bytes chip(64, 0xab);
  const std::string id = Hex(chip);
  EXPECT_EQ(VcekUrl(Real().kds, chip, SnpProduct::kMilan,
                    SnpTcb(kTcb, SnpProduct::kMilan)),
            absl::StrCat("https://kdsintf.amd.com/vcek/v1/Milan/", id,
                         "?blSPL=04&teeSPL=00&snpSPL=24&ucodeSPL=213"));
  EXPECT_EQ(VcekUrl(Real().kds, chip, SnpProduct::kGenoa,
                    SnpTcb(kTcb, SnpProduct::kGenoa)),
            absl::StrCat("https://kdsintf.amd.com/vcek/v1/Genoa/", id,
                         "?blSPL=04&teeSPL=00&snpSPL=24&ucodeSPL=213"));
}

TEST(KdsUrls, AskForATurinByItsShortIdAndItsFmc) {
  Bytes chip(64, 0);
  for (uint8_t i = 0; i < 8; ++i) chip.at(i) = i;
  EXPECT_EQ(VcekUrl(Real().kds, chip, SnpProduct::kTurin,
                    SnpTcb(kTurinTcb, SnpProduct::kTurin)),
            "https://kdsintf.amd.com/vcek/v1/Turin/0001020304050607"
            "?fmcSPL=03&blSPL=01&teeSPL=00&snpSPL=02&ucodeSPL=71");
}

TEST(KdsUrls, AskForTheChainAndListOfEachProductAndKind) {
  const std::string& kds = Real().kds;
  EXPECT_EQ(SnpChainUrl(kds, SnpKeyKind::kVcek, SnpProduct::kMilan),
            "https://kdsintf.amd.com/vcek/v1/Milan/cert_chain");
  EXPECT_EQ(SnpChainUrl(kds, SnpKeyKind::kVcek, SnpProduct::kTurin),
            "https://kdsintf.amd.com/vcek/v1/Turin/cert_chain");
  EXPECT_EQ(SnpChainUrl(kds, SnpKeyKind::kVlek, SnpProduct::kGenoa),
            "https://kdsintf.amd.com/vlek/v1/Genoa/cert_chain");
  EXPECT_EQ(SnpCrlUrl(kds, SnpKeyKind::kVcek, SnpProduct::kGenoa),
            "https://kdsintf.amd.com/vcek/v1/Genoa/crl");
  EXPECT_EQ(SnpCrlUrl(kds, SnpKeyKind::kVlek, SnpProduct::kMilan),
            "https://kdsintf.amd.com/vlek/v1/Milan/crl");
}

TEST(PcsUrls, AskForEachPieceOfCollateral) {
  const std::string& pcs = Real().pcs;
  const Bytes fmspc = {0x00, 0xa0, 0x6d, 0x08, 0x00, 0x00};
  EXPECT_EQ(TcbInfoUrl(pcs, fmspc),
            "https://api.trustedservices.intel.com/tdx/certification/v4/"
            "tcb?fmspc=00A06D080000");
  EXPECT_EQ(QeIdentityUrl(pcs),
            "https://api.trustedservices.intel.com/tdx/certification/v4/"
            "qe/identity");
  EXPECT_EQ(PckCrlUrl(pcs, PckCa::kPlatform),
            "https://api.trustedservices.intel.com/sgx/certification/v4/"
            "pckcrl?ca=platform&encoding=der");
  EXPECT_EQ(PckCrlUrl(pcs, PckCa::kProcessor),
            "https://api.trustedservices.intel.com/sgx/certification/v4/"
            "pckcrl?ca=processor&encoding=der");
  EXPECT_EQ(RootCrlUrl(Real().pcs_certificates),
            "https://certificates.trustedservices.intel.com/"
            "IntelSGXRootCA.der");
}

TEST(ServiceBase, TakesAHostWithAPortAndAPath) {
  EXPECT_EQ(*ServiceBase("https://mirror"), "https://mirror");
  EXPECT_EQ(*ServiceBase("https://[::1]:8443/amd/kds//"),
            "https://[::1]:8443/amd/kds");
}

TEST(ServiceBase, RefusesAnythingElse) {
  for (const absl::string_view url :
       {"", "mirror", "http://mirror", "https://", "https:///path",
        "https://:443", "HTTPS://mirror", "https://me@mirror",
        "https://mirror/?a=b", "https://mirror#x", "https://mir ror",
        "https://mirror\n", "https://mirror\x80", "https://mirror\\x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ServiceBase(url).status())) << url;
  }
}

}  // namespace
}  // namespace evidenced
