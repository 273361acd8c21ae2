#include "agent/serve/callers.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "quote/base/bytes.h"
#include "quote/base/status_macros.h"

namespace evidenced {
namespace {

std::string NameOf(const Certificate& certificate) {
  if (!certificate.uri_sans().empty()) {
    return Printable(certificate.uri_sans().front());
  }
  if (!certificate.dns_sans().empty()) {
    return absl::StrCat("dns:", Printable(certificate.dns_sans().front()));
  }
  return Printable(certificate.subject());
}

absl::StatusOr<std::shared_ptr<const Caller>> MakeCaller(
    absl::string_view pem, const RoleTable& table) {
  const auto chain = CertificatesFromPem(pem);
  if (!chain.ok()) {
    return absl::UnauthenticatedError(
        absl::StrCat("expected the client's certificate, found: ",
                     chain.status().message()));
  }
  const Certificate& leaf = chain->front();
  return std::make_shared<const Caller>(
      Caller{.name = NameOf(leaf),
             .roles = table.OfCertificate(leaf.uri_sans(), leaf.dns_sans()),
             .certificate = std::make_shared<const Certificate>(leaf)});
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Caller>> CallerCache::Find(
    absl::string_view pem, absl::Time now) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Caller> caller, FindOrParse(pem));
  const Certificate& leaf = *caller->certificate;
  if (now >= leaf.not_before() && now <= leaf.not_after()) return caller;
  return absl::UnauthenticatedError(absl::StrFormat(
      "expected a client certificate that is valid now, found one for %s to %s",
      absl::FormatTime(leaf.not_before(), absl::UTCTimeZone()),
      absl::FormatTime(leaf.not_after(), absl::UTCTimeZone())));
}

absl::StatusOr<std::shared_ptr<const Caller>> CallerCache::FindOrParse(
    absl::string_view pem) {
  {
    const MutexLock lock(mutex_);
    const auto found = by_pem_.find(pem);
    if (found != by_pem_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->caller;
    }
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const Caller> caller,
                   MakeCaller(pem, roles_));
  const MutexLock lock(mutex_);
  if (by_pem_.contains(pem)) return caller;
  if (entries_.size() == kEntries) {
    by_pem_.erase(entries_.back().pem);
    entries_.pop_back();
  }
  entries_.push_front({.pem = std::string(pem), .caller = caller});
  by_pem_.emplace(entries_.front().pem, entries_.begin());
  return caller;
}

}  // namespace evidenced
