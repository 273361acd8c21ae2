#ifndef AGENT_CLIENT_BUNDLE_WRITER_H_
#define AGENT_CLIENT_BUNDLE_WRITER_H_

#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "agent/client/collateral_bundle.h"
#include "agent/client/fetched_collateral.h"

namespace evidenced {

// OK if a bundle of `roles` may stand at `directory`: there is nothing, or a
// directory with files of such a bundle alone, which a new one will replace.
// INVALID_ARGUMENT: anything else, of which nothing is touched.
absl::Status CheckBundlePlace(const std::string& directory,
                              std::span<const BundleRole> roles);

// Writes a bundle beside `directory`, to the disk, and only then puts it in its
// place, as a whole: whoever looks finds what was there or all of the new one,
// and a failure leaves what was there. Its mode and group are those of what it
// replaces, or its mode is what the umask leaves of 0777, and who may look into
// it may read its files. Gives what the user should know: that it cannot have
// that group. As CheckBundlePlace().
absl::StatusOr<std::vector<std::string>> WriteBundle(
    const std::string& directory, const FetchedCollateral& collateral);

}  // namespace evidenced

#endif  // AGENT_CLIENT_BUNDLE_WRITER_H_
