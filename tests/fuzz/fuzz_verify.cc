// Two properties of a whole verification, of either form:
// - nothing that anybody sends is an answer to a challenge that no key signed,
//   whichever root is trusted
// - good evidence with one flipped bit in anything that the TPM, the report or
//   the TD quote covers is refused
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "evidence/v1/saved.pb.h"

#include "evidence/binding/from_proto.h"
#include "evidence/verify/verify.h"
#include "quote/base/byte_reader.h"
#include "quote/snp/certificate_table.h"
#include "quote/tdx/pck.h"
#include "quote/tdx/quote.h"
#include "tests/evidence/verify/evidence_builder.h"

namespace {

namespace v1 = ::evidence::v1;
using evidenced::VerifyInput;

// Chains take longer than all the rest, and most inputs leave them as they are.
evidenced::SnpEndorsementCache* Cache() {
  static auto* const kCache = new evidenced::SnpEndorsementCache(4);
  return kCache;
}

evidenced::TdxCollateralCache* TdxCache() {
  static auto* const kCache = new evidenced::TdxCollateralCache(4);
  return kCache;
}

const VerifyInput* Make(const evidenced::EvidenceBuilder& builder) {
  auto* input = new VerifyInput(builder.Build());
  if (input->snp.has_value()) input->snp->cache = Cache();
  if (input->tdx.has_value()) input->tdx->cache = TdxCache();
  if (evidenced::VerifyEvidence(*input).evidence == nullptr) std::abort();
  return input;
}

// Good evidence, made once: the TPM signs, or a report does, or a TD quote.
const VerifyInput& Good() {
  static const auto* const kGood = Make(evidenced::EvidenceBuilder());
  return *kGood;
}
const VerifyInput& GoodSnp() {
  static const auto* const kGood = Make(evidenced::SnpEvidence());
  return *kGood;
}

const VerifyInput& GoodTdx() {
  static const auto* const kGood = Make(evidenced::TdxEvidence());
  return *kGood;
}

void Refuse(const VerifyInput& input) {
  if (evidenced::VerifyEvidence(input).evidence != nullptr) std::abort();
}

// Every root that the evidence brings, at the time of the test's certificates.
evidenced::SnpCollateral TrustAllSnp(const v1::Evidence& evidence) {
  evidenced::SnpCollateral trust{
      .roots = {},
      .time = evidenced::ValidityTime::At(evidenced::TestNow()),
      .cache = Cache()};
  const auto entries = evidenced::ParseSnpCertificateTable(
      evidenced::AsBytes(evidence.snp_certificate_table()));
  if (!entries.ok()) return trust;
  for (const evidenced::SnpTableEntry& entry : *entries) {
    const auto read = evidenced::CertificatesFromFile(entry.data);
    if (!read.ok()) continue;
    for (const evidenced::Certificate& certificate : *read) {
      trust.roots = evidenced::WithSnpRoot(std::move(trust.roots),
                                           certificate.spki_sha256());
    }
  }
  return trust;
}

evidenced::TdxCollateral TrustAllTdx(const v1::Evidence& evidence) {
  evidenced::TdxCollateral trust{
      .roots = {},
      .enclaves = evidenced::TestQuotingEnclaves(),
      .time = evidenced::ValidityTime::At(evidenced::TestNow()),
      .cache = TdxCache()};
  const auto quote =
      evidenced::ParseTdxQuote(evidenced::AsBytes(evidence.statement()));
  if (!quote.ok()) return trust;
  const auto read = evidenced::PckChainOf(*quote);
  if (!read.ok()) return trust;
  for (const evidenced::Certificate& certificate : *read) {
    trust.roots.push_back(certificate.spki_sha256());
  }
  return trust;
}

// In a challenge whose nonce is of another length than every test's.
void TakeAsSavedEvidence(const std::string& bytes) {
  v1::SavedEvidence saved;
  if (!saved.ParseFromString(bytes)) return;
  VerifyInput input;
  input.evidence = saved.evidence();
  input.state = Good().state;
  input.state.nonce = evidenced::Bytes(48, 0x42);
  input.state.accept_signers = {"snp", "tdx", "tpm"};
  input.snp = TrustAllSnp(input.evidence);
  input.tdx = TrustAllTdx(input.evidence);
  input.min_binding = evidenced::BindingLevel::kNone;
  Refuse(input);
  // And in the one that came with it: any verdict, but no crash.
  auto state = evidenced::StateFromProto(saved.state());
  if (!state.ok()) return;
  input.state = *std::move(state);
  input.state.accept_signers = {"snp", "tdx", "tpm"};
  (void)evidenced::VerifyEvidence(input);
}

std::vector<std::string*> CoveredFields(v1::Evidence& evidence) {
  std::vector<std::string*> fields = {
      evidence.mutable_statement(), evidence.mutable_manifest(),
      evidence.mutable_signer(),
      evidence.mutable_binding()->mutable_instance()};
  for (v1::Part& part : *evidence.mutable_parts()) {
    fields.push_back(part.mutable_label());
    fields.push_back(part.mutable_media_type());
    fields.push_back(part.mutable_data());
  }
  for (v1::RegisterBank& bank : *evidence.mutable_registers()) {
    for (v1::Register& reg : *bank.mutable_registers()) {
      fields.push_back(reg.mutable_value());
    }
  }
  return fields;
}

void FlipOneBit(evidenced::ByteReader in) {
  constexpr std::array kGood = {&Good, &GoodSnp, &GoodTdx};
  VerifyInput input = kGood.at(in.U8() % kGood.size())();
  const auto fields = CoveredFields(input.evidence);
  std::string& field = *fields[in.U8() % fields.size()];
  // Certificates in a quote are text, which has more than one form.
  const size_t covered = std::min(field.size(), field.find("-----BEGIN"));
  const size_t bit = in.Be<uint32_t>() % (covered * 8);
  field[bit / 8] = static_cast<char>(field[bit / 8] ^ (1 << (bit % 8)));
  Refuse(input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const evidenced::ByteView bytes(data, size);
  TakeAsSavedEvidence(evidenced::ToString(bytes));
  FlipOneBit(evidenced::ByteReader(bytes));
  return 0;
}
