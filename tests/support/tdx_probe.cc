#include "tests/support/tdx_probe.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "quote/base/byte_reader.h"
#include "quote/crypto/certificate.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/public_key.h"
#include "tests/support/program.h"

namespace evidenced {
namespace {

constexpr size_t kNumber = 32;
constexpr size_t kRegister = 48;

bool Signed(const absl::StatusOr<PublicKey>& key, ByteView message,
            ByteView signature) {
  return key.ok() &&
         key->VerifyEcdsa(HashAlgorithm::kSha256, message,
                          signature.first(kNumber), signature.subspan(kNumber))
             .ok();
}

}  // namespace

ReadResult ReadWhole(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {.error = errno};
  ReadResult out;
  std::array<uint8_t, 4096> chunk = {};
  ssize_t count = 0;
  while ((count = read(fd, chunk.data(), chunk.size())) > 0) {
    out.bytes.insert(out.bytes.end(), chunk.begin(), chunk.begin() + count);
  }
  if (count < 0) out.error = errno;
  close(fd);
  return out;
}

int WriteAt(const std::string& path, off_t offset, const Bytes& bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const bool written = pwrite(fd, bytes.data(), bytes.size(), offset) ==
                       static_cast<ssize_t>(bytes.size());
  const int error = written ? 0 : errno;
  close(fd);
  return error;
}

ReadResult AskForQuote(const TeeEmulatorProcess& tee, const Bytes& data) {
  const std::string entry = tee.configfs_tsm() + "/test";
  std::filesystem::create_directory(entry);
  if (WriteAt(entry + "/inblob", 0, data) != 0) FailSetUp("no inblob");
  ReadResult out = ReadWhole(entry + "/outblob");
  std::filesystem::remove(entry);
  return out;
}

QuoteParts::QuoteParts(ByteView quote) {
  const bool version_4 = quote[0] == 4;
  const size_t at = version_4 ? 48 : 54;
  const size_t size =
      version_4 ? 584 : ByteReader(quote.subspan(50)).Le<uint32_t>();
  body = quote.subspan(at, size);
  signed_part = quote.first(at + size);
  ByteReader whole(quote.subspan(at + size));
  ByteReader in(whole.Take(whole.Le<uint32_t>()));
  behind = whole.Take(whole.remaining());
  quote_signature = in.Take(2 * kNumber);
  key = in.Take(2 * kNumber);
  outer_type = in.Le<uint16_t>();
  in.Le<uint32_t>();
  qe_report = in.Take(384);
  qe_signature = in.Take(2 * kNumber);
  auth_data = in.Take(in.Le<uint16_t>());
  inner_type = in.Le<uint16_t>();
  pck_chain = ToString(in.Take(in.Le<uint32_t>()));
  if (!in.Finish("signature data").ok()) FailSetUp("no quote");
}

bool SignedBy(const std::string& pem, ByteView message, ByteView signature) {
  const auto certificates = CertificatesFromPem(pem);
  if (!certificates.ok()) FailSetUp("no certificate");
  return Signed(PublicKey::FromSpki(certificates->front().spki()), message,
                signature);
}

Genuine Judge(const Bytes& quote) {
  const QuoteParts parts(quote);
  const Bytes bound =
      Hash(HashAlgorithm::kSha256, {parts.key, parts.auth_data});
  return {.quote_signature = Signed(
              PublicKey::FromEcPoint(EcCurve::kP256, parts.key.first(kNumber),
                                     parts.key.subspan(kNumber)),
              parts.signed_part, parts.quote_signature),
          .key_bound = Equal(bound, parts.qe_report.subspan(320, kNumber)),
          .qe_signature =
              SignedBy(parts.pck_chain, parts.qe_report, parts.qe_signature)};
}

CcelReplay::CcelReplay(ByteView log) {
  rtmr.fill(Bytes(kRegister));
  ByteReader in(log);
  in.Take(28);
  in.Take(in.Le<uint32_t>());
  while (in.ok() && in.remaining() > 0) {
    const auto index = in.Le<uint32_t>();
    if (index == 0xffffffff) break;
    in.Take(10);
    const ByteView digest = in.Take(kRegister);
    const ByteView data = in.Take(in.Le<uint32_t>());
    Bytes& value = rtmr.at(index - 1);
    value = Hash(HashAlgorithm::kSha384, {value, digest});
    events.push_back(ToString(data));
  }
  if (!in.ok()) FailSetUp("no CCEL");
}

}  // namespace evidenced
