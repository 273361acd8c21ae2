// A request is taken only if it is within the limits; the challenge that it
// makes is what it asked for, and selects no PCR twice and none that a guest
// can reset. Over TLS nothing is taken that is not taken without, and only for
// the caller's own name.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"

#include "evidence/v1/service.pb.h"

#include "agent/serve/request_check.h"
#include "evidence/log/pcr.h"
#include "quote/base/bytes.h"
#include "tests/fuzz/properties.h"
#include "tests/quote/certificate_builder.h"

namespace {

namespace v1 = ::evidence::v1;
using evidenced::Caller;
using evidenced::Certificate;
using evidenced::Challenge;
using evidenced::Require;

constexpr char kName[] = "spiffe://a/1";

const Certificate& Named() {
  static const auto* const kCertificate = [] {
    evidenced::CertificateSpec spec;
    spec.uri_sans = {kName};
    return new Certificate(evidenced::IssueRoot(spec).certificate);
  }();
  return *kCertificate;
}

void CheckPcrs(const Challenge& challenge) {
  std::set<evidenced::HashAlgorithm> banks;
  for (const auto& bank : challenge.pcrs) {
    Require(banks.insert(bank.algorithm).second && !bank.pcrs.empty());
    // Ascending: no neighbour that is not greater.
    Require(std::adjacent_find(bank.pcrs.begin(), bank.pcrs.end(),
                               std::greater_equal<>()) == bank.pcrs.end());
    for (const uint32_t pcr : bank.pcrs) {
      Require(pcr <= evidenced::kMaxPcr && !evidenced::IsResettablePcr(pcr));
    }
  }
}

void CheckTaken(const v1::GetEvidenceRequest& request,
                const Challenge& challenge) {
  Require(request.nonce().size() >= evidenced::kMinNonce &&
          request.nonce().size() <= evidenced::kMaxNonce);
  Require(request.user_data().size() <= evidenced::kMaxUserData);
  Require(evidenced::IsPrintable(request.audience()));
  Require(evidenced::ToString(challenge.nonce) == request.nonce());
  Require(evidenced::ToString(challenge.user_data) == request.user_data());
  Require(challenge.audience == request.audience());
  Require(std::equal(challenge.labels.begin(), challenge.labels.end(),
                     request.labels().begin(), request.labels().end()));
  const std::set<std::string> labels(challenge.labels.begin(),
                                     challenge.labels.end());
  Require(labels.size() == challenge.labels.size());
  Require(challenge.pcrs.size() == static_cast<size_t>(request.pcrs_size()));
  CheckPcrs(challenge);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  v1::GetEvidenceRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return 0;
  const auto local = CheckRequest(request, Caller(), nullptr);
  Require(local.ok() == CheckRequest(request, Caller(), nullptr).ok());
  Require(local.ok() || evidenced::IsPrintable(local.status().message()));
  if (local.ok()) {
    CheckTaken(request, *local);
    Require(local->role == 3 && local->spki.empty());
  }
  const Certificate& server = Named();
  Caller caller;
  caller.certificate = std::make_shared<Certificate>(Named());
  const auto remote = CheckRequest(request, caller, &server);
  Require(remote.ok() || evidenced::IsPrintable(remote.status().message()));
  if (!remote.ok()) return 0;
  CheckTaken(request, *remote);
  Require(remote->audience == kName && remote->role == 1);
  Require(remote->certificate == server.sha256());
  Require(local.ok() != (request.server_certificate_sha256() ==
                         evidenced::ToString(server.sha256())));
  return 0;
}
