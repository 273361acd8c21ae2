#include "agent/serve/tls_material.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "agent/base/descriptor.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/public_key.h"

namespace evidenced {
namespace {

constexpr size_t kMaxFile = 1U << 20;

enum class Secrecy { kPublic, kSecret };

absl::Status BadFile(const std::string& path, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", message));
}

absl::StatusOr<std::string> ReadFile(const std::string& path, Secrecy secrecy) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return BadFile(path, "expected a readable file, found none");
  }
  struct stat status = {};
  // The mode of the very file that is read, not of the path a moment ago.
  const bool exposed = fstat(file.get(), &status) != 0 ||
                       (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  std::string text(kMaxFile + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = read(file.get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    size += static_cast<size_t>(n);
  }
  text.resize(size);
  text.shrink_to_fit();  // it is kept
  if (secrecy == Secrecy::kSecret && exposed) {
    return BadFile(
        path, absl::StrFormat("expected a private key that only its owner can "
                              "read, found mode 0%o",
                              status.st_mode & 07777U));
  }
  if (text.empty()) return BadFile(path, "expected PEM, found it empty");
  if (text.size() > kMaxFile) {
    return BadFile(
        path,
        absl::StrFormat("expected at most %d bytes, found more", kMaxFile));
  }
  return text;
}

absl::StatusOr<std::vector<Certificate>> ReadCertificates(
    const std::string& path, std::string& pem) {
  ASSIGN_OR_RETURN(pem, ReadFile(path, Secrecy::kPublic));
  auto certificates = CertificatesFromPem(pem);
  if (!certificates.ok()) {
    return BadFile(path, certificates.status().message());
  }
  return certificates;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const TlsMaterial>> LoadTlsMaterial(
    const ::evidence::v1::Tls& files, absl::Time now) {
  auto material = std::make_shared<TlsMaterial>();
  ASSIGN_OR_RETURN(material->chain,
                   ReadCertificates(files.certificate(), material->chain_pem));
  ASSIGN_OR_RETURN(
      material->client_cas,
      ReadCertificates(files.client_ca(), material->client_ca_pem));
  ASSIGN_OR_RETURN(material->key_pem, ReadFile(files.key(), Secrecy::kSecret));
  const absl::Status key = CheckPrivateKey(material->leaf(), material->key_pem);
  if (!key.ok()) return BadFile(files.key(), key.message());
  const Certificate& leaf = material->leaf();
  if (now < leaf.not_before() || now > leaf.not_after()) {
    return BadFile(
        files.certificate(),
        absl::StrFormat(
            "expected a certificate that is valid at %s, found one "
            "for %s to %s",
            absl::FormatTime(now, absl::UTCTimeZone()),
            absl::FormatTime(leaf.not_before(), absl::UTCTimeZone()),
            absl::FormatTime(leaf.not_after(), absl::UTCTimeZone())));
  }
  const auto server_key = PublicKey::FromSpki(leaf.spki());
  if (!server_key.ok()) {
    return BadFile(files.certificate(), server_key.status().message());
  }
  // Trusted as it stands, so that only what it is for is judged.
  const absl::Status purpose = VerifyChain(leaf, {}, std::vector{leaf},
                                           CertificatePurpose::kTlsServer, now);
  if (!purpose.ok()) return BadFile(files.certificate(), purpose.message());
  // Each certificate must be issued by the next one: a chain that a client
  // cannot follow is a mistake of whoever wrote the file.
  for (size_t i = 0; i + 1 < material->chain.size(); ++i) {
    const std::vector<Certificate> issuer = {material->chain[i + 1]};
    const absl::Status link = VerifyChain(material->chain[i], {}, issuer,
                                          CertificatePurpose::kAny, now);
    if (!link.ok()) return BadFile(files.certificate(), link.message());
  }
  return material;
}

}  // namespace evidenced
