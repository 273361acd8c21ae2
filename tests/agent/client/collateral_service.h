#ifndef TESTS_AGENT_CLIENT_COLLATERAL_SERVICE_H_
#define TESTS_AGENT_CLIENT_COLLATERAL_SERVICE_H_

// What AMD's and Intel's services would answer about machines of our own.

#include <map>
#include <string>

#include "absl/strings/string_view.h"

#include "agent/client/http.h"
#include "quote/base/bytes.h"
#include "tests/quote/snp/snp_builder.h"
#include "tests/quote/tdx/tdx_builder.h"
#include "tests/support/tdx_quoter/collateral.h"

namespace evidenced {

using ServiceAnswers = std::map<std::string, HttpReply>;  // by URL

// In the encoding of URLs, as Intel's headers have it.
std::string UrlEncoded(absl::string_view text);

// Intel's, for the platform of `pki`, at TestNow(). The quoting enclave is
// Intel's own.
tdx_quoter::QeIdentitySpec IntelQeIdentity();
Bytes QuoteByIntelQe(const TdxMachine& machine);
ServiceAnswers TdxAnswers(const TdxTestPki& pki, absl::string_view pcs,
                          absl::string_view pcs_certificates);

// AMD's, for the default chip and TCB of `pki`'s product, at TestNow().
struct SnpMachine {
  SnpTestPki pki;
  Issued vcek;
  Bytes report;
};
SnpMachine MakeMilan();
ServiceAnswers SnpAnswers(const SnpMachine& machine, absl::string_view kds);
// For a VLEK of the same.
ServiceAnswers VlekAnswers(const SnpMachine& machine, absl::string_view kds);

}  // namespace evidenced

#endif  // TESTS_AGENT_CLIENT_COLLATERAL_SERVICE_H_
