#include "agent/serve/request_check.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "agent/collect/labels.h"
#include "evidence/binding/transcript.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

constexpr size_t kMaxAudience = 2048;
constexpr uint32_t kMaxPcrIndex = 23;
constexpr uint32_t kDebugPcr = 16;
constexpr uint32_t kApplicationPcr = 23;

absl::Status CheckNonce(const std::string& nonce) {
  if (nonce.size() >= kMinNonce && nonce.size() <= kMaxNonce) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("expected a nonce of %d to %d bytes, found %d", kMinNonce,
                      kMaxNonce, nonce.size()));
}

absl::Status CheckAudience(const std::string& audience, const Caller& caller) {
  const bool plain = std::all_of(audience.begin(), audience.end(),
                                 [](char c) { return c >= 0x21 && c <= 0x7e; });
  if (audience.empty() || audience.size() > kMaxAudience || !plain) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected an audience of 1 to %d bytes of 0x21 to 0x7e, found %d: "
        "\"%s\"",
        kMaxAudience, audience.size(), Printable(audience)));
  }
  if (caller.certificate == nullptr) return absl::OkStatus();
  std::vector<std::string> allowed = caller.certificate->uri_sans();
  if (allowed.empty()) {
    for (const std::string& name : caller.certificate->dns_sans()) {
      allowed.push_back("dns:" + name);
    }
  }
  if (std::find(allowed.begin(), allowed.end(), audience) != allowed.end()) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(absl::StrFormat(
      "expected as audience one of the client certificate's names {%s}, found "
      "\"%s\"",
      absl::StrJoin(allowed, ", "), Printable(audience)));
}

absl::Status CheckServerCertificate(const std::string& seen,
                                    const Certificate* server) {
  if (seen.empty()) return absl::OkStatus();
  if (server == nullptr) {
    return absl::InvalidArgumentError(
        "expected no server certificate hash on the unix socket, found one");
  }
  if (seen.size() != server->sha256().size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected a server certificate hash of %d bytes, found "
                        "%d",
                        server->sha256().size(), seen.size()));
  }
  if (Equal(AsBytes(seen), server->sha256())) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "expected the hash of the server certificate in use, %s, found %s",
      Hex(server->sha256()), Hex(AsBytes(seen))));
}

absl::Status CheckQuotable(const std::vector<PcrBankSelection>& selections) {
  for (const PcrBankSelection& selection : selections) {
    for (const uint32_t pcr : selection.pcrs) {
      if (pcr != kDebugPcr && pcr != kApplicationPcr) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected PCRs that the guest cannot reset, found %d", pcr));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<PcrBankSelection>> CheckPcrSelection(
    const google::protobuf::RepeatedPtrField<v1::PcrSelection>& selections) {
  std::vector<PcrBankSelection> out;
  for (const v1::PcrSelection& selection : selections) {
    // The enum is open: a number over 16 bits must not become another one.
    const int number = selection.algorithm();
    const auto bank = number >= 0 && number <= UINT16_MAX
                          ? HashAlgorithmFromId(static_cast<uint16_t>(number))
                          : std::nullopt;
    if (!bank.has_value()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected a known PCR bank, found %d", selection.algorithm()));
    }
    for (const PcrBankSelection& other : out) {
      if (other.algorithm != *bank) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "expected each PCR bank once, found ", HashName(*bank), " twice"));
    }
    const std::set<uint32_t> pcrs(selection.pcrs().begin(),
                                  selection.pcrs().end());
    if (pcrs.empty() || *pcrs.rbegin() > kMaxPcrIndex ||
        pcrs.size() != static_cast<size_t>(selection.pcrs_size())) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "expected PCRs of 0 to %d, each once, found %s", kMaxPcrIndex,
          Printable(absl::StrJoin(selection.pcrs(), ","))));
    }
    out.push_back({.algorithm = *bank, .pcrs = {pcrs.begin(), pcrs.end()}});
  }
  return out;
}

absl::StatusOr<Challenge> CheckRequest(const v1::GetEvidenceRequest& request,
                                       const Caller& caller,
                                       const Certificate* server) {
  RETURN_IF_ERROR(CheckNonce(request.nonce()));
  RETURN_IF_ERROR(CheckAudience(request.audience(), caller));
  RETURN_IF_ERROR(
      CheckServerCertificate(request.server_certificate_sha256(), server));
  if (request.user_data().size() > kMaxUserData) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected at most %d bytes of user data, found %d",
                        kMaxUserData, request.user_data().size()));
  }
  Challenge challenge;
  challenge.labels.assign(request.labels().begin(), request.labels().end());
  RETURN_IF_ERROR(CheckLabels(challenge.labels));
  ASSIGN_OR_RETURN(challenge.pcrs, CheckPcrSelection(request.pcrs()));
  RETURN_IF_ERROR(CheckQuotable(challenge.pcrs));
  challenge.role = server == nullptr ? 3 : 1;
  challenge.audience = request.audience();
  challenge.nonce = ToBytes(AsBytes(request.nonce()));
  challenge.user_data = ToBytes(AsBytes(request.user_data()));
  challenge.without_cpu_report = request.without_cpu_report();
  if (server != nullptr) {
    challenge.spki = server->spki_sha256();
    challenge.certificate = server->sha256();
    challenge.peer = caller.certificate->spki_sha256();
  }
  return challenge;
}

absl::StatusOr<ReportData> CheckRawRequest(
    const v1::GetRawReportRequest& request) {
  const std::string& bytes = request.report_data();
  ReportData data = {};
  if (bytes.size() != data.size()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("expected report data of %d bytes, found %d",
                        data.size(), bytes.size()));
  }
  if (absl::StartsWith(bytes, kReportMagic)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "expected report data that does not begin with \"%s\", as that of "
        "bound evidence does, found %s",
        kReportMagic, Hex(AsBytes(bytes))));
  }
  std::copy(bytes.begin(), bytes.end(), data.begin());
  return data;
}

}  // namespace evidenced
