#ifndef TESTS_SUPPORT_TEMP_DIR_H_
#define TESTS_SUPPORT_TEMP_DIR_H_

#include <string>

#include "quote/base/bytes.h"

namespace evidenced {

// A new directory, removed with all that is in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Both end the test program if they fail.
void WriteFile(const std::string& path, ByteView bytes);
Bytes ReadFile(const std::string& path);

}  // namespace evidenced

#endif  // TESTS_SUPPORT_TEMP_DIR_H_
