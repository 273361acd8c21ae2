#ifndef AGENT_CLIENT_JSON_CERTIFICATE_H_
#define AGENT_CLIENT_JSON_CERTIFICATE_H_

#include <string>

#include "absl/time/time.h"
#include "nlohmann/json.hpp"

#include "quote/crypto/certificate.h"
#include "quote/tpm/gce_instance.h"

namespace evidenced {

// As JSON has times: "2026-11-25T06:40:00Z".
std::string DateText(absl::Time time);

// A certificate with all that compares one with another: serial, dates, kind of
// key, OID of its signature, digests.
nlohmann::ordered_json CertificateDetailsToJson(const Certificate& certificate);

nlohmann::ordered_json GceInstanceToJson(const GceInstance& instance);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_CERTIFICATE_H_
