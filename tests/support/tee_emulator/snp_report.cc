#include "tests/support/tee_emulator/snp_report.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "openssl/bn.h"
#include "openssl/ecdsa.h"
#include "openssl/evp.h"

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {
namespace {

constexpr size_t kReportSize = 0x4a0;
constexpr size_t kSignedSize = 0x2a0;
constexpr size_t kNumberSize = 72;  // of R and of S

Blob Sha384(const std::string& text) {
  Blob out(48);
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), out.data(), &size, EVP_sha384(),
                 nullptr) != 1) {
    Fail("OpenSSL did not make a digest");
  }
  return out;
}

// Build, minor and major version of the firmware.
constexpr std::array<uint8_t, 3> kFirmware = {39, 55, 1};

void PutNumber(Blob& report, size_t offset, const BIGNUM* number) {
  Blob little(kNumberSize);
  if (BN_bn2lebinpad(number, little.data(), kNumberSize) < 0) {
    Fail("a signature is too large");
  }
  PutBytes(report, offset, little);
}

}  // namespace

Blob LayOutReport(const SnpGuest& guest, const SnpReportRequest& request) {
  Blob out(kReportSize, 0);
  const uint64_t tcb = guest.product.PackedTcb();
  const bool vlek = guest.signing_key == SigningKey::kVlek;
  PutLe(out, 0x000, guest.version);
  PutLe(out, 0x004, uint32_t{2});  // guest SVN
  PutLe(out, 0x008, request.policy);
  PutLe(out, 0x030, request.vmpl);
  PutLe(out, 0x034, uint32_t{1});     // ECDSA P-384 with SHA-384
  PutLe(out, 0x038, tcb);             // current
  PutLe(out, 0x040, uint64_t{0x25});  // SMT, ECC, aliases checked
  PutLe(out, 0x048, static_cast<uint32_t>(guest.signing_key) << 2);
  PutBytes(out, 0x050, request.data);
  PutBytes(out, 0x090, Sha384("emulated launch"));
  PutBytes(out, 0x0c0, Blob(32, 0x0c));  // host data
  PutBytes(out, 0x140, guest.report_id);
  PutBytes(out, 0x160, Blob(32, 0xff));  // no migration agent
  PutLe(out, 0x180, tcb);                // reported
  if (guest.version >= 3) {
    out.at(0x188) = guest.product.family;
    out.at(0x189) = guest.product.model;
    out.at(0x18a) = guest.product.stepping;
  }
  if (!vlek) PutBytes(out, 0x1a0, guest.chip_id);
  PutLe(out, 0x1e0, tcb);  // committed
  PutBytes(out, 0x1e8, kFirmware);
  PutBytes(out, 0x1ec, kFirmware);
  PutLe(out, 0x1f0, tcb);  // at launch
  if (guest.version >= 5) {
    PutLe(out, 0x1f8, uint64_t{1});  // mitigations at launch
    PutLe(out, 0x200, uint64_t{3});  // and now
  }
  return out;
}

void SignReport(Blob& report, const Key& key) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  size_t size = 0;
  if (EVP_DigestSignInit(context, nullptr, EVP_sha384(), nullptr, key.get()) !=
          1 ||
      EVP_DigestSign(context, nullptr, &size, report.data(), kSignedSize) !=
          1) {
    Fail("OpenSSL did not begin to sign");
  }
  Blob der(size);
  if (EVP_DigestSign(context, der.data(), &size, report.data(), kSignedSize) !=
      1) {
    Fail("OpenSSL did not sign");
  }
  EVP_MD_CTX_free(context);
  const unsigned char* cursor = der.data();
  const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<int64_t>(size)),
      ECDSA_SIG_free);
  if (signature == nullptr) Fail("OpenSSL made no ECDSA signature");
  PutNumber(report, kSignedSize, ECDSA_SIG_get0_r(signature.get()));
  PutNumber(report, kSignedSize + kNumberSize,
            ECDSA_SIG_get0_s(signature.get()));
}

}  // namespace tee_emulator
