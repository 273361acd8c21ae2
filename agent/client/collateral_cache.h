#ifndef AGENT_CLIENT_COLLATERAL_CACHE_H_
#define AGENT_CLIENT_COLLATERAL_CACHE_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace evidenced {

// What a service answered, and when.
struct KeptAnswer {
  absl::Time fetched;
  std::string issuer_chain;  // the header that came with it; empty: none
  std::string body;
};

// Answers by their URL, a file for each in one directory. Nobody vouches for
// them: what is read is judged as if it had just come. Each file is whole or
// not there, whoever else writes it at the same time.
class CollateralCache {
 public:
  // Empty: nothing is kept.
  explicit CollateralCache(std::string directory)
      : directory_(std::move(directory)) {}

  const std::string& directory() const { return directory_; }

  // nullopt: there is none, or what is there is damaged or for another URL.
  std::optional<KeptAnswer> Find(const std::string& url) const;
  // Makes the directory, with those above it. As WriteFileAtomically().
  absl::Status Keep(const std::string& url, const KeptAnswer& answer) const;

 private:
  std::string FileOf(const std::string& url) const;

  std::string directory_;
};

}  // namespace evidenced

#endif  // AGENT_CLIENT_COLLATERAL_CACHE_H_
