#ifndef AGENT_CLIENT_FETCH_COLLATERAL_H_
#define AGENT_CLIENT_FETCH_COLLATERAL_H_

#include <span>

#include "absl/status/statusor.h"

#include "agent/client/collateral_answers.h"
#include "agent/client/collateral_bundle.h"
#include "agent/client/collateral_subject.h"
#include "agent/client/collateral_urls.h"
#include "agent/client/fetched_collateral.h"
#include "quote/snp/roots.h"
#include "quote/tdx/roots.h"

namespace evidenced {

struct CollateralRoots {
  SnpRoots snp;
  TdxRoots tdx;
};

// The files that a bundle for `subject` may have.
std::span<const BundleRole> BundleRolesOf(const CollateralSubject& subject);

// As FetchSnpCollateral() or FetchTdxCollateral(). Where what the cache has
// does not fit what comes now, as of a signer that is no longer the same,
// everything is asked for anew.
absl::StatusOr<FetchedCollateral> FetchCollateral(
    const CollateralSubject& subject, const CollateralServices& services,
    const CollateralRoots& roots, CollateralAnswers& answers);

}  // namespace evidenced

#endif  // AGENT_CLIENT_FETCH_COLLATERAL_H_
