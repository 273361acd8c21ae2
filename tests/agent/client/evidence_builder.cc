#include "tests/agent/client/evidence_builder.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "openssl/ec.h"
#include "openssl/evp.h"

#include "evidence/binding/manifest.h"
#include "evidence/binding/transcript.h"
#include "evidence/log/replay.h"
#include "quote/base/byte_writer.h"
#include "quote/crypto/digest.h"
#include "quote/crypto/openssl_ptr.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/tpm_algorithms.h"

namespace evidenced {
namespace {

namespace v1 = ::evidence::v1;

constexpr uint16_t kSha256Id = 0x000B;
constexpr size_t kCoordinate = 32;
constexpr uint32_t kPcrs = 23;

void Put2b(ByteWriter& out, ByteView bytes) {
  out.Be<uint16_t>(static_cast<uint16_t>(bytes.size())).Put(bytes);
}

Bytes Padded(const BIGNUM* number) {
  Bytes bytes(kCoordinate);
  BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

std::map<uint32_t, Bytes> Registers(ByteView ima_log) {
  std::map<uint32_t, Bytes> values;
  for (uint32_t pcr = 0; pcr < kPcrs; ++pcr) {
    if (pcr != 16) values[pcr] = Bytes(32, 0);
  }
  const EventLog log = *ParseImaLog(ima_log);
  const HashAlgorithm banks[] = {HashAlgorithm::kSha256};
  const PcrValues replayed = Replay(log, banks);
  for (const auto& [pcr, value] : replayed.at(HashAlgorithm::kSha256)) {
    values[pcr] = value;
  }
  return values;
}

Bytes Attest(ByteView extra_data, const std::map<uint32_t, Bytes>& registers) {
  Bytes all;
  for (const auto& [pcr, value] : registers) {
    all.insert(all.end(), value.begin(), value.end());
  }
  ByteWriter out;
  out.Be<uint32_t>(0xFF544347).Be<uint16_t>(0x8018);
  Put2b(out, Bytes(34, 1));
  Put2b(out, extra_data);
  out.Be<uint64_t>(3661000).Be<uint32_t>(3).Be<uint32_t>(4).Be<uint8_t>(1);
  out.Be<uint64_t>(0x2000000000001);
  out.Be<uint32_t>(1).Be<uint16_t>(kSha256Id).Be<uint8_t>(3);
  out.Put(Bytes{0xFF, 0xFF, 0x7E});
  Put2b(out, Sha256(all));
  return std::move(out).Take();
}

v1::Part* AddPart(v1::Evidence& evidence, absl::string_view label,
                  absl::string_view media_type, ByteView data) {
  v1::Part* part = evidence.add_parts();
  part->set_label(std::string(label));
  part->set_media_type(std::string(media_type));
  part->set_data(ToString(data));
  return part;
}

}  // namespace

struct EvidenceBuilder::Key {
  EvpKeyPtr pkey;
};

EvidenceBuilder::EvidenceBuilder(Bytes ima_log)
    : key_(std::make_unique<Key>()), ima_log_(std::move(ima_log)) {
  key_->pkey.reset(EVP_EC_gen("P-256"));
  BIGNUM* x = nullptr;
  BIGNUM* y = nullptr;
  EVP_PKEY_get_bn_param(key_->pkey.get(), "qx", &x);
  EVP_PKEY_get_bn_param(key_->pkey.get(), "qy", &y);
  const BignumPtr own_x(x);
  const BignumPtr own_y(y);
  ByteWriter out;
  out.Be<uint16_t>(kTpmAlgEcc).Be<uint16_t>(kSha256Id);
  out.Be<uint32_t>(kTpmaFixedTpm | kTpmaFixedParent | kTpmaSensitiveDataOrigin |
                   kTpmaRestricted | kTpmaSign);
  Put2b(out, {});
  out.Be<uint16_t>(kTpmAlgNull).Be<uint16_t>(kTpmAlgEcdsa);
  out.Be<uint16_t>(kSha256Id).Be<uint16_t>(0x0003).Be<uint16_t>(kTpmAlgNull);
  Put2b(out, Padded(x));
  Put2b(out, Padded(y));
  ak_ = std::move(out).Take();
}

EvidenceBuilder::~EvidenceBuilder() = default;

Bytes EvidenceBuilder::Sign(ByteView message) const {
  const EvpMdCtxPtr context(EVP_MD_CTX_new());
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr,
                     key_->pkey.get());
  size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size());
  Bytes der(size);
  EVP_DigestSign(context.get(), der.data(), &size, message.data(),
                 message.size());
  const unsigned char* cursor = der.data();
  const EcdsaSigPtr signature(
      d2i_ECDSA_SIG(nullptr, &cursor, static_cast<ptrdiff_t>(size)));
  ByteWriter out;
  out.Be<uint16_t>(kTpmAlgEcdsa).Be<uint16_t>(kSha256Id);
  Put2b(out, Padded(ECDSA_SIG_get0_r(signature.get())));
  Put2b(out, Padded(ECDSA_SIG_get0_s(signature.get())));
  return std::move(out).Take();
}

v1::Evidence EvidenceBuilder::Answer(const std::string& audience,
                                     const std::string& nonce,
                                     const std::string& user_data) const {
  v1::Evidence evidence;
  const Bytes manifest = *EncodeManifest(
      {SigningEntry("tpm"), PresentEntry("tpm.ak", kMediaTpmPublic, ak_),
       PresentEntry("log.ima", kMediaIma, ima_log_),
       MissingEntry("log.tcg2", "no-device"),
       MissingEntry("log.ccel", "no-device")});
  Transcript transcript;
  transcript.role = 3;
  transcript.audience = audience;
  transcript.nonce = ToBytes(AsBytes(nonce));
  transcript.manifest_sha384 = Sha384(manifest);
  transcript.instance = Bytes(32, 9);
  if (!user_data.empty()) {
    transcript.user_sha384 = Sha384(AsBytes(user_data));
  }
  const std::map<uint32_t, Bytes> registers = Registers(ima_log_);
  const Bytes attest =
      Attest(TpmExtraDataSigning(*MakeReportData(transcript)), registers);
  ByteWriter statement;
  Put2b(statement, attest);
  statement.Put(Sign(attest));

  evidence.mutable_binding()->set_mode(v1::DIRECT);
  evidence.mutable_binding()->set_instance(std::string(32, 9));
  evidence.set_manifest(ToString(manifest));
  evidence.set_signer("tpm");
  evidence.set_statement(ToString(statement.view()));
  AddPart(evidence, "tpm.ak", kMediaTpmPublic, ak_);
  AddPart(evidence, "log.ima", kMediaIma, ima_log_);
  v1::RegisterBank* bank = evidence.add_registers();
  bank->set_algorithm(v1::SHA256);
  for (const auto& [pcr, value] : registers) {
    v1::Register* reg = bank->add_registers();
    reg->set_index(pcr);
    reg->set_value(ToString(value));
  }
  return evidence;
}

v1::SavedEvidence EvidenceBuilder::Saved() const {
  v1::SavedEvidence saved;
  v1::VerifierState& state = *saved.mutable_state();
  state.set_role(3);
  state.set_audience("urn:verifier");
  state.set_nonce(std::string(32, 'n'));
  for (const char* label : {"tpm.ak", "log.tcg2", "log.ima"}) {
    state.add_requested(label);
  }
  state.set_requested_unix_ms(absl::ToUnixMillis(absl::Now()));
  state.set_target("unix:/agent.sock");
  *saved.mutable_evidence() =
      Answer(state.audience(), state.nonce(), state.user_data());
  return saved;
}

}  // namespace evidenced
