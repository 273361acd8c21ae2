#ifndef AGENT_CLIENT_TDX_COLLATERAL_CHECKS_H_
#define AGENT_CLIENT_TDX_COLLATERAL_CHECKS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "agent/client/collateral_answers.h"
#include "agent/client/collateral_subject.h"
#include "quote/crypto/issuance.h"
#include "quote/crypto/revocation_list.h"
#include "quote/tdx/collateral.h"
#include "quote/tdx/pck_chain.h"
#include "quote/tdx/roots.h"

namespace evidenced {

// What Intel's answers are judged by.
struct TdxRules {
  const TdxSubject& subject;
  const TdxRoots& roots;
  ValidityTime time;
};

// Each reads one answer and verifies it, with what came before it. As the
// checks of quote/tdx; INVALID_ARGUMENT: form, or an issuer chain that
// PemFromHeader() refuses.

// A PCK CA's list, and who signed it: the CA of `rules.subject`, and a trusted
// root.
struct ReadPckCrl {
  std::string chain_pem;
  PckChain chain;
  RevocationList crl;
};
absl::StatusOr<ReadPckCrl> ReadPckCrlAnswer(const CollateralAnswer& answer,
                                            const TdxRules& rules);

// That root's list, whomever it revokes: it is kept.
absl::StatusOr<RevocationList> ReadRootCrlAnswer(const CollateralAnswer& answer,
                                                 const ReadPckCrl& pck,
                                                 const TdxRules& rules);
// OK if and only if that list revokes neither the root nor the CA.
// UNAUTHENTICATED (kChainInvalid): otherwise.
absl::Status CheckPckCaNotRevoked(const ReadPckCrl& pck,
                                  const RevocationList& root_crl);

// A TCB info of the platform, or the identity of the quoting enclave for TDs,
// and who signed it, whom `crls` do not revoke.
struct ReadSigned {
  std::string chain_pem;
  TcbSigningChain chain;
  absl::Time next_update;
  uint32_t evaluation_data_number = 0;
};
absl::StatusOr<ReadSigned> ReadTcbInfoAnswer(const CollateralAnswer& answer,
                                             const PckCrls& crls,
                                             const TdxRules& rules);
absl::StatusOr<ReadSigned> ReadQeIdentityAnswer(const CollateralAnswer& answer,
                                                const PckCrls& crls,
                                                const TdxRules& rules);

}  // namespace evidenced

#endif  // AGENT_CLIENT_TDX_COLLATERAL_CHECKS_H_
