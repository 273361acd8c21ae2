#ifndef AGENT_CLIENT_JSON_EVIDENCE_H_
#define AGENT_CLIENT_JSON_EVIDENCE_H_

#include "google/protobuf/repeated_ptr_field.h"
#include "nlohmann/json.hpp"

#include "evidence/v1/evidence.pb.h"
#include "evidence/v1/saved.pb.h"
#include "evidence/v1/service.pb.h"

#include "quote/crypto/certificate.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// What came over the wire as JSON. Byte strings are hexadecimal; text is made
// printable.

// {"sha256": {"0": "..."}}
nlohmann::ordered_json RegistersToJson(
    const google::protobuf::RepeatedPtrField<v1::RegisterBank>& banks);

nlohmann::ordered_json CertificateToJson(const Certificate& certificate);

nlohmann::ordered_json PlatformToJson(const v1::Platform& platform);

// {"signed": false, "pcrs": {...}, "tdx": {...}}
nlohmann::ordered_json MeasurementsToJson(const v1::Measurements& measurements);

nlohmann::ordered_json StateToJson(const v1::VerifierState& state);

// The raw evidence: statement, manifest, parts.
nlohmann::ordered_json EvidenceToJson(const v1::Evidence& evidence);

}  // namespace evidenced

#endif  // AGENT_CLIENT_JSON_EVIDENCE_H_
