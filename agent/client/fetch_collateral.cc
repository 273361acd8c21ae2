#include "agent/client/fetch_collateral.h"

#include <variant>

#include "absl/status/status.h"

#include "agent/client/fetch_snp_collateral.h"
#include "agent/client/fetch_tdx_collateral.h"

namespace evidenced {
namespace {

absl::StatusOr<FetchedCollateral> FetchOnce(const CollateralSubject& subject,
                                            const CollateralServices& services,
                                            const CollateralRoots& roots,
                                            CollateralAnswers& answers) {
  if (const auto* snp = std::get_if<SnpSubject>(&subject)) {
    return FetchSnpCollateral(*snp, services.kds, roots.snp, answers);
  }
  return FetchTdxCollateral(std::get<TdxSubject>(subject), services, roots.tdx,
                            answers);
}

}  // namespace

std::span<const BundleRole> BundleRolesOf(const CollateralSubject& subject) {
  if (std::holds_alternative<SnpSubject>(subject)) return kSnpBundleRoles;
  return kTdxBundleRoles;
}

absl::StatusOr<FetchedCollateral> FetchCollateral(
    const CollateralSubject& subject, const CollateralServices& services,
    const CollateralRoots& roots, CollateralAnswers& answers) {
  absl::StatusOr<FetchedCollateral> fetched =
      FetchOnce(subject, services, roots, answers);
  if (absl::IsDataLoss(fetched.status()) && answers.AskAnew()) {
    return FetchOnce(subject, services, roots, answers);
  }
  return fetched;
}

}  // namespace evidenced
