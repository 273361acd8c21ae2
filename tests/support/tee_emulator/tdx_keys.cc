#include "tests/support/tee_emulator/tdx_keys.h"

#include <array>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "openssl/x509.h"

#include "tests/support/tdx_quoter/collateral.h"
#include "tests/support/tee_emulator/tdx_certificate.h"

namespace tee_emulator {
namespace {

constexpr std::time_t kDay = std::time_t{24} * 3600;

std::string Hex(const Blob& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 0xfU]);
  }
  return out;
}

std::string Text(const Blob& bytes) { return {bytes.begin(), bytes.end()}; }

// RFC 3339, in whole seconds.
std::string TimeText(std::time_t time) {
  std::tm parts = {};
  gmtime_r(&time, &parts);
  std::array<char, 32> text = {};
  const size_t size =
      std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::string RootHash(const CertifiedKey& root) {
  const X509Ptr x509 = Decode(root.certificate);
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509.get()), &der);
  Require(size > 0);
  const Blob spki(der, der + size);
  OPENSSL_free(der);
  return Hex(tdx_quoter::Sha256(spki));
}

// A platform that belongs to these keys and no others.
tdx_quoter::Platform PlatformOf(const CertifiedKey& root) {
  const Blob digest = tdx_quoter::Sha256(root.certificate);
  tdx_quoter::Platform platform;
  platform.ppid.assign(digest.begin(), digest.begin() + 16);
  platform.instance_id.assign(digest.begin() + 16, digest.end());
  return platform;
}

std::string SignedTcbInfo(const TdxKeys& keys,
                          const CollateralOptions& options) {
  tdx_quoter::TcbInfoSpec spec;
  spec.issue_date = TimeText(std::time(nullptr) - kDay);
  spec.next_update = TimeText(std::time(nullptr) + 29 * kDay);
  tdx_quoter::Standing& standing = spec.levels.front().standing;
  standing.status = options.tcb_status;
  if (standing.status != "UpToDate") {
    standing.advisories = {"INTEL-SA-00000"};
  }
  return tdx_quoter::SignedText("tcbInfo", tdx_quoter::TcbInfoBody(spec),
                                keys.tcb_signing.key.get());
}

std::string SignedQeIdentity(const TdxKeys& keys) {
  tdx_quoter::QeIdentitySpec spec;
  spec.issue_date = TimeText(std::time(nullptr) - kDay);
  spec.next_update = TimeText(std::time(nullptr) + 29 * kDay);
  spec.mr_signer = TdQeMrSigner();
  return tdx_quoter::SignedText("enclaveIdentity",
                                tdx_quoter::QeIdentityBody(spec),
                                keys.tcb_signing.key.get());
}

}  // namespace

Blob TdQeMrSigner() {
  const std::string hex = kTdQeMrSigner;
  Blob out;
  for (size_t i = 0; i < hex.size(); i += 2) {
    out.push_back(
        static_cast<uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return out;
}

TdxKeys LoadOrMakeTdxKeys(const std::string& folder) {
  const std::string own = folder + "/Tdx";
  std::filesystem::create_directories(own);
  TdxKeys keys;
  keys.root = LoadOrMake(own + "/root", [] {
    const Key key = MakeP256Key();
    return CertifiedKey{key, MakeIntelCa(kRootName, key, {kRootName, key})};
  });
  const IntelIssuer root = {kRootName, keys.root.key};
  keys.platform = PlatformOf(keys.root);
  keys.platform_ca = LoadOrMake(own + "/platform_ca", [&] {
    const Key key = MakeP256Key();
    return CertifiedKey{key, MakeIntelCa(kPlatformCaName, key, root)};
  });
  keys.tcb_signing = LoadOrMake(own + "/tcb_signing", [&] {
    const Key key = MakeP256Key();
    return CertifiedKey{key, MakeTcbSigning(key, root)};
  });
  keys.pck = LoadOrMake(own + "/pck", [&] {
    const Key key = MakeP256Key();
    return CertifiedKey{key, MakePck(keys.platform, key,
                                     {kPlatformCaName, keys.platform_ca.key})};
  });
  WriteWhole(own + "/root.sha256", RootHash(keys.root) + "\n");
  return keys;
}

std::string PckChainPem(const TdxKeys& keys) {
  return Pem(keys.pck.certificate) + Pem(keys.platform_ca.certificate) +
         Pem(keys.root.certificate);
}

void WriteCollateral(const TdxKeys& keys, const std::string& folder,
                     const CollateralOptions& options) {
  const std::string own = folder + "/Tdx/collateral";
  std::filesystem::create_directories(own);
  const auto write = [&](const std::string& name, const std::string& bytes) {
    WriteWhole(own + "/" + name, bytes);
  };
  std::vector<Blob> revoked;
  if (options.revoke_pck) revoked.push_back(keys.pck.certificate);
  const std::string root = Pem(keys.root.certificate);
  write("tcb_info.json", SignedTcbInfo(keys, options));
  write("qe_identity.json", SignedQeIdentity(keys));
  write("tcb_signing_chain.pem", Pem(keys.tcb_signing.certificate) + root);
  write("root_crl.der", Text(MakeCrl(keys.root, {})));
  write("pck_crl.der", Text(MakeCrl(keys.platform_ca, revoked)));
  write("crl_issuer_chain.pem", Pem(keys.platform_ca.certificate) + root);
}

}  // namespace tee_emulator
