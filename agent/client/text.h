#ifndef AGENT_CLIENT_TEXT_H_
#define AGENT_CLIENT_TEXT_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace evidenced {

// `text` with all but printable ASCII as \xNN. Every string that is shown goes
// through here, or through a Table, which does it: a terminal's control
// sequences never pass.
std::string Plain(absl::string_view text);

// Emphasis for a terminal, or none.
class Palette {
 public:
  static Palette None() { return {{}, {}, {}, {}}; }
  static Palette Terminal() {
    return {"\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[0m"};
  }
  std::string Bold(absl::string_view text) const;
  std::string Good(absl::string_view text) const;
  std::string Bad(absl::string_view text) const;

 private:
  Palette(absl::string_view bold, absl::string_view good, absl::string_view bad,
          absl::string_view end)
      : bold_(bold), good_(good), bad_(bad), end_(end) {}

  absl::string_view bold_;
  absl::string_view good_;
  absl::string_view bad_;
  absl::string_view end_;
};

// Rows of aligned columns, two spaces between them, each line indented.
class Table {
 public:
  explicit Table(size_t indent = 2) : indent_(indent) {}

  void Row(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  std::string Render() const;

 private:
  size_t indent_;
  std::vector<std::vector<std::string>> rows_;
};

// "2026-11-25 06:40:00 UTC"
std::string TimeText(absl::Time time);

// "1 event", "2 events"
std::string Count(size_t count, absl::string_view noun);

}  // namespace evidenced

#endif  // AGENT_CLIENT_TEXT_H_
