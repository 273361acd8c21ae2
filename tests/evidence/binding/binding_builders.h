#ifndef TESTS_EVIDENCE_BINDING_BINDING_BUILDERS_H_
#define TESTS_EVIDENCE_BINDING_BINDING_BUILDERS_H_

#include <string>
#include <vector>

#include "evidence/binding/manifest.h"
#include "evidence/binding/refusal.h"
#include "evidence/binding/transcript.h"
#include "evidence/binding/verify_binding.h"

namespace evidenced {

// The smallest valid transcript over TLS: the worked example of docs/wire.md.
inline Transcript DirectTls() {
  Transcript transcript;
  transcript.mode = TranscriptMode::kDirect;
  transcript.role = 1;
  transcript.audience = "spiffe://example/v";
  transcript.nonce = Bytes();
  for (uint8_t i = 0; i < 32; ++i) transcript.nonce->push_back(i);
  transcript.spki = Bytes(32, 0x66);
  transcript.certificate = Bytes(32, 0x77);
  transcript.peer = Bytes(32, 0x88);
  transcript.manifest_sha384 = Bytes(48, 0x99);
  transcript.instance = Bytes(32, 0xaa);
  return transcript;
}

inline Transcript DirectUnix() {
  Transcript transcript = DirectTls();
  transcript.role = 3;
  transcript.spki.reset();
  transcript.certificate.reset();
  transcript.peer.reset();
  return transcript;
}

inline Transcript LeafTls() {
  Transcript transcript = DirectTls();
  transcript.mode = TranscriptMode::kLeaf;
  transcript.manifest_sha384.reset();
  transcript.instance.reset();
  return transcript;
}

inline Transcript BatchTop() {
  Transcript transcript;
  transcript.mode = TranscriptMode::kBatch;
  transcript.manifest_sha384 = Bytes(48, 0x99);
  transcript.instance = Bytes(32, 0xaa);
  transcript.batch = Transcript::BatchItem{5, Bytes(48, 0xcc)};
  return transcript;
}

inline Transcript Boot() {
  Transcript transcript;
  transcript.mode = TranscriptMode::kBoot;
  transcript.role = 3;
  transcript.manifest_sha384 = Bytes(48, 0x99);
  transcript.instance = Bytes(32, 0xaa);
  return transcript;
}

// The manifest of the worked example.
inline std::vector<ManifestEntry> ExampleEntries() {
  const Bytes key = {'k', 'e', 'y'};
  return {MissingEntry("log.ima", "no-device"), SigningEntry("tpm"),
          PresentEntry("tpm.ak", kMediaTpmPublic, key)};
}

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return result.ok() ? "accepted" : RefusalReason(result.status());
}

}  // namespace evidenced

#endif  // TESTS_EVIDENCE_BINDING_BINDING_BUILDERS_H_
