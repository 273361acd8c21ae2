#include "quote/tdx/roots.h"

#include <algorithm>

#include "absl/strings/str_format.h"

#include "quote/base/error_class.h"
#include "third_party/pinned_intel.h"

namespace evidenced {

TdxRoots IntelTdxRoots() { return {FromHex(kIntelSgxRootSha256).value()}; }

absl::Status CheckTdxRoot(const Certificate& root, const TdxRoots& roots) {
  if (std::find(roots.begin(), roots.end(), root.spki_sha256()) !=
      roots.end()) {
    return absl::OkStatus();
  }
  return Classified(ErrorClass::kUntrustedRoot,
                    absl::UnauthenticatedError(absl::StrFormat(
                        "expected a root key that is trusted for TDX, found %s "
                        "of %s",
                        Hex(root.spki_sha256()), root.subject())));
}

bool IsIntelTdxRoot(const Certificate& root) {
  return Hex(root.spki_sha256()) == kIntelSgxRootSha256;
}

TdQuotingEnclaves IntelTdQuotingEnclaves() {
  return {{.mr_signer = FromHex(kIntelTdQeMrsigner).value(),
           .isv_prod_id = kIntelTdQeProductId}};
}

}  // namespace evidenced
