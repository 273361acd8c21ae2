#ifndef TESTS_SUPPORT_TEE_EMULATOR_TSM_TREE_H_
#define TESTS_SUPPORT_TEE_EMULATOR_TSM_TREE_H_

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/tee_emulator/blob.h"
#include "tests/support/tee_emulator/control.h"
#include "tests/support/tee_emulator/provider.h"

namespace tee_emulator {

struct TsmAttribute {
  std::string_view name;
  mode_t mode;
  off_t size;        // that stat(2) shows
  bool with_levels;  // only where the provider has them
};

// The folder "report" of configfs-tsm, with the behaviour of Linux 6.12: one
// lock for all of it, which is held while a report is made. Results are 0 or an
// errno. Safe for many threads.
class TsmTree {
 public:
  TsmTree(TsmProvider& provider, Control& control)
      : provider_(provider), control_(control) {}

  std::vector<TsmAttribute> Attributes() const;
  const TsmAttribute* Find(std::string_view attribute) const;

  bool HasEntry(const std::string& entry) const;
  std::vector<std::string> Entries() const;
  // Does not wait for a report that is being made.
  size_t entry_count() const { return entry_count_; }
  int MakeEntry(const std::string& entry);
  int RemoveEntry(const std::string& entry);

  int Read(const std::string& entry, std::string_view attribute, Blob* out);
  int WriteLevel(const std::string& entry, const std::string& text);
  // What happens when a file of "inblob" is closed that was written to.
  int CommitInblob(const std::string& entry, const Blob& bytes);

 private:
  struct Entry {
    uint64_t writes = 0;   // "generation"
    uint64_t read_at = 0;  // `writes` when the report was made
    bool made = false;
    TsmRequest request;
    TsmAnswer answer;
  };

  int Generate(Entry& entry);
  int ReadBlob(Entry& entry, std::string_view attribute, Blob* out);

  TsmProvider& provider_;
  Control& control_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::atomic<size_t> entry_count_ = 0;
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_TSM_TREE_H_
