#include "agent/client/render_certificate.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "quote/base/bytes.h"
#include "quote/crypto/certificate_usage.h"

namespace evidenced {

void AddCertificateDetails(const Certificate& certificate, Table& table) {
  table.Row({"subject",
             certificate.subject().empty() ? "none" : certificate.subject()});
  table.Row({"issuer", certificate.issuer()});
  table.Row({"serial", SerialNumber(certificate)});
  table.Row({"valid", absl::StrCat(TimeText(certificate.not_before()), " to ",
                                   TimeText(certificate.not_after()))});
  table.Row({"key", certificate.key_kind()});
  table.Row({"", absl::StrCat("SHA-256 ", Hex(certificate.spki_sha256()))});
  const std::vector<std::string> usages = KeyUsageNames(certificate);
  if (!usages.empty()) {
    table.Row({"key usage", absl::StrJoin(usages, ", ")});
  }
  const std::vector<std::string> extended = ExtendedKeyUsageOids(certificate);
  if (!extended.empty()) {
    table.Row({"extended usage", absl::StrJoin(extended, ", ")});
  }
}

void AddGceInstance(const GceInstance& instance, Table& table) {
  table.Row({"instance", absl::StrCat(instance.instance_name, " (",
                                      instance.instance_id, ")")});
  table.Row({"project", absl::StrCat(instance.project_id, " (",
                                     instance.project_number, ")")});
  table.Row({"zone", instance.zone});
}

}  // namespace evidenced
