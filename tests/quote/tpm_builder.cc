#include "tests/quote/tpm_builder.h"

#include <cstdlib>
#include <utility>

#include "quote/base/byte_writer.h"

namespace evidenced {
namespace {

void PutSized(ByteWriter& out, ByteView bytes) {
  out.Be(static_cast<uint16_t>(bytes.size())).Put(bytes);
}

void PutScheme(ByteWriter& out, const PublicSpec& spec) {
  out.Be(kTpmAlgNull);  // symmetric
  out.Be(spec.scheme);
  if (spec.scheme != kTpmAlgNull) out.Be(static_cast<uint16_t>(spec.hash));
}

}  // namespace

Bytes TpmtPublic(const TestKey& key, const PublicSpec& spec) {
  ByteWriter out;
  out.Be(key.is_rsa() ? kTpmAlgRsa : kTpmAlgEcc);
  out.Be(spec.name_algorithm).Be(spec.attributes);
  PutSized(out, spec.auth_policy);
  PutScheme(out, spec);
  if (key.is_rsa()) {
    const Bytes modulus = key.Modulus();
    out.Be(static_cast<uint16_t>(modulus.size() * 8));
    out.Be(spec.rsa_exponent);
    PutSized(out, modulus);
  } else {
    out.Be(static_cast<uint16_t>(key.kind() == KeyKind::kP256 ? 3 : 4));
    out.Be(kTpmAlgNull);  // kdf
    PutSized(out, key.X());
    PutSized(out, key.Y());
  }
  return std::move(out).Take();
}

TpmPublicArea TestAk::PublicArea() const {
  auto parsed = ParseTpmPublic(PublicBytes());
  if (!parsed.ok()) std::abort();
  return *std::move(parsed);
}

TestAk MakeEccAk() { return MakeEccAk(HashAlgorithm::kSha256); }

TestAk MakeEccAk(HashAlgorithm hash) {
  return {.key = TestKey(KeyKind::kP256), .spec = {.hash = hash}};
}

TestAk MakeRsaAk(uint16_t scheme) {
  return {.key = TestKey(KeyKind::kRsa2048), .spec = {.scheme = scheme}};
}

Bytes SelectionBytes(const PcrBankSelection& selection, uint8_t octets) {
  ByteWriter out;
  out.Be(static_cast<uint16_t>(selection.algorithm));
  uint32_t bits = 0;
  for (const uint32_t pcr : selection.pcrs) bits |= 1U << pcr;
  out.Be(octets);
  for (uint8_t i = 0; i < octets; ++i) {
    out.Be(static_cast<uint8_t>(bits >> (8U * i)));
  }
  return std::move(out).Take();
}

Bytes AttestBytes(const AttestSpec& spec) {
  ByteWriter out;
  out.Be(spec.magic).Be(spec.type);
  PutSized(out, spec.qualified_signer);
  PutSized(out, spec.extra_data);
  out.Be(spec.clock.clock_ms).Be(spec.clock.reset_count);
  out.Be(spec.clock.restart_count);
  out.Be(static_cast<uint8_t>(spec.clock.safe ? 1 : 0));
  out.Be(spec.firmware_version);
  out.Be(static_cast<uint32_t>(spec.selection.size()));
  for (size_t i = 0; i < spec.selection.size(); ++i) {
    out.Put(i < spec.octets.size()
                ? SelectionBytes(spec.selection[i], spec.octets[i])
                : SelectionBytes(spec.selection[i]));
  }
  PutSized(out, spec.pcr_digest);
  return std::move(out).Take();
}

Bytes PcrDigest(HashAlgorithm hash,
                const std::vector<PcrBankSelection>& selection,
                const PcrValues& values) {
  Hasher hasher(hash);
  for (const PcrBankSelection& bank : selection) {
    for (const uint32_t pcr : bank.pcrs) {
      hasher.Update(values.at(bank.algorithm).at(pcr));
    }
  }
  return hasher.Digest();
}

Bytes QuoteBytes(ByteView extra_data,
                 const std::vector<PcrBankSelection>& selection,
                 const PcrValues& values, HashAlgorithm hash) {
  return AttestBytes({.extra_data = ToBytes(extra_data),
                      .selection = selection,
                      .pcr_digest = PcrDigest(hash, selection, values)});
}

Bytes EcdsaSignatureBytes(HashAlgorithm hash, ByteView r, ByteView s) {
  ByteWriter out;
  out.Be(kTpmAlgEcdsa).Be(static_cast<uint16_t>(hash));
  PutSized(out, r);
  PutSized(out, s);
  return std::move(out).Take();
}

Bytes RsaSignatureBytes(uint16_t scheme, HashAlgorithm hash, ByteView bytes) {
  ByteWriter out;
  out.Be(scheme).Be(static_cast<uint16_t>(hash));
  PutSized(out, bytes);
  return std::move(out).Take();
}

Bytes Sign(const TestAk& ak, ByteView attest) {
  const HashAlgorithm hash = ak.spec.hash;
  if (!ak.key.is_rsa()) {
    const auto signature = ak.key.SignEcdsa(hash, attest);
    return EcdsaSignatureBytes(hash, signature.r, signature.s);
  }
  const auto padding =
      ak.spec.scheme == kTpmAlgRsapss ? RsaPadding::kPss : RsaPadding::kPkcs1;
  return RsaSignatureBytes(ak.spec.scheme, hash,
                           ak.key.SignRsa(hash, padding, attest));
}

Bytes Statement(ByteView attest, ByteView signature) {
  ByteWriter out;
  PutSized(out, attest);
  out.Put(signature);
  return std::move(out).Take();
}

PcrValues SomePcrValues(HashAlgorithm bank, const std::vector<uint32_t>& pcrs) {
  PcrValues values;
  for (const uint32_t pcr : pcrs) {
    const auto byte = static_cast<uint8_t>(pcr);
    values[bank][pcr] = Hash(bank, {ByteView(&byte, 1)});
  }
  return values;
}

Bytes PcrDumpBytes(const std::vector<PcrBankSelection>& selection,
                   const PcrValues& values) {
  constexpr size_t kBanks = 16;
  constexpr size_t kListRoom = 8;
  constexpr size_t kDigestRoom = 64;
  ByteWriter out;
  out.Le(static_cast<uint32_t>(selection.size()));
  std::vector<Bytes> digests;
  for (const PcrBankSelection& bank : selection) {
    const Bytes marshalled = SelectionBytes(bank);
    out.Le(static_cast<uint16_t>(bank.algorithm));
    out.Put(ByteView(marshalled).subspan(2)).Put(Bytes(2, 0));
    for (const uint32_t pcr : bank.pcrs) {
      digests.push_back(values.at(bank.algorithm).at(pcr));
    }
  }
  out.Put(Bytes(8 * (kBanks - selection.size()), 0));
  const size_t lists = (digests.size() + kListRoom - 1) / kListRoom;
  out.Le(static_cast<uint32_t>(lists));
  digests.resize(lists * kListRoom);
  for (size_t i = 0; i < digests.size(); ++i) {
    if (i % kListRoom == 0) {
      uint32_t used = 0;
      for (size_t j = i; j < i + kListRoom; ++j)
        used += digests[j].empty() ? 0 : 1;
      out.Le(used);
    }
    out.Le(static_cast<uint16_t>(digests[i].size())).Put(digests[i]);
    out.Put(Bytes(kDigestRoom - digests[i].size(), 0));
  }
  return std::move(out).Take();
}

}  // namespace evidenced
