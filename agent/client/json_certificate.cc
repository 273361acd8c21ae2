#include "agent/client/json_certificate.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

#include "agent/client/text.h"
#include "quote/base/bytes.h"
#include "quote/crypto/certificate_usage.h"

namespace evidenced {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string DateText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

Json CertificateDetailsToJson(const Certificate& certificate) {
  return {{"subject", Plain(certificate.subject())},
          {"issuer", Plain(certificate.issuer())},
          {"serial", SerialNumber(certificate)},
          {"not_before", DateText(certificate.not_before())},
          {"not_after", DateText(certificate.not_after())},
          {"key", Plain(certificate.key_kind())},
          {"sig_alg_oid", Plain(certificate.signature_oid())},
          {"sha256", Hex(certificate.sha256())},
          {"spki_sha256", Hex(certificate.spki_sha256())}};
}

Json GceInstanceToJson(const GceInstance& instance) {
  Json security = Json::object();
  for (const auto& [tag, value] : instance.security) {
    security[absl::StrCat(tag)] = value;
  }
  return {{"zone", Plain(instance.zone)},
          {"project_number", instance.project_number},
          {"project_id", Plain(instance.project_id)},
          {"instance_id", instance.instance_id},
          {"instance_name", Plain(instance.instance_name)},
          {"security_properties", std::move(security)}};
}

}  // namespace evidenced
