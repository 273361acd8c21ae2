#include "agent/client/extract.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

#include "agent/client/files.h"
#include "agent/client/json_evidence.h"
#include "evidence/verify/pcr_checks.h"
#include "evidence/verify/tpm_steps.h"
#include "quote/base/status_macros.h"
#include "quote/tpm/pcr_dump.h"
#include "quote/tpm/public_area.h"
#include "quote/tpm/quote.h"

namespace evidenced {
namespace {

constexpr absl::string_view kAkLabel = "tpm.ak";
constexpr absl::string_view kSnp = "snp";
constexpr absl::string_view kTdx = "tdx";
constexpr absl::string_view kTpm = "tpm";

// A label becomes a file name, so nothing but the manifest's grammar passes,
// and nothing that is too long with ".tail" and what a file bears while it is
// written: such a one would fail behind others.
bool IsLabel(absl::string_view label) {
  constexpr size_t kMaxFileName = 255;
  constexpr size_t kMaxSuffix = 12;
  if (label.empty() || label.size() > kMaxFileName - kMaxSuffix) return false;
  for (const char c : label) {
    const bool alphanumeric = absl::ascii_islower(static_cast<uint8_t>(c)) ||
                              absl::ascii_isdigit(static_cast<uint8_t>(c));
    if (!alphanumeric && c != '.' && c != '-') return false;
  }
  return label.front() != '.' && label.front() != '-';
}

// RFC 7468: base64 in lines of 64 characters.
Bytes SpkiToPem(const Bytes& spki) {
  const std::string text = absl::Base64Escape(ToString(spki));
  std::string pem = "-----BEGIN PUBLIC KEY-----\n";
  for (size_t i = 0; i < text.size(); i += 64) {
    absl::StrAppend(&pem, text.substr(i, 64), "\n");
  }
  absl::StrAppend(&pem, "-----END PUBLIC KEY-----\n");
  return ToBytes(AsBytes(pem));
}

// No file may take another's name: a part is named by whoever made the
// evidence.
absl::Status AddFile(const std::string& name, Bytes bytes,
                     ExtractedEvidence& out) {
  if (out.files.emplace(name, std::move(bytes)).second) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "expected parts whose labels are no other file's name, found ", name,
      " twice; nothing was written"));
}

absl::Status AddAk(const std::string& part, ExtractedEvidence& out) {
  ASSIGN_OR_RETURN(const TpmPublicArea ak, ParseTpmPublic(AsBytes(part)));
  RETURN_IF_ERROR(AddFile("ak.tpmt", ak.bytes, out));
  return AddFile("ak.pem", SpkiToPem(ak.key.spki()), out);
}

// Registers that are not those of the quote have no such form.
void AddPcrDump(const v1::Evidence& evidence, const TpmQuote& quote,
                ExtractedEvidence& out) {
  const auto values = RegistersFromProto(evidence);
  if (!values.ok()) return;
  auto dump = EncodePcrDump(quote.selection, *values);
  if (dump.ok()) out.files["pcrs.dump"] = *std::move(dump);
}

absl::Status AddQuote(const v1::Evidence& evidence, const std::string& bytes,
                      ExtractedEvidence& out) {
  ASSIGN_OR_RETURN(const TpmStatement statement,
                   SplitTpmStatement(AsBytes(bytes)));
  ASSIGN_OR_RETURN(const TpmQuote quote, ParseTpmQuote(statement.attest));
  out.extra_data = quote.extra_data;
  out.files["quote.attest"] = ToBytes(statement.attest);
  out.files["quote.sig"] = ToBytes(statement.signature);
  out.files["pcrs.json"] =
      ToBytes(AsBytes(RegistersToJson(evidence.registers()).dump(2) + "\n"));
  AddPcrDump(evidence, quote, out);
  return absl::OkStatus();
}

void AddReport(const v1::Evidence& evidence, ExtractedEvidence& out) {
  out.files["report.bin"] = ToBytes(AsBytes(evidence.statement()));
  if (evidence.snp_certificate_table().empty()) return;
  out.files["certificates.table"] =
      ToBytes(AsBytes(evidence.snp_certificate_table()));
}

void AddCertificates(const v1::Evidence& evidence, ExtractedEvidence& out) {
  int number = 0;
  for (const v1::Certificate& certificate : evidence.certificates()) {
    const absl::string_view kind =
        certificate.kind() == v1::TPM_EK ? "ek-" : "ak-";
    out.files[absl::StrCat(kind, number++, ".der")] =
        ToBytes(AsBytes(certificate.der()));
  }
}

}  // namespace

absl::StatusOr<ExtractedEvidence> ExtractEvidence(
    const v1::Evidence& evidence) {
  ExtractedEvidence out;
  if (evidence.signer() == kSnp) AddReport(evidence, out);
  if (evidence.signer() == kTdx) {
    out.files["quote.tdx"] = ToBytes(AsBytes(evidence.statement()));
  }
  if (const std::string* quote = FindTpmStatement(evidence)) {
    RETURN_IF_ERROR(AddQuote(evidence, *quote, out));
  }
  out.files["manifest.bin"] = ToBytes(AsBytes(evidence.manifest()));
  AddCertificates(evidence, out);
  for (const v1::Part& part : evidence.parts()) {
    if (!IsLabel(part.label())) {
      return absl::InvalidArgumentError(
          absl::StrCat("expected a label of a-z, 0-9, '.' and '-', found ",
                       Printable(part.label())));
    }
    // Under a report it is quote.attest and quote.sig.
    if (part.label() == kTpm && evidence.signer() != kTpm) continue;
    if (part.label() == kAkLabel) {
      RETURN_IF_ERROR(AddAk(part.data(), out));
      continue;
    }
    RETURN_IF_ERROR(AddFile(part.label(), ToBytes(AsBytes(part.data())), out));
    if (!part.tail().empty()) {
      RETURN_IF_ERROR(AddFile(absl::StrCat(part.label(), ".tail"),
                              ToBytes(AsBytes(part.tail())), out));
    }
  }
  return out;
}

absl::Status WriteExtracted(const ExtractedEvidence& extracted,
                            const std::string& directory) {
  RETURN_IF_ERROR(MakeDirectory(directory));
  for (const auto& [name, bytes] : extracted.files) {
    RETURN_IF_ERROR(
        WriteFileAtomically(absl::StrCat(directory, "/", name), bytes));
  }
  return absl::OkStatus();
}

}  // namespace evidenced
