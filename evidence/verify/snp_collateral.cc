#include "evidence/verify/snp_collateral.h"

#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/byte_writer.h"
#include "quote/base/error_class.h"
#include "quote/base/status_macros.h"
#include "quote/crypto/digest.h"
#include "quote/snp/certificate_table.h"

namespace evidenced {
namespace {

// The collateral with what a table adds.
struct Gathered {
  SnpCollateral collateral;
  std::string unusable;  // of the table: what could not be read, and why

  void Skip(SnpTableKind kind, const absl::Status& why) {
    absl::StrAppend(&unusable, "; ", SnpTableKindName(kind),
                    " of the certificate table: ", why.message());
  }

  // Behind those that the verifier has, and no more than a chain is looked for
  // among: a host that sends more must not hide the verifier's own.
  void AddCas(SnpTableKind kind, std::span<const Certificate> cas) {
    for (const Certificate& ca : cas) {
      if (collateral.ca.size() >= kMaxSnpCas) {
        Skip(kind, absl::InvalidArgumentError(absl::StrFormat(
                       "expected at most %d CA certificates, found more",
                       kMaxSnpCas)));
        return;
      }
      collateral.ca.push_back(ca);
    }
  }
};

absl::StatusOr<std::vector<Certificate>> ReadCertificates(
    const SnpTableEntry& entry, Gathered& out) {
  auto read = CertificatesFromFile(entry.data);
  if (!read.ok()) out.Skip(entry.kind, read.status());
  return read;
}

// What follows a key in its entry are CAs.
void AddKey(const SnpTableEntry& entry, Gathered& out) {
  const auto read = ReadCertificates(entry, out);
  if (!read.ok()) return;
  out.collateral.key = read->front();
  out.AddCas(entry.kind, std::span(*read).subspan(1));
}

void AddCa(const SnpTableEntry& entry, Gathered& out) {
  const auto read = ReadCertificates(entry, out);
  if (read.ok()) out.AddCas(entry.kind, *read);
}

void AddCrl(const SnpTableEntry& entry, Gathered& out) {
  auto read = RevocationList::FromFile(entry.data);
  if (read.ok()) {
    out.collateral.crl = *std::move(read);
  } else {
    out.Skip(entry.kind, read.status());
  }
}

void AddEntry(const SnpTableEntry& entry, SnpKeyKind kind, Gathered& out) {
  const SnpTableKind wanted =
      kind == SnpKeyKind::kVlek ? SnpTableKind::kVlek : SnpTableKind::kVcek;
  switch (entry.kind) {
    case SnpTableKind::kVcek:
    case SnpTableKind::kVlek:
      if (entry.kind == wanted && !out.collateral.key.has_value()) {
        AddKey(entry, out);
      }
      return;
    case SnpTableKind::kAsk:
    case SnpTableKind::kArk:
      AddCa(entry, out);
      return;
    case SnpTableKind::kCrl:
      if (!out.collateral.crl.has_value()) AddCrl(entry, out);
      return;
    case SnpTableKind::kExtraPlatformInfo:
    case SnpTableKind::kUnknown:
      return;
  }
}

Gathered Gather(SnpKeyKind kind, ByteView table,
                const SnpCollateral& collateral) {
  Gathered out{.collateral = collateral, .unusable = ""};
  if (table.empty()) return out;
  const auto entries = ParseSnpCertificateTable(table);
  if (!entries.ok()) {
    absl::StrAppend(&out.unusable, "; ", entries.status().message());
    return out;
  }
  for (const SnpTableEntry& entry : *entries) AddEntry(entry, kind, out);
  return out;
}

// The reason may be what the table should have held.
absl::Status WithUnusable(const absl::Status& status, const Gathered& all) {
  if (status.ok()) return status;
  return Classified(ErrorClassOf(status),
                    absl::Status(status.code(),
                                 absl::StrCat(status.message(), all.unusable)));
}

absl::StatusOr<VerifiedSnpEndorsement> Verify(SnpKeyKind kind, ByteView table,
                                              const SnpCollateral& collateral) {
  const Gathered all = Gather(kind, table, collateral);
  const std::optional<Certificate>& key = all.collateral.key;
  if (!key.has_value()) {
    return WithUnusable(
        Classified(ErrorClass::kCollateralInvalid,
                   absl::UnauthenticatedError(absl::StrFormat(
                       "expected the certificate of the %s that signed, found "
                       "none in the certificate table and none given",
                       absl::AsciiStrToUpper(SnpKeyKindName(kind))))),
        all);
  }
  auto verified = VerifySnpEndorsement(*key, all.collateral.ca,
                                       {.roots = collateral.roots,
                                        .crl = all.collateral.crl,
                                        .crl_use = SnpCrlUse::kIfGiven,
                                        .time = collateral.time});
  if (!verified.ok()) return WithUnusable(verified.status(), all);
  return verified;
}

// Everything but the time, if one is given, that the answer of EndorseSnpKey()
// depends on.
Bytes HashOf(SnpKeyKind kind, ByteView table, const SnpCollateral& collateral) {
  ByteWriter text;
  const auto put = [&text](ByteView bytes) {
    text.Be(static_cast<uint64_t>(bytes.size())).Put(bytes);
  };
  text.Be(static_cast<uint8_t>(kind));
  text.Be(static_cast<uint8_t>(collateral.time.checked()));
  text.Be(static_cast<uint64_t>(collateral.roots.size()));
  for (const SnpRoot& root : collateral.roots) {
    text.Be(static_cast<uint8_t>(root.product));
    put(root.spki_sha256);
  }
  put(collateral.key.has_value() ? ByteView(collateral.key->sha256())
                                 : ByteView());
  put(collateral.crl.has_value() ? ByteView(collateral.crl->sha256())
                                 : ByteView());
  text.Be(static_cast<uint64_t>(collateral.ca.size()));
  for (const Certificate& ca : collateral.ca) put(ca.sha256());
  return Hash(HashAlgorithm::kSha256, {text.view(), table});
}

}  // namespace

absl::StatusOr<VerifiedSnpEndorsement> EndorseSnpKey(
    SnpKeyKind kind, ByteView table, const SnpCollateral& collateral) {
  if (collateral.cache == nullptr) return Verify(kind, table, collateral);
  LruByHash<VerifiedSnpEndorsement>& cache = collateral.cache->kept_;
  const Bytes hash = HashOf(kind, table, collateral);
  if (const VerifiedSnpEndorsement* kept = cache.Find(hash)) {
    RETURN_IF_ERROR(kept->CheckDates(collateral.time));
    return *kept;
  }
  ASSIGN_OR_RETURN(VerifiedSnpEndorsement fresh,
                   Verify(kind, table, collateral));
  cache.Add(hash, fresh);
  return fresh;
}

}  // namespace evidenced
