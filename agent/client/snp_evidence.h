#ifndef AGENT_CLIENT_SNP_EVIDENCE_H_
#define AGENT_CLIENT_SNP_EVIDENCE_H_

#include <string>

#include "nlohmann/json.hpp"

#include "evidence/v1/evidence.pb.h"

#include "agent/client/text.h"
#include "quote/snp/verify.h"

namespace evidenced {
namespace v1 = ::evidence::v1;

// The SNP report of bound evidence, in the words that raw ones have.

// {report, ek_certificate, ek_extensions, ca_certificates, crl}
nlohmann::ordered_json VerifiedSnpToJson(const VerifiedSnpReport& verified);
// A section of a verdict.
std::string RenderVerifiedSnp(const VerifiedSnpReport& verified,
                              const Palette& palette);

// The statement and the certificate table as they came, as far as they parse;
// nothing of them is verified.
void AddSnpStatement(const v1::Evidence& evidence, Table& table,
                     nlohmann::ordered_json& json);

}  // namespace evidenced

#endif  // AGENT_CLIENT_SNP_EVIDENCE_H_
