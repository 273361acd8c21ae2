#ifndef AGENT_CLIENT_FETCH_SNP_COLLATERAL_H_
#define AGENT_CLIENT_FETCH_SNP_COLLATERAL_H_

#include <string>

#include "absl/status/statusor.h"

#include "agent/client/collateral_answers.h"
#include "agent/client/collateral_subject.h"
#include "agent/client/fetched_collateral.h"
#include "quote/snp/roots.h"

namespace evidenced {

// From AMD's KDS at `kds`: the chain of the report's product, the ARK's list,
// and the VCEK of its chip and TCB. A VLEK's certificate is not to be had
// there. Everything is verified against `roots`, at the time of `answers`. As
// CollateralAnswers::Get().
absl::StatusOr<FetchedCollateral> FetchSnpCollateral(
    const SnpSubject& subject, const std::string& kds, const SnpRoots& roots,
    CollateralAnswers& answers);

}  // namespace evidenced

#endif  // AGENT_CLIENT_FETCH_SNP_COLLATERAL_H_
